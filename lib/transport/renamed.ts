/**
 * Calls that fit every version of Odoo: parameters have changed their names.
 *
 * @module
 */
import type { RpcCall, RpcInput } from "../values.ts";
import { type Parameters, parametersOf } from "./parameters.ts";

/** Names that one parameter has had in the versions of Odoo, and has in models that are written for older ones. */
export const RENAMED: Readonly<Record<string, readonly string[]>> = {
  search: ["domain", "args"],
  search_count: ["domain", "args"],
  name_search: ["domain", "args"],
  default_get: ["fields", "fields_list"],
  create: ["vals_list", "vals"],
  write: ["vals", "values"],
};

/** Up to Odoo 18 the models of Odoo itself call the first parameter of these as they like. */
const FREELY_NAMED: ReadonlySet<string> = new Set(["create", "write", "default_get"]);

/**
 * The same call with the parameter names of the server's version: a `domain` for `name_search` is called `args` there
 * up to Odoo 18. What `create`, `write` and `default_get` are given goes by position, as models name it differently,
 * and as Odoo cannot answer a `create` by name. `ids` among the named arguments become the ids of the call, as only
 * JSON-2 takes them there. All else stays as it is.
 *
 * A model may have a `search` of its own, with the name of another version; that cannot be seen from here, and is for
 * `raw` calls. Over JSON-2 it comes out with the server's refusal.
 */
export function withServerNames(given: RpcCall, major: number): RpcCall {
  const parameters = parametersOf(given.model, given.method, major);
  const call = withIds(given, parameters);
  const { method, args = [], kwargs = {} } = call;
  const group = namesIn(RENAMED, method);
  const [name, another] = group.filter((name) => Object.hasOwn(kwargs, name));
  const own = group.find((name) => parameters?.positional.includes(name));
  if (!parameters || name === undefined || another !== undefined || own === undefined) return call;
  const { [name]: value, ...others } = kwargs;
  const place = parameters.positional.indexOf(own) + (parameters.onRecords ? 1 : 0);
  if (FREELY_NAMED.has(method) && positionalsOf(call).length === place) {
    return { ...call, args: [...args, value ?? null], kwargs: others };
  }
  return name === own ? call : { ...call, kwargs: { ...others, [own]: value ?? null } };
}

/** Methods that are known to run on no records may have `ids` of their own. */
function withIds(call: RpcCall, parameters: Parameters | undefined): RpcCall {
  const { ids, ...kwargs } = call.kwargs ?? {};
  const isTaken = parameters?.onRecords === false || positionalsOf(call).length > 0;
  if (ids === undefined || isTaken) return call;
  if (isId(ids)) return { ...call, args: [ids], kwargs };
  return isListOfIds(ids) ? { ...call, ids, kwargs } : call;
}

/** What a table has of a method. */
export function namesIn(
  table: Readonly<Record<string, readonly string[]>>,
  method: string,
): readonly string[] {
  return Object.hasOwn(table, method) ? table[method] ?? [] : [];
}

/** The positional arguments of a call, the ids before all others. */
export function positionalsOf({ ids, args = [] }: RpcCall): readonly RpcInput[] {
  return ids === undefined ? args : [ids, ...args];
}

function isListOfIds(value: RpcInput): value is readonly number[] {
  return Array.isArray(value) && value.every((id) => typeof id === "number");
}

/** Whether a value may be the id of a record. */
export function isId(value: RpcInput | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
