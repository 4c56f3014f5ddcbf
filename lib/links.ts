/**
 * The values of relational fields.
 *
 * @module
 */
import { isStruct, type RpcCall, type RpcInput } from "./values.ts";

/** A record's values, as `create` and `write` take them. */
type Values = { readonly [field: string]: RpcInput };

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
