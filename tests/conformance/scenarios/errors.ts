/**
 * Calls that go wrong, and values that are not what they seem.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";
import { callService, outcome } from "../web.ts";

const PARTNER = "res.partner";

/** Scenarios of errors. */
export const errors: Record<string, Scenario> = {
  "a model that is not there": async (odoo) => {
    await odoo.call("no.model", "search", [[]]);
    await odoo.call("no.model", "create", [{ name: "x" }]);
    await odoo.call("no.model", "nope", []);
    await odoo.call("no.model", "_nope", []);
  },

  "a method that is not there": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await odoo.call(PARTNER, "nope", [[id]]);
    await odoo.call(PARTNER, "nope", []);
    await odoo.call(PARTNER, "searchRead", []);
    await odoo.call(PARTNER, "Search", []);
    await odoo.call("res.country", "nope", [[id]]);
  },

  "private methods are not called": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    for (const name of ["_search", "_write", "__init__", "_nope"]) {
      await odoo.call(PARTNER, name, [[id]]);
    }
    if (odoo.version === 19) {
      for (const name of ["browse", "sudo", "mapped", "filtered", "exists", "with_context"]) {
        await odoo.call(PARTNER, name, [[id]]);
      }
    }
  },

  "arguments that are missing": async (odoo) => {
    await odoo.call(PARTNER, "search");
    await odoo.call(PARTNER, "search_count");
    await odoo.call(PARTNER, "create");
    await odoo.call(PARTNER, "name_create");
    await odoo.call(PARTNER, "load");
    await odoo.call(PARTNER, "load", [["name"]]);
    await odoo.call(PARTNER, "default_get");
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await odoo.call(PARTNER, "write", [[id]]);
    await odoo.call("ir.config_parameter", "get_param");
  },

  "record methods without ids": async (odoo) => {
    for (const method of ["read", "write", "unlink", "copy", "action_archive"]) {
      await odoo.call(PARTNER, method, [[]]);
    }
  },

  "arguments that nobody has asked for": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await odoo.call(PARTNER, "search", [[["id", "=", id]]], { nope: 1 });
    await odoo.call(PARTNER, "read", [[id], ["name"]], { nope: 1 });
    await odoo.call(PARTNER, "write", [[id], { ref: "x" }], { nope: 1, more: 2 });
    await odoo.call(PARTNER, "unlink", [[id]], { nope: 1 });
    await odoo.call(PARTNER, "name_search", ["x"], { nope: 1 });
    await odoo.call(PARTNER, "fields_get", [["name"], ["type"]], { nope: 1 });
    await odoo.call("res.users", "context_get", [], { nope: 1 });
  },

  "too many arguments, and arguments given twice": async (odoo) => {
    if (odoo.wire === "json2") return;
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await odoo.call(PARTNER, "search", [[], 0, 1, "id", false, 5, 6]);
    await odoo.call(PARTNER, "write", [[id], { ref: "x" }, 3]);
    await odoo.call(PARTNER, "unlink", [[id], 2]);
    await odoo.call(PARTNER, "create", [{ name: "x" }, 2]);
    await odoo.call(PARTNER, "search_count", [[], 1, 2, 3]);
    await odoo.call(PARTNER, "search_read", [[], ["name"]], { domain: [] });
    await odoo.call(PARTNER, "write", [[id], { ref: "x" }], { vals: {} });
  },

  "ids that are none": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    for (const ids of [id, [id, id], [String(id)], ["x"], [0], [-1], "", false, null]) {
      await odoo.call(PARTNER, "read", [ids, ["ref"]]);
    }
  },

  "ids that are none, in a write": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag, ref: "before" });
    for (const ids of [id, [id, id], [], false, null, [-1]]) {
      await odoo.call(PARTNER, "write", [ids, { ref: "after" }]);
    }
    await odoo.call(PARTNER, "read", [[id], ["ref"]]);
  },

  "records that are gone": async (odoo) => {
    const [one, two] = [
      await odoo.make(PARTNER, { name: odoo.tag }),
      await odoo.make(PARTNER, { name: odoo.tag }),
    ];
    await odoo.call(PARTNER, "unlink", [[one]]);
    await odoo.call(PARTNER, "read", [[one, two], ["name"]]);
    await odoo.call(PARTNER, "write", [[one, two], { ref: "x" }]);
    await odoo.call(PARTNER, "read", [[two], ["ref"]]);
    await odoo.call(PARTNER, "unlink", [[one]]);
    await odoo.call(PARTNER, "copy", [[one]]);
    await odoo.call(PARTNER, "action_archive", [[one]]);
    await odoo.call(PARTNER, "write", [[one], {}]);
  },

  "methods that answer None": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await odoo.call(PARTNER, "action_archive", [[id]]);
    await odoo.call(PARTNER, "read", [[id], ["active"]]);
    await odoo.call(PARTNER, "action_unarchive", [[id]]);
    await odoo.call(PARTNER, "read", [[id], ["active"]]);
    await odoo.call(PARTNER, "action_archive", [[]]);
  },

  "integers that are too big": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag, color: 2 ** 31 - 1 });
    await odoo.call(PARTNER, "read", [[id], ["color"]]);
    await odoo.call(PARTNER, "write", [[id], { color: 2 ** 31 }]);
    await odoo.call(PARTNER, "write", [[id], { color: -(2 ** 31) }]);
    await odoo.call(PARTNER, "write", [[id], { color: 2 ** 53 - 1 }]);
    await odoo.call(PARTNER, "create", [{ name: odoo.tag, color: 2 ** 40 }]);
    await odoo.call(PARTNER, "read", [[2 ** 31 - 1], ["name"]]);
    await odoo.call(PARTNER, "search_count", [[["id", "=", id], ["color", "<", 2 ** 40]]]);
  },

  "text of all scripts": async (odoo) => {
    const texts = [
      "é ü ß",
      "日本語",
      "שלום",
      "👩‍👩‍👧",
      "a\tb",
      "a\nb",
      " x ",
      "<&>\"'",
      "\\u00e9",
      "\u2028\u00a0",
    ];
    for (const text of texts) {
      const id = await odoo.make(PARTNER, { name: `${odoo.tag}${text}`, street: text });
      await odoo.call(PARTNER, "read", [[id], ["name", "street"]]);
    }
    await odoo.call(PARTNER, "nopé", []);
    await odoo.call(PARTNER, "read", [[1], ["日本"]]);
  },

  "floats and integers": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    for (const value of [1.5, 3.7, -0.5, 1e-7, 0.1 + 0.2, true, "5", "x", false]) {
      await odoo.call(PARTNER, "write", [[id], { color: value }]);
      await odoo.call(PARTNER, "write", [[id], { partner_latitude: value }]);
      await odoo.call(PARTNER, "read", [[id], ["color", "partner_latitude"]]);
    }
  },

  "a whole float in JSON is no integer": async (odoo) => {
    const country = await odoo.ref("base.us");
    const id = await odoo.make(PARTNER, { name: odoo.tag, country_id: country });
    const user = odoo.user;
    const write = (values: string) =>
      callService(
        odoo,
        "object",
        "execute_kw",
        execute(odoo, user.secret, "write", `[[${id}], ${values}]`),
      );
    const read = () =>
      odoo.call(PARTNER, "read", [[id], ["color", "partner_latitude", "country_id"]]);
    odoo.note("integer", outcome(await write(`{"color": 5, "country_id": ${country}}`)));
    await read();
    odoo.note("float", outcome(await write(`{"color": 6.0, "partner_latitude": 7}`)));
    await read();
    odoo.note("float for a link", outcome(await write(`{"country_id": ${country}.0}`)));
    await read();
  },

  "values that are no records": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    for (const values of ["x", 5, null, false, [], ["x"], [[1]], {}]) {
      await odoo.call(PARTNER, "write", [[id], values]);
    }
    for (const values of ["x", 5, null, false, [], ["x"], [5]]) {
      await odoo.call(PARTNER, "create", [values]);
    }
  },

  "fields that are none": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    for (
      const fields of [["nope"], ["name", "nope"], [""], ["id"], ["name", "name"], [
        "country_id.name",
      ]]
    ) {
      await odoo.call(PARTNER, "read", [[id], fields]);
    }
    await odoo.call(PARTNER, "create", [{ name: odoo.tag, nope: 1 }]);
    await odoo.call(PARTNER, "write", [[id], { nope: 1 }]);
    await odoo.call(PARTNER, "search", [[["nope", "=", 1]]]);
    await odoo.call(PARTNER, "search", [[["id", "=", id]]], { order: "nope" });
  },

  "contexts that are none": async (odoo) => {
    const search = (context: RpcValue) =>
      odoo.call(PARTNER, "search_count", [[["name", "=", odoo.tag]]], { context });
    for (const context of [null, false, {}, { lang: "en_US" }, { lang: false }, { tz: "nope" }]) {
      await search(context);
    }
    await search({ lang: "fr_FR" });
    await search({ allowed_company_ids: [999999] });
  },

  "errors have the class of their kind": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await odoo.call(PARTNER, "write", [[id], { parent_id: id }]);
    await odoo.call(PARTNER, "create", [{ ref: odoo.tag }]);
    await odoo.call(PARTNER, "write", [[id], { type: "nope" }]);
    await odoo.call(PARTNER, "write", [[id], { date: "nope" }]);
    await odoo.as("demo").call("res.company", "write", [[1], { name: "x" }]);
    await odoo.as("demo").call("res.users", "create", [{ login: odoo.tag, name: odoo.tag }]);
    await odoo.as("demo").call("ir.config_parameter", "search_count", [[]]);
  },

  "a secret that is wrong": async (odoo) => {
    const { uid } = odoo.user;
    await odoo.as({ uid, secret: "wrong" }).call(PARTNER, "search_count", [[["id", "=", 0]]]);
    await odoo.as({ uid, secret: "" }).call("no.model", "search", [[]]);
    await odoo.call(PARTNER, "search_count", [[["id", "=", 0]]]);
  },

  "users that are none": async (odoo) => {
    const { uid, secret } = odoo.user;
    const count = (who: RpcValue) =>
      callService(odoo, "object", "execute_kw", [odoo.db, who, secret, PARTNER, "search_count", [[[
        "id",
        "=",
        0,
      ]]]]);
    for (const who of [uid, String(uid), 0, 1, false, null, "x", [uid]]) {
      odoo.note(String(JSON.stringify(who)).replace(String(uid), "uid"), outcome(await count(who)));
    }
  },

  "services that are none": async (odoo) => {
    const { uid, secret } = odoo.user;
    const note = async (service: string, method: string, args: RpcValue) =>
      odoo.note(`${service}.${method}`, outcome(await callService(odoo, service, method, args)));
    await note("nope", "version", []);
    await note("common", "nope", []);
    await note("common", "version", [1]);
    await note("common", "about", []);
    await note("common", "about", [true]);
    await note("common", "authenticate", [odoo.db, "demo"]);
    await note("common", "login", [odoo.db, "demo", "demo", 4]);
    await note("object", "nope", [odoo.db, uid, secret, PARTNER, "read"]);
    await note("object", "object.execute_kw", [odoo.db, uid, secret, PARTNER, "read"]);
    await note("object", "execute_kw", []);
    await note("object", "execute_kw", [odoo.db, uid]);
    await note("object", "execute_kw", [odoo.db, uid, secret]);
    await note("object", "execute_kw", [odoo.db, uid, secret, PARTNER]);
    await note("object", "execute_kw", [odoo.db, uid, secret, PARTNER, "search"]);
    await note("object", "execute_kw", [odoo.db, uid, secret, PARTNER, "search", [], {}, 1]);
    await note("object", "execute", [odoo.db, uid, secret, PARTNER, "search_count", [[
      "id",
      "=",
      0,
    ]]]);
    await note("object", "execute_kw", 5);
    await note("object", "execute_kw", { a: 1 });
    await note("object", "execute_kw", "abc");
  },

  "databases are not managed without the master password": async (odoo) => {
    const note = async (method: string, args: RpcValue) =>
      odoo.note(`db.${method}`, outcome(await callService(odoo, "db", method, args)));
    await note("db_exist", [odoo.db]);
    await note("db_exist", ["nodb"]);
    await note("db_exist", []);
    await note("server_version", []);
    await note("server_version", [1]);
    await note("nope", []);
    await note("list_countries", [`not the password ${odoo.tag}`]);
    await note("list_countries", []);
    await note("list_countries", [false]);
  },
};

/** The arguments of `execute_kw` as JSON text: numbers stay as they are written. */
function execute(odoo: Session, secret: string, method: string, args: string): string {
  const head = [odoo.db, odoo.uid, secret, PARTNER, method].map((part) => JSON.stringify(part));
  return `[${head.join(", ")}, ${args}]`;
}
