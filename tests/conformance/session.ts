/**
 * What a scenario holds in its hands: calls that write themselves into a transcript, and the clean-up behind them.
 *
 * @module
 */
import type { RpcValue } from "../../lib/values.ts";
import { isStruct, normalize, type Own, type Relations } from "./normalize.ts";
import { type Outcome, send, type Server, type User, type Wire } from "./wires.ts";

/** A scenario: calls to an Odoo, the same on a real one and on the simulated one. */
export type Scenario = (odoo: Session) => Promise<void>;

/** One line of a transcript: what was called, and how it ended. */
export interface Step {
  call: string;
  outcome: RpcValue;
}

/** Users that every server has: `admin`, and `demo`, an ordinary internal user. */
export type Users = Readonly<Record<"admin" | "demo", User>>;

/**
 * Calls an Odoo as one user, and writes down what it answers.
 *
 * Ids of records that the scenario has made appear as `#1`, `#2` ... in the order in which they were made; all other ids
 * as `#`. Times of today appear as `<now>`, and the scenario's own tag as `<tag>`.
 */
export class Session {
  /** Text that no other record has. Put it into names and references, and search for it. */
  readonly tag: string;
  readonly #server: Server;
  readonly #users: Users;
  readonly #user: User;
  readonly #shared: Shared;

  constructor(
    readonly wire: Wire,
    server: Server,
    users: Users,
    user: User = users.admin,
    shared: Shared = new Shared(),
  ) {
    this.#server = server;
    this.#users = users;
    this.#user = user;
    this.#shared = shared;
    this.tag = shared.tag;
  }

  /** Version of the server. */
  get version(): 14 | 17 | 19 {
    return this.#server.version;
  }

  /** The user that calls, with the secret, which must not be written down. */
  get user(): User {
    return this.#user;
  }

  /** Id of the user that calls. */
  get uid(): number {
    return this.#user.uid;
  }

  /** What has happened so far. */
  get steps(): readonly Step[] {
    return this.#shared.steps;
  }

  /** Calls and writes the outcome down. The value, or `undefined` after a fault. */
  async call(
    model: string,
    method: string,
    args: RpcValue[] = [],
    kwargs: Record<string, RpcValue> = {},
  ): Promise<RpcValue | undefined> {
    const outcome = await this.#send(model, method, args, kwargs);
    const names = { shared: this.#shared, relations: await this.#relations(model) };
    // This one answers with an id of any model
    const owner = method === "check_object_reference" ? "" : model;
    const ids = isIds(method) ? owner : undefined;
    this.#shared.note(`${model}.${method}`, normalize(outcome, names, model, ids));
    return "value" in outcome ? outcome.value : undefined;
  }

  /** Makes a record, unrecorded: the ground that a scenario stands on. It has to succeed. */
  async make(model: string, values: Record<string, RpcValue>): Promise<number> {
    return Number(await this.get(model, "create", [values]));
  }

  /** Calls without writing anything down, such as to look an id up. It has to succeed. */
  async get(
    model: string,
    method: string,
    args: RpcValue[] = [],
    kwargs: Record<string, RpcValue> = {},
  ): Promise<RpcValue> {
    const outcome = await this.#send(model, method, args, kwargs);
    if ("value" in outcome) return outcome.value;
    throw new Error(`${model}.${method} of a scenario's ground failed: ${JSON.stringify(outcome)}`);
  }

  /** Id of a record with an external id. */
  async ref(xmlid: string): Promise<number> {
    const [module = "", name = ""] = xmlid.split(".");
    const found = await this.get("ir.model.data", "search_read", [[
      ["module", "=", module],
      ["name", "=", name],
    ], ["res_id"]]);
    const [first] = Array.isArray(found) ? found : [];
    if (typeof first !== "object" || first === null || !("res_id" in first)) {
      throw new Error(`There is no ${xmlid}`);
    }
    return Number(first["res_id"]);
  }

  /** Writes something down that the scenario has worked out of values that are not comparable as they are. */
  note(what: string, value: RpcValue): void {
    const names = { shared: this.#shared, relations: {} };
    this.#shared.note(what, normalize({ value }, names, "", undefined));
  }

  /** Remembers a record that was made otherwise than by `create`, `copy`, `name_create` and `load`. */
  made(model: string, id: number): void {
    this.#shared.made(model, id);
  }

  /** The same scenario as another user: `demo`, or one that the scenario has made. */
  as(user: "demo" | User): Session {
    const other = typeof user === "string" ? this.#users[user] : user;
    return new Session(this.wire, this.#server, this.#users, other, this.#shared);
  }

  /** The same scenario over another protocol, for values that one of them cannot send. */
  over(wire: Wire): Session {
    return new Session(wire, this.#server, this.#users, this.#user, this.#shared);
  }

  /** A request of any kind, for what is not a call of a model. Nothing is written down. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return await this.#server.fetch(this.#server.url + path, init);
  }

  /** Address of the server. */
  get url(): string {
    return this.#server.url;
  }

  /** Name of the database. */
  get db(): string {
    return this.#server.db;
  }

  /** Deletes what the scenario has made, the latest first. What does not go on its own is tried again, then archived. */
  async cleanUp(): Promise<void> {
    let left: Left[] = this.#shared.records.toReversed();
    for (let round = 0; round < 3 && left.length > 0; round++) {
      const stayed: Left[] = [];
      for (const record of left) {
        const outcome = await this.#send(record.model, "unlink", [[record.id]], {}, true);
        if (!("fault" in outcome) || !await this.#exists(record)) continue;
        stayed.push({ ...record, reason: outcome.fault });
      }
      left = stayed;
    }
    for (const { model, id, reason } of left) {
      const archived = await this.#send(model, "write", [[id], { active: false }], {}, true);
      if ("value" in archived) continue;
      const why = JSON.stringify(reason);
      console.error(`${this.wire} ${this.version}: ${model} ${id} could not be removed: ${why}`);
    }
  }

  /** The models that the fields of a model lead to: two models may have records with the same id. */
  async #relations(model: string): Promise<Relations> {
    const known = RELATIONS.get(this.#server) ?? new Map<string, Promise<Relations>>();
    RELATIONS.set(this.#server, known);
    const asked = known.get(model) ?? this.#askRelations(model);
    known.set(model, asked);
    return await asked;
  }

  async #askRelations(model: string): Promise<Relations> {
    const outcome = await send("jsonrpc", this.#server, this.#users.admin, {
      model,
      method: "fields_get",
      args: [],
      kwargs: { attributes: ["relation"] },
    });
    if ("fault" in outcome || !isStruct(outcome.value)) return {};
    return Object.fromEntries(
      Object.entries(outcome.value).flatMap(([name, field]) =>
        isStruct(field) && typeof field["relation"] === "string" ? [[name, field["relation"]]] : []
      ),
    );
  }

  async #exists({ model, id }: Made): Promise<boolean> {
    const found = await this.#send(model, "search_count", [[["id", "=", id]]], {
      context: { active_test: false },
    }, true);
    return "value" in found && found.value === 1;
  }

  async #send(
    model: string,
    method: string,
    args: RpcValue[],
    kwargs: Record<string, RpcValue>,
    asAdmin = false,
  ): Promise<Outcome> {
    const user = asAdmin ? this.#users.admin : this.#user;
    const outcome = await send(this.wire, this.#server, user, { model, method, args, kwargs });
    if ("value" in outcome) this.#remember(model, method, outcome.value);
    return outcome;
  }

  #remember(model: string, method: string, value: RpcValue): void {
    if (method === "create" || method === "copy") {
      for (const id of [value].flat()) if (typeof id === "number") this.made(model, id);
    }
    if (method === "name_create" && Array.isArray(value)) this.made(model, Number(value[0]));
    if (method === "load" && isStruct(value) && Array.isArray(value["ids"])) {
      for (const id of new Set(value["ids"])) this.made(model, Number(id));
    }
  }
}

const RELATIONS = new WeakMap<Server, Map<string, Promise<Relations>>>();

interface Made {
  model: string;
  id: number;
}

/** A record that does not go. */
interface Left extends Made {
  reason?: RpcValue;
}

/** What the sessions of one scenario have in common. */
class Shared implements Own {
  readonly tag = `conf${letters(8)}`;
  readonly steps: Step[] = [];
  readonly records: Made[] = [];
  readonly startedAt = Date.now();

  note(call: string, outcome: RpcValue): void {
    this.steps.push({ call, outcome });
  }

  made(model: string, id: number): void {
    if (!this.records.some((each) => each.model === model && each.id === id)) {
      this.records.push({ model, id });
    }
  }

  /** The name of an id of a model; of any, where it is not known. */
  nameOf(id: number, model: string): string {
    const index = this.records.findIndex((each) =>
      each.id === id && (model === "" || each.model === model)
    );
    return index < 0 ? "#" : `#${index + 1}`;
  }
}

/** Whether bare integers in an answer of a method are ids. */
function isIds(method: string): boolean {
  return ["search", "search_fetch", "create", "copy", "exists", "load", "check_object_reference"]
    .includes(method);
}

/** Letters by chance, neither vowels nor a `t`: no scenario looks for a text that could be in them. */
function letters(count: number): string {
  const random = crypto.getRandomValues(new Uint8Array(count));
  return Array.from(random, (byte) => "bcdfghjklmqrvwz"[byte % 15]).join("");
}
