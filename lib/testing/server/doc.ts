/**
 * The description of models that Odoo 19 has for programs: `/doc-bearer/index.json` and `/doc-bearer/<model>.json`.
 *
 * @module
 */
import { hasAccess } from "../orm/access.ts";
import type { Env } from "../orm/env.ts";
import { accessError, httpError, PythonError } from "../faults.ts";
import { fieldsGet } from "../orm/introspection.ts";
import { type Method, methodsOf } from "../orm/methods.ts";
import type { Model } from "../orm/models.ts";
import { isDict, type PythonValue } from "../python.ts";
import { bearer, failed } from "./json2.ts";
import { writeJson } from "./json.ts";
import { respond } from "./responses.ts";
import { digest } from "./digests.ts";
import { type Database, environment } from "./services.ts";

/** Answers a request below `/doc-bearer/`. */
export function answerDoc(database: Database, request: Request, name: string): Response {
  try {
    const [uid] = bearer(database, request);
    const env = environment(database, uid);
    // The group is one that administrators have.
    if (uid !== 2) {
      throw accessError("This page is only accessible to Technical Documentation users.");
    }
    return send(database, request, name === "index" ? index(env) : describe(env, name));
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    return failed(database, error);
  }
}

function send(database: Database, request: Request, value: PythonValue): Response {
  const body = writeJson(value);
  const etag = digest(body);
  const fresh = request.headers.get("if-none-match")?.includes(etag) &&
    !request.headers.get("cache-control")?.includes("no-cache");
  if (fresh) return respond(database, 304, "", {});
  return respond(database, 200, body, {
    "content-type": "application/json; charset=utf-8",
    "etag": `"${etag}"`,
    "cache-control": "no-cache, private",
    "content-language": "en-US",
    "x-content-type-options": "nosniff",
  });
}

function index(env: Env): PythonValue {
  const models = [...env.registry.values()].filter((model) => hasAccess(env, model, "read"))
    .sort((first, second) => first.name < second.name ? -1 : 1);
  return {
    modules: ["base", "rpc", "web", "api_doc"],
    models: models.map((model) => ({
      model: model.name,
      name: model.description,
      fields: Object.fromEntries(
        [...model.fields.values()].filter((field) => !field.forbidden)
          .map(({ name, string }): [string, PythonValue] => [name, { string }])
          .sort(([first], [second]) => first < second ? -1 : 1),
      ),
      methods: publicMethods(model).map(([name]) => name),
    })),
  };
}

function describe(env: Env, name: string): PythonValue {
  const model = env.registry.get(name);
  if (!model) throw httpError("NotFound", UNKNOWN);
  const fields = fieldsGet(env, model, null, null);
  return {
    model: name,
    name: model.description,
    doc: null,
    fields: Object.fromEntries(
      Object.entries(isDict(fields) ? fields : {}).map(([key, field]) => [
        key,
        { ...(isDict(field) && field), name: key, module: model.builtIn ? "base" : null },
      ]),
    ),
    methods: Object.fromEntries(
      publicMethods(model).map(([key, method]) => [key, describeMethod(key, method)]),
    ),
  };
}

function publicMethods(model: Model): [string, Method][] {
  return [...methodsOf(19, model.name)].filter(([name]) => !name.startsWith("_"))
    .sort(([first], [second]) => first < second ? -1 : 1);
}

function describeMethod(name: string, { kind, parameters }: Method): PythonValue {
  const returns = RETURNS[name];
  const api = [
    ...(kind === "multi" ? [] : ["model"]),
    ...(READING.has(name) ? ["readonly"] : []),
  ];
  return {
    signature: `(${parameters})${returns ? ` -> ${returns}` : ""}`,
    parameters: Object.fromEntries(
      parameters.split(",").map((part) => part.trim()).filter((part) => part !== "" && part !== "*")
        .map((part): [string, PythonValue] => {
          const [key = "", value] = part.split("=");
          return [key, value === undefined ? {} : { default: literal(value) }];
        }),
    ),
    ...(returns && { return: { annotation: returns } }),
    ...(api.length > 0 && { api }),
    model: "core",
    module: "core",
  };
}

/** The value of a Python literal. */
function literal(text: string): PythonValue {
  switch (text) {
    case "None":
      return null;
    case "True":
      return true;
    case "False":
      return false;
    case "()":
    case "[]":
      return [];
    case "{}":
      return {};
    default:
      return /^['"]/.test(text) ? text.slice(1, -1) : Number(text);
  }
}

const UNKNOWN =
  "The requested URL was not found on the server. If you entered the URL manually please check your spelling and " +
  "try again.";

/** What methods answer, in the words of their annotations. */
const RETURNS: Readonly<Record<string, string | undefined>> = {
  copy: "list[int]",
  create: "list[int]",
  default_get: "ValuesType",
  fields_get: "dict[str, ValuesType]",
  get_metadata: "list[ValuesType]",
  has_access: "bool",
  name_create: "tuple[int, str] | typing.Literal[False]",
  name_search: "list[tuple[int, str]]",
  read: "list[ValuesType]",
  search: "list[int]",
  search_count: "int",
  search_read: "list[ValuesType]",
  unlink: "typing.Literal[True]",
  web_read: "list[dict]",
  write: "typing.Literal[True]",
};

/** Methods that the server runs where nothing can be written. */
const READING: ReadonlySet<string> = new Set([
  "name_search",
  "read",
  "search",
  "search_count",
  "search_read",
  "web_read",
]);
