/**
 * The values of relational fields.
 *
 * @module
 */
import { OdooConfigError } from "./errors.ts";
import { isStruct, type RpcCall, type RpcInput } from "./values.ts";

/** A record's values, as `create` and `write` take them. */
export type Values = { readonly [field: string]: RpcInput };

/** One command to a one2many or many2many field, as Odoo takes them. {@linkcode link} makes them. */
export type LinkCommand<V extends Values = Values> =
  | readonly [command: 0, id: 0, values: V]
  | readonly [command: 1, id: number, values: V]
  | readonly [command: 2 | 3 | 4, id: number, nothing: 0]
  | readonly [command: 5, id: 0, nothing: 0]
  | readonly [command: 6, id: 0, ids: readonly number[]];

/**
 * The commands to the records of a one2many or many2many field, for `create` and `write`. A field takes a list of them,
 * and Odoo carries them out in that order.
 *
 * The values of `create` and `update` are checked against the field that they are written to, where its types are known.
 *
 * ```ts
 * import { connect, link } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const id = await odoo.executeKw<number>("res.partner", "create", [{
 *   name: "Acme",
 *   child_ids: [link.create({ name: "Ana" }), link.create({ name: "Bob" })],
 * }]);
 * await odoo.executeKw("res.partner", "write", [[id], { category_id: [link.clear()] }]);
 * ```
 */
export const link = {
  /** Makes a record with these values and adds it to the field. */
  create<V extends Values = Values>(values: NoInfer<V>): LinkCommand<V> {
    return [0, 0, values];
  },

  /** Writes values to a record of the field. */
  update<V extends Values = Values>(id: number, values: NoInfer<V>): LinkCommand<V> {
    return [1, checked("update", id), values];
  },

  /** Deletes the record from the database, not only from the field. */
  delete(id: number): LinkCommand<never> {
    return [2, checked("delete", id), 0];
  },

  /** Takes the record out of the field. */
  unlink(id: number): LinkCommand<never> {
    return [3, checked("unlink", id), 0];
  },

  /** Adds a record that exists. */
  link(id: number): LinkCommand<never> {
    return [4, checked("link", id), 0];
  },

  /** Takes all records out of the field, each as `unlink` does. */
  clear(): LinkCommand<never> {
    return [5, 0, 0];
  },

  /** Makes these the records of the field: takes out the others, as `unlink` does, and adds those that are missing. */
  set(ids: readonly number[]): LinkCommand<never> {
    return [6, 0, ids.map((id) => checked("set", id))];
  },
};

/** Odoo takes 0 and negative ids for records that it has yet to make, and says nothing. */
function checked(command: string, id: number): number {
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new OdooConfigError(
    `Cannot make link.${command} of the id ${id}: an id must be a whole number above 0`,
  );
}

/**
 * The call with many2one values as Odoo wants them written. What `read` gives for a many2one is `[id, name]`; `write`
 * takes that without an error and clears the field (Odoo 14, 17 and 19). So a pair that is the value of a field goes
 * out as its id, in `create` and `write` and in the values inside x2many commands, and nowhere else.
 */
export function withMany2OneIds(call: RpcCall): RpcCall {
  if (call.method !== "create" && call.method !== "write") return call;
  const { args = [], kwargs = {} } = call;
  return {
    ...call,
    args: args.map(toWritable),
    kwargs: Object.fromEntries(
      Object.entries(kwargs).map((
        [name, value],
      ) => [name, name === "context" ? value : toWritable(value)]),
    ),
  };
}

/** Values of one record, of several, or a list of ids. */
function toWritable(argument: RpcInput): RpcInput {
  if (isList(argument)) return argument.map(toWritable);
  return isStruct(argument) ? mapFields(argument) : argument;
}

function mapFields(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, fieldValue(value)]),
  );
}

function fieldValue(value: RpcInput): RpcInput {
  if (!isList(value)) return value;
  const [id, name] = value;
  // A record without a name of its own reads as [id, false]
  const isName = typeof name === "string" || name === false;
  if (value.length === 2 && Number.isInteger(id) && isName) return id ?? false;
  return value.map((command) => isList(command) ? command.map(linkPart) : command);
}

/** The third part of a create or update command holds the values of a record. */
function linkPart(part: RpcInput, index: number): RpcInput {
  return index === 2 && isStruct(part) ? mapFields(part) : part;
}

function isList(value: RpcInput): value is readonly RpcInput[] {
  return Array.isArray(value);
}
