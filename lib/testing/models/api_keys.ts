/**
 * API keys as the web client makes them: the check of the password, the wizard that asks for a description, and the key
 * that is shown once.
 *
 * @module
 */
import {
  accessError,
  lacking,
  PythonError,
  userError,
  validationError,
  valueError,
} from "../faults.ts";
import type { Version } from "../faults.ts";
import type { Env } from "../orm/env.ts";
import { toInteger } from "../orm/fields.ts";
import type { Method, MethodCall } from "../orm/methods.ts";
import type { BuiltInModel } from "../orm/models.ts";
import { createRecords, existing, unlinkRecords } from "../orm/records.ts";
import type { Row } from "../orm/store.ts";
import { isInteger, plain, type PythonValue, truthy } from "../python.ts";
import { addKey, isPassword } from "../server/accounts.ts";

/** For how long a session counts as that of the person who knows the password. */
const IDENTITY_MS = 10 * 60_000;

const DAY_MS = 86_400_000;

/** Days that the key of an ordinary internal user may be good for. */
const LONGEST = 90;

/** `res.users.identitycheck` of a version: asks for the password. */
export const identityCheck = (version: Version): BuiltInModel => ({
  description: "Password Check Wizard",
  displayName: (_env, row) => `res.users.identitycheck,${row.id}`,
  fields: {
    request: { type: "char", string: "Request", readonly: true, forbidden: true },
    ...(version === 19 && {
      auth_method: {
        type: "selection",
        string: "Auth Method",
        selection: [["password", "Password"], ["webauthn", "Passkey"]],
        default: "password",
      } as const,
    }),
    password: version === 19
      ? { type: "char", string: "Password", compute: () => null, inverse: () => ({}) }
      : { type: "char", string: "Password" },
  },
});

/** `res.users.apikeys.description` of a version: asks what a key is for, and in 19 how long. */
export const keyDescription = (version: Version): BuiltInModel => ({
  description: version === 14 ? "res.users.apikeys.description" : "API Key Description",
  fields: {
    name: { type: "char", string: "Description", required: true },
    ...(version === 19 && {
      duration: {
        type: "selection",
        string: "Duration",
        required: true,
        default: "1",
        selection: DURATIONS,
        offers: (env, days) => isAdministrator(env) || (days !== "0" && Number(days) <= LONGEST),
        validate: false,
      } as const,
      expiration_date: { type: "datetime", string: "Expiration Date" } as const,
    }),
  },
  ...(version === 19 && {
    afterCreate(env: Env, id: number, values: { readonly [field: string]: unknown }) {
      const days = toInteger(String(values["duration"]));
      if (values["expiration_date"] === undefined && days > 0) {
        const today = Date.parse(`${env.now.slice(0, 10)}T00:00:00Z`);
        const end = stamp(today + days * DAY_MS);
        env.store.update("res.users.apikeys.description", id, { expiration_date: end });
      }
      checkExpiry(env, env.row("res.users.apikeys.description", id)?.["expiration_date"]);
    },
  }),
});

/** The methods of these models, and those of `res.users` that belong to them. */
export function apiKeyMethods(version: Version): Record<string, Record<string, Method>> {
  return {
    "res.users": {
      api_key_wizard: guarded("api_key_wizard", () => ({
        type: "ir.actions.act_window",
        res_model: "res.users.apikeys.description",
        name: "New API Key",
        target: "new",
        views: [[false, "form"]],
      })),
    },
    "res.users.identitycheck": {
      run_check: { kind: "multi", parameters: "", run: (call) => runCheck(version, call) },
    },
    "res.users.apikeys.description": { make_key: guarded("make_key", makeKey) },
    "res.users.apikeys": { remove: guarded("remove", removeKeys) },
  };
}

/** A method that runs only in a session whose user has given the password a short while ago. */
function guarded(name: string, action: (call: MethodCall) => PythonValue): Method {
  const run = (call: MethodCall): PythonValue => {
    const { env, model, ids } = call;
    if (!env.session) throw userError("This method can only be accessed over HTTP");
    const last = env.session.identifiedAt ?? -Infinity;
    if (last > moment(env) - IDENTITY_MS) return action(call);
    const request = JSON.stringify([model.name, ids.map(plain), name]);
    const wizard = env.model("res.users.identitycheck");
    const [id = 0] = createRecords(env.with({ su: true }), wizard, [{ request }]);
    return {
      type: "ir.actions.act_window",
      res_model: wizard.name,
      res_id: id,
      name: env.version === 19 ? "Access Control" : "Security Control",
      target: "new",
      views: [[false, "form"]],
      ...(env.version === 19 && { context: { dialog_size: "medium" } }),
    };
  };
  return { kind: "multi", parameters: "", run };
}

/** Checks the password, and goes on with what had asked for it. */
function runCheck(version: Version, call: MethodCall): PythonValue {
  const { env } = call;
  if (!env.session) {
    throw new PythonError("AssertionError", "This method can only be accessed over HTTP");
  }
  const wizard = only(call);
  if (wizard["create_uid"] !== env.uid) throw lacking("the identity check of another user");
  checkPassword(env, version === 19 ? env.context["password"] : wizard["password"]);
  if (version !== 19) env.store.update("res.users.identitycheck", wizard.id, { password: null });
  env.session.identifiedAt = moment(env);
  const [name, ids, method]: [string, number[], string] = JSON.parse(String(wizard["request"]));
  const found = apiKeyMethods(version)[name]?.[method];
  if (!found) throw new PythonError("AssertionError", "");
  return found.run({ env, model: env.model(name), ids, get: () => undefined });
}

function checkPassword(env: Env, password: PythonValue | undefined): void {
  if (env.version !== 19 && !truthy(password)) throw new PythonError("AssertionError", "");
  const user = env.row("res.users", env.uid);
  if (user && typeof password === "string" && isPassword(user, password)) return;
  throw env.version === 14
    ? new PythonError("odoo.exceptions.AccessDenied", "Access Denied")
    : userError(
      "Incorrect Password, try again or click on Forgot Password to reset your password.",
    );
}

function makeKey(call: MethodCall): PythonValue {
  const { env, model } = call;
  const description = only(call);
  const expiry = description["expiration_date"];
  if (env.version === 19) checkExpiry(env, expiry);
  const key = addKey(env, env.uid, String(description["name"]), {
    expiresAt: typeof expiry === "string" ? expiry : undefined,
  });
  unlinkRecords(env.with({ su: true }), model, [description.id]);
  return {
    type: "ir.actions.act_window",
    res_model: "res.users.apikeys.show",
    name: "API Key Ready",
    views: [[false, "form"]],
    target: "new",
    context: { default_key: key },
  };
}

function removeKeys({ env, model, ids }: MethodCall): PythonValue {
  const numbers = ids.filter(isInteger);
  const isSystem = env.uid === 2;
  const rows = isSystem
    ? numbers.flatMap((id) => env.row(model.name, id) ?? [])
    : existing(env, model, numbers);
  if (!isSystem && rows.some((row) => row["user_id"] !== env.uid)) {
    throw accessError("You can not remove API keys unless they're yours or you are a system user");
  }
  unlinkRecords(env.with({ su: true }), model, rows.map(({ id }) => id));
  return { type: "ir.actions.act_window_close" };
}

function isAdministrator({ su, uid }: Env): boolean {
  return su || uid === 2;
}

/** Only the keys of administrators may be good for ever, or for long. */
function checkExpiry(env: Env, date: unknown): void {
  if (isAdministrator(env)) return;
  if (typeof date !== "string") {
    throw validationError("The API key must have an expiration date");
  }
  if (date > stamp(moment(env) + LONGEST * DAY_MS)) {
    throw validationError(`You cannot exceed ${LONGEST}.0 days.`);
  }
}

/** `ensure_one()`. */
function only({ env, model, ids }: MethodCall): Row {
  const numbers = ids.filter(isInteger);
  const [row] = existing(env, model, numbers);
  if (row && numbers.length === 1) return row;
  const list = numbers.length === 1 ? `${numbers[0]},` : numbers.join(", ");
  throw valueError(`Expected singleton: ${model.name}(${list})`);
}

function moment({ now }: Env): number {
  return Date.parse(`${now.replace(" ", "T")}Z`);
}

function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}

const DURATIONS: readonly (readonly [string, string])[] = [
  ["1", "1 Day"],
  ["7", "1 Week"],
  ["30", "1 Month"],
  ["90", "3 Months"],
  ["180", "6 Months"],
  ["365", "1 Year"],
  ["0", "Persistent Key"],
  ["-1", "Custom Date"],
];
