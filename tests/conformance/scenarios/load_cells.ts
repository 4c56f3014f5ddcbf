/**
 * Imports with `load`: from the text of a cell to a value.
 *
 * @module
 */
import { CATEGORY, failing, idsOf, PARTNER, read, rows, xmlid } from "../imports.ts";
import type { Scenario } from "../session.ts";

/** Scenarios of the cells of an import. */
export const loadCells: Record<string, Scenario> = {
  "cells that are no numbers": async (odoo) => {
    for (const cell of ["7.0", "1 000", "1,5", "x", "0x10", "1e3"]) {
      await failing(odoo, ["name", "color"], [["A", cell]]);
    }
    for (const cell of ["1,5", "1 234.5", "1.2.3", "€5", "x%s"]) {
      await failing(odoo, ["name", "partner_latitude"], [["A", cell]]);
    }
  },

  "numbers as people write them": async (odoo) => {
    const integers = [" 7 ", "+7", "-0", "1_000", "٣", "007"];
    const ids = await rows(odoo, ["name", "color"], integers.map((cell) => ["A", cell]));
    await read(odoo, ids, ["color"]);
    const floats = [" 2.5 ", "1e1", "-.5", "5.", "1_0.5", "0.1234567891"];
    const other = await rows(odoo, ["name", "partner_latitude"], floats.map((cell) => ["A", cell]));
    await read(odoo, other, ["partner_latitude"]);
  },

  "words for yes and no": async (odoo) => {
    const words = ["1", "true", "YES", "True", "0", "False", "no", ""];
    const ids = await rows(odoo, ["name", "is_company"], words.map((word) => ["A", word]));
    await read(odoo, ids, ["is_company"]);
    for (const word of ["t", "n", " false", "2", "oui", "on%d"]) {
      const answer = await odoo.call(PARTNER, "load", [["name", "is_company"], [["A", word]]]);
      if (idsOf(answer).length > 0) await read(odoo, idsOf(answer), ["is_company"]);
    }
  },

  "selections by value and by label": async (odoo) => {
    const ids = await rows(odoo, ["name", "type"], [["A", "invoice"], ["B", "delivery"]]);
    await read(odoo, ids, ["type"]);
    for (const cell of ["Delivery Address", "delivery address", "INVOICE", " invoice", "nope"]) {
      const answer = await odoo.call(PARTNER, "load", [["name", "type"], [["A", cell]]]);
      if (idsOf(answer).length > 0) await read(odoo, idsOf(answer), ["type"]);
    }
    const tz = await odoo.get(PARTNER, "load", [["name", "tz"], [["A", "europe/brussels"]]]);
    for (const id of idsOf(tz)) odoo.made(PARTNER, id);
    odoo.note("time zone", Array.isArray(Object(tz).ids));
  },

  "texts are kept as they are": async (odoo) => {
    const cells = [[" A  B ", "tab\tand\nline"], ["%s %(field)s {}", "ﬁ é \u00a0"]];
    const ids = await rows(odoo, ["name", "comment"], cells);
    await read(odoo, ids, ["name"]);
  },

  "cells that are no text": async (odoo) => {
    for (const color of [7, 7.5, true, false]) {
      const answer = await odoo.call(PARTNER, "load", [["name", "color"], [["A", color]]]);
      if (idsOf(answer).length > 0) await read(odoo, idsOf(answer), ["color"]);
    }
    for (const cell of [5, 5.5, true]) {
      const answer = await odoo.call(PARTNER, "load", [["name", "ref"], [["A", cell]]]);
      if (idsOf(answer).length > 0) await read(odoo, idsOf(answer), ["ref"]);
    }
    const latitude = await odoo.call(PARTNER, "load", [["name", "partner_latitude"], [["A", 5]]]);
    await read(odoo, idsOf(latitude), ["partner_latitude"]);
    await odoo.call(PARTNER, "load", [["name", "is_company"], [["A", true]]]);
    await odoo.call(PARTNER, "load", [["name", "is_company"], [["A", false]]]);
    await odoo.call(PARTNER, "load", [["name", "type"], [["A", 1]]]);
    await odoo.call(PARTNER, "load", [["name", "country_id/.id"], [["A", 1999999999]]]);
  },

  "a country by name": async (odoo) => {
    const fields = ["name", "country_id"];
    const ids = await rows(odoo, fields, [["A", "Belgium"], ["B", "BE"]]);
    await read(odoo, ids, ["country_id"]);
    for (const cell of ["belgium", " Belgium", "be", "Belg", "100%"]) {
      await failing(odoo, fields, [["A", cell]]);
    }
  },

  "a record that two have the name of": async (odoo) => {
    const one = await odoo.make(PARTNER, { name: odoo.tag, is_company: true });
    const two = await odoo.make(PARTNER, { name: odoo.tag, is_company: true });
    await odoo.make(PARTNER, { name: odoo.tag, is_company: true, active: false });
    const ids = await rows(odoo, ["name", "parent_id"], [["A", odoo.tag], ["B", odoo.tag]]);
    const found = await odoo.get(PARTNER, "read", [ids, ["parent_id"]], { load: "" });
    const parents = Array.isArray(found) ? found.map((row) => Object(row)["parent_id"]) : [];
    odoo.note("one of them", parents.every((parent) => parent === one || parent === two));
  },

  "a reference by external id": async (odoo) => {
    const parent = await odoo.make(PARTNER, { name: odoo.tag, active: false, is_company: true });
    await xmlid(odoo, "archived", PARTNER, parent);
    const ids = await rows(odoo, ["name", "parent_id/id"], [["A", "archived"]]);
    await read(odoo, ids, ["parent_id"]);
    for (const cell of ["no", "0", "false", "FALSE", ""]) {
      await failing(odoo, ["name", "country_id/id"], [["A", cell]]);
    }
    for (const cell of ["base.nowhere", "nowhere", "base.main_company", "base.be ", ".", "a.b.c"]) {
      await failing(odoo, ["name", "country_id/id"], [["A", cell]]);
    }
  },

  "a reference by database id": async (odoo) => {
    const parent = await odoo.make(PARTNER, { name: odoo.tag, is_company: true });
    const archived = await odoo.make(PARTNER, { name: odoo.tag, active: false, is_company: true });
    const fields = ["name", "parent_id/.id"];
    const ids = await rows(odoo, fields, [["A", ` ${parent} `], ["B", "0"], ["C", "no"]]);
    await read(odoo, ids, ["parent_id"]);
    const answer = await odoo.get(PARTNER, "load", [fields, [["A", String(archived)]]]);
    odoo.note("archived", Array.isArray(Object(answer).ids));
    for (const id of idsOf(answer)) odoo.made(PARTNER, id);
    for (const cell of ["1999999999", "abc", "1.5", "-1"]) {
      await failing(odoo, fields, [["A", cell]]);
    }
  },

  "several records by name": async (odoo) => {
    for (const name of ["1", "2", "3"]) await odoo.make(CATEGORY, { name: odoo.tag + name });
    const of = (...names: string[]) => names.map((name) => odoo.tag + name).join(",");
    const fields = ["id", "name", "category_id"];
    const ids = await rows(odoo, fields, [["a", "A", of("1", "2")]]);
    await read(odoo, ids, ["category_id"]);
    await rows(odoo, fields, [["a", "A", of("3")]]);
    await read(odoo, ids, ["category_id"]);
    await rows(odoo, fields, [["a", "A", of("1", "nope")]]);
    await rows(odoo, fields, [["a", "A", `${of("1")}, ${of("2")}`]]);
    await rows(odoo, fields, [["a", "A", of("1")]], { update_many2many: true });
    await read(odoo, ids, ["category_id"]);
    await rows(odoo, fields, [["a", "A", ""]]);
    await read(odoo, ids, ["category_id"]);
  },

  "several records by id": async (odoo) => {
    const one = await odoo.make(CATEGORY, { name: `${odoo.tag}1` });
    const two = await odoo.make(CATEGORY, { name: `${odoo.tag}2` });
    await xmlid(odoo, "one", CATEGORY, one);
    await xmlid(odoo, "two", CATEGORY, two);
    const ids = await rows(odoo, ["id", "name", "category_id/.id"], [["a", "A", `${two},${one}`]]);
    await read(odoo, ids, ["category_id"]);
    const both = `${odoo.tag}.one,${odoo.tag}.two`;
    await odoo.call(PARTNER, "load", [["id", "name", "category_id/id"], [
      [`${odoo.tag}.a`, "A", both],
      [`${odoo.tag}.b`, "B", `${odoo.tag}.one, ${odoo.tag}.two`],
    ]]);
    await odoo.call(PARTNER, "load", [["name", "category_id/.id"], [["A", `${one},1999999999`]]]);
    const twice = await odoo.call(PARTNER, "load", [["name", "category_id/.id"], [[
      "C",
      `${one},${one}`,
    ]]]);
    await read(odoo, idsOf(twice), ["category_id"]);
  },

  "dates": async (odoo) => {
    const good = ["2026-07-01", "2026-7-1", "2026-07-01 23:30:00", ""];
    const answer = await odoo.call("crm.lead", "load", [
      ["name", "date_deadline"],
      good.map((cell) => [odoo.tag, cell]),
    ]);
    await odoo.call("crm.lead", "read", [idsOf(answer), ["date_deadline"]]);
    for (const cell of ["01/02/2026", "2026-02-30", "2026-13-01", "20260701", "tomorrow", "2026"]) {
      await odoo.call("crm.lead", "load", [["name", "date_deadline"], [[odoo.tag, cell]]]);
    }
  },

  "datetimes in the time zone of the user": async (odoo) => {
    const customer = String(await odoo.make(PARTNER, { name: odoo.tag }));
    const fields = ["partner_id/.id", "commitment_date"];
    const load = async (cells: string[], tz: string) => {
      const answer = await odoo.call("sale.order", "load", [
        fields,
        cells.map((cell) => [customer, cell]),
      ], { context: { tz } });
      const ids = idsOf(answer);
      if (ids.length > 0) await odoo.call("sale.order", "read", [ids, ["commitment_date"]]);
    };
    const good = ["2024-07-01 12:00:00", "2024-01-01 12:00:00", "2024-07-01", "2024-07-01 12:00"];
    for (const tz of ["UTC", "Europe/Brussels", "Asia/Tokyo"]) await load(good, tz);
    await load(["2024-10-27 02:30:00", "2024-03-31 02:30:00"], "Europe/Brussels");
    const bad = ["2024-07-01T12:00:00", "2024-07-01 12:00:00.5", "x", "2024-07-01 25:00:00"];
    for (const cell of bad) await load([cell], "Europe/Brussels");
  },
};
