/**
 * Records by external id, for users of any rights.
 *
 * @module
 */
import { OdooConfigError, OdooServerError, type ServerErrorKind } from "./errors.ts";
import { readInChunks } from "./reading.ts";
import { type Caller, type CallOptions, type RpcInput, type RpcValue, structs } from "./values.ts";

const NAMES_PER_CALL = 1000;
const CALLS_AT_ONCE = 8;

/** A record that an external id names. */
export interface Reference {
  /** `archived` records are found by their ids, but by no search that does not ask for them. */
  status: "active" | "archived";
  /** Technical name of its model. */
  model: string;
  /** Its database id. */
  id: number;
}

/**
 * What an external id leads to. `missing`: there is no such external id, or its record is gone. `hidden`: the user may
 * not see the record. To users who may not read `ir.model.data` (from Odoo 17 on, all but those with Access Rights) the
 * server does not tell a record that is gone from one that is hidden: it is `hidden` then.
 */
export type FoundReference = Reference | { status: "hidden"; model: string | undefined } | {
  status: "missing";
};

/**
 * Looks up external ids.
 *
 * For users who may read `ir.model.data`, a call for all of them and up to three for each model. For others two calls
 * each, of `check_object_reference`, which every user may call.
 */
export async function findReferences(
  caller: Caller,
  xmlids: readonly string[],
  options: CallOptions = {},
): Promise<Map<string, FoundReference>> {
  const names = [...new Set(xmlids)];
  names.forEach(checkName);
  const lookup = new Lookup(caller, options);
  const found = await lookup.inData(names) ?? await lookup.oneByOne(names);
  return new Map(names.map((name) => [name, found.get(name) ?? { status: "missing" }]));
}

/**
 * The record of an external id.
 *
 * @throws {OdooServerError} There is none (`kind: "missing"`), or the user may not see it (`kind: "access"`).
 */
export async function findReference(
  caller: Caller,
  xmlid: string,
  options?: CallOptions,
): Promise<Reference> {
  const found = (await findReferences(caller, [xmlid], options)).get(xmlid);
  if (found?.status === "active" || found?.status === "archived") return found;
  const [kind, message] = found?.status === "hidden"
    ? [
      "access",
      `The record of "${xmlid}" (${
        found.model ?? "of a model that it may not read"
      }) is hidden from this user, or is gone`,
    ] as const
    : ["missing", `Odoo has no record with the external id "${xmlid}"`] as const;
  const method = "check_object_reference";
  throw new OdooServerError(message, {
    kind,
    model: "ir.model.data",
    method,
    exception: "",
    debug: "",
  });
}

/**
 * The models and ids that external ids name, from `ir.model.data`; whether the records are still there is not looked at.
 *
 * @throws {OdooServerError} The user may not read it (`kind: "access"`).
 */
export async function readExternalIds(
  caller: Caller,
  xmlids: readonly string[],
  options: CallOptions = {},
): Promise<Map<string, { model: string; id: number }>> {
  const targets = new Map<string, { model: string; id: number }>();
  for (const [module, names] of Map.groupBy(xmlids, (xmlid) => split(xmlid)[0])) {
    for (let start = 0; start < names.length; start += NAMES_PER_CALL) {
      const some = names.slice(start, start + NAMES_PER_CALL).map((xmlid) => split(xmlid)[1]);
      const domain = [["module", "=", module], ["name", "in", some]];
      const kwargs = { fields: ["name", "model", "res_id"] };
      const call = { model: "ir.model.data", method: "search_read", args: [domain], kwargs };
      for (const { name, model, res_id: id } of structs(await caller.call(call, options))) {
        if (typeof id === "number" && id > 0) {
          targets.set(`${module}.${name}`, { model: String(model), id });
        }
      }
    }
  }
  return targets;
}

type Status = FoundReference["status"];

type Found = Map<string, FoundReference>;

class Lookup {
  readonly #caller: Caller;
  readonly #options: CallOptions;

  constructor(caller: Caller, options: CallOptions) {
    this.#caller = caller;
    this.#options = options;
  }

  /** From the table of external ids; nothing where the user may not read it. */
  async inData(names: readonly string[]): Promise<Found | undefined> {
    const targets = await unless("access", readExternalIds(this.#caller, names, this.#options));
    if (!targets) return undefined;
    const found: Found = new Map();
    for (const [model, named] of Map.groupBy(targets, ([, target]) => target.model)) {
      const ids = named.map(([, { id }]) => id);
      const statuses = await unless("access", this.#statuses(model, ids));
      for (const [name, { id }] of named) {
        const status = statuses ? statuses.get(id) : "hidden";
        if (status === "hidden") found.set(name, { status, model });
        if (status === "active" || status === "archived") found.set(name, { status, model, id });
      }
    }
    return found;
  }

  /** By asking for each, some at a time: the first that fails is the end. */
  async oneByOne(names: readonly string[]): Promise<Found> {
    const found: Found = new Map();
    for (let start = 0; start < names.length; start += CALLS_AT_ONCE) {
      const some = names.slice(start, start + CALLS_AT_ONCE);
      const answers = await Promise.all(some.map((name) => this.#check(name)));
      some.forEach((name, index) => found.set(name, answers[index] ?? { status: "missing" }));
    }
    return found;
  }

  /** Which of the records are there. */
  async #statuses(model: string, ids: readonly number[]): Promise<Map<number, Status>> {
    const all = await unless("user", this.#search(model, ids, false));
    // External ids may outlive their model, whose module is not there any more
    if (!all) return new Map();
    const active = all.size === 0 ? all : await this.#search(model, [...all], true);
    const statuses = new Map<number, Status>();
    const rest = ids.filter((id) => !all.has(id));
    const read = async (chunk: readonly number[]) => {
      const rows = await this.#call(model, "read", [chunk], { fields: ["display_name"] });
      return structs(rows).map((row) => ({ id: Number(row["id"]) }));
    };
    const others = await readInChunks(read, rest, (id, reason) => statuses.set(id, reason));
    // Up to Odoo 18 no search finds a menu that the user does not have on the screen
    for (const { id } of others) statuses.set(id, "active");
    for (const id of all) statuses.set(id, active.has(id) ? "active" : "archived");
    return statuses;
  }

  async #search(model: string, ids: readonly number[], active: boolean): Promise<Set<number>> {
    const found = await this.#call(model, "search", [[["id", "in", ids]]], {}, active);
    return new Set(Array.isArray(found) ? found.map(Number) : []);
  }

  async #check(name: string): Promise<FoundReference> {
    try {
      const [module, rest] = split(name);
      // An archived record is found only when asked for
      for (const [active, status] of [[true, "active"], [false, "archived"]] as const) {
        const answer = await this.#call(
          "ir.model.data",
          "check_object_reference",
          [module, rest],
          {},
          active,
        );
        const [model, id] = Array.isArray(answer) ? answer : [];
        if (typeof id === "number") return { status, model: String(model), id };
        if (!active) return { status: "hidden", model: String(model) };
      }
    } catch (error) {
      if (!(error instanceof OdooServerError)) throw error;
      // The second where the model itself is not there any more
      const isMissing = error.message.includes("External ID not found") ||
        error.exception === "KeyError";
      if (isMissing) return { status: "missing" };
      if (error.kind !== "access") throw error;
    }
    return { status: "hidden", model: undefined };
  }

  async #call(
    model: string,
    method: string,
    args: readonly RpcInput[],
    kwargs: Readonly<Record<string, RpcInput>>,
    active = false,
  ): Promise<RpcValue> {
    const context = { ...this.#options.context, active_test: active };
    // All of these only read
    const options = { ...this.#options, context, idempotent: true };
    return await this.#caller.call({ model, method, args, kwargs }, options);
  }
}

/** What a call answers; nothing where Odoo refuses it for this kind of reason. */
async function unless<T>(kind: ServerErrorKind, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof OdooServerError && error.kind === kind) return undefined;
    throw error;
  }
}

function checkName(xmlid: string): void {
  if (/^[^.\s]+\.\S+$/.test(xmlid)) return;
  throw new OdooConfigError(
    `Cannot look up ${
      JSON.stringify(xmlid)
    }: an external id is written module.name, such as "base.main_company"`,
  );
}

/** Module and name. The name may have further dots. */
function split(xmlid: string): [module: string, name: string] {
  const dot = xmlid.indexOf(".");
  return [xmlid.slice(0, dot), xmlid.slice(dot + 1)];
}
