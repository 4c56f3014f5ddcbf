/**
 * What a name means: the conditions by which each model looks for the records that a name, or a part of one, stands for.
 *
 * @module
 */
import { FALSE, leaf, type Tree, TRUE } from "./domain_tree.ts";
import type { Env } from "./env.ts";
import type { Model } from "./models.ts";
import { type PythonValue, truthy } from "../python.ts";

/** Conditions that are tried one after the other. */
export interface NamePhases {
  /** What is looked for first, and what then. */
  readonly phases: readonly Tree[];
  /** Whether a later one only counts when those before have found nothing. */
  readonly firstOnly?: boolean;
  /** Whether a later one leaves out what those before have found, so that it does not count for a limit. */
  readonly excluding?: boolean;
}

/** How Odoo 14 and 17 look for a name: `_name_search`. */
export function namePhases(
  env: Env,
  model: Model,
  name: PythonValue,
  operator: string,
): NamePhases {
  const own = PHASES.get(model.name)?.(env, name, operator);
  return own ?? { phases: [nameTree(env, model, name, operator)] };
}

/** How Odoo 19 looks for a `display_name`. */
export function displayNameTree(
  model: Model,
  operator: string,
  value: PythonValue,
): Tree {
  const isLike = operator.endsWith("like");
  if (isLike && !truthy(value) && !operator.includes("=")) {
    return isNegative(operator) ? FALSE : TRUE;
  }
  const tree = anyField(model.namesSearch, operator, value);
  if (model.name === "res.country.state") return orInBrackets(tree, operator, value);
  return tree;
}

/** What `name_search` of Odoo 19 looks at before the display names. */
export function firstNames(
  env: Env,
  model: Model,
  name: string,
  operator: string,
): Tree | undefined {
  if (env.version !== 19 || isNegative(operator) || name === "") return undefined;
  switch (model.name) {
    case "res.country":
      return name.length === 2 ? leaf("code", operator, name) : undefined;
    case "res.country.state":
      return leaf("code", "=like", name);
    case "res.users":
      return leaf("login", "=", name);
    default:
      return undefined;
  }
}

/** Whether an operator looks for what is not so. */
export function isNegative(operator: string): boolean {
  return operator.startsWith("not ") || operator === "!=" || operator === "<>";
}

/** All conditions, or any of them. */
export function combine(kind: "and" | "or", children: readonly Tree[]): Tree {
  const [only] = children;
  return only && children.length === 1 ? only : { kind, children };
}

function nameTree(env: Env, model: Model, name: PythonValue, operator: string): Tree {
  const isAll = operator === "ilike" || (env.version === 17 && operator === "like");
  if (name === "" && isAll) return TRUE;
  if (model.name === "res.partner" && env.version === 14) return contactsOf14(name, operator);
  return anyField(model.namesSearch, operator, name);
}

function anyField(fields: readonly string[], operator: string, value: PythonValue): Tree {
  return combine(
    isNegative(operator) ? "and" : "or",
    fields.map((field) => leaf(field, operator, value)),
  );
}

/** The contacts of Odoo 14 have a query of their own, in which a tax number is without its signs. */
function contactsOf14(name: PythonValue, operator: string): Tree {
  if (!truthy(name) || !/^=?(i?like)?$/.test(operator) || typeof name !== "string") {
    return leaf("name", operator, name);
  }
  const vat = name.replace(/[^a-zA-Z0-9\-.]+/g, "");
  const whole = /^i?like$/.test(operator) ? `=${operator}` : operator;
  return {
    kind: "or",
    children: [
      ...["email", "display_name", "ref"].map((field) => leaf(field, operator, name)),
      ...(vat === "" ? [] : [leaf("vat", whole, vat)]),
    ],
  };
}

type OwnPhases = (env: Env, name: PythonValue, operator: string) => NamePhases | undefined;

const PHASES: ReadonlyMap<string, OwnPhases> = new Map<string, OwnPhases>(
  Object.entries<OwnPhases>({
    "res.partner.category": (_env, name, operator) => {
      if (!truthy(name)) return { phases: [TRUE] };
      const last = typeof name === "string" ? name.split(" / ").at(-1) ?? name : name;
      return { phases: [leaf("name", operator, last)] };
    },
    "res.country": (_env, name, operator) => {
      const code = typeof name === "string" && name.length === 2;
      const phases = [leaf("name", operator, name)];
      return { phases: code ? [leaf("code", "ilike", name), ...phases] : phases, excluding: true };
    },
    "res.country.state": (env, name, operator) => {
      if (operator === "ilike" && isBlank(name)) return { phases: [TRUE] };
      const named = leaf("name", operator, name);
      const tree = env.version === 17 ? orInBrackets(named, operator, name) : named;
      return { phases: [leaf("code", "=ilike", name), tree] };
    },
    "product.product": (_env, name, operator) => products(name, operator),
    "product.template": (_env, name, operator) => products(name, operator),
    "res.users": (_env, name, operator) => {
      const named = leaf("name", operator, name);
      if (isNegative(operator)) return { phases: [named], firstOnly: true };
      const login = operator === "ilike" && isBlank(name) ? TRUE : leaf("login", "=", name);
      return { phases: [login, named], firstOnly: true };
    },
  }),
);

/** The code first, then the barcode, then parts of both names, then the code that stands in brackets: `[CODE] Name`. */
function products(name: PythonValue, operator: string): NamePhases | undefined {
  if (typeof name !== "string" || name === "" || isNegative(operator)) return undefined;
  const inside = /\[(.*?)\]/.exec(name)?.[1];
  return {
    phases: [
      leaf("default_code", "=", name),
      leaf("barcode", "=", name),
      anyField(["default_code", "name"], operator, name),
      ...(inside === undefined ? [] : [leaf("default_code", "=", inside)]),
    ],
    firstOnly: true,
  };
}

function isBlank(name: PythonValue): boolean {
  return !truthy(name) || (typeof name === "string" && name.trim() === "");
}

/** "California (US)": the country of a state may stand behind it, in brackets. */
function orInBrackets(tree: Tree, operator: string, name: PythonValue): Tree {
  if (operator === "in" && Array.isArray(name)) {
    return combine("or", [tree, ...name.map((each) => orInBrackets(FALSE, "=", each))]);
  }
  const match = typeof name === "string" ? /^(.+)\((.+)\)$/.exec(name) : null;
  if (!match || (operator !== "ilike" && operator !== "=")) return tree;
  const [, state = "", country = ""] = match;
  const inside = combine("and", [
    leaf("name", operator, state.trim()),
    combine("or", [
      leaf("country_id.name", "ilike", country.trim()),
      leaf("country_id.code", "=", country.trim()),
    ]),
  ]);
  return combine("or", [tree, inside]);
}
