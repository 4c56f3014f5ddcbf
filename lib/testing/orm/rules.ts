/**
 * Record rules: which records a user sees and changes, and what the server says to whoever goes for others.
 *
 * @module
 */
import type { Predicate } from "./conditions.ts";
import type { Env } from "./env.ts";
import { accessError, lacking, type PythonError } from "../faults.ts";
import { activeCompanies, groupsOf, isInGroup } from "./groups.ts";
import { compileDomain } from "./match.ts";
import { Memo } from "./memo.ts";
import type { Model } from "./models.ts";
import type { PythonValue } from "../python.ts";
import { evaluateDomain } from "./rule_domain.ts";
import type { Row } from "./store.ts";

/** What is done to records. */
export type Operation = "read" | "write" | "create" | "unlink";

/**
 * Tells which records are in, or nothing where all are. The rules of an inherited model count for searches in all
 * versions, for other checks in 19 only.
 */
export function allowedRows(
  env: Env,
  model: Model,
  operation: Operation,
  inherited = env.version === 19,
): Predicate | undefined {
  if (env.su) return undefined;
  const rules = rulesOf(env, model, operation);
  const all = rules.filter(({ isGlobal }) => isGlobal).map((rule) => compile(env, model, rule));
  const some = rules.filter(({ isGlobal }) => !isGlobal).map((rule) => compile(env, model, rule));
  if (some.length > 0) all.push((row) => some.some((passes) => passes(row)));
  const parent = inherited ? ofParent(env, model, operation) : undefined;
  if (parent) all.push(parent);
  return all.length === 0 ? undefined : (row) => all.every((passes) => passes(row));
}

const SEEN = new WeakMap<Env, Map<string, Predicate>>();

/** Whether a record that another one links to is seen, for calls that look at many. */
export function isSeen(env: Env, model: Model, row: Row): boolean {
  let known = SEEN.get(env);
  if (!known) SEEN.set(env, known = new Map());
  let seen = known.get(model.name);
  if (!seen) {
    seen = allowedRows(env, model, "read", true) ?? (() => true);
    known.set(model.name, seen);
  }
  return seen(row);
}

/** Refuses records that rules keep from the user. */
export function checkRows(env: Env, model: Model, rows: readonly Row[], operation: Operation) {
  if (env.su || rows.length === 0) return;
  // Records are read by a search, in all versions.
  const inherited = operation === "read" || env.version === 19;
  const allowed = allowedRows(env, model, operation, inherited);
  const forbidden = allowed ? rows.filter((row) => !allowed(row)) : [];
  if (forbidden.length > 0) throw ruleError(env, model, forbidden, operation);
}

/** Whether rules are there at all: what has none is not even looked at. */
export function hasRules(env: Env, model: Model, operation: Operation): boolean {
  return !env.su && rulesOf(env, model, operation).length > 0;
}

interface Rule {
  readonly name: string;
  readonly domain: string;
  readonly isGlobal: boolean;
  readonly isBuiltIn: boolean;
}

const RULES = new Memo<readonly Rule[]>(["ir.rule", "ir.model", "res.users", "res.groups"]);

function rulesOf(env: Env, model: Model, operation: Operation): readonly Rule[] {
  return RULES.get(env, `${env.uid} ${operation} ${model.name}`, () => {
    const groups = groupsOf(env);
    const rows = env.store.find("ir.model", ["model"], [model.name])
      .flatMap((id) => env.store.find("ir.rule", ["model_id"], [id]))
      .sort((first, second) => first - second)
      .flatMap((id) => env.row("ir.rule", id) ?? []);
    return rows.flatMap((row) => {
      const own = Array.isArray(row["groups"]) ? row["groups"] : [];
      const binds = own.length === 0 || own.some((id) => typeof id === "number" && groups.has(id));
      if (row["active"] !== true || row[`perm_${operation}`] !== true || !binds) return [];
      return [{
        name: String(row["name"] ?? false),
        domain: String(row["domain_force"] ?? ""),
        isGlobal: own.length === 0,
        isBuiltIn: row["create_uid"] === 1,
      }];
    });
  });
}

function compile(env: Env, model: Model, { domain, isBuiltIn }: Rule): Predicate {
  // The companies of a call are looked at as soon as there is any rule.
  activeCompanies(env);
  const value: PythonValue = domain === "" ? [] : evaluateDomain(env, domain);
  if (isBuiltIn && !speaksOf(model, value)) {
    throw lacking(`the fields of the record rule ${domain} on ${model.name}`);
  }
  return compileDomain(env.with({ su: true, context: { active_test: false } }), model, value);
}

/** Whether a model has the fields of a domain. */
function speaksOf(model: Model, domain: PythonValue): boolean {
  return !Array.isArray(domain) || domain.every((leaf) => {
    const path = Array.isArray(leaf) ? leaf[0] : undefined;
    return typeof path !== "string" || model.fields.has(path.split(".")[0] ?? "");
  });
}

function ofParent(env: Env, model: Model, operation: Operation): Predicate | undefined {
  if (!model.inherits) return undefined;
  const { field, model: name } = model.inherits;
  const allowed = allowedRows(env, env.model(name), operation, true);
  return allowed && ((row) => {
    const id = row[field];
    const parent = typeof id === "number" ? env.row(name, id) : undefined;
    return parent === undefined || allowed(parent);
  });
}

/** The refusal. Users with the technical features get to know more in 14; later versions want the debug mode too. */
function ruleError(
  env: Env,
  model: Model,
  rows: readonly Row[],
  operation: Operation,
): PythonError {
  const user = `${env.displayName("res.users", env.uid)} (id=${env.uid})`;
  const failing = failingRules(env, model, rows, operation);
  const isAboutCompany = failing.some(({ domain }) => domain.includes("company_id"));
  if (env.version !== 14) {
    return accessError(
      "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\n" +
        `Sorry, ${user} doesn't have '${operation}' access to:\n` +
        `- ${model.description} (${model.name})\n\n` +
        "If you really, really need access, perhaps you can win over your friendly administrator with a batch of " +
        `freshly baked cookies.${
          isAboutCompany && env.version === 19 ? company(env, model, rows) : ""
        }`,
    );
  }
  const verb = { read: "access", write: "modify", create: "create", unlink: "delete" }[operation];
  const names = rows.slice(0, 6).map(({ id }) => `${env.displayName(model.name, id)} (id=${id})`);
  const details = `Records: ${names.join(", ")}\nUser: ${user}\n\n` +
    `This restriction is due to the following rules:\n` +
    failing.map(({ name }) => `- ${name}`).join("\n") +
    (isAboutCompany ? "\n\nNote: this might be a multi-company issue." : "");
  const isTold = isInGroup(env, "base.group_no_one") && isInGroup(env, "base.group_user");
  return accessError(
    `Due to security restrictions, you are not allowed to ${verb} '${model.description}' (${model.name}) records.` +
      `\n\n${
        isTold ? `${details}\n\n` : ""
      }Contact your administrator to request access if necessary.`,
  );
}

/** Odoo 19 has an idea of where to look. */
function company(env: Env, model: Model, rows: readonly Row[]): string {
  if (!model.fields.has("company_id")) return "";
  const ids = new Set(rows.slice(0, 6).flatMap(({ company_id: id }) => id ?? []));
  const [id] = [...ids];
  if (typeof id !== "number") return "";
  if (ids.size > 1) {
    return "\n\nNote: this might be a multi-company issue. Switching company may help - in Odoo, not in real life!";
  }
  const own = env.row("res.users", env.uid)?.["company_ids"];
  const before = "\n\nThis seems to be a multi-company issue, ";
  return Array.isArray(own) && own.includes(id)
    ? `${before}you might be able to access the record by switching to the company: ${
      env.displayName("res.company", id)
    }.`
    : `${before}but you do not have access to the proper company to access the record anyhow.`;
}

/** Rules that are to blame: those of groups all or none of them. Archived records count as failing. */
function failingRules(
  env: Env,
  model: Model,
  rows: readonly Row[],
  operation: Operation,
): Rule[] {
  const rules = rulesOf(env, model, operation).map((rule) => ({
    rule,
    passes: compile(env, model, rule),
  }));
  const inSight = rows.filter((row) => !env.activeTest || row["active"] !== false);
  const fails = (passes: Predicate) => inSight.filter(passes).length < rows.length;
  const some = rules.filter(({ rule }) => !rule.isGlobal);
  const someFail = some.length > 0 && fails((row) => some.some(({ passes }) => passes(row)));
  return rules.filter(({ rule, passes }) => rule.isGlobal ? fails(passes) : someFail)
    .map(({ rule }) => rule);
}
