/**
 * API keys: made, listed and removed in a session of the web client, and what they open.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";
import {
  type Answer,
  callService,
  faultOnly,
  isRecord,
  outcome,
  pick,
  rows,
  valueOf,
  Visitor,
  without,
} from "../web.ts";

const KEYS = "res.users.apikeys";
const DESCRIPTION = "res.users.apikeys.description";

/** Scenarios of API keys. All keys are of the demo user, and are removed. */
export const keys: Record<string, Scenario> = {
  "a password opens a session, a wrong one does not": async (odoo) => {
    const visitor = new Visitor(odoo);
    odoo.note("wrong password", outcome(await visitor.signIn("demo", "wrong")));
    odoo.note("unknown user", outcome(await visitor.signIn(odoo.tag, "demo")));
    const answer = await visitor.signIn("demo", "demo");
    odoo.note("right password", pick(answer, ["username", "name", "is_system", "is_admin"]));
    odoo.note("database", pick(answer, ["db"])["db"] === odoo.db);
    odoo.note("context", pick(answer, ["user_context"]));
    odoo.note("version", pick(answer, ["server_version", "server_version_info"]));
  },

  "signing in needs its arguments and a database": async (odoo) => {
    const visitor = new Visitor(odoo);
    const path = "/web/session/authenticate";
    odoo.note(
      "no database",
      outcome(await visitor.visit(path, { login: "demo", password: "demo" })),
    );
    odoo.note("nothing", outcome(await visitor.visit(path, {})));
    if (odoo.version !== 14) {
      odoo.note("unknown database", outcome(await visitor.signIn("demo", "demo", "nodb")));
    }
    const more = { db: odoo.db, login: "demo", password: "demo", more: 1 };
    odoo.note("unknown argument", pick(await visitor.visit(path, more), ["username"]));
  },

  "without a session nothing can be called": async (odoo) => {
    const visitor = new Visitor(odoo);
    odoo.note("call_kw", outcome(await visitor.call("res.users", "context_get")));
    odoo.note("info", outcome(await visitor.visit("/web/session/get_session_info", {})));
    odoo.note("destroy", outcome(await visitor.visit("/web/session/destroy", {})));
    odoo.note("version", await versionOf(visitor, odoo));
  },

  "a session lasts until it is signed out": async (odoo) => {
    const visitor = await signedIn(odoo);
    const info = await visitor.visit("/web/session/get_session_info", {});
    odoo.note("info", pick(info, ["username", "is_admin", "user_context"]));
    odoo.note("sign out", outcome(await visitor.visit("/web/session/destroy", {})));
    odoo.note("call", outcome(await visitor.call("res.users", "context_get")));
  },

  "calls in a session answer as calls by RPC": async (odoo) => {
    const visitor = await signedIn(odoo);
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const note = async (what: string, answer: Promise<Answer>) =>
      odoo.note(what, outcome(await answer));
    await note("read", visitor.call("res.partner", "read", [[id], ["name"]]));
    await note("None", visitor.call("res.partner", "action_archive", [[id]]));
    await note("unknown model", visitor.call("no.model", "read", [[id]]));
    await note("unknown method", visitor.call("res.partner", "nope", [[id]]));
    await note("private method", visitor.call("res.partner", "_nope", [[id]]));
    await note("unknown field", visitor.call("res.partner", "read", [[id], ["nope"]]));
    await note("access", visitor.call("res.company", "write", [[1], { name: "x" }]));
    await note("missing record", visitor.call("res.partner", "write", [[999999], { name: "x" }]));
    const params = { model: "res.partner", method: "search_count", args: [[["id", "=", id]]] };
    await note("no kwargs", visitor.visit("/web/dataset/call_kw", params));
    await note(
      "path",
      visitor.visit("/web/dataset/call_kw/res.partner/x", { ...params, kwargs: {} }),
    );
    await note("button", visitor.visit("/web/dataset/call_button", { ...params, kwargs: {} }));
  },

  "a key is made after the password was given, and shown once": async (odoo) => {
    const visitor = await signedIn(odoo);
    const action = await visitor.call("res.users", "api_key_wizard", [[demo(odoo)]]);
    odoo.note("wizard", without(action, "res_id"));
    odoo.note("check", without(await identify(odoo, visitor, action), "res_id"));
    const description = await visitor.call(DESCRIPTION, "create", [{ name: odoo.tag }]);
    odoo.note("description", "value" in description);
    const shown = await visitor.call(DESCRIPTION, "make_key", [[valueOf(description)]]);
    try {
      odoo.note("shown", without(shown, "context"));
      odoo.note("key", /^[0-9a-f]{40}$/.test(keyOf(shown)));
      odoo.note(
        "description is gone",
        outcome(
          await visitor.call(DESCRIPTION, "search_count", [[["id", "=", valueOf(description)]]]),
        ),
      );
      const again = await visitor.call(DESCRIPTION, "make_key", [[valueOf(description)]]);
      odoo.note("again", faultOnly(again));
    } finally {
      await removeAll(odoo, visitor);
    }
  },

  "a wrong password makes no key": async (odoo) => {
    const visitor = await signedIn(odoo);
    const action = await visitor.call("res.users", "api_key_wizard", [[demo(odoo)]]);
    odoo.note("wrong", outcome(await identify(odoo, visitor, action, "wrong")));
    odoo.note("empty", outcome(await identify(odoo, visitor, action, "")));
    const description = await visitor.call(DESCRIPTION, "create", [{ name: odoo.tag }]);
    const refused = await visitor.call(DESCRIPTION, "make_key", [[valueOf(description)]]);
    odoo.note("asks for the password", pick(refused, ["res_model", "name"]));
    const shown = await identify(odoo, visitor, refused);
    odoo.note("and goes on with it", pick(shown, ["res_model", "name"]));
    await removeAll(odoo, visitor);
  },

  "the password counts in its session only": async (odoo) => {
    const visitor = await signedIn(odoo);
    await makeKey(odoo, visitor, "first");
    const wizard = await visitor.call("res.users", "api_key_wizard", [[demo(odoo)]]);
    odoo.note("same session", pick(wizard, ["res_model"]));
    const other = await signedIn(odoo);
    const asked = await other.call("res.users", "api_key_wizard", [[demo(odoo)]]);
    odoo.note("other session", pick(asked, ["res_model"]));
    await removeAll(odoo, visitor);
  },

  "a key opens RPC, and no session": async (odoo) => {
    const visitor = await signedIn(odoo);
    const key = await makeKey(odoo, visitor, "rpc");
    try {
      const uid = demo(odoo);
      odoo.note("authenticate", await authenticate(odoo, key) === uid);
      odoo.note("password", await authenticate(odoo, "demo") === uid);
      await odoo.as({ uid, secret: key }).call("res.users", "read", [[uid], ["login"]]);
      odoo.note("session", outcome(await new Visitor(odoo).signIn("demo", key)));
      if (odoo.version === 19) {
        odoo.note("bearer", await bearer(odoo, key));
        odoo.note("password as bearer", await bearer(odoo, "demo"));
        odoo.note("no key", await bearer(odoo, "0".repeat(40)));
      }
    } finally {
      await removeAll(odoo, visitor);
    }
  },

  "a user has several keys, listed without their secrets": async (odoo) => {
    const visitor = await signedIn(odoo);
    await makeKey(odoo, visitor, "one");
    await makeKey(odoo, visitor, "two");
    try {
      const mine = [["name", "like", odoo.tag]];
      await odoo.as("demo").call(KEYS, "search_read", [mine, [
        "name",
        "user_id",
        "scope",
        "create_date",
      ]]);
      const [row] = rows(await visitor.call(KEYS, "search_read", [mine, []]));
      odoo.note("fields", Object.keys(row ?? {}).sort());
      await odoo.as("demo").call(KEYS, "search_count", [mine]);
      // Administrators see the keys of all
      await odoo.call(KEYS, "search_count", [mine]);
      await odoo.call(KEYS, "search_read", [mine, ["name", "user_id"]]);
      await odoo.as("demo").call(KEYS, "search_read", [[["user_id", "=", odoo.uid]], ["name"]]);
    } finally {
      await removeAll(odoo, visitor);
    }
  },

  "a removed key is refused, and others go on": async (odoo) => {
    const visitor = await signedIn(odoo);
    const one = await makeKey(odoo, visitor, "one");
    const two = await makeKey(odoo, visitor, "two");
    try {
      const [id] = await keyIds(odoo, visitor, "one");
      odoo.note("removed", outcome(await visitor.call(KEYS, "remove", [[id ?? 0]])));
      odoo.note("first key", await authenticate(odoo, one));
      odoo.note("second key", await authenticate(odoo, two) === demo(odoo));
      odoo.note("again", faultOnly(await visitor.call(KEYS, "remove", [[id ?? 0]])));
      odoo.note("nothing", outcome(await visitor.call(KEYS, "remove", [[]])));
      if (odoo.version === 19) {
        odoo.note("first as bearer", await bearer(odoo, one));
        odoo.note("second as bearer", await bearer(odoo, two));
      }
    } finally {
      await removeAll(odoo, visitor);
    }
  },

  "keys are neither made nor changed nor deleted by RPC": async (odoo) => {
    const visitor = await signedIn(odoo);
    await makeKey(odoo, visitor, "one");
    try {
      const [id = 0] = await keyIds(odoo, visitor, "one");
      const rpc = odoo.as("demo");
      await rpc.call(KEYS, "create", [{ name: odoo.tag }]);
      await rpc.call(KEYS, "write", [[id], { name: "other" }]);
      await rpc.call(KEYS, "unlink", [[id]]);
      await rpc.call(KEYS, "read", [[id], ["name"]]);
      await rpc.call(KEYS, "remove", [[id]]);
      await rpc.call("res.users", "api_key_wizard", [[rpc.uid]]);
      await rpc.call(KEYS, "search_count", [[["id", "=", id]]]);
      await rpc.call(KEYS, "_generate", [[]]);
    } finally {
      await removeAll(odoo, visitor);
    }
  },

  "the wizards tell where the password goes, and how long a key may be good": async (odoo) => {
    const names = [["password", "auth_method"], ["store", "selection"]];
    await odoo.as("demo").call("res.users.identitycheck", "fields_get", names);
    for (const user of [odoo, odoo.as("demo")]) {
      await user.call(DESCRIPTION, "fields_get", [["duration"], ["selection", "required"]]);
    }
  },

  "a user may write the own time zone as it is": async (odoo) => {
    const visitor = await signedIn(odoo);
    const me = [demo(odoo)];
    const [row] = rows(await visitor.call("res.users", "read", [me, ["tz"]]));
    const write = await visitor.call("res.users", "write", [me, { tz: row?.["tz"] ?? false }]);
    odoo.note("write", outcome(write));
  },

  "the page for a two-factor code leads away who has no use for it": async (odoo) => {
    const response = await odoo.fetch("/web/login/totp", { redirect: "manual" });
    await response.body?.cancel();
    odoo.note("status", response.status);
    odoo.note("to", (response.headers.get("location") ?? "").replace(odoo.url, ""));
  },

  "in 19 the keys of ordinary users expire": async (odoo) => {
    const visitor = await signedIn(odoo);
    const action = await visitor.call("res.users", "api_key_wizard", [[demo(odoo)]]);
    await identify(odoo, visitor, action);
    const make = (values: Record<string, RpcValue>) =>
      visitor.call(DESCRIPTION, "create", [{ name: odoo.tag, ...values }]);
    odoo.note(
      "defaults",
      outcome(await visitor.call(DESCRIPTION, "default_get", [["name", "duration"]])),
    );
    try {
      for (const duration of ["0", "-1", "180", "365", "nope"]) {
        odoo.note(`duration ${duration}`, faultOnly(await make({ duration })));
      }
      const later = { duration: "-1", expiration_date: inDays(200) };
      odoo.note("own date, too late", faultOnly(await make(later)));
      if (odoo.version !== 19) return;
      for (
        const values of [{}, { duration: "30" }, { duration: "-1", expiration_date: inDays(5) }]
      ) {
        await visitor.call(DESCRIPTION, "make_key", [[valueOf(await make(values))]]);
      }
      const listed = rows(
        await visitor.call(KEYS, "search_read", [
          [["name", "like", odoo.tag]],
          ["expiration_date"],
        ]),
      );
      odoo.note("days", listed.map((row) => daysUntil(row["expiration_date"])));
    } finally {
      await removeAll(odoo, visitor);
    }
  },
};

async function signedIn(odoo: Session): Promise<Visitor> {
  const visitor = new Visitor(odoo);
  const answer = await visitor.signIn("demo", "demo");
  if ("error" in answer) throw new Error(`demo cannot sign in: ${JSON.stringify(answer)}`);
  return visitor;
}

function demo(odoo: Session): number {
  return odoo.as("demo").uid;
}

/** Gives the password to a wizard that has asked for it. 19 takes it from the context, others from a field. */
async function identify(
  odoo: Session,
  visitor: Visitor,
  action: Answer,
  password = "demo",
): Promise<Answer> {
  const wizard = "res.users.identitycheck";
  const id = pick(action, ["res_id"])["res_id"] ?? 0;
  if (odoo.version === 19) {
    return await visitor.call(wizard, "run_check", [[id]], { context: { password } });
  }
  await visitor.call(wizard, "write", [[id], { password }]);
  return await visitor.call(wizard, "run_check", [[id]]);
}

/** Makes a key whose name begins with the tag of the scenario. */
async function makeKey(odoo: Session, visitor: Visitor, name: string): Promise<string> {
  const values = { name: `${odoo.tag} ${name}` };
  const id = valueOf(await visitor.call(DESCRIPTION, "create", [values]));
  const answer = await visitor.call(DESCRIPTION, "make_key", [[id]]);
  const asked = pick(answer, ["res_model"])["res_model"] === "res.users.identitycheck";
  return keyOf(asked ? await identify(odoo, visitor, answer) : answer);
}

async function keyIds(odoo: Session, visitor: Visitor, name = ""): Promise<number[]> {
  const domain = [["name", "like", `${odoo.tag}%${name}`]];
  return rows(await visitor.call(KEYS, "search_read", [domain, ["name"]])).map(({ id }) =>
    Number(id)
  );
}

async function removeAll(odoo: Session, visitor: Visitor): Promise<void> {
  for (const id of await keyIds(odoo, visitor)) {
    const answer = await visitor.call(KEYS, "remove", [[id]]);
    const asked = pick(answer, ["res_model"])["res_model"] === "res.users.identitycheck";
    if (asked) await identify(odoo, visitor, answer);
  }
  const left = await keyIds(odoo, visitor);
  if (left.length > 0) throw new Error(`Keys of demo are left: ${left.join(", ")}`);
}

async function authenticate(odoo: Session, secret: string): Promise<RpcValue> {
  return valueOf(await callService(odoo, "common", "authenticate", [odoo.db, "demo", secret, {}]));
}

async function bearer(odoo: Session, key: string): Promise<RpcValue> {
  const response = await odoo.fetch("/json/2/res.users/context_get", {
    method: "POST",
    headers: {
      "authorization": `bearer ${key}`,
      "content-type": "application/json",
      "x-odoo-database": odoo.db,
    },
    body: "{}",
  });
  const body = await response.json();
  const { name = null, message = null } = body;
  const wants = response.headers.get("www-authenticate");
  return response.ok
    ? { status: response.status }
    : { status: response.status, name, message, wants };
}

async function versionOf(visitor: Visitor, odoo: Session): Promise<RpcValue> {
  const answer = await visitor.visit("/web/webclient/version_info", {});
  return pick(answer, ["server_version"])["server_version"] === `${odoo.version}.0`;
}

function keyOf(answer: Answer): string {
  const context = pick(answer, ["context"])["context"] ?? null;
  return isRecord(context) ? String(context["default_key"]) : "";
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19).replace("T", " ");
}

function daysUntil(stamp: RpcValue | undefined): number {
  return Math.round(
    (Date.parse(`${String(stamp).slice(0, 10)}T00:00:00Z`) - Date.now()) / 86_400_000 + 0.5,
  );
}
