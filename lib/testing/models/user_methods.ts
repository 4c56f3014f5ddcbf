/**
 * The methods of `res.users`: what the user is, and the own password.
 *
 * @module
 */
import { contextGet } from "../orm/extras.ts";
import {
  accessDenied,
  accessError,
  PythonError,
  userError,
  valueError,
  type Version,
} from "../faults.ts";
import { isInGroup } from "../orm/groups.ts";
import type { Method, MethodCall } from "../orm/methods.ts";
import { isInteger, type PythonValue, str, truthy } from "../python.ts";
import { isPassword } from "../server/accounts.ts";
import { digest } from "../server/digests.ts";

/** Methods of `res.users` in a version. */
export function userMethods(version: Version): Record<string, Method> {
  return {
    context_get: { kind: "model", parameters: "", run: ({ env }) => contextGet(env) },
    has_group: {
      kind: version === 19 ? "multi" : "model",
      parameters: "group_ext_id",
      run: version === 19 ? hasGroupOf : hasGroup,
    },
    change_password: {
      kind: version === 14 ? "multi" : "model",
      parameters: "old_passwd, new_passwd",
      run: changePassword,
    },
  };
}

function hasGroup({ env, get }: MethodCall): PythonValue {
  const name = get("group_ext_id") ?? false;
  if (typeof name === "string" && name.includes(".")) return isInGroup(env, name);
  const message = `External ID '${str(name)}' must be fully qualified`;
  throw new PythonError("AssertionError", message);
}

/** Since 18 the method is about the user that it is called on; the technical features need the debug mode. */
function hasGroupOf({ env, ids, get }: MethodCall): PythonValue {
  const [id] = ids;
  if (ids.length !== 1 || !isInteger(id)) {
    throw valueError(`Expected singleton: res.users(${ids.map((each) => str(each)).join(", ")})`);
  }
  if (id !== env.uid && !isInGroup(env, "base.group_user")) {
    throw accessError("You can ony call user.has_group() with your current user.");
  }
  const name = str(get("group_ext_id") ?? "");
  return name !== "base.group_no_one" && isInGroup(env, name, id);
}

/** API keys stay good: only sessions and the password itself end. */
function changePassword({ env, get }: MethodCall): PythonValue {
  const [old = false, next = false] = [get("old_passwd"), get("new_passwd")];
  if (!truthy(old)) throw accessDenied();
  const text = env.version === 14 ? str(next) : str(next).trim();
  const isEmpty = !truthy(next) || text === "";
  const empty = userError("Setting empty passwords is not allowed for security reasons!");
  if (env.version === 14 && isEmpty) throw empty;
  const user = env.row("res.users", env.uid);
  if (!user || !isPassword(user, str(old))) throw accessDenied();
  if (isEmpty) throw empty;
  env.store.update("res.users", env.uid, {
    password_digest: digest(text),
    write_uid: env.uid,
    write_date: env.now,
  });
  return true;
}
