/**
 * From a call to a method: which methods a version has, which of them are private, how ids and context are taken out
 * of the arguments.
 *
 * @module
 */
import { checkAccess } from "./access.ts";
import type { Context, Env } from "./env.ts";
import {
  accessError,
  CallError,
  httpError,
  lacking,
  PythonError,
  type Stage,
  typeError,
  userError,
  valueError,
  type Version,
} from "../faults.ts";
import { LACKING, type Method, methodsOf } from "./methods.ts";
import { honest } from "../models/real_fields.ts";
import { userMethods } from "../models/user_methods.ts";
import type { Model } from "./models.ts";
import { isDict, isInteger, type PythonValue, truthy, typeName } from "../python.ts";
import { type Own, type OwnMethod, runOwn } from "./own_methods.ts";
import { bind, bindSignature, type Kwargs, noIds, parameters } from "./signatures.ts";

/** Runs a method of a model, but for the one that the call comes from. `null` is Python's `None`. */
export function callMethod(
  env: Env,
  model: string,
  method: string,
  args: readonly PythonValue[],
  kwargs: Kwargs,
  inside?: OwnMethod,
): PythonValue {
  let stage: Stage = "object";
  try {
    if (env.version !== 19) checkPrivate(env.version, model, method);
    const definition = env.model(model);
    if (env.version === 19) checkPrivate(env.version, model, method);
    const { context, rest } = splitContext(kwargs);
    const own = definition.methods.get(method);
    if (own && own !== inside) {
      stage = "multi";
      return callOwn(
        checkContext(env.with({ context })),
        { model, name: method, run: own },
        args,
        rest,
      );
    }
    const found = methodOf(env, definition, method);
    stage = found.kind;
    return run(checkContext(env.with({ context })), definition, method, found, args, rest);
  } catch (error) {
    throw refused(env, model, error, stage);
  }
}

/** A method as JSON-2 calls it: by name, on ids that stand beside the named arguments. */
export function callNamed(
  env: Env,
  model: string,
  method: string,
  given: Kwargs,
): PythonValue {
  let stage: Stage = "object";
  const { ids = [], context = {}, ...kwargs } = given;
  try {
    if (!env.registry.has(model)) {
      if (env.isLacking(model)) throw lacking(`the model ${model}`);
      throw httpError("NotFound", `the model '${model}' does not exist`);
    }
    const inside = checkContext(env.with({ context: mapping(context) }));
    const definition = env.model(model);
    checkPrivate(env.version, model, method);
    const own = definition.methods.get(method);
    if (own) {
      stage = "multi";
      return callOwn(
        inside,
        { model, name: method, run: own },
        "ids" in given ? [browse(ids)] : [],
        kwargs,
      );
    }
    const found = namedMethod(env, definition, method);
    const records = recordsOf(found, ids, `${model}.${method}`);
    const bound = bindNamed(found, kwargs);
    stage = found.kind;
    if (found.access) checkAccess(inside, definition, found.access);
    const get = (key: string) => bound.get(key);
    const result = found.run({ env: inside, model: definition, ids: records, get });
    return found.kind === "create" && !Array.isArray(result) ? [result] : result;
  } catch (error) {
    throw refused(env, model, error, stage);
  }
}

/** What a call ends in. Where JavaScript has no stack left, Python and PostgreSQL have other limits. */
function refused(env: Env, model: string, error: unknown, stage: Stage): unknown {
  const isDeep = error instanceof RangeError && error.message.includes("call stack");
  const failure = isDeep ? lacking("values that are nested so deeply") : error;
  return failure instanceof PythonError
    ? new CallError(honest(env, model, failure), stage)
    : failure;
}

function callOwn(
  env: Env,
  own: Own,
  args: readonly PythonValue[],
  kwargs: Kwargs,
): PythonValue {
  return runOwn(
    env,
    own,
    args,
    kwargs,
    (other, name, values, more) => callMethod(env, other, name, values, more, own.run),
  );
}

function bindNamed({ parameters: text }: Method, kwargs: Kwargs): Map<string, PythonValue> {
  try {
    return bindSignature(parameters(text), [], kwargs);
  } catch (error) {
    throw error instanceof PythonError ? httpError("UnprocessableEntity", error.message) : error;
  }
}

function namedMethod(env: Env, model: Model, name: string): Method {
  try {
    return methodOf(env, model, name);
  } catch (error) {
    const unknown = error instanceof PythonError && error.type === "AttributeError";
    throw unknown ? httpError("NotFound", error.message) : error;
  }
}

function recordsOf({ kind }: Method, ids: PythonValue, called: string): PythonValue[] {
  if (kind === "multi") return browse(ids);
  if (!truthy(ids)) return [];
  throw httpError("UnprocessableEntity", `cannot call ${called} with ids`);
}

/** `browse(ids)`, which takes one id or whatever can be iterated over. */
function browse(ids: PythonValue): PythonValue[] {
  if (!truthy(ids)) return [];
  if (Array.isArray(ids)) return ids;
  if (isInteger(ids)) return [ids];
  if (typeof ids === "string") return [...ids];
  if (isDict(ids)) return Object.keys(ids);
  throw typeError(`'${typeName(ids)}' object is not iterable`);
}

/** `with_context(context)`, which takes what `dict()` takes. */
function mapping(context: PythonValue): Context {
  if (context === null || isDict(context)) return context ?? {};
  if (typeof context === "string" || Array.isArray(context)) {
    if (!truthy(context)) return {};
    throw valueError("dictionary update sequence element #0 has length 1; 2 is required");
  }
  throw typeError(`'${typeName(context)}' object is not iterable`);
}

function run(
  env: Env,
  model: Model,
  name: string,
  method: Method,
  args: readonly PythonValue[],
  kwargs: Kwargs,
): PythonValue {
  const noFirst = method.kind === "multi" || (method.kind === "create" && "vals_list" in kwargs);
  if (noFirst && args.length === 0) throw noIds(env.version);
  const ids = method.kind === "multi" ? idsOf(args[0] ?? null) : [];
  const rest = method.kind === "multi" ? args.slice(1) : args;
  const bound = bindMethod(env.version, model, name, method, rest, kwargs);
  if (method.access) checkAccess(env, model, method.access);
  return method.run({ env, model, ids, get: (key) => bound.get(key) });
}

/** A decorated method shows in the message: Odoo 14 wraps every `create`, 17 lets it lose its class. */
function bindMethod(
  version: Version,
  model: Model,
  name: string,
  { kind, parameters: text }: Method,
  args: readonly PythonValue[],
  kwargs: Kwargs,
): Map<string, PythonValue> {
  const cached = version !== 19 && model.name === "res.users" && name === "context_get";
  if (cached || (version === 14 && kind === "create")) {
    return bindSignature(parameters(text), args, kwargs);
  }
  return bind(functionName(version, model, name, kind), parameters(text), args, kwargs);
}

/** The function behind a method, as messages name it: with its class, as far as a decorator leaves it that. */
function functionName(version: Version, model: Model, name: string, kind: Method["kind"]): string {
  if (version === 17 && kind === "create") return name;
  if (version === 19 && model.name === "res.users" && name === "context_get") return "<lambda>";
  return `${className(version, model, name)}.${name}`;
}

function methodOf(env: Env, model: Model, name: string): Method {
  const { version } = env;
  const found = methodsOf(version, model.name).get(name);
  if (found) return found;
  if (LACKING.has(name)) throw lacking(`the method ${model.name}.${name}`);
  if (version !== 19 && RECORDSETS.has(name)) throw new CallError(unmarshallable(model), "dump");
  const field = model.fields.get(name);
  if (field && version !== 19) {
    const kind = field.type.charAt(0).toUpperCase() + field.type.slice(1);
    throw new PythonError("AttributeError", `'${kind}' object has no attribute '__name__'`);
  }
  throw new PythonError("AttributeError", unknownMethod(version, model.name, name));
}

function unknownMethod(version: Version, model: string, method: string): string {
  switch (version) {
    case 14:
      return `type object '${model}' has no attribute '${method}'`;
    case 17:
      return `The method '${method}' does not exist on the model '${model}'`;
    case 19:
      return `The method '${model}.${method}' does not exist`;
  }
}

function checkPrivate(version: Version, model: string, method: string): void {
  const hidden = method.startsWith("_") || (version === 19 && PRIVATE_IN_19.has(method));
  if (!hidden) return;
  const name = version === 19 ? `'${model}.${method}'` : method;
  throw accessError(`Private methods (such as ${name}) cannot be called remotely.`);
}

function splitContext(kwargs: Kwargs): { context: Context; rest: Kwargs } {
  const { context = null, ...rest } = kwargs;
  if (!truthy(context)) return { context: {}, rest };
  if (!isDict(context)) {
    throw valueError("dictionary update sequence element #0 has length 1; 2 is required");
  }
  return { context, rest };
}

function checkContext(env: Env): Env {
  const { lang, allowed_company_ids: companies } = env.context;
  if (env.version === 19 && typeof lang === "string" && lang !== "" && !isInstalled(env, lang)) {
    throw userError(`Invalid language code: ${lang}`);
  }
  if (
    Array.isArray(companies) &&
    companies.some((id) => !isInteger(id) || !env.row("res.company", id))
  ) {
    throw accessError("Access to unauthorized or invalid companies.");
  }
  return env;
}

function isInstalled(env: Env, lang: string): boolean {
  return [...env.store.rows("res.lang")].some((row) =>
    row["code"] === lang && row["active"] === true
  );
}

/** One id or a list of them, as they came: reading takes more than integers. */
function idsOf(value: PythonValue): PythonValue[] {
  if (Array.isArray(value)) return value;
  return truthy(value) ? [value] : [];
}

/** The class that Python names in a message: the last extension of a partner, the base of everything else. */
function className(version: Version, model: Model, method: string): string {
  if (model.name === "res.partner") {
    if (method === "name_create") return version === 19 ? "ResPartner" : "Partner";
    if (method === "unlink" && version !== 17) {
      return version === 14 ? "MailActivityMixin" : "MailThread";
    }
  }
  if (model.name === "ir.config_parameter" && /^[gs]et_param$/.test(method)) {
    return version === 19 ? "IrConfig_Parameter" : "IrConfigParameter";
  }
  if (method.startsWith("web_")) return "Base";
  if (method === "default_get" && model.name === "res.partner") {
    return version === 19 ? "ResPartner" : "Partner";
  }
  const ofUsers = model.name === "res.users" && userMethods(version)[method] !== undefined;
  if (!["write", "create", "unlink", "copy"].includes(method) && !ofUsers) return "BaseModel";
  if (model.name === "res.partner") return "ResPartner";
  if (model.name === "res.users") return version === 19 ? "ResUsers" : "Users";
  return "BaseModel";
}

function unmarshallable(model: Model): PythonError {
  return typeError(`cannot marshal <class 'odoo.api.${model.name}'> objects`, [
    ["xmlrpc/client.py", 514, "dumps"],
    ["xmlrpc/client.py", 526, "__dump"],
  ]);
}

/** Methods that answer with records, which Odoo 14 and 17 run and then cannot send. */
const RECORDSETS = new Set([
  "browse",
  "sudo",
  "with_context",
  "with_user",
  "with_company",
  "with_env",
  "filtered",
  "filtered_domain",
  "sorted",
]);

/** Methods that Odoo 19 has decorated as private. */
const PRIVATE_IN_19 = new Set([...RECORDSETS, "mapped", "exists", "search_fetch", "check_access"]);
