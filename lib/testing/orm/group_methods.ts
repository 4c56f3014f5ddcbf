/**
 * The methods that group, with the parameters of each version.
 *
 * @module
 */
import { lacking, type Version } from "../faults.ts";
import type { Method, MethodCall } from "./methods.ts";
import { type PythonValue, str, truthy } from "../python.ts";
import type { ReadGroup } from "./read_group.ts";
import {
  formattedGroups,
  opensGroups,
  readGroupsOf,
  webFormattedGroups,
  webReadGroups,
} from "./web_groups.ts";

/** The methods of all models that group records. */
export function groupMethods(version: Version): Record<string, Method> {
  return {
    read_group: {
      kind: "model",
      parameters: "domain, fields, groupby, offset=0, limit=None, orderby=False, lazy=True",
      access: "read",
      run: (call) => readGroupsOf(call.env, call.model, readGroupCall(call)),
    },
    ...(version === 19 ? newMethods() : oldMethods(version)),
  };
}

function oldMethods(version: 14 | 17): Record<string, Method> {
  const expansion = ", expand=False, expand_limit=None, expand_orderby=False";
  return {
    web_read_group: {
      kind: "model",
      parameters: "domain, fields, groupby, limit=None, offset=0, orderby=False, lazy=True" +
        (version === 14 ? expansion : ""),
      access: "read",
      run: (call) => {
        if (truthy(call.get("expand"))) throw lacking("web_read_group with expand");
        return webReadGroups(call.env, call.model, readGroupCall(call));
      },
    },
  };
}

function newMethods(): Record<string, Method> {
  return {
    formatted_read_group: {
      kind: "model",
      parameters: "domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None",
      access: "read",
      run: (call) => formattedGroups(call.env, call.model, formattedCall(call)),
    },
    web_read_group: {
      kind: "model",
      parameters: "domain, groupby, aggregates=(), limit=None, offset=0, order=None, " +
        OPENING.map((name) => `${name}=None`).join(", "),
      access: "read",
      run: (call) => {
        if (opensGroups(OPENING.map((name) => call.get(name) ?? null))) {
          throw lacking("web_read_group with opened groups");
        }
        return webFormattedGroups(call.env, call.model, formattedCall(call));
      },
    },
  };
}

function readGroupCall({ get }: MethodCall): ReadGroup {
  return {
    domain: get("domain") ?? null,
    fields: textsOf(get("fields")),
    groupby: typeof get("groupby") === "string"
      ? [str(get("groupby") ?? "")]
      : textsOf(get("groupby")),
    offset: get("offset") ?? 0,
    limit: get("limit") ?? null,
    orderby: get("orderby") ?? false,
    lazy: truthy(get("lazy") ?? true),
  };
}

function formattedCall({ get }: MethodCall) {
  return {
    domain: get("domain") ?? null,
    groupby: textsOf(get("groupby")),
    aggregates: textsOf(get("aggregates")),
    having: get("having") ?? null,
    offset: get("offset") ?? 0,
    limit: get("limit") ?? null,
    order: get("order") ?? null,
  };
}

/** Texts in a list. A single text is a list of its characters, as in Python. */
function textsOf(value: PythonValue | undefined): string[] {
  if (typeof value === "string") return [...value];
  return Array.isArray(value) ? value.map(str) : [];
}

const OPENING = [
  "auto_unfold",
  "opening_info",
  "unfold_read_specification",
  "groupby_read_specification",
] as const;
