/**
 * The records of one model, with the types of its fields where they are known.
 *
 * @module
 */
import { and, type Domain } from "./domain.ts";
import { OdooConfigError } from "./errors.ts";
import { checkId } from "./links.ts";
import { iterateById, iterateByOffset, type IterateOptions, type Reader } from "./pages.ts";
import { type MissingReason, readInChunks } from "./reading.ts";
import {
  type Caller,
  type CallOptions,
  isList,
  type Many2One,
  type RpcInput,
  type RpcValue,
} from "./values.ts";

/** What the fields of a model hold, as `odeno types` writes it. */
export type ModelTypes = {
  /** What reading gives. */
  read: object;
  /** What a new record takes, and has to be given. */
  create: object;
  /** What may be changed. */
  write: object;
};

/** A model of which nothing is known. */
export type AnyModel = {
  /** Any field may be asked for. */
  read: Record<string, RpcValue>;
  /** Any field may be given. */
  create: Record<string, RpcInput>;
  /** Any field may be changed. */
  write: Record<string, RpcInput>;
};

/** The models of an Odoo of which nothing is known: what `odeno types` writes takes the place of this. */
export type AnyModels = Record<string, AnyModel>;

/** A record as it was read: its id, and the fields that were asked for. */
export type Row<R, F extends keyof R> = Flat<{ id: number } & Pick<R, F>>;

/** The same type, shown as one object. */
export type Flat<T> = { [K in keyof T]: T[K] };

/** Names of fields. */
export type FieldsOf<R> = readonly (keyof R & string)[];

/** Which of the records that a domain finds, and in which order. */
export interface SearchOptions extends CallOptions {
  /** How many at most. */
  limit?: number | undefined;
  /** How many to pass over. */
  offset?: number | undefined;
  /** Fields to sort by, such as `"name desc, id"`; the model's own order by default. */
  order?: string | undefined;
}

/** What {@linkcode Model.read} may be told. */
export interface ReadOptions extends CallOptions {
  /**
   * Called for each id that could not be read: `missing` when there is no such record, `hidden` when a record rule keeps
   * it from this user. Without it, missing ids are passed over, as Odoo does, and a hidden one fails the whole read.
   */
  onMissing?: ((id: number, reason: MissingReason) => void) | undefined;
}

/** What {@linkcode Model.nameSearch} may be told. */
export interface NameSearchOptions<R> extends CallOptions {
  /** Which records come into question. */
  domain?: Domain<R> | undefined;
  /** How the name is compared; `ilike` by default. */
  operator?: string | undefined;
  /** How many at most; 100 by default. */
  limit?: number | undefined;
}

/** What a method of a model is given. */
export interface MethodArguments {
  /** The records that the method runs on, for methods that run on records. */
  ids?: readonly number[] | undefined;
  /** Positional arguments, after the ids. */
  args?: readonly RpcInput[] | undefined;
  /** Named arguments. */
  kwargs?: Readonly<Record<string, RpcInput>> | undefined;
}

/** What Odoo tells of a field; which keys are there depends on the attributes that were asked for. */
export type FieldDescription = { readonly [attribute: string]: RpcValue };

/** What {@linkcode Model.fieldsGet} asks for: all attributes at once fault on some models over XML-RPC. */
const FIELD_ATTRIBUTES = [
  "string",
  "type",
  "required",
  "readonly",
  "store",
  "relation",
  "selection",
];

/**
 * The records of one model, made by `odoo.model(name)`. Holds nothing: each method is one call, but for
 * {@linkcode Model.read} and {@linkcode Model.iterate}, which make as many as they need.
 *
 * All methods throw what `odoo.call()` throws.
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const partners = (await connect(new OdooSimulator().config)).model("res.partner");
 * const id = await partners.create({ name: "Ana", email: "ana@example.com" });
 * const [ana] = await partners.searchRead([["id", "=", id]], { fields: ["name", "country_id"] });
 * console.log(ana); // { id: 30, name: "Ana", country_id: false }
 * ```
 */
export class Model<T extends ModelTypes = AnyModel> {
  /** Technical name of the model, such as `res.partner`. */
  readonly name: string;
  readonly #caller: Caller;

  /** For `odoo.model()`; any other {@linkcode Caller} will do as well. */
  constructor(caller: Caller, name: string) {
    this.#caller = caller;
    this.name = name;
  }

  /** Ids of the records that the domain finds; archived ones only with `context: { active_test: false }`. */
  async search(domain: Domain<T["read"]>, options: SearchOptions = {}): Promise<number[]> {
    const { limit, offset, order, ...rest } = options;
    return answered(await this.#call("search", [domain], { limit, offset, order }, rest));
  }

  /** How many records the domain finds. */
  async searchCount(domain: Domain<T["read"]>, options: CallOptions = {}): Promise<number> {
    return answered(await this.#call("search_count", [domain], {}, options));
  }

  /** The records that the domain finds, with the given fields. */
  async searchRead<const F extends FieldsOf<T["read"]>>(
    domain: Domain<T["read"]>,
    options: SearchOptions & { fields: F },
  ): Promise<Row<T["read"], F[number]>[]> {
    const asked = this.#asked(options, "searchRead");
    const { fields: _fields, limit, offset, order, ...rest } = options;
    const kwargs = { fields: asked, limit, offset, order };
    return answered(await this.#call("search_read", [domain], kwargs, rest));
  }

  /**
   * The records of these ids, in the order of the ids. Reads them in chunks, bounded by their number and by the size of
   * what came before, so that any number will do.
   *
   * Odoo fails a whole read for one record that a rule hides; with `onMissing` it is told apart from the others.
   */
  async read<const F extends FieldsOf<T["read"]>>(
    ids: readonly number[],
    options: ReadOptions & { fields: F },
  ): Promise<Row<T["read"], F[number]>[]> {
    this.#check(ids, "read");
    const fields = this.#asked(options, "read");
    const { fields: _fields, onMissing, ...rest } = options;
    // Asked for the id alone, 17 and 19 answer for records that are gone, too, and 14 fails
    const isIdAlone = fields.every((field) => field === "id");
    const asked = isIdAlone ? ["display_name"] : fields;
    const read = async (chunk: readonly number[]) => {
      // To read no records is allowed in any model; to search in one that the user may not read is not
      if (chunk.length === 0) await this.#call("search", [[]], { limit: 1 }, rest);
      return answered<Row<T["read"], F[number]>[]>(
        await this.#call("read", [chunk], { fields: asked }, rest),
      );
    };
    const rows = await readInChunks(read, ids, onMissing);
    return isIdAlone ? answered(rows.map(({ id }) => ({ id }))) : rows;
  }

  /** Makes a record, and answers with its id. */
  async create(values: T["create"], options: CallOptions = {}): Promise<number> {
    return answered(await this.#call("create", [values], {}, options));
  }

  /** Makes records in one transaction: all of them or none. Answers with their ids, in the same order. */
  async createMany(
    values: readonly T["create"][],
    options: CallOptions = {},
  ): Promise<number[]> {
    return values.length === 0 ? [] : answered(await this.#call("create", [values], {}, options));
  }

  /** Gives the records these values. */
  async write(
    ids: readonly number[],
    values: T["write"],
    options: CallOptions = {},
  ): Promise<boolean> {
    this.#check(ids, "write");
    return answered(await this.#call("write", [ids, values], {}, options));
  }

  /** Deletes the records. To archive them, write `{ active: false }`. */
  async unlink(ids: readonly number[], options: CallOptions = {}): Promise<boolean> {
    this.#check(ids, "unlink");
    return answered(await this.#call("unlink", [ids], {}, options));
  }

  /**
   * What Odoo tells of the fields of the model that the user may see. `attributes` says what of each field, by default
   * what scripts need.
   */
  async fieldsGet(
    attributes: readonly string[] = FIELD_ATTRIBUTES,
    options: CallOptions = {},
  ): Promise<Record<keyof T["read"] & string, FieldDescription>> {
    return answered(await this.#call("fields_get", [], { attributes }, options));
  }

  /** Records by name, as the drop-down lists of Odoo find them. */
  async nameSearch(
    name: string,
    { domain, operator, limit, ...options }: NameSearchOptions<T["read"]> = {},
  ): Promise<Many2One[]> {
    return answered(await this.#call("name_search", [name], { domain, operator, limit }, options));
  }

  /**
   * Yields the records that the domain finds, as many as there are, one page of calls at a time; the next page is asked
   * for while the current one is used. Leaving the loop cancels what is under way.
   *
   * Without an `order` the records come by id, and each page begins behind the last id of the one before: none comes
   * twice and none is passed over while records are changed, archived or deleted under the loop, by the loop itself or
   * by others. With an `order` pages are counted off, so that what the loop or others change meanwhile can shift rows
   * over the edge of a page: such a loop may pass over some. It keeps the ids, so that none comes twice.
   *
   * Records that are made under the loop come as well, where the domain finds them: a loop that copies what it reads
   * never ends, without a `limit` or a domain that leaves the copies out.
   *
   * A record may have changed since its page was read. To keep a copy of a model, with what was deleted, this is not
   * enough.
   */
  iterate<const F extends FieldsOf<T["read"]>>(
    domain: Domain<T["read"]>,
    options: IterateOptions & { fields: F },
  ): AsyncGenerator<Row<T["read"], F[number]>> {
    const fields = this.#asked(options, "iterate");
    const { fields: _fields, order, offset, pageSize, limit, ...rest } = options;
    const ask = async <A>(
      method: string,
      where: readonly RpcInput[],
      { signal, ...page }: SearchOptions & { fields?: readonly string[] },
    ) => answered<A>(await this.#call(method, [where], { ...page }, { ...rest, signal }));
    const reader: Reader<Row<T["read"], F[number]>> = {
      page: (where, page) => ask("search_read", where, { ...page, fields }),
      ids: (where, page) => ask("search", where, page),
    };
    const paging = { pageSize, limit, signal: rest.signal };
    return order || offset
      ? iterateByOffset(reader, sendable(domain), { ...paging, order, offset })
      : iterateById(reader, withoutFiles(this.name, sendable(domain)), paging);
  }

  /** Calls any public method of the model. */
  async call<A = RpcValue>(
    method: string,
    given: MethodArguments = {},
    options: CallOptions = {},
  ): Promise<A> {
    const { ids, args, kwargs, ...others } = given;
    // JavaScript knows no types: without its ids, Odoo 19 runs a method on nothing and says that it is done
    if (Array.isArray(given) || Object.keys(others).length > 0) {
      throw new OdooConfigError(
        `Cannot call ${method} of ${this.name}: its arguments are given as { ids, args, kwargs }`,
      );
    }
    return answered(
      await this.#caller.call({ model: this.name, method, ids, args, kwargs }, options),
    );
  }

  /** Odoo reads an empty record for 0, and finds none for what is no number. */
  #check(ids: readonly number[], method: string): void {
    this.#checkList(ids, method, "ids in a list, such as [1]");
    for (const id of ids) checkId(id, `${method} of ${this.name}`);
  }

  /** The fields to ask for: for none Odoo would answer with all there are. */
  #asked(options: { fields: readonly string[] } | undefined, method: string): readonly string[] {
    this.#checkList(options?.fields, method, 'fields, such as { fields: ["name"] }');
    return options?.fields.length ? options.fields : ["id"];
  }

  /** For those who run without a type check. */
  #checkList(value: unknown, method: string, needed: string): void {
    if (Array.isArray(value)) return;
    throw new OdooConfigError(`Cannot call ${method} of ${this.name}: it needs ${needed}`);
  }

  async #call(
    method: string,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
    options: CallOptions,
  ): Promise<RpcValue> {
    const given = Object.entries(kwargs).filter(([, value]) => value !== undefined);
    const call = {
      model: this.name,
      method,
      args: sendable(args),
      kwargs: Object.fromEntries(given) as Record<string, RpcInput>,
    };
    return await this.#caller.call(call, options);
  }
}

/** As soon as a domain names an id, `ir.attachment` finds the files that are contents of fields as well. */
export function withoutFiles(model: string, domain: readonly RpcInput[]): readonly RpcInput[] {
  const isNamed = (term: RpcInput) => isList(term) && (term[0] === "id" || term[0] === "res_field");
  if (model !== "ir.attachment" || domain.some(isNamed)) return domain;
  return and(domain, [["res_field", "=", false]]);
}

/** The types of the model say what may be sent; what no wire carries is refused there. */
function sendable(values: readonly unknown[]): readonly RpcInput[] {
  return values as readonly RpcInput[];
}

/** The types of the model say what is answered, as with any answer from outside. */
function answered<A>(value: RpcValue): A {
  return value as A;
}
