/**
 * What the simulator was asked for and does not have, and what a test can do about it.
 *
 * @module
 */
import { OdooError } from "../../errors.ts";
import type { PythonError } from "../faults.ts";
import { methodsOf } from "../orm/methods.ts";
import type { CallRecord } from "./noted.ts";
import type { Database } from "./services.ts";

/** A call of something that the simulated database does not have. */
export interface Unhandled {
  /** Model of the call. */
  readonly model: string;
  /** Method of the call. */
  readonly method: string;
  /** What is missing, and what to add to the simulator. */
  readonly advice: string;
  /** How often it was asked for. */
  readonly calls: number;
}

/** Thrown by a simulator with the option `strict` in place of the answer that Odoo would give. */
export class UnhandledCallError extends OdooError {
  /** Name of the class, for logs. */
  override name = "UnhandledCallError";
}

/** What to do about a refusal, or `undefined` where it has another reason than that something is missing. */
export function adviceFor(
  { registry, version }: Database,
  { service, model, method }: CallRecord,
  error: PythonError,
): string | undefined {
  const what = /^The simulated Odoo does not have (.*) yet$/s.exec(error.message)?.[1];
  if (service !== "object" || model === "") {
    return what === undefined ? undefined : `The simulated Odoo does not have ${what} yet`;
  }
  const call = `${model}.${method}`;
  if (!registry.has(model)) {
    return `The simulated Odoo has no model "${model}", which ${call} needs; add it with ` +
      `new OdooSimulator({}, { models: { "${model}": { fields: { ... } } } })`;
  }
  if (what?.startsWith("the field ")) {
    return `The simulated Odoo does not have ${what} yet, which ${call} needs; add it with what fields_get of a real ` +
      `database answers, new OdooSimulator({}, { models: { "${model}": { ... } } })`;
  }
  const isUnknown = /^AttributeError$|\.NotFound$/.test(error.type) && !method.startsWith("_") &&
    !methodsOf(version, model).has(method);
  if (what === undefined && !isUnknown) return undefined;
  return what === undefined || what.includes(method)
    ? `The simulated Odoo has no method ${call}; add it with ` +
      `new OdooSimulator({}, { methods: { "${model}": { ${method}: ... } } })`
    : `The simulated Odoo does not have ${what} yet, which ${call} needs; stand in for the method with ` +
      `new OdooSimulator({}, { methods: { "${model}": { ${method}: ... } } })`;
}
