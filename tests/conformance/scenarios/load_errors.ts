/**
 * Imports with `load`: what is said of rows that fail.
 *
 * @module
 */
import {
  CATEGORY,
  failing,
  idsOf,
  PARTNER,
  read,
  remember,
  rows,
  withoutDetail,
} from "../imports.ts";
import type { Scenario } from "../session.ts";

/** Scenarios of the messages of an import. */
export const loadErrors: Record<string, Scenario> = {
  "what the model refuses is said row by row": async (odoo) => {
    await rows(odoo, ["id", "name", "ref"], [
      ["a", "A", "1"],
      ["b", "", "2"],
      ["c", "C", "3"],
      ["d", "", "4"],
    ]);
    await odoo.call(CATEGORY, "load", [["id", "name"], [[`${odoo.tag}.t`, ""]]]);
    await odoo.call("ir.model.data", "search_count", [[["module", "=", odoo.tag]]]);
  },

  "what a unique constraint refuses": async (odoo) => {
    const country = await odoo.ref("base.be");
    const state = { country_id: country, name: "One", code: odoo.tag };
    await odoo.make("res.country.state", state);
    const answer = await odoo.get("res.country.state", "load", [
      ["country_id/.id", "name", "code"],
      [[String(country), "Two", odoo.tag], [String(country), "", `${odoo.tag}2`]],
    ]);
    odoo.note("load", withoutDetail(answer));
  },

  "what a Python constraint refuses": async (odoo) => {
    await rows(odoo, ["id", "name", "parent_id/id"], [["a", "A", ""], ["b", "B", "a"]]);
    await rows(odoo, ["id", "parent_id/id"], [["b", "a"], ["a", "b"]]);
    const parent = await odoo.make(CATEGORY, { name: odoo.tag });
    const child = await odoo.make(CATEGORY, { name: odoo.tag, parent_id: parent });
    await odoo.call(CATEGORY, "load", [[".id", "parent_id/.id"], [[
      String(parent),
      String(child),
    ]]]);
  },

  "ten errors that are more than a tenth end it": async (odoo) => {
    await failing(odoo, ["name", "ref"], Array.from({ length: 14 }, () => ["", "x"]));
    const some = Array.from({ length: 115 }, (_none, row) => [row % 11 === 1 ? "" : "x", "y"]);
    await failing(odoo, ["name", "ref"], some);
    const few = Array.from({ length: 150 }, (_none, row) => [row % 12 === 1 ? "" : "x", "y"]);
    await failing(odoo, ["name", "ref"], few);
  },

  "rows that depend on rows of the same call": async (odoo) => {
    const fields = ["id", "name", "parent_id/id"];
    const ids = await rows(odoo, fields, [["p", "P", ""], ["c", "C", "p"]]);
    await read(odoo, ids, ["name", "parent_id"]);
    await rows(odoo, fields, [["y", "Y", "x"], ["x", "X", ""]]);
    const byName = ["name", "parent_id"];
    const named = await odoo.call(PARTNER, "load", [byName, [
      [`${odoo.tag} top`, ""],
      ["below", `${odoo.tag} top`],
    ]]);
    await read(odoo, idsOf(named), ["name", "parent_id"]);
  },

  "one bad row among rows that depend on each other": async (odoo) => {
    const answer = await odoo.get(PARTNER, "load", [["id", "name", "parent_id/id"], [
      [`${odoo.tag}.p`, "P", ""],
      [`${odoo.tag}.c1`, "C1", `${odoo.tag}.p`],
      [`${odoo.tag}.c2`, "", `${odoo.tag}.p`],
      [`${odoo.tag}.c3`, "C3", `${odoo.tag}.p`],
      [`${odoo.tag}.c4`, "C4", `${odoo.tag}.p`],
      [`${odoo.tag}.q`, "Q", ""],
    ]]);
    odoo.note("load", withoutDetail(answer));
    await odoo.call(PARTNER, "search_count", [[["name", "in", ["C1", "C3"]], [
      "parent_id.ref",
      "=",
      odoo.tag,
    ]]]);
  },

  "a row that cannot be converted makes it a dry run": async (odoo) => {
    await rows(odoo, ["id", "name", "ref", "color"], [
      ["a", "A", odoo.tag, "1"],
      ["b", "", odoo.tag, "2"],
      ["c", "C", odoo.tag, "nope"],
    ]);
    await odoo.call(PARTNER, "search_count", [[["ref", "=", odoo.tag]]]);
    await odoo.call("ir.model.data", "search_count", [[["module", "=", odoo.tag]]]);
  },

  "columns that do not exist": async (odoo) => {
    await failing(odoo, ["name", "nope"], [["A", "x"]]);
    await failing(odoo, ["name", "country_id/nope"], [["A", "x"]]);
    await failing(odoo, ["name", "country_id/name"], [["A", "x"], ["B", ""]]);
    await failing(odoo, ["name", "country_id", "country_id/id"], [["A", "x", "base.be"]]);
    await failing(odoo, ["name", "name/id"], [["A", "x"]]);
  },

  "an import of a file tells more": async (odoo) => {
    const context = { import_file: true };
    await failing(odoo, ["name", "country_id", "color"], [["A", "Nowhere", "x"]], context);
    await failing(odoo, ["name", "country_id/id"], [["A", "base.nowhere"]], context);
    await failing(odoo, ["name", "type", "is_company"], [["A", "nope", "maybe"]], context);
    await failing(odoo, ["id", "name"], [["base.conformance_a", "A"]], { ...context, mode: "x" });
  },

  "an import of a file may skip rows or empty cells": async (odoo) => {
    const cells = [["A", "Nowhere", "nope"], ["B", "Belgium", "contact"]];
    const fields = ["name", "country_id", "type"];
    for (const key of ["import_skip_records", "import_set_empty_fields"]) {
      const context = { import_file: true, [key]: ["country_id", "type"] };
      const answer = await odoo.call(PARTNER, "load", [fields, cells], { context });
      if (idsOf(answer).length > 0) await read(odoo, idsOf(answer), ["name", "type"]);
    }
  },

  "names that are not known may be made": async (odoo) => {
    const context = { name_create_enabled_fields: { category_id: true, parent_id: true } };
    const cells = [["A", `${odoo.tag}1,${odoo.tag}2`], ["B", `${odoo.tag}1`]];
    const answer = await odoo.call(PARTNER, "load", [["name", "category_id"], cells], { context });
    await remember(odoo, CATEGORY, [["name", "like", odoo.tag]]);
    await odoo.call(CATEGORY, "search_read", [[["name", "like", odoo.tag]], ["name"]], {
      order: "name",
    });
    await read(odoo, idsOf(answer), ["name", "category_id"]);
    await failing(odoo, ["name", "country_id"], [["A", odoo.tag]], {
      name_create_enabled_fields: { country_id: true },
    });
  },

  "a user without rights": async (odoo) => {
    const demo = odoo.as("demo");
    const id = await odoo.make(CATEGORY, { name: odoo.tag });
    await odoo.get("ir.model.data", "create", [{
      module: odoo.tag,
      name: "t",
      model: CATEGORY,
      res_id: id,
    }]);
    const model = "res.country";
    await demo.call(model, "load", [["id", "name", "code"], [[`${odoo.tag}.x`, odoo.tag, "Q9"]]]);
    await demo.call(model, "load", [["id", "name"], [["base.be", "Belgium"]]]);
  },
};
