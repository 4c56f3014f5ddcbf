/**
 * Imports with `load`: rows and their external ids.
 *
 * @module
 */
import {
  CATEGORY,
  idsOf,
  masked,
  PARTNER,
  read,
  readAll,
  rows,
  withoutDetail,
  xmlid,
} from "../imports.ts";
import type { Scenario } from "../session.ts";

/** Scenarios of the rows of an import. */
export const load: Record<string, Scenario> = {
  "rows are made, and written when their external id is known": async (odoo) => {
    const fields = ["id", "name", "ref"];
    const first = await rows(odoo, fields, [["a", "A", "1"], ["b", "B", "2"]]);
    await rows(odoo, fields, [["b", "B", "3"], ["c", "C", "4"]]);
    await read(odoo, first, ["name", "ref"]);
    await odoo.call("ir.model.data", "check_object_reference", [odoo.tag, "c"]);
  },

  "an external id without a dot gets a module": async (odoo) => {
    const fields = ["id", "name"];
    const name = `${odoo.tag}-x`;
    await odoo.call(PARTNER, "load", [fields, [[name, "A"]]]);
    await odoo.call(PARTNER, "load", [fields, [[name, "B"]]], { context: { module: odoo.tag } });
    await odoo.call(PARTNER, "load", [fields, [[`__import__.${name}`, "C"]]]);
    await odoo.call(PARTNER, "load", [fields, [[`${odoo.tag}.${name}`, "D"]]]);
    await odoo.call("ir.model.data", "search_read", [
      [["name", "=", name]],
      ["module", "name", "model", "res_id", "noupdate", "complete_name"],
    ], { order: "module" });
  },

  "a row without an external id is made anew each time": async (odoo) => {
    const cells = [["", odoo.tag]];
    await odoo.call(PARTNER, "load", [["id", "name"], cells]);
    await odoo.call(PARTNER, "load", [["id", "name"], cells]);
    await odoo.call(PARTNER, "load", [["name"], [[odoo.tag]]]);
    await odoo.call("ir.model.data", "search_count", [[["name", "like", odoo.tag]]]);
    await odoo.call(PARTNER, "search_count", [[["name", "=", odoo.tag]]]);
  },

  "an empty cell clears, and a missing column leaves alone": async (odoo) => {
    const fields = ["id", "name", "email", "color", "lang", "category_id/.id", "comment"];
    const tag = await odoo.make(CATEGORY, { name: odoo.tag });
    const full = ["a", "A", "a@example.com", "7", "en_US", String(tag), "text"];
    const ids = await rows(odoo, fields, [full]);
    await rows(odoo, ["id", "name"], [["a", "A2"]]);
    await read(odoo, ids, ["name", "email", "color", "lang", "category_id"]);
    await rows(odoo, fields, [["a", "A3", "", "", "", "", ""]]);
    await read(odoo, ids, ["name", "email", "color", "lang", "category_id", "comment"]);
  },

  "an empty cell overrides the default of a new record": async (odoo) => {
    const ids = await rows(odoo, ["id", "name", "active", "lang", "type"], [[
      "a",
      "A",
      "",
      "",
      "",
    ]]);
    await read(odoo, ids, ["name", "active", "lang", "type"]);
    const context = { default_ref: "R", default_color: 3 };
    const other = await odoo.call(PARTNER, "load", [["name", "color"], [["B", ""]]], { context });
    await read(odoo, idsOf(other), ["ref", "color"]);
  },

  "short rows leave alone, long rows are cut": async (odoo) => {
    const fields = ["id", "name", "ref"];
    const ids = await rows(odoo, fields, [["a", "A", "1"], ["b", "B", "2"]]);
    await rows(odoo, fields, [["a", "A2"], ["b", "B2", "3", "too", "many"]]);
    await read(odoo, ids, ["name", "ref"]);
    await odoo.call(PARTNER, "load", [["name", "ref"], [[]]]);
  },

  "nothing to load": async (odoo) => {
    await odoo.call(PARTNER, "load", [["name"], []]);
    await odoo.call(PARTNER, "load", [[], []]);
  },

  "rows by database id": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    const archived = await odoo.make(PARTNER, { name: odoo.tag, active: false });
    await odoo.call(PARTNER, "load", [[".id", "ref"], [[String(id), "R"]]]);
    await odoo.call(PARTNER, "read", [[id], ["ref"]]);
    await odoo.call(PARTNER, "load", [[".id", "ref"], [["1999999999", "R"], [String(id), "S"]]]);
    await odoo.call(PARTNER, "read", [[id], ["ref"]]);
    await masked(odoo, [".id", "ref"], [[String(archived), "R"]]);
    const context = { active_test: false };
    await odoo.call(PARTNER, "load", [[".id", "ref"], [[String(archived), "R"]]], { context });
    await odoo.call(PARTNER, "read", [[archived], ["ref", "active"]]);
  },

  "an external id goes before a database id": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    const ids = await rows(odoo, ["id", ".id", "name"], [["a", String(id), "A"]]);
    await odoo.call(PARTNER, "read", [[id, ...ids], ["name"]]);
  },

  "one external id in two rows is one record": async (odoo) => {
    const ids = await rows(odoo, ["id", "name", "ref"], [
      ["a", "A", "1"],
      ["b", "B", "2"],
      ["a", "A again", ""],
    ]);
    await read(odoo, [...new Set(ids)], ["name", "ref"]);
  },

  "an external id of another model": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await rows(odoo, ["id", "name"], [["p", "P"]]);
    await xmlid(odoo, "wrong", CATEGORY, id);
    await masked(odoo, ["id", "name"], [[`${odoo.tag}.wrong`, "overwritten"]]);
    await odoo.call(PARTNER, "read", [[id], ["name"]]);
    await odoo.call("ir.model.data", "search_read", [
      [["module", "=", odoo.tag]],
      ["name", "model", "res_id"],
    ], { order: "name" });
  },

  "an external id whose number the model does not have": async (odoo) => {
    await rows(odoo, ["id", "name"], [["p", "P"]]);
    const answer = await odoo.get(CATEGORY, "load", [["id", "name"], [[`${odoo.tag}.p`, "T"]]]);
    odoo.note("loaded", Array.isArray(Object(answer).ids));
    await odoo.call("ir.model.data", "search_read", [
      [["module", "=", odoo.tag]],
      ["name", "model"],
    ]);
  },

  "an external id with a space is refused": async (odoo) => {
    const answer = await odoo.get(PARTNER, "load", [
      ["id", "name"],
      [[`${odoo.tag}.a b`, "A"], [`${odoo.tag}.c`, "C"]],
    ]);
    odoo.note("load", withoutDetail(answer));
  },

  "external ids with dots, capitals and accents": async (odoo) => {
    await rows(odoo, ["id", "name"], [["a.b.c", "A"], ["É/x,y:z", "B"], ["UP", "C"], ["up", "D"]]);
    await odoo.call("ir.model.data", "search_read", [
      [["module", "=", odoo.tag]],
      ["name", "complete_name"],
    ], { order: "id" });
    await odoo.call(PARTNER, "load", [["id", "name"], [[`.${odoo.tag}`, "E"]]]);
    await odoo.call("ir.model.data", "search_read", [
      [["name", "=", odoo.tag]],
      ["module", "name", "complete_name"],
    ]);
  },

  "an external id that dangles gets a new record": async (odoo) => {
    const gone = await odoo.make(PARTNER, { name: odoo.tag });
    await odoo.get(PARTNER, "unlink", [[gone]]);
    await xmlid(odoo, "a", PARTNER, gone);
    const ids = await rows(odoo, ["id", "name"], [["a", "A"]]);
    await read(odoo, ids, ["name"]);
    await odoo.call("ir.model.data", "search_read", [
      [["module", "=", odoo.tag]],
      ["name", "res_id", "noupdate"],
    ]);
  },

  "noupdate counts in mode update only": async (odoo) => {
    const fields = ["id", "name"];
    const noupdate = { noupdate: true };
    const cells = (name: string) => [[`${odoo.tag}.a`, name]];
    const made = await odoo.call(PARTNER, "load", [fields, cells("one")], { context: noupdate });
    const ids = idsOf(made);
    await odoo.call(PARTNER, "load", [fields, cells("two")]);
    await read(odoo, ids, ["name"]);
    await odoo.call(PARTNER, "load", [fields, cells("three")], { context: { mode: "update" } });
    await read(odoo, ids, ["name"]);
    await odoo.call(PARTNER, "load", [["name"], [["new"]]], { context: { mode: "update" } });
    await odoo.call("ir.model.data", "search_read", [[["module", "=", odoo.tag]], ["noupdate"]]);
  },

  "other ways to write a column": async (odoo) => {
    const fields = ["name", "country_id:id", "category_id.id", "parent_id.id"];
    const tag = await odoo.make(CATEGORY, { name: odoo.tag });
    const parent = await odoo.make(PARTNER, { name: odoo.tag, is_company: true });
    const cells = ["A", "base.be", String(tag), String(parent)];
    const answer = await odoo.call(PARTNER, "load", [fields, [cells]]);
    await read(odoo, idsOf(answer), ["country_id", "category_id", "parent_id"]);
  },

  "columns that nobody may write are ignored": async (odoo) => {
    const fields = [
      "id",
      "name",
      "display_name",
      "create_date",
      "write_date",
      "commercial_partner_id/.id",
    ];
    const day = "2020-01-01 00:00:00";
    const ids = await rows(odoo, fields, [["a", "A", "other", day, day, ""]]);
    await read(odoo, ids, ["name", "display_name", "create_date"]);
  },

  "a limit of rows": async (odoo) => {
    const cells = [["a", "A"], ["b", "B"], ["c", "C"]];
    await rows(odoo, ["id", "name"], cells, { _import_limit: 2 });
    await rows(odoo, ["id", "name"], cells, { _import_limit: 3 });
    await rows(odoo, ["id", "name"], cells, { _import_limit: 4 });
  },

  "an inherited record has an external id too": async (odoo) => {
    const login = `${odoo.tag}@example.com`;
    const answer = await odoo.call("res.users", "load", [["id", "name", "login"], [[
      `${odoo.tag}.u`,
      "U",
      login,
    ]]]);
    const [user] = await readAll(odoo, idsOf(answer), ["partner_id"], "res.users");
    const partner = user?.["partner_id"];
    if (Array.isArray(partner)) odoo.made(PARTNER, Number(partner[0]));
    await odoo.call("ir.model.data", "search_read", [[["module", "=", odoo.tag]], [
      "name",
      "model",
    ]], { order: "name" });
    await odoo.call("res.users", "load", [["id", "name"], [[`${odoo.tag}.u`, "U2"]]]);
    await odoo.call(PARTNER, "load", [["id", "email"], [[`${odoo.tag}.u_res_partner`, "e"]]]);
    await odoo.call("res.users", "read", [idsOf(answer), ["name", "email"]]);
  },
};
