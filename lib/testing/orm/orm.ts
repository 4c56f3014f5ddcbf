/**
 * The methods that every model has: the ORM as it can be called from outside.
 *
 * @module
 */
import { checkAccess, hasAccess, isOwnProfile, type Operation } from "./access.ts";
import { allowedRows, checkRows, hasRules } from "./rules.ts";
import { defaultMethod } from "./defaults.ts";
import type { Env } from "./env.ts";
import { copy, exists, toggleActive } from "./extras.ts";
import { PythonError, typeError, type Version } from "../faults.ts";
import { exportMethods } from "./export.ts";
import { groupMethods } from "./group_methods.ts";
import { integers } from "./ids.ts";
import { fieldsGet } from "./introspection.ts";
import { load } from "./load.ts";
import { externalIds, getMetadata } from "./metadata.ts";
import type { Method, MethodCall } from "./methods.ts";
import type { Model } from "./models.ts";
import { isDict, type PythonValue, str, truthy, typeName } from "../python.ts";
import { fieldsToRead, readRows } from "./reading.ts";
import {
  createRecords,
  existing,
  unlinkRecords,
  type Values,
  valuesOfName,
  writeRecords,
} from "./records.ts";
import { nameSearch, readNothing, type SearchOptions, searchRows } from "./searching.ts";
import { webMethods } from "./web_read.ts";

/** The methods of all models in a version. */
export function commonMethods(version: Version): Record<string, Method> {
  return {
    ...searchMethods(version),
    ...readMethods(version),
    ...writeMethods(),
    ...recordMethods(version),
    ...archiveMethods(),
    ...nameMethods(version),
    ...rightMethods(version),
    ...groupMethods(version),
    ...webMethods(version),
    ...exportMethods(version),
    load: {
      kind: "model",
      parameters: "fields, data",
      run: ({ env, model, get }) => load(env, model, get("fields") ?? [], get("data") ?? []),
    },
    fields_get: {
      kind: "model",
      parameters: "allfields=None, attributes=None",
      run: ({ env, model, get }) =>
        fieldsGet(env, model, get("allfields") ?? null, get("attributes") ?? null),
    },
    default_get: defaultMethod(version === 19 ? "fields" : "fields_list"),
  };
}

function searchMethods(version: Version): Record<string, Method> {
  const domain = version === 14 ? "args" : "domain";
  return {
    ...(version === 17 && { search_fetch: searchFetch() }),
    search: {
      kind: "model",
      parameters: `${domain}, offset=0, limit=None, order=None${
        version === 14 ? ", count=False" : ""
      }`,
      run: (call) => {
        const { env, model, get } = call;
        const isCount = truthy(get("count"));
        const rows = searchRows(env, model, get(domain) ?? null, isCount ? {} : options(call));
        return isCount ? rows.length : rows.map(({ id }) => id);
      },
    },
    search_count: {
      kind: "model",
      parameters: version === 14 ? domain : `${domain}, limit=None`,
      run: ({ env, model, get }) => {
        const limit = get("limit") ?? null;
        if (isDict(limit)) {
          throw new PythonError("psycopg2.ProgrammingError", "can't adapt type 'dict'");
        }
        return searchRows(env, model, get(domain) ?? null, { limit, order: "id" }).length;
      },
    },
  };
}

/** Odoo 17 answers with ids: what it fetches is for the code of the server. */
function searchFetch(): Method {
  return {
    kind: "model",
    parameters: "domain, field_names, offset=0, limit=None, order=None",
    run: (call) => {
      const { env, model, get } = call;
      const rows = searchRows(env, model, get("domain") ?? null, options(call));
      fieldsToRead(env, model, get("field_names") ?? null);
      return rows.map(({ id }) => id);
    },
  };
}

function options({ get }: MethodCall): SearchOptions {
  return { offset: get("offset"), limit: get("limit"), order: get("order") };
}

function readMethods(version: Version): Record<string, Method> {
  return {
    search_read: {
      kind: "model",
      parameters: "domain=None, fields=None, offset=0, limit=None, order=None" +
        (version === 14 ? "" : ", load='_classic_read'"),
      run: (call) => {
        const { env, model, get } = call;
        // Unlike the other methods, this one takes no domain for all records.
        const domain = get("domain") ?? null;
        const rows = searchRows(env, model, truthy(domain) ? domain : [], options(call));
        if (version !== 19 && rows.length === 0) {
          return readNothing(env, model, get("fields") ?? null, domain);
        }
        const ids = rows.map(({ id }) => id);
        return readRows(env, model, ids, get("fields") ?? null, get("load"));
      },
    },
    read: {
      kind: "multi",
      parameters: "fields=None, load='_classic_read'",
      run: ({ env, model, ids, get }) =>
        readRows(env, model, ids, get("fields") ?? null, get("load")),
    },
  };
}

function writeMethods(): Record<string, Method> {
  return {
    create: {
      kind: "create",
      parameters: "vals_list",
      run: ({ env, model, get }) => {
        const values = get("vals_list") ?? null;
        if (isDict(values)) return createRecords(env, model, [values])[0] ?? false;
        return createRecords(env, model, valuesList(values));
      },
    },
    write: {
      kind: "multi",
      parameters: "vals",
      run: ({ env, model, ids, get }) => {
        const values = get("vals") ?? null;
        if (!isDict(values)) throw notValues(values);
        const numbers = integers(env, model, ids, "write");
        const own = isOwnProfile(env, model, numbers, Object.keys(values), "write");
        writeRecords(own ? env.with({ su: true }) : env, model, numbers, values);
        return true;
      },
    },
    unlink: {
      kind: "multi",
      parameters: "",
      run: ({ env, model, ids }) => {
        unlinkRecords(env, model, integers(env, model, ids, "unlink"));
        return true;
      },
    },
  };
}

function recordMethods(version: Version): Record<string, Method> {
  return {
    copy: {
      kind: "multi",
      parameters: "default=None",
      run: ({ env, model, ids, get }) =>
        copy(env, model, integers(env, model, ids), get("default") ?? null),
    },
    ...(version !== 19 && {
      exists: {
        kind: "multi",
        parameters: "",
        run: ({ env, model, ids }) => exists(env, model, ids),
      } satisfies Method,
    }),
    get_metadata: {
      kind: "multi",
      parameters: "",
      access: "read",
      run: ({ env, model, ids }) => getMetadata(env, model, integers(env, model, ids)),
    },
    get_external_id: {
      kind: "multi",
      parameters: "",
      run: ({ env, model, ids }) => externalIds(env, model, integers(env, model, ids)),
    },
  };
}

/** These answer `None`: over XML-RPC the change is committed and the call ends in a fault. */
function archiveMethods(): Record<string, Method> {
  const method = (active: boolean | undefined): Method => ({
    kind: "multi",
    parameters: "",
    access: "write",
    run: ({ env, model, ids }) => toggleActive(env, model, integers(env, model, ids), active),
  });
  return {
    toggle_active: method(undefined),
    action_archive: method(false),
    action_unarchive: method(true),
  };
}

function nameMethods(version: Version): Record<string, Method> {
  const domain = version === 19 ? "domain" : "args";
  return {
    name_search: {
      kind: "model",
      parameters: `name='', ${domain}=None, operator='ilike', limit=100`,
      run: ({ env, model, get }) => {
        const name = get("name") ?? "";
        const limit = get("limit");
        return nameSearch(
          env,
          model,
          name,
          get(domain) ?? null,
          str(get("operator") ?? "ilike"),
          limit === undefined ? 100 : limit,
        );
      },
    },
    name_create: {
      kind: "model",
      parameters: "name",
      access: "create",
      run: ({ env, model, get }) => {
        const [id = 0] = createRecords(env, model, [valuesOfName(model, get("name") ?? false)]);
        return [id, env.displayName(model.name, id)];
      },
    },
    ...(version !== 19 && {
      name_get: {
        kind: "multi",
        parameters: "",
        access: "read",
        run: ({ env, model, ids }) =>
          existing(env, model, integers(env, model, ids)).map((row) => [
            row.id,
            env.displayName(model.name, row.id),
          ]),
      } satisfies Method,
    }),
  };
}

function rightMethods(version: Version): Record<string, Method> {
  return {
    check_access_rights: {
      kind: "model",
      parameters: "operation, raise_exception=True",
      run: ({ env, model, get }) => {
        const raise = get("raise_exception") ?? true;
        const may = mayDo(env, model, get("operation") ?? null, raise);
        // What stands behind the old name in 19 says nothing when all is well.
        return version === 19 && truthy(raise) ? null : may;
      },
    },
    ...(version === 19 && {
      has_access: {
        kind: "multi",
        parameters: "operation",
        run: ({ env, model, ids, get }) => {
          const operation = operationOf(get("operation") ?? null);
          const allowed = allowedRows(env, model, operation) ?? (() => true);
          return hasAccess(env, model, operation) &&
            existing(env, model, integers(env, model, ids)).every((row) => allowed(row));
        },
      } satisfies Method,
    }),
    check_access_rule: {
      kind: "multi",
      parameters: "operation",
      run: ({ env, model, ids, get }) => {
        const operation = operationOf(get("operation") ?? null);
        if (version === 19) checkAccess(env, model, operation);
        // Without rules nobody looks whether the records are there.
        if (!hasRules(env, model, operation)) return null;
        checkRows(env, model, existing(env, model, integers(env, model, ids)), operation);
        return null;
      },
    },
  };
}

/** Whether the user has a right; with `raise`, a refusal where there is none. */
export function mayDo(env: Env, model: Model, operation: PythonValue, raise: PythonValue): boolean {
  const checked = operationOf(operation);
  if (truthy(raise)) checkAccess(env, model, checked);
  return hasAccess(env, model, checked);
}

function operationOf(operation: PythonValue): Operation {
  switch (operation) {
    case "read":
    case "write":
    case "create":
    case "unlink":
      return operation;
  }
  throw new PythonError("AssertionError", "Invalid access mode");
}

function valuesList(list: PythonValue): Values[] {
  if (typeof list === "string") throw noGet(list);
  if (!Array.isArray(list)) throw typeError(`'${typeName(list)}' object is not iterable`);
  return list.map((values) => {
    if (!isDict(values)) throw noGet(values);
    return values;
  });
}

function notValues(value: PythonValue): PythonError {
  if (Array.isArray(value) || typeof value === "string") return noGet(value);
  return typeError(`argument of type '${typeName(value)}' is not iterable`);
}

function noGet(value: PythonValue): PythonError {
  return new PythonError("AttributeError", `'${typeName(value)}' object has no attribute 'get'`);
}
