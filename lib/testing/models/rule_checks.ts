/**
 * What a record rule may not be.
 *
 * @module
 */
import type { Env } from "../orm/env.ts";
import { DatabaseError, PythonError, validationError } from "../faults.ts";
import { repr } from "../python.ts";
import { compileDomain } from "../orm/match.ts";
import { evaluateDomain } from "../orm/rule_domain.ts";
import type { Row } from "../orm/store.ts";

/** Refuses a rule without rights, on rules, and since 17 with a domain that makes no sense. */
export function checkRule(env: Env, row: Row): void {
  const rights = ["perm_read", "perm_write", "perm_create", "perm_unlink"];
  if (rights.every((right) => row[right] === false)) throw noRights(env);
  const id = row["model_id"];
  const name = typeof id === "number" ? env.row("ir.model", id)?.["model"] : undefined;
  if (name === "ir.rule") {
    throw validationError("Rules can not be applied on the Record Rules model.");
  }
  const domain = row["domain_force"];
  if (env.version === 14 || row["active"] !== true || typeof domain !== "string") return;
  try {
    const value = evaluateDomain(env, domain);
    compileDomain(env.with({ su: true }), env.model(String(name)), value);
  } catch (error) {
    if (!(error instanceof PythonError) || error.type === "NotImplementedError") throw error;
    throw validationError(`Invalid domain: ${asEvaluated(env, error, domain)}`);
  }
}

/** Python's evaluation puts what goes wrong in it into words of its own. */
function asEvaluated({ version }: Env, error: PythonError, domain: string): string {
  if (error.type === "ValueError") return error.message;
  const text = `${error.type}(${repr(error.message)})`;
  if (version === 19) return `${text} while evaluating\n${JSON.stringify(domain)}`;
  return `<class '${error.type}'>: "${error.message}" while evaluating\n${JSON.stringify(domain)}`;
}

function noRights(env: Env): DatabaseError {
  const name = "ir_rule_no_access_rights";
  return new DatabaseError(
    "odoo.exceptions.ValidationError",
    env.version === 14
      ? name
      : `The operation cannot be completed: Rule must have at least one checked access right!`,
    `new row for relation "ir_rule" violates check constraint "${name}"\n`,
  );
}
