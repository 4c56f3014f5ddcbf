/**
 * The methods that can be called, with the parameters that each version of Odoo gives them.
 *
 * @module
 */
import type { Operation } from "./access.ts";
import { defaultMethod } from "./defaults.ts";
import type { Env } from "./env.ts";
import { lacking, type Version } from "../faults.ts";
import { apiKeyMethods } from "../models/api_keys.ts";
import { businessMethods } from "../models/business.ts";
import { userMethods } from "../models/user_methods.ts";
import { getParam, setParam } from "./extras.ts";
import { lookUpXmlid, objectReference } from "./metadata.ts";
import type { Model } from "./models.ts";
import { commonMethods, mayDo } from "./orm.ts";
import { isInteger, type PythonValue, str, truthy } from "../python.ts";

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
  "button_install",
  "button_immediate_install",
  "button_upgrade",
  "button_immediate_upgrade",
  "button_uninstall",
  "button_immediate_uninstall",
  "update_list",
  "remove",
  "address_get",
  "onchange",
  "get_view",
  "get_views",
  "fields_view_get",
  "load_views",
  "search_panel_select_range",
  "read_progress_bar",
  "message_post",
  "api_key_wizard",
  "mapped",
  "get_field_translations",
  "update_field_translations",
  "action_quotation_send",
  "action_register_payment",
  "action_invoice_sent",
  "action_send_and_print",
  "action_reverse",
  "action_set_won_rainbowman",
  "action_new_quotation",
  "convert_opportunity",
  "activity_schedule",
  "message_subscribe",
  "message_unsubscribe",
]);

const TABLES = new Map<string, ReadonlyMap<string, Method>>();

function modelMethods(version: Version): Record<string, Record<string, Method>> {
  const keys = apiKeyMethods(version);
  const users = { "res.users": { ...userMethods(version), ...keys["res.users"] } };
  const business = businessMethods(version);
  const partners = { ...partnerMethods()["res.partner"], ...business["res.partner"] };
  return { ...keys, ...users, ...technicalMethods(version), ...business, "res.partner": partners };
}

function partnerMethods(): Record<string, Record<string, Method>> {
  return {
    "res.partner": {
      default_get: defaultMethod("fields"),
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
  };
}

function technicalMethods(version: Version): Record<string, Record<string, Method>> {
  return {
    "ir.model.data": {
      check_object_reference: {
        kind: "model",
        parameters: "module, xml_id, raise_on_access_error=False",
        run: ({ env, get }) =>
          objectReference(
            env,
            str(get("module") ?? ""),
            str(get("xml_id") ?? ""),
            truthy(get("raise_on_access_error")),
          ),
      },
      ...(version === 14 ? lookupsOf14() : {}),
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
        access: "read",
        run: ({ env, get }) => setParam(env, str(get("key") ?? ""), get("value") ?? false),
      },
    },
  };
}

/** What 14 also has for external ids, and what clients such as odoorpc use there. */
function lookupsOf14(): Record<string, Method> {
  const found = ({ env, get }: MethodCall) =>
    lookUpXmlid(env, str(get("xmlid") ?? ""), truthy(get("raise_if_not_found")));
  const parameters = "xmlid, raise_if_not_found=False";
  return {
    xmlid_to_res_model_res_id: { kind: "model", parameters, run: found },
    xmlid_to_res_id: { kind: "model", parameters, run: (call) => found(call)[1] },
    get_object_reference: {
      kind: "model",
      parameters: "module, xml_id",
      run: ({ env, get }) =>
        lookUpXmlid(env, `${str(get("module") ?? "")}.${str(get("xml_id") ?? "")}`, true),
    },
  };
}
