/**
 * The questions to Odoo: which models there are, their fields, and which of these have a default.
 *
 * @module
 */
import { OdooConfigError, OdooProtocolError, type ServerErrorKind } from "../errors.ts";
import {
  type Caller,
  type CallOptions,
  isStruct,
  type RpcCall,
  type RpcValue,
  structs,
} from "../values.ts";
import { candidates, delegations, type Demands, demandsOf, NO_DEMANDS } from "./demands.ts";
import { ATTRIBUTES, type Field, readFields } from "./fields.ts";
import { listModels, unlessRefused } from "./models.ts";

/** A model as the database has it. */
export interface ModelFields {
  /** Technical name. */
  name: string;
  /** Its fields, in the order of their names. */
  fields: readonly Field[];
  /** What `create` cannot do without. */
  demands: Demands;
}

/** Labels are the ones of the source, whoever asks. */
const CONTEXT = { lang: "en_US" };

/**
 * Asks for models, in the order of their names.
 *
 * @throws {OdooConfigError} There are no such models; the message names all of them.
 */
export async function askModels(
  caller: Caller,
  models: readonly string[],
  options: CallOptions,
): Promise<ModelFields[]> {
  const ask = new Questions(caller, options);
  const known = await ask.knownModels();
  const found = new Map<string, Field[]>();
  for (const model of [...new Set(models)].sort()) {
    const isAbsent = known.areAll && !known.names.includes(model);
    const fields = isAbsent ? undefined : await ask.fields(model);
    if (fields) found.set(model, fields);
  }
  const missing = models.filter((model) => !found.has(model));
  if (missing.length > 0) {
    throw new OdooConfigError(noSuchModels([...new Set(missing)], known.names));
  }
  return await Array.fromAsync(found, async ([name, fields]) => ({
    name,
    fields,
    // A wizard may do its work while it is asked for its defaults, and nobody has to be told what it needs
    demands: known.lasting.has(name) ? await ask.demands(name, fields) : NO_DEMANDS,
  }));
}

class Questions {
  readonly #caller: Caller;
  readonly #options: CallOptions;
  readonly #fields = new Map<string, Field[] | undefined>();

  constructor(caller: Caller, options: CallOptions) {
    this.#caller = caller;
    this.#options = { ...options, context: { ...options.context, ...CONTEXT } };
  }

  /** The models that Odoo tells this user of. */
  async knownModels(): Promise<KnownModels> {
    const { rows, areAll } = await listModels(this.#caller, this.#options, ["transient"]);
    const lasting = rows.filter((row) => row["transient"] !== true).map(({ model }) => model);
    return { names: rows.map(({ model }) => model), lasting: new Set(lasting), areAll };
  }

  /** The fields of a model, or nothing where Odoo does not know it. */
  async fields(model: string): Promise<Field[] | undefined> {
    if (!this.#fields.has(model)) {
      const call = { model, method: "fields_get", kwargs: { attributes: ATTRIBUTES } };
      const answer = await this.#unlessRefused(call, "user");
      this.#fields.set(model, answer === undefined ? undefined : readFields(answer));
    }
    return this.#fields.get(model);
  }

  /** What `create` cannot do without. Nothing is demanded where the defaults cannot be told. */
  async demands(model: string, fields: readonly Field[]): Promise<Demands> {
    const possible = candidates(model, fields);
    if (possible.length === 0) return NO_DEMANDS;
    const defaults = await this.#defaults(model, possible.map(({ name }) => name));
    if (!defaults) return NO_DEMANDS;
    const open = possible.filter(({ name, type }) => !isDefault(defaults[name], type));
    const extended = new Map<string, Field[]>();
    for (const { relation } of delegations(fields)) {
      extended.set(relation, await this.fields(relation) ?? []);
    }
    return demandsOf(fields, open, extended);
  }

  /** The defaults of these fields. */
  async #defaults(model: string, names: readonly string[]): Promise<Defaults | undefined> {
    const call = { model, method: "default_get", args: [names] };
    try {
      // Some models have made a method of records of it, which takes ids first
      const answer = await this.#unlessRefused(call) ??
        await this.#unlessRefused({ ...call, ids: [] });
      return isStruct(answer) ? structs([answer])[0] : undefined;
    } catch (error) {
      // XML-RPC cannot carry the default "none", which some models give: then each field is asked for by itself
      if (!(error instanceof OdooProtocolError)) throw error;
      if (names.length === 1) return {};
      const each = await Array.fromAsync(names, (name) => this.#defaults(model, [name]));
      return Object.assign({}, ...each);
    }
  }

  async #unlessRefused(call: RpcCall, kind?: ServerErrorKind): Promise<RpcValue | undefined> {
    return await unlessRefused(this.#caller, call, this.#options, kind);
  }
}

/** Models that Odoo tells of. */
interface KnownModels {
  /** Their names. */
  names: readonly string[];
  /** Those whose records stay: no wizards. */
  lasting: ReadonlySet<string>;
  /** Whether there are no others. */
  areAll: boolean;
}

type Defaults = { readonly [field: string]: RpcValue };

/** Whether a required field is content with its default: `false` is one of a switch, and "none" otherwise. */
function isDefault(value: RpcValue | undefined, type: string): boolean {
  return value !== undefined && value !== null && (value !== false || type === "boolean");
}

function noSuchModels(
  missing: readonly string[],
  known: readonly string[],
): string {
  const names = missing.map((model) => {
    const nearest = nearestName(model, known);
    return nearest === undefined ? `"${model}"` : `"${model}" (${nearest}?)`;
  });
  const what = names.length === 1 ? "no model" : "no models";
  return `This Odoo has ${what} ${
    names.join(", ")
  }: check the name and that its module is installed`;
}

/** The name with the fewest letters different, if those are no more than a third. */
function nearestName(name: string, names: readonly string[]): string | undefined {
  const near = names.map((each) => ({ each, distance: distanceOf(name, each) }))
    .filter(({ distance }) => distance <= Math.max(2, name.length / 3))
    .sort((a, b) => a.distance - b.distance || (a.each < b.each ? -1 : 1));
  return near[0]?.each;
}

/** How many letters have to be put in, left out or replaced. */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [place, other] of [...to].entries()) {
      next.push(Math.min(
        (next[place] ?? 0) + 1,
        (row[place + 1] ?? 0) + 1,
        (row[place] ?? 0) + (letter === other ? 0 : 1),
      ));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
