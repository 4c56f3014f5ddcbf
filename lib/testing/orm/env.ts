/**
 * The world of one call: who calls, in which context, at what moment, and the values of records as that caller sees
 * them.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { lacking, userError, type Version } from "../faults.ts";
import type { Field, Model, Registry } from "./models.ts";
import { Memo } from "./memo.ts";
import type { PythonValue } from "../python.ts";
import type { Row, Store } from "./store.ts";

/** Odoo's context: settings of a call. */
export type Context = { readonly [key: string]: PythonValue };

/** What a session remembers beside its user. Calls of 17 and 19 over XML-RPC and JSON-RPC have none. */
export interface WebSession {
  /** When the user has last given the password, in milliseconds. */
  identifiedAt?: number;
}

/** What an environment is made of. */
export interface EnvParts {
  /** The data. */
  readonly store: Store;
  /** The models. */
  readonly registry: Registry;
  /** Version of Odoo. */
  readonly version: Version;
  /** Name of the database. */
  readonly db: string;
  /** User that calls. */
  readonly uid: number;
  /** Context of the call. */
  readonly context: Context;
  /** Start of the transaction, as stamps hold it. */
  readonly now: string;
  /** Whether access rights are out of force: Odoo's `sudo()`. */
  readonly su?: boolean;
  /** The session that the call came in. */
  readonly session?: WebSession | undefined;
}

/** The environment of a call: Odoo's `self.env`. */
export class Env {
  /** The data. */
  readonly store: Store;
  /** The models. */
  readonly registry: Registry;
  /** Version of Odoo. */
  readonly version: Version;
  /** Name of the database. */
  readonly db: string;
  /** User that calls. */
  readonly uid: number;
  /** Context of the call. */
  readonly context: Context;
  /** Start of the transaction: every stamp of the call. */
  readonly now: string;
  /** Whether access rights are out of force. */
  readonly su: boolean;

  /** The session that the call came in. */
  readonly session: WebSession | undefined;

  /** Takes the parts. */
  constructor(parts: EnvParts) {
    this.store = parts.store;
    this.registry = parts.registry;
    this.version = parts.version;
    this.db = parts.db;
    this.uid = parts.uid;
    this.context = parts.context;
    this.now = parts.now;
    this.su = parts.su ?? false;
    this.session = parts.session;
  }

  /** The same call without access rights, or with more context. */
  with(parts: Partial<Pick<EnvParts, "su" | "context">>): Env {
    return new Env({ ...this, ...parts, context: { ...this.context, ...parts.context } });
  }

  /** A model by name. The message is that of Odoo for a call of a model that is not there. */
  model(name: string): Model {
    const model = this.registry.get(name);
    if (!model && this.isLacking(name)) throw lacking(`the model ${name}`);
    if (!model) throw userError(`Object ${name} doesn't exist`);
    return model;
  }

  /** Whether a real server has a model that the simulator does not have. */
  isLacking(name: string): boolean {
    return LACKING_MODELS.test(name);
  }

  /** A row, or `undefined`. */
  row(model: string, id: number): Row | undefined {
    return this.store.get(model, id);
  }

  /** The value of a field as the database would hold it: computed, related and one2many fields too. */
  value(model: Model, row: Row, field: Field): RpcValue {
    if (field.related) return this.follow(model, row, field.related);
    if (field.compute) return field.compute(this, row);
    if (field.mirror) return this.mirrored(field.mirror, row.id);
    if (field.type === "one2many") {
      return linesOf(this.store, field, row.id);
    }
    return row[field.name] ?? (field.type === "many2many" ? [] : null);
  }

  /** Ids of the records whose many2many field has a record in it. */
  mirrored({ model, field }: { model: string; field: string }, id: number): number[] {
    const memo = OWNERS.get(model) ?? new Memo<Owners>([model]);
    OWNERS.set(model, memo);
    const owners = memo.get(this, field, () => ownersOf(this.store.rows(model), field));
    return [...owners.get(id) ?? []];
  }

  /** The value at the end of a path of many2one fields. */
  follow(model: Model, row: Row, path: string): RpcValue {
    const dot = path.indexOf(".");
    const name = dot < 0 ? path : path.slice(0, dot);
    const field = model.fields.get(name);
    if (!field) return null;
    const value = this.value(model, row, field);
    if (dot < 0) return value;
    const relation = field.relation ?? "";
    const next = typeof value === "number" ? this.store.get(relation, value) : undefined;
    return next ? this.follow(this.model(relation), next, path.slice(dot + 1)) : null;
  }

  /** Display name of a record, whatever the caller may see of it: many2one values are read with `sudo()`. */
  displayName(model: string, id: number): string {
    const row = this.store.get(model, id);
    const definition = this.model(model);
    const field = definition.fields.get("display_name");
    const value = row && field ? this.value(definition, row, field) : null;
    return typeof value === "string" ? value : "";
  }

  /** Whether archived records are out of sight. */
  get activeTest(): boolean {
    return this.context["active_test"] === undefined || this.context["active_test"] === true ||
      this.context["active_test"] === 1;
  }
}

/** Ids of records by those that their links lead to. */
type Owners = ReadonlyMap<number, readonly number[]>;

const OWNERS = new Map<string, Memo<Owners>>();

function ownersOf(rows: Iterable<Row>, field: string): Owners {
  const owners = new Map<number, number[]>();
  for (const row of rows) {
    const links = row[field];
    for (const link of new Set(Array.isArray(links) ? links : [])) {
      if (typeof link !== "number") continue;
      const known = owners.get(link);
      if (known) known.push(row.id);
      else owners.set(link, [row.id]);
    }
  }
  return owners;
}

/** Ids of the records that a one2many shows. */
export function linesOf(store: Store, field: Field, id: number): number[] {
  const { relation = "", relationField = "", where } = field;
  const found = store.find(relation, [relationField], [id]);
  if (!where) return found;
  return found.filter((line) => {
    const row = store.get(relation, line);
    return row !== undefined && where(row);
  });
}

/** Models that no Odoo is without: to say that they do not exist would be wrong. */
const LACKING_MODELS =
  /^(base|ir|res)\.(?!model$|model\.(fields|data|access)$|config_parameter$)[a-z_.]+$|^(mail|account|analytic|calendar|crm|digest|payment|portal|product|resource|sale|sms|snailmail|spreadsheet|uom|utm)\.[a-z_.]+$/;
