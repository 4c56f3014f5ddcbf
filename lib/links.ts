/**
 * The values of relational fields.
 *
 * @module
 */
import { OdooConfigError } from "./errors.ts";
import { isList, isStruct, type RpcCall, type RpcInput } from "./values.ts";

/** A record's values, as `create` and `write` take them. */
export type Values = { readonly [field: string]: RpcInput };

/** One command to a one2many or many2many field, as Odoo takes them. {@linkcode link} makes them. */
export type LinkCommand<V extends Values = Values> =
  | readonly [command: 0, id: 0, values: V]
  | readonly [command: 1, id: number, values: V]
  | readonly [command: 2 | 3 | 4, id: number, nothing: 0]
  | readonly [command: 5, id: 0, nothing: 0]
  | readonly [command: 6, id: 0, ids: readonly number[]];

/** What {@linkcode link} can do. */
export interface Links {
  /** Makes a record with these values and adds it to the field. */
  create<V extends Values = Values>(values: NoInfer<V>): LinkCommand<V>;

  /** Writes values to a record of the field. */
  update<V extends Values = Values>(id: number, values: NoInfer<V>): LinkCommand<V>;

  /** Deletes the record: from the database, not only from the field. */
  delete(id: number): LinkCommand<never>;

  /**
   * Takes the record out of the field. Of a many2many it stays as it is. In a one2many it loses its parent: it stays
   * where it may be without one (the contacts of a company), is deleted where it belongs to it (the lines of an order),
   * and Odoo refuses where it has to have one otherwise.
   */
  unlink(id: number): LinkCommand<never>;

  /** Adds a record that exists. In a one2many it leaves the parent that it had. */
  link(id: number): LinkCommand<never>;

  /** Takes all records out of the field, each as `unlink` does, so that lines of an order are deleted. */
  clear(): LinkCommand<never>;

  /** Makes these the records of the field: adds those that are missing, takes the others out as `unlink` does. */
  set(ids: readonly number[]): LinkCommand<never>;
}

/**
 * The commands to the records of a one2many or many2many field, for `create` and `write`. A field takes a list of them,
 * which Odoo carries out in order.
 *
 * The values of `create` and `update` are checked against the field that they are written to, where its types are known.
 * An id has to be a whole number above 0, else an {@linkcode OdooConfigError} is thrown.
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
export const link: Links = {
  create: (values) => [0, 0, values],
  update: (id, values) => [1, checked("update", id), values],
  delete: (id) => [2, checked("delete", id), 0],
  unlink: (id) => [3, checked("unlink", id), 0],
  link: (id) => [4, checked("link", id), 0],
  clear: () => [5, 0, 0],
  set: (ids) => [6, 0, ids.map((id) => checked("set", id))],
};

/** Odoo says nothing to an id of 0: it skips the command, and with `set` empties a one2many. */
function checked(command: string, id: number): number {
  checkId(id, `link.${command}`);
  return id;
}

/**
 * Refuses what cannot be the id of a record.
 *
 * @throws {OdooConfigError} It is not a whole number above 0.
 */
export function checkId(id: number, where: string): void {
  if (Number.isSafeInteger(id) && id > 0) return;
  // Text could be anybody's data
  const given = typeof id === "number" ? `the id ${id}` : `an id of type ${typeof id}`;
  throw new OdooConfigError(
    `Cannot use ${given} in ${where}: an id must be a whole number above 0`,
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
