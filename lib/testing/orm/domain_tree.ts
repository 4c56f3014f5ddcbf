/**
 * Domains as trees: what the items of a domain mean, and how each version of Odoo refuses those that mean nothing.
 *
 * @module
 */
import type { Env } from "./env.ts";
import { PythonError, typeError, valueError } from "../faults.ts";
import { isDict, type PythonValue, repr, truthy, typeName } from "../python.ts";

/** A condition: a field or a path, an operator, a value. */
export interface Leaf {
  /** What it is. */
  readonly kind: "leaf";
  /** Field, or fields with dots between them. */
  readonly path: string;
  /** Operator. */
  readonly operator: string;
  /** Value to compare with. A tree where Odoo itself has taken a domain apart. */
  readonly value: PythonValue;
  /** Domain on the records that a relational field leads to, instead of a value. */
  readonly inner?: Tree;
  /** What is wrong with the operator, where it is no text. */
  readonly refusal?: string;
}

/** A domain. */
export type Tree =
  | Leaf
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "not"; readonly child: Tree }
  | Branch;

/** Domains that all, or any of which hold. */
export interface Branch {
  /** Which of them. */
  readonly kind: "and" | "or";
  /** The domains. */
  readonly children: readonly Tree[];
}

/** What is always true. */
export const TRUE: Tree = { kind: "constant", value: true };
/** What is never true. */
export const FALSE: Tree = { kind: "constant", value: false };

/** Takes a domain apart. What no field has to be known for is checked here. */
export function parseDomain(env: Env, domain: PythonValue): Tree {
  return env.version === 19 ? parseNew(domain) : parseOld(env, domain);
}

/** A condition. */
export function leaf(path: string, operator: string, value: PythonValue): Leaf {
  return { kind: "leaf", path, operator, value };
}

/** All conditions of a domain, but not those inside `any`. */
export function conditionsOf(tree: Tree): readonly Leaf[] {
  const found: Leaf[] = [];
  const left: Tree[] = [tree];
  for (let next = left.pop(); next; next = left.pop()) {
    if (next.kind === "leaf") found.push(next);
    else if (next.kind === "not") left.push(next.child);
    else if (next.kind !== "constant") {
      for (const child of next.children.toReversed()) left.push(child);
    }
  }
  return found;
}

/** What an `&` or an `|` consists of: thousands of them, one in another, are one. */
export function partsOf(tree: Branch): readonly Tree[] {
  const parts: Tree[] = [];
  const left = tree.children.toReversed();
  for (let next = left.pop(); next; next = left.pop()) {
    if (next.kind !== tree.kind) parts.push(next);
    else for (const child of next.children.toReversed()) left.push(child);
  }
  return parts;
}

/** Odoo 19 reads a domain from its end. */
function parseNew(domain: PythonValue): Tree {
  if (domain === true) return TRUE;
  if (domain === false) return FALSE;
  if (!Array.isArray(domain)) {
    throw typeError(`Domain() invalid argument type for domain: ${repr(domain)}`);
  }
  const stack: Tree[] = [];
  const pop = () => {
    const tree = stack.pop();
    if (!tree) throw valueError(`Domain() malformed domain ${repr(domain)}`);
    return tree;
  };
  for (const item of domain.toReversed()) {
    if (Array.isArray(item) && item.length === 3) stack.push(parseCondition(item));
    else if (item === "&") stack.push(simplified("and", [pop(), pop()]));
    else if (item === "|") stack.push(simplified("or", [pop(), pop()]));
    else if (item === "!") stack.push(opposite(pop()));
    else throw valueError(`Domain() invalid item in domain: ${repr(item)}`);
  }
  return simplified("and", stack.toReversed());
}

/** What is never true makes an `&` never true: its other conditions are not looked at. */
function simplified(kind: "and" | "or", children: readonly Tree[]): Tree {
  const decides = kind === "or";
  const constants = children.filter((child) => child.kind === "constant");
  if (constants.some(({ value }) => value === decides)) return decides ? TRUE : FALSE;
  return { kind, children: children.filter((child) => child.kind !== "constant") };
}

function opposite(tree: Tree): Tree {
  if (tree.kind === "constant") return tree.value ? FALSE : TRUE;
  return negated(tree);
}

function negated(tree: Tree): Tree {
  return tree.kind === "not" ? tree.child : { kind: "not", child: tree };
}

const OPERATORS_OF_19 = new Set(
  ("=|!=|<>|==|=?|<|>|<=|>=|in|not in|like|not like|ilike|not ilike|=like|not =like|=ilike|not =ilike|any|not any|" +
    "child_of|parent_of").split("|"),
);

function parseCondition(item: PythonValue[]): Tree {
  const [path = null, given = null, value = null] = item;
  if (given === "any!" || given === "not any!") {
    throw valueError(`Domain() invalid item in domain: ${repr(item)}`);
  }
  if (typeof path !== "string") {
    if (isLeafOf(item, 1)) return TRUE;
    if (isLeafOf(item, 0)) return FALSE;
    throw typeError(`Domain() invalid arguments: ${repr(item, true)}`);
  }
  const condition = ` in condition ${repr(item, true)}`;
  if (path === "") throw typeError(`Empty field name${condition}`);
  if (typeof given !== "string") {
    const kind = typeName(given);
    throw new PythonError("AttributeError", `'${kind}' object has no attribute 'lower'`);
  }
  const operator = given.toLowerCase();
  if (!OPERATORS_OF_19.has(operator)) {
    throw valueError(`Invalid operator in condition ${repr([path, operator, value], true)}`);
  }
  return leaf(path, operator, value ?? false);
}

/** Whether an item is `(1, '=', 1)` or `(0, '=', 1)`; Python counts `True` as 1. */
function isLeafOf(item: PythonValue[], first: 0 | 1): boolean {
  const equals = (value: PythonValue | undefined, number: number) =>
    value === number || value === (number === 1);
  return item.length === 3 && equals(item[0], first) && item[1] === "=" && equals(item[2], 1);
}

const ARITY: ReadonlyMap<PythonValue, number> = new Map([["!", 1], ["&", 2], ["|", 2]]);

/** Odoo 14 and 17 make the implicit `&` explicit, look whether nothing can be found at all, and then look closer. */
function parseOld(env: Env, domain: PythonValue): Tree {
  const tokens = normalize(env, domain);
  if (isNever(tokens)) return FALSE;
  const stack: Tree[] = [];
  const next = () => stack.pop() ?? TRUE;
  for (const token of tokens.toReversed()) {
    if (token === "!") stack.push(negated(next()));
    else if (token === "&") stack.push({ kind: "and", children: [next(), next()] });
    else if (token === "|") stack.push({ kind: "or", children: [next(), next()] });
    else stack.push(parseOldLeaf(env, token));
  }
  return next();
}

/** The tokens of a domain with every `&`. */
function normalize(env: Env, domain: PythonValue): PythonValue[] {
  if (env.version === 14 && isDict(domain) && truthy(domain)) {
    throw new PythonError("KeyError", "0");
  }
  if (env.version === 14 && !hasLength(domain)) throw typeError(noLength(domain));
  if (!Array.isArray(domain)) {
    throw new PythonError(
      "AssertionError",
      "Domains to normalize must have a 'domain' form: a list or tuple of domain components",
    );
  }
  if (domain.length === 0) return [[1, "=", 1]];
  const [only] = domain;
  // The contacts of Odoo 14 look for a domain on `parent_id` alone
  if (env.version === 14 && domain.length === 1 && !hasLength(only ?? null)) {
    throw typeError(noLength(only ?? null));
  }
  const tokens: PythonValue[] = [];
  let ands = 0;
  let expected = 1;
  for (const item of domain) {
    if (expected === 0) {
      ands++;
      expected = 1;
    }
    if (isDict(item)) throw typeError("unhashable type: 'dict'");
    expected += (ARITY.get(item) ?? 0) - 1;
    if (Array.isArray(item) && isAny(env, item)) normalize(env, item[2] ?? null);
    tokens.push(item);
  }
  if (expected === 0) return [...Array<string>(ands).fill("&"), ...tokens];
  throw env.version === 17
    ? valueError(`Domain ${repr(domain)} is syntactically not correct.`)
    : new PythonError(
      "AssertionError",
      `This domain is syntactically not correct: ${repr(domain)}`,
    );
}

function noLength(value: PythonValue): string {
  return `object of type '${typeName(value)}' has no len()`;
}

function isAny(env: Env, item: PythonValue[]): boolean {
  return env.version === 17 && item.length === 3 && (item[1] === "any" || item[1] === "not any");
}

/** Whether nothing can be found, such as by `in []`: then the fields are not even looked at. */
function isNever(tokens: PythonValue[]): boolean {
  const stack: number[] = [];
  const next = () => stack.pop() ?? 0;
  for (const token of tokens.toReversed()) {
    if (token === "&") stack.push(Math.min(next(), next()));
    else if (token === "|") stack.push(Math.max(next(), next()));
    else if (token === "!") stack.push(-next());
    else stack.push(likelihood(token));
  }
  return next() === -1;
}

function likelihood(token: PythonValue): -1 | 0 | 1 {
  if (!Array.isArray(token)) {
    if (typeof token === "string") {
      if (token.length < 2) throw new PythonError("IndexError", "string index out of range");
      return 0;
    }
    throw typeError(`'${typeName(token)}' object is not subscriptable`);
  }
  if (isLeafOf(token, 1)) return 1;
  if (isLeafOf(token, 0)) return -1;
  if (token.length < 2) throw new PythonError("IndexError", "tuple index out of range");
  if (token[1] !== "in" && token[1] !== "not in") return 0;
  if (token.length < 3) throw new PythonError("IndexError", "tuple index out of range");
  if (truthy(token[2])) return 0;
  return token[1] === "in" ? -1 : 1;
}

const OPERATORS_OF_14 =
  /^(=|!=|<>|<=|<|>|>=|=\?|=like|=ilike|like|not like|ilike|not ilike|in|not in|child_of|parent_of)$/;

/** Odoo 14 refuses a leaf before it knows the field, 17 afterwards: see `checkLeaf`. */
function parseOldLeaf(env: Env, token: PythonValue): Tree {
  if (Array.isArray(token)) {
    if (isLeafOf(token, 1)) return TRUE;
    if (isLeafOf(token, 0)) return FALSE;
  }
  const [path = null, operator = null, value = null, ...more] = itemsOf(env, token);
  if (env.version === 14) {
    const known = typeof operator === "string" && OPERATORS_OF_14.test(operator);
    if (!Array.isArray(token) || token.length !== 3 || !known || !isName(path)) {
      throw invalidLeaf(token);
    }
  }
  const length = 3 + more.length;
  if (length > 3) throw valueError("too many values to unpack (expected 3)");
  if (typeof path !== "string") {
    throw new PythonError("AttributeError", `'${typeName(path)}' object has no attribute 'split'`);
  }
  if (typeof operator === "string") return leaf(path, operator, value);
  return { ...leaf(path, "", value), refusal: repr([path, operator, value], true) };
}

/** Odoo 14 looks an unknown leaf up among the operators, which lists cannot be. */
function invalidLeaf(token: PythonValue): PythonError {
  const inside = Array.isArray(token) ? token : [];
  const unhashable = inside.find((item) => Array.isArray(item) || isDict(item));
  if (unhashable !== undefined) return typeError(`unhashable type: '${typeName(unhashable)}'`);
  return valueError(`Invalid leaf ${typeof token === "string" ? token : repr(token, true)}`);
}

function hasLength(value: PythonValue): boolean {
  return typeof value === "string" || Array.isArray(value) || isDict(value);
}

function isName(path: PythonValue): boolean {
  return typeof path === "string" && path !== "";
}

/** A text in place of a condition is taken apart into characters. */
function itemsOf(env: Env, token: PythonValue): PythonValue[] {
  const items = typeof token === "string" ? [...token] : Array.isArray(token) ? token : [];
  if (env.version === 17 && items.length < 3) {
    throw valueError(`not enough values to unpack (expected 3, got ${items.length})`);
  }
  return items;
}

/** Refuses an operator that there is none. Odoo 17 looks at it when it knows the field. */
export function checkOperator({ path, operator, value, refusal }: Leaf): void {
  if (OPERATORS_OF_14.test(operator)) return;
  throw valueError(`Invalid leaf ${refusal ?? repr([path, operator, value], true)}`);
}

/** The opposite of an operator, where Odoo knows one. */
export const OPPOSITES: Readonly<Record<string, string>> = {
  "<": ">=",
  ">": "<=",
  "<=": ">",
  ">=": "<",
  "=": "!=",
  "!=": "=",
  "in": "not in",
  "not in": "in",
  "like": "not like",
  "not like": "like",
  "ilike": "not ilike",
  "not ilike": "ilike",
  "any": "not any",
  "not any": "any",
};
