// What has to compile, and what must not. Never run.
import {
  and,
  type DateString,
  type DatetimeString,
  type Domain,
  type Many2One,
  normalizeDomain,
  not,
  or,
  type RpcInput,
  type RpcValue,
} from "../../mod.ts";

type Order = {
  id: number;
  name: string;
  note: string | false;
  state: "draft" | "sale" | false;
  partner_id: Many2One | false;
  line_ids: number[];
  total: number;
  active: boolean;
  ordered: DatetimeString | false;
  due: DateString | false;
  origin: `${string},${number}` | false;
  properties: RpcValue;
};
type Tag = { id: number; title: string | false };
type Empty = { read: object; create: object; write: object };

declare function searchRead<F extends keyof Order>(
  domain: Domain<Order>,
  options: { fields: readonly F[] },
): Pick<Order, F>;
declare function search(domain: Domain<Order>): void;
declare function searchAny(domain: Domain): void;
declare function executeKw(args: readonly RpcInput[]): void;
declare const names: string[];
declare const ids: readonly number[];
declare const text: string;
declare const due: Order["due"];

// Inline, and in a variable with a type
searchRead(
  [["name", "=", "x"], "|", ["active", "=", true], ["partner_id.country_id.code", "=", "BE"]],
  { fields: ["name"] },
).name;
const recent: Domain<Order> = ["!", [1, "=", 1], "&", [0, "=", 1], ["id", ">", 3]];

// Every operator
search([["note", "=", text], ["note", "!=", false], ["note", "<>", "x"], ["note", "==", "x"]]);
search([["note", "=?", "x"], ["note", "<", "x"], ["note", ">", "x"], ["note", "<=", text]]);
search([["note", ">=", "x"], ["note", "in", names], ["note", "not in", [false, "x"]]]);
search([["note", "like", "x"], ["note", "not like", "x"], ["note", "ilike", "x"]]);
search([["note", "not ilike", "x"], ["note", "=like", "x"], ["note", "not =like", "x"]]);
search([["note", "=ilike", "x"], ["note", "not =ilike", "x"], ["partner_id", "child_of", 3]]);
search([["partner_id", "parent_of", [3, 4]], ["line_ids", "any", [["x", "=", 1], "!", []]]]);
search([["line_ids", "not any", []], ["id", "child_of", "Azure"], ["id", "any", []]]);

// Every kind of field
search([["id", "=", 1], ["id", "in", ids], ["total", "<=", 1.5], ["total", "ilike", "1"]]);
search([["active", "!=", false], ["active", "in", [true, false]], ["state", "=", "draft"]]);
search([["state", "in", ["draft", false]], ["state", "ilike", "dra"], ["partner_id", "=", 3]]);
search([["partner_id", "=", "Azure"], ["partner_id", "in", [3, "Azure", false]]]);
search([["partner_id", "ilike", "azure"], ["line_ids", "in", ids], ["line_ids", "=", false]]);
search([["origin", "=", "sale.order,3"], ["origin", "=", false], ["origin", "like", "sale."]]);
search([["properties", "=", { a: 1 }], ["properties.size", "in", ["a"]]]);
search([["ordered", ">", new Date()], ["ordered", "<", Temporal.Now.instant()]]);
search([["ordered", ">=", "2026-01-09"], ["ordered", "<", "2026-01-09 13:30:00"]]);
search([["due", "=", Temporal.Now.plainDateISO()], ["due", "=", due], ["due", "in", [due]]]);
search([["due", ">", "today"], ["due", "<", "today -3d"], ["due", "<", "-1w"], [
  "due",
  "=",
  "now",
]]);
search([["due", ">=", "=monday"], ["due", "like", "2026-"], ["due.month_number", "=", 1]]);

// @ts-expect-error no such field
search([["nmae", "=", "x"]]);
// @ts-expect-error no such field, in a later condition
search([["name", "=", "x"], ["nmae", "=", "x"]]);
// @ts-expect-error a number for a text
search([["name", "=", 3]]);
// @ts-expect-error a number among texts
search([["name", "in", ["x", 3]]]);
// @ts-expect-error one for a list
search([["name", "in", "x"]]);
// @ts-expect-error a list for one
search([["name", "=", ["x"]]]);
// @ts-expect-error a text for a number
search([["total", ">", "3"]]);
// @ts-expect-error ids are numbers
search([["id", "=", "3"]]);
// @ts-expect-error a text for a boolean
search([["active", "=", "true"]]);
// @ts-expect-error no such choice
search([["state", "=", "drft"]]);
// @ts-expect-error no such choice in the list
search([["state", "in", ["draft", "drft"]]]);
// @ts-expect-error not a reference
search([["origin", "=", "sale.order"]]);
// @ts-expect-error a pair is no operand
search([["partner_id", "=", [3, "Azure"]]]);
// @ts-expect-error one id for a list
search([["line_ids", "in", 3]]);
// @ts-expect-error neither a date nor relative to now
search([["due", "=", "yesterdy"]]);
// @ts-expect-error a text that may be anything
search([["due", "=", text]]);
// @ts-expect-error a number for a date
search([["ordered", ">", 1767950000]]);
// @ts-expect-error no such operator
search([["name", "equals", "x"]]);
// @ts-expect-error booleans are not in an order
search([["active", ">", false]]);
// @ts-expect-error texts have no children
search([["name", "child_of", 3]]);
// @ts-expect-error numbers are no relation
search([["total", "any", []]]);
// @ts-expect-error an `any` takes a domain
search([["line_ids", "any", 3]]);
// @ts-expect-error a path begins with a field
search([["prtner_id.name", "=", "x"]]);
// @ts-expect-error texts have no fields
search([["name.x", "=", "x"]]);
// @ts-expect-error without its operand
search([["name", "="]]);
// @ts-expect-error one part too many
search([["name", "=", "x", "y"]]);
// @ts-expect-error a condition is a list in the list
search(["name", "=", "x"]);
// @ts-expect-error not how Odoo says it
search(["and", ["name", "=", "x"]]);
// @ts-expect-error true of nothing that Odoo knows
search([[1, "=", 0]]);

// Joined: checked by what they go to, and by what they are joined with
search(and([["name", "=", "x"]], recent, or([["total", ">", 3]], not(recent))));
const joined: Domain<Order> = or([["state", "=", "draft"]], [["note", "=", false]]);
const inferred = and(recent, [["state", "=", "sale"]]);
search(inferred);
search(normalizeDomain([["due", ">", "today"]]));
search(and(inferred, joined, [["id", ">", 80]]));
// @ts-expect-error no such field
search(and([["nmae", "=", "x"]], recent));
// @ts-expect-error no such choice
const wrong: Domain<Order> = not([["state", "=", "drft"]]);
// @ts-expect-error not a field of the domain beside it
and(recent, [["nmae", "=", "x"]]);
// @ts-expect-error not a field of the domain beside it
or([["nmae", "=", "x"]], recent);
declare const tags: Domain<Tag>;
// @ts-expect-error domains of two models
and(recent, tags);
// @ts-expect-error of another model
search(normalizeDomain(tags));

// Without types
const loose = [["is_company", "=", true]];
searchAny(loose);
searchAny(and(loose, [["x", text, ids]], ["|", ["y", "=", 1], ["z.z", "=", new Date()]]));
searchAny(recent);
const kept: Domain = not(loose);
executeKw([recent, joined, and(recent, recent), kept, loose, and([["x", text, names]])]);
const records: Domain<Record<string, string>> = [["x", "=", 3]];
// @ts-expect-error what is not checked is not a domain of these fields
search(loose);

// In generic code
export function firstPage<T extends Empty>(domain: Domain<T["read"]>): readonly RpcInput[] {
  const unchecked: Domain = domain;
  executeKw([domain, not(domain)]);
  return and(unchecked, [["id", ">", 80]]);
}
export { records, wrong };
