/**
 * Odoo's search domains: their type, how they are joined, and their normal form.
 *
 * A domain is a list of conditions `[field, operator, operand]`, all of which have to hold, with `"&"`, `"|"` and `"!"` in
 * front of those that they join. Where the fields of a model are known, names and operands are checked by the compiler.
 *
 * ```ts
 * import { and, type Domain, not, or } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * type Partner = { id: number; name: string | false; active: boolean; country_id: false | readonly [number, string] };
 *
 * const belgian: Domain<Partner> = [["country_id.code", "=", "BE"], ["active", "=", true]];
 * const found = and(belgian, or([["name", "ilike", "inc"]], not([["name", "!=", false]])));
 * assertEquals(found, [
 *   "&",
 *   "&",
 *   ["country_id.code", "=", "BE"],
 *   ["active", "=", true],
 *   "|",
 *   ["name", "ilike", "inc"],
 *   "!",
 *   ["name", "!=", false],
 * ]);
 * ```
 *
 * @module
 */
import type { DateString, DatetimeString } from "./dates.ts";
import { OdooConfigError } from "./errors.ts";
import { isList, type Many2One, type RpcInput, type RpcValue } from "./values.ts";

/**
 * A domain on a model, of whose records `R` is the type that `read` gives. Without it, or where `R` takes any field, a
 * domain is a list of anything that can be sent.
 *
 * - Of a path such as `country_id.code` only the first field is checked, which has to be a relation, a date (Odoo 18 and
 *   later: `date_order.month_number`) or of no known type. So are the conditions inside `any` and `not any` not checked.
 * - A date is compared with a date or a moment in any form that can be sent, or in Odoo 19 with one relative to now:
 *   `today` and `now`, and steps that begin with a sign, such as `today -1w` or `=monday`. No other text fits.
 * - Odoo leaves archived records out unless the domain names `active`, wherever: a condition on it in one of several
 *   domains that are joined brings them back in all.
 * - What only some versions understand is let through: `any` and `not any` are Odoo 17's, `==`, `not =like` and
 *   `not =ilike` are those of 19.
 */
export type Domain<R = Record<string, RpcValue>> = readonly Term<NoInfer<R>>[];

/**
 * A part of a {@linkcode Domain}: a condition, or what joins or negates the parts behind it.
 *
 * @internal
 */
type Term<R> = string extends keyof R ? RpcInput
  : Either<Connective, Either<Constant, Condition<R>>>;

type Connective = "&" | "|" | "!";
/** What is true of every record, and of none. */
type Constant = readonly [1 | 0, "=", 1];

type Equal = "=" | "!=" | "<>" | "==" | "=?";
type Order = "<" | ">" | "<=" | ">=";
type OneOf = "in" | "not in";
type Like = `${"" | "not "}${"" | "="}${"like" | "ilike"}`;
type Within = "child_of" | "parent_of";
type Any = "any" | "not any";
type Operator = Equal | Order | OneOf | Like | Within | Any;

type Moment =
  | DateString
  | DatetimeString
  | Relative
  | Date
  | Temporal.Instant
  | Temporal.PlainDate;
type Relative = "today" | "now" | `${"" | "today " | "now "}${"+" | "-" | "="}${string}`;
/** A record by its id, or those that a search for the name finds. */
type Link = number | string;

/** What decides which operators and operands a field has. */
type Kind<V> = RpcValue extends V ? "free" : KindOfSet<Exclude<V, false | undefined>>;
/** The kind of a field from its values but `false`, which stands for "none" in nearly every field. */
type KindOfSet<V> = [V] extends [never] ? "free"
  : [V] extends [true] ? "boolean"
  : [V] extends [number] ? "number"
  : [V] extends [string] ? string extends V ? "text"
    : DateString extends V ? "date"
    : DatetimeString extends V ? "date"
    : "choice"
  : [V] extends [Many2One | readonly number[]] ? "relation"
  : "free";

/** The names of the fields by their kind. */
type Kinds<R> = { [F in keyof R & string as F extends "id" ? "id" : Kind<R[F]>]: F };
/** The names of the fields of one of these kinds. */
type Of<K, Names extends string> = Names extends Names
  ? K extends { readonly [N in Names]: infer F extends string } ? F : never
  : never;

/**
 * One of two. A union in one piece of this many fields and operators is put together anew for each part of each
 * condition; pairs of pairs the compiler remembers, which halves the time it takes.
 */
type Either<A, B> = A | B;

type Condition<R> = ConditionOf<R, Kinds<R>>;
type ConditionOf<R, K> = Either<
  Either<
    Either<
      readonly [
        Of<K, "free"> | `${Of<K, "free" | "relation" | "date">}.${string}`,
        Operator,
        RpcInput,
      ],
      readonly [Of<K, "number" | "date" | "relation" | "choice">, Like, string]
    >,
    Either<
      Either<BooleanCondition<Of<K, "boolean">>, DateCondition<Of<K, "date">>>,
      Either<
        Either<NumberCondition<Of<K, "number" | "id">>, RelationCondition<Of<K, "relation">>>,
        Either<TreeCondition<Of<K, "relation" | "id">>, TextCondition<Of<K, "text">>>
      >
    >
  >,
  ChoiceCondition<R, Of<K, "choice"> & keyof R>
>;

type BooleanCondition<F> =
  | readonly [F, Equal, boolean]
  | readonly [F, OneOf, readonly boolean[]];
type DateCondition<F> =
  | readonly [F, Equal | Order, Moment | false]
  | readonly [F, OneOf, readonly (Moment | false)[]];
type NumberCondition<F> =
  | readonly [F, Equal | Order, number | false]
  | readonly [F, OneOf, readonly (number | false)[]];
type RelationCondition<F> =
  | readonly [F, Equal | Order, Link | false]
  | readonly [F, OneOf, readonly (Link | false)[]];
type TreeCondition<F> =
  | readonly [F, Within, Link | false | readonly number[]]
  | readonly [F, Any, readonly RpcInput[]];
/** Last of all, so that the compiler compares a name that no field has with these. */
type TextCondition<F> =
  | readonly [F, OneOf, readonly (string | false)[]]
  | readonly [F, Equal | Order | Like, string | false];
/** Selections and references, each with its own values. */
type ChoiceCondition<R, Fields extends keyof R> = {
  [F in Fields]:
    | readonly [F, Equal | Order, (R[F] & string) | false]
    | readonly [F, OneOf, readonly ((R[F] & string) | false)[]];
}[Fields];

const ARITY: ReadonlyMap<unknown, number> = new Map([["!", 1], ["&", 2], ["|", 2]]);
const OPERATORS: ReadonlySet<unknown> = new Set<Operator>([
  ...["=", "!=", "<>", "==", "=?", "<", ">", "<=", ">=", "in", "not in"] as const,
  ...["like", "not like", "ilike", "not ilike"] as const,
  ...["=like", "not =like", "=ilike", "not =ilike"] as const,
  ...["child_of", "parent_of", "any", "not any"] as const,
]);

const ALL: Domain = [];
const NONE: Domain = [[0, "=", 1]];

/**
 * The domain of the records that are in all of these: all records, where there are none. The parts keep their order. A
 * domain of all records falls away, and beside one of no records (`[[0, "=", 1]]`) the others do.
 *
 * ```ts
 * import { and } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(and(["|", ["a", "=", 1], ["b", "=", 2]], [["id", ">", 80]]), [
 *   "&",
 *   "|",
 *   ["a", "=", 1],
 *   ["b", "=", 2],
 *   ["id", ">", 80],
 * ]);
 * assertEquals(and(), []);
 * ```
 *
 * @throws {OdooConfigError} Where one is not a domain. The message says what is wrong and where.
 */
export function and<R = Record<string, RpcValue>>(
  ...domains: readonly Domain<R>[]
): Domain<R>;
export function and(...domains: readonly Domain[]): Domain {
  return join("&", domains);
}

/**
 * The domain of the records that are in at least one of these: no record (`[[0, "=", 1]]`), where there are none. The
 * parts keep their order. A domain of no records falls away, and beside one of all records, such as `[]`, the others do.
 *
 * ```ts
 * import { or } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(or([["a", "=", 1]], [["b", "=", 2], ["c", "=", 3]]), [
 *   "|",
 *   ["a", "=", 1],
 *   "&",
 *   ["b", "=", 2],
 *   ["c", "=", 3],
 * ]);
 * assertEquals(or(), [[0, "=", 1]]);
 * ```
 *
 * @throws {OdooConfigError} Where one is not a domain. The message says what is wrong and where.
 */
export function or<R = Record<string, RpcValue>>(
  ...domains: readonly Domain<R>[]
): Domain<R>;
export function or(...domains: readonly Domain[]): Domain {
  return join("|", domains);
}

/**
 * The domain of the records that are not in this one.
 *
 * Before Odoo 19, a record whose field is empty is neither below nor above a value: `not([["size", "<", 1]])` then finds
 * none that has no size, as `[["size", ">=", 1]]` does not. So it is in Odoo 14 with `not([["country_id.code", "=", "BE"]])`
 * and records that have no country.
 *
 * ```ts
 * import { not } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(not([["a", "=", 1], ["b", "=", 2]]), ["!", "&", ["a", "=", 1], ["b", "=", 2]]);
 * assertEquals(not([]), [[0, "=", 1]]);
 * ```
 *
 * @throws {OdooConfigError} Where it is not a domain. The message says what is wrong and where.
 */
export function not<R = Record<string, RpcValue>>(domain: Domain<R>): Domain<R>;
export function not(domain: Domain): Domain {
  const terms = normalForm(domain, "domain");
  if (isAll(terms)) return NONE;
  if (isNone(terms)) return ALL;
  return terms[0] === "!" ? terms.slice(1) : ["!", ...terms];
}

/**
 * A domain with every `"&"` written out, also inside `any` and `not any`, so that it is one whole expression, which may
 * stand behind another `"&"`, `"|"` or `"!"`. Only `[]`, all records, stays as it is. The parts keep their order.
 *
 * ```ts
 * import { normalizeDomain } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(normalizeDomain([["a", "=", 1], "!", ["b", "=", 2]]), [
 *   "&",
 *   ["a", "=", 1],
 *   "!",
 *   ["b", "=", 2],
 * ]);
 * ```
 *
 * @throws {OdooConfigError} Where it is not a domain. The message says what is wrong and where.
 */
export function normalizeDomain<R = Record<string, RpcValue>>(
  domain: Domain<R>,
): Domain<R>;
export function normalizeDomain(domain: Domain): Domain {
  return normalForm(domain, "domain");
}

function join(connective: "&" | "|", domains: readonly Domain[]): Domain {
  const [isNeutral, isDecisive] = connective === "&" ? [isAll, isNone] : [isNone, isAll];
  const parts = domains
    .map((domain, index) => normalForm(domain, `domains[${index}]`))
    .filter((terms) => !isNeutral(terms));
  if (parts.some(isDecisive)) return connective === "&" ? NONE : ALL;
  if (parts.length === 0) return connective === "&" ? ALL : NONE;
  return [...parts.slice(1).map(() => connective), ...parts.flat()];
}

function isAll(terms: Domain): boolean {
  return terms.length === 0 || terms.length === 1 && isConstant(terms[0], 1);
}

function isNone(terms: Domain): boolean {
  return terms.length === 1 && isConstant(terms[0], 0);
}

function isConstant(term: RpcInput | undefined, left: 1 | 0): boolean {
  return isList(term) && term[0] === left;
}

/** The path is that of the domain in messages. */
function normalForm(domain: RpcInput | undefined, path: string): Domain {
  if (!isList(domain)) throw new OdooConfigError(`${path} is not a list of conditions`);
  const terms: RpcInput[] = [];
  /** The connectives that lack operands, the innermost last. */
  const open: { at: string; missing: number }[] = [];
  let complete = 0;
  for (const [index, term] of domain.entries()) {
    const at = `${path}[${index}]`;
    const arity = ARITY.get(term);
    if (arity !== undefined) {
      terms.push(term);
      open.push({ at: `the "${term}" at ${at}`, missing: arity });
      continue;
    }
    terms.push(condition(term, at));
    closeOne(open);
    if (open.length === 0) complete++;
  }
  const innermost = open.at(-1);
  if (innermost) throw new OdooConfigError(`${innermost.at} lacks a condition that it applies to`);
  return [...Array<"&">(Math.max(complete - 1, 0)).fill("&"), ...terms];
}

/** An operand is complete, and with it all connectives of which it is the last. */
function closeOne(open: { missing: number }[]): void {
  for (let last = open.at(-1); last && --last.missing === 0; last = open.at(-1)) open.pop();
}

/** A condition as it came, but for the domain of an `any`. */
function condition(term: RpcInput | undefined, at: string): RpcInput {
  if (!isList(term)) throw new OdooConfigError(`${at} is ${nameOf(term)}`);
  const [field, operator, operand] = term;
  if (term.length !== 3) {
    throw new OdooConfigError(
      `${at} has ${term.length} parts, where a condition is a list of field, operator and operand`,
    );
  }
  if (typeof field !== "string" || field === "") {
    if ((field === 1 || field === 0) && operator === "=" && operand === 1) return term;
    throw new OdooConfigError(`${at} does not begin with the name of a field`);
  }
  if (!OPERATORS.has(operator)) {
    const shown = typeof operator === "string" ? `"${operator}"` : "its second part";
    throw new OdooConfigError(`${at}, on "${field}": ${shown} is not an operator of Odoo`);
  }
  if (operator !== "any" && operator !== "not any") return term;
  return [field, operator, normalForm(operand, `${at}[2]`)];
}

function nameOf(term: RpcInput | undefined): string {
  if (typeof term !== "string") return 'neither a condition nor one of "&", "|" and "!"';
  return `"${term}", which is none of "&", "|" and "!" (a condition is a list: [["name", "=", "x"]])`;
}
