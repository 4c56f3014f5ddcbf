/**
 * The methods that can be called, with the parameters that each version of Odoo gives them.
 *
 * @module
 */
import { checkAccess, hasAccess, isOwnProfile, type Operation } from "./access.ts";
import {
  contextGet,
  copy,
  exists,
  externalIds,
  getMetadata,
  getParam,
  objectReference,
  setParam,
  toggleActive,
} from "./extras.ts";
import type { Env } from "./env.ts";
import { accessError, lacking, PythonError, typeError, userError, type Version } from "./faults.ts";
import { toColumn, toWire } from "./fields.ts";
import { fieldsGet } from "./introspection.ts";
import { load } from "./load.ts";
import type { Model } from "./models.ts";
import { isDict, isInteger, PythonFloat, type PythonValue, repr, str, truthy } from "./python.ts";
import { nameSearch, readRows, searchRows } from "./reading.ts";
import {
  createRecords,
  defaultsOf,
  existing,
  unlinkRecords,
  type Values,
  writeRecords,
} from "./records.ts";

/** A call whose arguments are bound. */
export interface MethodCall {
  /** The world of the call. */
  readonly env: Env;
  /** The model. */
  readonly model: Model;
  /** First argument of a method that runs on records, as it came. */
  readonly ids: readonly PythonValue[];
  /** Value of a parameter, or `undefined` where the call did not give it. */
  get(parameter: string): PythonValue | undefined;
}

/** A method. */
export interface Method {
  /** What comes first: nothing, the ids, or the values of new records. */
  readonly kind: "model" | "multi" | "create";
  /** Parameters as Python declares them. */
  readonly parameters: string;
  /** Right that is checked before anything else. */
  readonly access?: Operation;
  /** Does it. `null` is Python's `None`. */
  run(call: MethodCall): PythonValue;
}

/** The methods of a model in a version. */
export function methodsOf(version: Version, model: string): ReadonlyMap<string, Method> {
  const key = `${version} ${model}`;
  const known = TABLES.get(key);
  if (known) return known;
  const table = new Map(
    Object.entries({ ...commonMethods(version), ...modelMethods(version)[model] }),
  );
  TABLES.set(key, table);
  return table;
}

/** Methods of real servers that are refused by name, so that nobody takes the refusal for Odoo's own. */
export const LACKING: ReadonlySet<string> = new Set([
  "remove",
  "address_get",
  "read_group",
  "formatted_read_group",
  "web_read_group",
  "web_search_read",
  "web_read",
  "web_save",
  "onchange",
  "export_data",
  "get_view",
  "get_views",
  "fields_view_get",
  "load_views",
  "search_panel_select_range",
  "message_post",
  "api_key_wizard",
  "change_password",
  "mapped",
  "search_fetch",
  "get_field_translations",
  "update_field_translations",
]);

const TABLES = new Map<string, ReadonlyMap<string, Method>>();

function commonMethods(version: Version): Record<string, Method> {
  return {
    ...searchMethods(version),
    ...recordMethods(version),
    ...nameMethods(version),
    ...rightMethods(version),
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
    default_get: {
      kind: "model",
      parameters: version === 19 ? "fields" : "fields_list",
      run: ({ env, model, get }) => {
        const names = get("fields") ?? get("fields_list");
        return defaultGet(env, model, Array.isArray(names) ? names.map(str) : []);
      },
    },
  };
}

function searchMethods(version: Version): Record<string, Method> {
  const domain = version === 14 ? "args" : "domain";
  const options = ({ get }: MethodCall) => ({
    offset: get("offset"),
    limit: get("limit"),
    order: get("order"),
  });
  return {
    search: {
      kind: "model",
      parameters: `${domain}, offset=0, limit=None, order=None${
        version === 14 ? ", count=False" : ""
      }`,
      run: (call) => {
        const { env, model, get } = call;
        const rows = searchRows(env, model, get(domain) ?? null, options(call));
        return truthy(get("count")) ? rows.length : rows.map(({ id }) => id);
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
    search_read: {
      kind: "model",
      parameters: "domain=None, fields=None, offset=0, limit=None, order=None" +
        (version === 14 ? "" : ", load='_classic_read'"),
      run: (call) => {
        const { env, model, get } = call;
        const rows = searchRows(env, model, get("domain") ?? null, options(call));
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

function recordMethods(version: Version): Record<string, Method> {
  return {
    create: {
      kind: "create",
      parameters: "vals_list",
      access: "create",
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
        if (!isDict(values)) {
          const kind = Array.isArray(values) ? "list" : "str";
          throw new PythonError("AttributeError", `'${kind}' object has no attribute 'get'`);
        }
        const numbers = integers(env, model, ids);
        if (!isOwnProfile(env, model, numbers, Object.keys(values))) {
          checkAccess(env, model, "write");
        }
        writeRecords(env, model, numbers, values);
        return true;
      },
    },
    unlink: {
      kind: "multi",
      parameters: "",
      access: "unlink",
      run: ({ env, model, ids }) => {
        unlinkRecords(env, model, integers(env, model, ids));
        return true;
      },
    },
    copy: {
      kind: "multi",
      parameters: "default=None",
      access: "create",
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
      run: () => externalIds(),
    },
    ...archiveMethods(),
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
        return nameSearch(
          env,
          model,
          truthy(name) ? str(name) : "",
          get(domain) ?? null,
          str(get("operator") ?? "ilike"),
          get("limit") ?? 100,
        );
      },
    },
    name_create: {
      kind: "model",
      parameters: "name",
      access: "create",
      run: ({ env, model, get }) => {
        const [id = 0] = createRecords(env, model, [{ [model.recName]: get("name") ?? false }]);
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
      run: ({ env, model, get }) =>
        mayDo(env, model, get("operation") ?? null, get("raise_exception") ?? true),
    },
    ...(version === 19 && {
      has_access: {
        kind: "multi",
        parameters: "operation",
        run: ({ env, model, get }) => mayDo(env, model, get("operation") ?? null, false),
      } satisfies Method,
    }),
  };
}

function modelMethods(version: Version): Record<string, Record<string, Method>> {
  return {
    "res.users": {
      context_get: { kind: "model", parameters: "", run: ({ env }) => contextGet(env) },
      has_group: {
        kind: version === 19 ? "multi" : "model",
        parameters: version === 19 ? "group_ext_id" : "group_ext_id",
        run: ({ env, get }) =>
          env.uid === 2 ||
          ["base.group_user", "base.group_partner_manager"].includes(
            str(get("group_ext_id") ?? ""),
          ),
      },
    },
    "res.users.apikeys": {
      ...(version !== 14 && {
        remove: {
          kind: "multi",
          parameters: "",
          run: () => {
            throw userError("This method can only be accessed over HTTP");
          },
        } satisfies Method,
      }),
    },
    "res.partner": {
      onchange_parent_id: {
        kind: "multi",
        parameters: "",
        run: ({ env, ids }) => {
          const parented = ids.some((id) =>
            isInteger(id) && env.row("res.partner", id)?.["parent_id"]
          );
          if (parented) throw lacking("onchange_parent_id of a contact with a parent");
          return null;
        },
      },
    },
    "ir.model.data": {
      check_object_reference: {
        kind: "model",
        parameters: "module, xml_id, raise_on_access_error=False",
        run: ({ env, get }) =>
          objectReference(env, str(get("module") ?? ""), str(get("xml_id") ?? "")),
      },
    },
    "ir.model.access": {
      check: {
        kind: "model",
        parameters: "model, mode='read', raise_exception=True",
        run: ({ env, get }) =>
          mayDo(
            env,
            env.model(str(get("model") ?? "")),
            get("mode") ?? "read",
            get("raise_exception") ?? true,
          ),
      },
    },
    "ir.config_parameter": {
      get_param: {
        kind: "model",
        parameters: "key, default=False",
        access: "read",
        run: ({ env, get }) => getParam(env, str(get("key") ?? ""), get("default") ?? false),
      },
      set_param: {
        kind: "model",
        parameters: "key, value",
        access: "write",
        run: ({ env, get }) => setParam(env, str(get("key") ?? ""), get("value") ?? false),
      },
    },
  };
}

function mayDo(env: Env, model: Model, operation: PythonValue, raise: PythonValue): boolean {
  if (
    operation !== "read" && operation !== "write" && operation !== "create" &&
    operation !== "unlink"
  ) {
    throw new PythonError("AssertionError", "Invalid access mode");
  }
  if (truthy(raise)) checkAccess(env, model, operation);
  return hasAccess(env, model, operation);
}

function defaultGet(env: Env, model: Model, names: string[]): PythonValue {
  const values: { [field: string]: PythonValue } = {};
  for (const [name, value] of defaultsOf(env, model, names)) {
    const field = model.fields.get(name);
    if (!field || field.type.endsWith("2many")) values[name] = value;
    else values[name] = toWire(env, field, toColumn(env, model, field, value), false);
  }
  if (model.name === "res.partner" && names.includes("category_id")) {
    values["category_id"] = [[6, 0, []]];
  }
  return values;
}

function valuesList(list: PythonValue): Values[] {
  if (!Array.isArray(list)) throw typeError("create() expects a dictionary or a list of them");
  return list.map((values) => {
    if (!isDict(values)) throw typeError("create() expects a dictionary or a list of them");
    return values;
  });
}

/** Ids for methods that need records. `false` is nobody, and text is no id. */
function integers(env: Env, model: Model, ids: readonly PythonValue[]): number[] {
  return ids.flatMap((id) => {
    if (id instanceof PythonFloat) return [id.value];
    if (isInteger(id)) return [id];
    if (!truthy(id)) return [];
    if (Array.isArray(id)) throw typeError("unhashable type: 'list'");
    if (env.version === 14) {
      throw accessError(
        `Database fetch misses ids (('${str(id)}',)) and has extra ids ((${
          str(id)
        },)), may be caused by a type ` +
          "incoherence in a previous request",
      );
    }
    throw new PythonError(
      "odoo.exceptions.MissingError",
      `Record does not exist or has been deleted.\n(Record: ${model.name}(${
        repr(id)
      },), User: ${env.uid})`,
    );
  });
}
