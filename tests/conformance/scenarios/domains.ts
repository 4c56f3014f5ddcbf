/**
 * Conditions of domains: operators, values, and what is malformed.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";
import { each, search } from "./conditions.ts";
import { dates } from "./dates.ts";

/** Scenarios of conditions on a record's own fields. */
export const domains: Record<string, Scenario> = {
  ...dates,

  "texts are compared as they are": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "ref", ["=", "!=", "<>", "<", "<=", ">", ">="], ["B2"]);
    await each(odoo, ids, "ref", ["=", "!="], ["b2", "A1 "]);
  },

  "false stands for a text that is missing": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "ref", ["=", "!=", "in", "not in"], [false]);
    await each(odoo, ids, "city", ["=", "!=", "<", ">="], ["", false, null]);
    await each(odoo, ids, "ref", ["<", ">"], [false]);
  },

  "a list may have false in it": async (odoo) => {
    const ids = await people(odoo);
    const lists = [[], [false], [null], ["A1"], ["A1", false], ["A1", "B2", "x"], [""]];
    await each(odoo, ids, "ref", ["in", "not in"], lists);
    await each(odoo, ids, "ref", ["=", "!="], [[], ["A1", false]]);
  },

  "in without a list": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "ref", ["in", "not in"], ["A1", true, 5, null]);
    await search(odoo, [["id", "in", 5], ["id", "in", ids]]);
  },

  "a number that is missing, and zero": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "partner_latitude", ["=", "!=", "<", "<=", ">", ">="], [0, false]);
    await each(odoo, ids, "partner_latitude", ["in", "not in"], [[0], [false], [0, false], [1.5]]);
    await each(odoo, ids, "color", ["=", "!=", ">", "<="], [0, false, null]);
    await each(odoo, ids, "color", ["in", "not in"], [[0], [false], [0, 3], [false, 3]]);
  },

  "numbers given as texts and texts given as numbers": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "color", ["=", ">", "in"], ["3"]);
    await each(odoo, ids, "color", ["="], [3.7, true, "", "x"]);
    await each(odoo, ids, "partner_latitude", ["=", "<"], ["1.5", true, "x"]);
    await each(odoo, ids, "zip", ["=", "!=", ">"], [50, true]);
  },

  "an integer that is too large": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "color", ["=", "<"], [2 ** 31 - 1]);
    await each(odoo, ids, "partner_latitude", ["<"], [2 ** 31 - 1]);
  },

  "a float is compared with the digits of its field": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "partner_latitude", ["=", "<"], [1.500000001, 1.51]);
    await each(odoo, ids, "partner_latitude", ["like", "ilike", "not like"], ["1.5"]);
  },

  "booleans": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "is_company", ["=", "!="], [true, false, 1, 0, null]);
    await each(odoo, ids, "is_company", ["in", "not in"], [[true], [false], [true, false], []]);
    await each(odoo, ids, "employee", ["=", "!="], [true, false]);
    await each(odoo, ids, "employee", ["in", "not in"], [[false], [true]]);
  },

  "booleans compared with texts": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "is_company", ["="], ["True", "false", "0", "x", ""]);
    await each(odoo, ids, "is_company", ["in"], [["true"], true, false]);
    await each(odoo, ids, "is_company", [">", "like"], [false, "t"]);
  },

  "selections": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "type", ["=", "!="], ["invoice", false, "nope"]);
    await each(odoo, ids, "type", ["in", "not in"], [["invoice", "other"], [false], []]);
    await each(odoo, ids, "type", ["like", "=like", "ilike", ">"], ["INV", "inv%", "inv"]);
  },

  "parts of texts": async (odoo) => {
    const ids = await people(odoo);
    const operators = ["like", "ilike", "=like", "=ilike", "not like", "not ilike"];
    await each(odoo, ids, "ref", operators, ["b2", "B", "b%"]);
    await each(odoo, ids, "city", operators, ["kö"]);
  },

  "parts of texts, the negative ones of 19": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "ref", ["not =like", "not =ilike"], ["b2", "b%", "%2", false]);
    await search(odoo, ["!", ["ref", "=like", "B%"], ["id", "in", ids]]);
    await search(odoo, ["!", ["ref", "=ilike", "b%"], ["id", "in", ids]]);
  },

  "parts of texts, when the part is nothing": async (odoo) => {
    const ids = await people(odoo);
    const operators = ["like", "ilike", "=like", "=ilike", "not like", "not ilike"];
    await each(odoo, ids, "ref", operators, ["", false]);
    await each(odoo, ids, "city", ["like", "not like", "=like"], ["", null]);
  },

  "parts of texts, when the part is no text": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "zip", ["like", "not ilike", "=like"], [50, true]);
    await each(odoo, ids, "zip", ["like"], [["50"]]);
    await each(odoo, ids, "color", ["like", "not like", "=like"], ["3", 3]);
  },

  "wildcards and how to escape them": async (odoo) => {
    const names = ["50%", "50x", "a_b", "axb", "c\\d", "line\nbreak"];
    const ids: number[] = [];
    for (const ref of names) ids.push(await odoo.make("res.partner", { name: odoo.tag, ref }));
    await each(odoo, ids, "ref", ["like"], ["0%", "0\\%", "a_b", "a\\_b", "_", "%", "c\\\\d"]);
    await each(odoo, ids, "ref", ["=like"], ["50_", "50\\%", "a_b", "%b", "line%", "c\\d", "___"]);
    await each(odoo, ids, "ref", ["=ilike"], ["A\\_B", "LINE_BREAK"]);
  },

  "accents and cases of letters": async (odoo) => {
    const names = ["Köln", "KÖLN", "Koln", "Straße", "STRASSE", "Ελλάς", "ΕΛΛΆΣ", "İzmir", "ǅ"];
    const ids: number[] = [];
    for (const city of names) ids.push(await odoo.make("res.partner", { name: odoo.tag, city }));
    await each(odoo, ids, "city", ["ilike", "=ilike"], ["köln", "koln", "straße", "strasse"]);
    await each(odoo, ids, "city", ["ilike"], ["ελλάσ", "ελλάς", "izmir", "i̇zmir", "ǆ"]);
    await each(odoo, ids, "city", ["<", ">="], ["Köln", "Z"]);
  },

  "a condition that only counts with a value": async (odoo) => {
    const ids = await people(odoo);
    await each(odoo, ids, "ref", ["=?"], ["A1", "", false, null, "nope"]);
    await each(odoo, ids, "color", ["=?"], [0, 3]);
    await each(odoo, ids, "parent_id", ["=?"], [false, ids[0] ?? 0]);
    await search(odoo, ["!", ["ref", "=?", "A1"], ["id", "in", ids]]);
  },

  "and, or, not": async (odoo) => {
    const ids = await people(odoo);
    const one = ["ref", "=", "A1"];
    const two = ["color", "=", 3];
    const three = ["is_company", "=", true];
    const within = ["id", "in", ids];
    await search(odoo, [within, "|", one, two]);
    await search(odoo, [within, "|", "|", one, two, three]);
    await search(odoo, ["&", within, "|", one, "&", two, three]);
    await search(odoo, [within, "!", one]);
    await search(odoo, [within, "!", "|", one, two]);
    await search(odoo, [within, "!", "&", one, "!", two]);
    await search(odoo, ["!", "!", one, within]);
  },

  "not turns a comparison around": async (odoo) => {
    const ids = await people(odoo);
    for (const operator of ["=", "!=", "<", ">=", "like", "not ilike", "in"]) {
      const value = operator === "in" ? ["A1"] : "A1";
      await search(odoo, ["!", ["ref", operator, value], ["id", "in", ids]]);
    }
    await search(odoo, ["!", ["partner_latitude", "<", 1], ["id", "in", ids]]);
    await search(odoo, ["!", ["partner_latitude", ">=", 1], ["id", "in", ids]]);
    await search(odoo, ["!", ["is_company", "=", true], ["id", "in", ids]]);
    await search(odoo, ["!", ["ref", "=", false], ["id", "in", ids]]);
  },

  "conditions that are always or never true": async (odoo) => {
    const ids = await people(odoo);
    const within = ["id", "in", ids];
    await search(odoo, [within, [1, "=", 1]]);
    await search(odoo, [within, [0, "=", 1]]);
    await search(odoo, ["|", [0, "=", 1], within]);
    await search(odoo, ["!", [0, "=", 1], within]);
    await search(odoo, [within, "|", [1, "=", 1], ["ref", "=", "A1"]]);
    for (const leaf of [[1, "=", 0], [0, "=", 0], [1, "!=", 1], [2, "=", 2], [true, "=", true]]) {
      await search(odoo, [within, leaf]);
    }
  },

  "operators without an operand": async (odoo) => {
    const leaf = ["name", "=", odoo.tag];
    for (const domain of [["&", leaf], ["|", leaf], ["!"], ["&"], [leaf, "|"], [leaf, "!"]]) {
      await search(odoo, domain);
    }
  },

  "conditions that are none": async (odoo) => {
    const items: RpcValue[] = [
      ["name"],
      ["name", "="],
      ["name", "=", "x", "y"],
      [],
      "name",
      "ab",
      5,
      true,
      null,
      { name: "x" },
      [["name", "=", "x"]],
    ];
    for (const item of items) await search(odoo, [item]);
  },

  "domains that are none": async (odoo) => {
    for (const domain of ["x", 5, { name: odoo.tag }]) await search(odoo, domain);
    for (const domain of [`[('name', '=', '${odoo.tag}')]`]) await search(odoo, domain);
    await odoo.call("res.partner", "search_count", [["name", "=", odoo.tag]]);
    await odoo.call("res.partner", "search_read", [["name", "=", odoo.tag], ["name"]]);
  },

  "operators that are none": async (odoo) => {
    const ids = await people(odoo);
    for (const operator of ["==", "LIKE", "In", "is", "", "not", "=!", "any!", "not any!"]) {
      await search(odoo, [["ref", operator, "A1"], ["id", "in", ids]]);
    }
    for (const operator of [null, 5]) await search(odoo, [["ref", operator, "A1"]]);
  },

  "fields that are none": async (odoo) => {
    for (const field of ["nope", "", "name.", ".name", "name.nope", 5, null, false]) {
      await search(odoo, [[field, "=", odoo.tag]]);
    }
    await search(odoo, [["parent_id.nope", "=", odoo.tag]]);
    await search(odoo, [["color.nope", "=", 1]]);
    await search(odoo, [["id.id", "=", 1]]);
    await search(odoo, ["|", ["name", "=", odoo.tag], ["nope", "=", 1]]);
    await search(odoo, [[0, "=", 1], ["nope", "=", 1]]);
  },

  "ids": async (odoo) => {
    const ids = await people(odoo);
    const [one = 0, two = 0] = ids;
    await search(odoo, [["id", "=", one]]);
    await search(odoo, [["id", "!=", one], ["id", "in", ids]]);
    await search(odoo, [["id", ">", one], ["id", "in", ids]]);
    await search(odoo, [["id", "<=", two], ["id", "in", ids]]);
    await search(odoo, [["id", "in", [one, false]]]);
    await search(odoo, [["id", "in", [two, two, one]]]);
    await search(odoo, [["id", "not in", [one, false]], ["id", "in", ids]]);
    await search(odoo, [["id", "=", false]]);
    await search(odoo, [["id", "!=", false], ["id", "in", ids]]);
    await search(odoo, [["id", "=", String(one)]]);
    await search(odoo, [["id", "in", [String(one), String(two)]]]);
    await search(odoo, [["id", "=", ids]]);
    await search(odoo, [["id", "in", [2 ** 31 - 1]]]);
  },

  "ids that are none": async (odoo) => {
    const ids = await people(odoo);
    for (const value of ["x", 1.5, true]) await search(odoo, [["id", "=", value]]);
    await search(odoo, [["id", "in", ["x"]]]);
    await search(odoo, [["id", "in", ids], ["id", "like", ""]]);
  },

  "long texts": async (odoo) => {
    const one = await odoo.make("res.partner", { name: odoo.tag, comment: "<p>Some words</p>" });
    const ids = [one, await odoo.make("res.partner", { name: odoo.tag })];
    await each(odoo, ids, "comment", ["like", "ilike", "not ilike"], ["words", "WORDS", "<p>"]);
    await each(odoo, ids, "comment", ["=", "!="], [false, "<p>Some words</p>", "Some words"]);
  },

  "texts that are translated": async (odoo) => {
    const ids: number[] = [];
    for (const name of ["Alpha", "beta", "Gamma"]) {
      ids.push(await odoo.make("res.partner.category", { name: `${odoo.tag} ${name}` }));
    }
    const conditions: RpcValue[] = [
      ["name", "=", `${odoo.tag} beta`],
      ["name", "!=", `${odoo.tag} beta`],
      ["name", "ilike", "BETA"],
      ["name", "like", "BETA"],
      ["name", "not ilike", "BETA"],
      ["name", "=ilike", "% beta"],
      ["name", "in", [`${odoo.tag} beta`, `${odoo.tag} Gamma`]],
      ["name", "not in", [`${odoo.tag} beta`, false]],
      ["name", ">", `${odoo.tag} M`],
      ["name", "=", false],
      ["name", "ilike", ""],
    ];
    for (const condition of conditions) {
      await odoo.call("res.partner.category", "search", [[condition, ["id", "in", ids]]], {
        order: "id",
      });
    }
  },
};

/** Contacts that differ, all with the scenario's tag in their names. */
async function people(odoo: Session): Promise<number[]> {
  const values: Record<string, RpcValue>[] = [
    { ref: "A1", color: 3, city: "Köln", is_company: true, zip: "50", partner_latitude: 1.5 },
    { ref: "B2", city: "", type: "invoice", zip: "True", employee: true },
    { color: 11, city: "kölln", type: "other", zip: "150", partner_latitude: -2 },
    { ref: "b2", color: 0, zip: false, partner_latitude: 0, employee: false, type: false },
  ];
  const ids: number[] = [];
  for (const [index, each] of values.entries()) {
    ids.push(await odoo.make("res.partner", { name: `${odoo.tag} ${index + 1}`, ...each }));
  }
  return ids;
}
