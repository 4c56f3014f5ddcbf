/**
 * The fields that rows can be written into.
 *
 * @module
 */
import { OdooConfigError } from "../errors.ts";
import { type Caller, type CallOptions, isReadonly, isStruct, type RpcValue } from "../values.ts";

/** What is known of a field, from `fields_get`. */
export interface Field {
  /** Technical name. */
  name: string;
  /** Type, as Odoo names it. */
  type: string;
  /** Model that a many2one or many2many leads to. */
  relation: string;
  /** Technical values of a selection. */
  selection: readonly string[];
  /** Digits after the point of a float, where the database bounds them. */
  decimals: number | undefined;
  /** The field that holds the currency of a monetary. */
  currency: string;
  /** Whether Odoo demands a value. */
  isRequired: boolean;
  /** Whether an empty cell clears it. */
  isCleared: boolean;
}

/** The attributes of `fields_get` that are read. All of them at once make some models fault over XML-RPC. */
export const FIELD_ATTRIBUTES = [
  "type",
  "relation",
  "selection",
  "digits",
  "readonly",
  "states",
  "required",
  "currency_field",
] as const;

const TYPES = [
  "char",
  "text",
  "html",
  "binary",
  "boolean",
  "integer",
  "float",
  "monetary",
  "date",
  "datetime",
  "selection",
  "many2one",
  "many2many",
];

/** The fields of one model. */
export class Fields {
  /** Technical name of the model. */
  readonly model: string;
  readonly #descriptions: { readonly [field: string]: RpcValue };
  readonly #clear: readonly string[];
  readonly #fields = new Map<string, Field>();

  /**
   * Asks the server.
   *
   * @param clear Fields that an empty cell clears.
   * @throws {OdooConfigError} One of these must never be empty.
   */
  static async read(
    caller: Caller,
    model: string,
    clear: readonly string[],
    options: CallOptions,
  ): Promise<Fields> {
    const kwargs = { attributes: FIELD_ATTRIBUTES };
    const answer = await caller.call({ model, method: "fields_get", args: [], kwargs }, options);
    return new Fields(model, isStruct(answer) ? answer : {}, clear);
  }

  private constructor(
    model: string,
    descriptions: { readonly [field: string]: RpcValue },
    clear: readonly string[],
  ) {
    this.model = model;
    this.#descriptions = descriptions;
    this.#clear = clear;
    for (const name of clear) checkClearable(this.get(name));
  }

  /** Whether the model has such a field. */
  has(name: string): boolean {
    return Object.hasOwn(this.#descriptions, name);
  }

  /**
   * A field that rows can be written into.
   *
   * @throws {OdooConfigError} There is none.
   */
  get(name: string): Field {
    let field = this.#fields.get(name);
    if (!field) {
      const description = this.has(name) ? this.#descriptions[name] : undefined;
      field = toField(this.model, name, description, this.#clear.includes(name));
      this.#fields.set(name, field);
    }
    return field;
  }
}

/**
 * The field of a column.
 *
 * @throws {OdooConfigError} The model has no such field, or it is not one that rows can be written into.
 */
export function toField(
  model: string,
  name: string,
  description: RpcValue | undefined,
  isCleared = false,
): Field {
  const refuse = (why: string): never => {
    throw new OdooConfigError(`Cannot write the column "${name}": ${why}`);
  };
  if (!isStruct(description)) return refuse(`${model} has no such field`);
  const { type, relation, selection, digits, required, currency_field } = description;
  if (type === "one2many") {
    return refuse(
      `its lines are records of ${relation}; give them as rows of that model, each with a key of its own`,
    );
  }
  if (typeof type !== "string" || !TYPES.includes(type)) {
    return refuse(`it is a field of type ${type}`);
  }
  if (isReadonly(description)) {
    return refuse("the field is read-only for this user, and Odoo would ignore it");
  }
  return {
    name,
    type,
    relation: typeof relation === "string" ? relation : "",
    selection: Array.isArray(selection)
      ? selection.map((option) => String(Array.isArray(option) ? option[0] : option))
      : [],
    decimals: Array.isArray(digits) && typeof digits[1] === "number" ? digits[1] : undefined,
    currency: type === "monetary" && typeof currency_field === "string" ? currency_field : "",
    isRequired: required === true,
    isCleared,
  };
}

function checkClearable({ name, type, isRequired }: Field): void {
  const why = name === "active"
    ? "that would archive the record"
    : isRequired
    ? "Odoo demands a value"
    : ["boolean", "many2many"].includes(type)
    ? `a field of type ${type} is not cleared by an empty cell`
    : undefined;
  if (why !== undefined) throw new OdooConfigError(`Cannot clear the field "${name}": ${why}`);
}
