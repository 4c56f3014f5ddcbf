/**
 * External ids: how they are made, found, and lost.
 *
 * @module
 */
import { CATEGORY, PARTNER, xmlid } from "../imports.ts";
import type { Scenario, Session } from "../session.ts";

const DATA = "ir.model.data";

/** Scenarios of `ir.model.data`. */
export const xmlids: Record<string, Scenario> = {
  "an external id is made, and found": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await odoo.call(DATA, "create", [{ module: odoo.tag, name: "a", model: PARTNER, res_id: id }]);
    await odoo.call(DATA, "check_object_reference", [odoo.tag, "a"]);
    await odoo.call(DATA, "check_object_reference", [odoo.tag, "b"]);
    await odoo.call(DATA, "check_object_reference", ["no", "module"]);
    const fields = [
      "name",
      "module",
      "model",
      "res_id",
      "noupdate",
      "complete_name",
      "display_name",
    ];
    await odoo.call(DATA, "search_read", [[["module", "=", odoo.tag]], fields]);
    await odoo.call(DATA, "search_count", [[["model", "=", PARTNER], ["res_id", "=", id]]]);
  },

  "one external id is for one record": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    const values = { module: odoo.tag, name: "a", model: PARTNER, res_id: id };
    await odoo.call(DATA, "create", [values]);
    await odoo.call(DATA, "create", [values]);
    await odoo.call(DATA, "create", [{ ...values, name: "b" }]);
    await odoo.call(DATA, "create", [{ ...values, name: "a b" }]);
    await odoo.call(DATA, "create", [{ module: odoo.tag, model: PARTNER, res_id: id }]);
    await odoo.call(DATA, "create", [{ name: odoo.tag, res_id: id }]);
    await odoo.call(DATA, "create", [{ name: odoo.tag, model: PARTNER, res_id: id }]);
    await odoo.call(DATA, "search_read", [[["name", "=", odoo.tag]], ["module", "complete_name"]]);
  },

  "an external id is bound to another record": async (odoo) => {
    const one = await odoo.make(PARTNER, { name: "one" });
    const two = await odoo.make(PARTNER, { name: "two" });
    const data = await odoo.make(DATA, {
      module: odoo.tag,
      name: "a",
      model: PARTNER,
      res_id: one,
    });
    await odoo.call(DATA, "write", [[data], { res_id: two }]);
    await odoo.call(DATA, "check_object_reference", [odoo.tag, "a"]);
    await odoo.call(PARTNER, "load", [["id", "name"], [[`${odoo.tag}.a`, "written"]]]);
    await odoo.call(PARTNER, "read", [[one, two], ["name"]]);
    await odoo.call(DATA, "unlink", [[data]]);
    await odoo.call(PARTNER, "read", [[two], ["name"]]);
    await odoo.call(DATA, "check_object_reference", [odoo.tag, "a"]);
  },

  "what metadata says of external ids": async (odoo) => {
    const ids = [
      await odoo.make(PARTNER, { name: "none" }),
      await odoo.make(PARTNER, { name: "one" }),
      await odoo.make(PARTNER, { name: "two" }),
    ];
    await xmlid(odoo, "one", PARTNER, ids[1] ?? 0);
    await xmlid(odoo, "two", PARTNER, ids[2] ?? 0);
    await odoo.make(DATA, {
      module: `${odoo.tag}x`,
      name: "two",
      model: PARTNER,
      res_id: ids[2] ?? 0,
      noupdate: true,
    });
    for (const id of ids) await odoo.call(PARTNER, "get_metadata", [[id]]);
    await names(odoo, ids);
    await odoo.call(PARTNER, "get_metadata", [[1999999999]]);
    await odoo.call(PARTNER, "get_metadata", [[]]);
  },

  "metadata as an ordinary user sees it": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await xmlid(odoo, "a", PARTNER, id);
    const demo = odoo.as("demo");
    await names(demo, [id]);
    await demo.call(PARTNER, "get_external_id", [[id]]);
    await demo.call(DATA, "check_object_reference", [odoo.tag, "a"]);
  },

  "an ordinary user and the table of external ids": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await xmlid(odoo, "a", PARTNER, id);
    const demo = odoo.as("demo");
    await demo.call(DATA, "search_read", [[["module", "=", odoo.tag]], ["name", "res_id"]]);
    await demo.call(DATA, "create", [{ module: odoo.tag, name: "b", model: PARTNER, res_id: id }]);
    const [data] = idsIn(await odoo.get(DATA, "search", [[["module", "=", odoo.tag]]]));
    await demo.call(DATA, "write", [[data ?? 0], { name: "c" }]);
    await demo.call(DATA, "unlink", [[data ?? 0]]);
  },

  "external ids by record": async (odoo) => {
    const one = await odoo.make(PARTNER, { name: "one" });
    const two = await odoo.make(PARTNER, { name: "two" });
    await xmlid(odoo, "a", PARTNER, one);
    await odoo.call(PARTNER, "get_external_id", [[one, two]]);
  },

  "an archived record is not referred to": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag, active: false });
    await xmlid(odoo, "a", PARTNER, id);
    await odoo.call(DATA, "check_object_reference", [odoo.tag, "a"]);
    await odoo.call(DATA, "check_object_reference", [odoo.tag, "a", true]);
    const context = { active_test: false };
    await odoo.call(DATA, "check_object_reference", [odoo.tag, "a"], { context });
  },

  "a reference that dangles": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await odoo.get(PARTNER, "unlink", [[id]]);
    await xmlid(odoo, "a", PARTNER, id);
    await odoo.call(DATA, "check_object_reference", [odoo.tag, "a"]);
    await odoo.call(DATA, "search_read", [[["module", "=", odoo.tag]], ["res_id", "display_name"]]);
    await odoo.make(DATA, { module: odoo.tag, name: "none", model: PARTNER });
    await odoo.call(DATA, "check_object_reference", [odoo.tag, "none"]);
    await odoo.make(DATA, { module: odoo.tag, name: "model", model: "no.model", res_id: 1 });
    await odoo.call(DATA, "check_object_reference", [odoo.tag, "model"]);
  },

  "a reference to what the user may not read": async (odoo) => {
    const [rule] = idsIn(await odoo.get("ir.config_parameter", "search", [[]], { limit: 1 }));
    await xmlid(odoo, "a", "ir.config_parameter", rule ?? 0);
    await odoo.as("demo").call(DATA, "check_object_reference", [odoo.tag, "a"]);
    await odoo.as("demo").call(DATA, "check_object_reference", [odoo.tag, "a", true]);
  },

  "deleting a record takes its external ids along, a cascade does not": async (odoo) => {
    const parent = await odoo.make(CATEGORY, { name: `${odoo.tag}1` });
    const child = await odoo.make(CATEGORY, { name: `${odoo.tag}2`, parent_id: parent });
    await xmlid(odoo, "parent", CATEGORY, parent);
    await xmlid(odoo, "child", CATEGORY, child);
    await odoo.call(CATEGORY, "unlink", [[parent]]);
    await odoo.call(CATEGORY, "search_count", [[["id", "=", child]]]);
    await odoo.call(DATA, "search_read", [[["module", "=", odoo.tag]], ["name", "res_id"]]);
    await odoo.call(CATEGORY, "load", [["id", "name"], [[`${odoo.tag}.child`, `${odoo.tag}3`]]]);
    await odoo.call(DATA, "search_read", [[["module", "=", odoo.tag]], ["name", "res_id"]]);
  },

  "an external id of a copy": async (odoo) => {
    const id = await odoo.make(PARTNER, { name: odoo.tag });
    await xmlid(odoo, "a", PARTNER, id);
    const copy = await odoo.call(PARTNER, "copy", [[id]]);
    await names(odoo, [id, ...idsIn([copy ?? 0].flat())]);
  },
};

/** External ids in metadata, in the order of the records that were asked for. */
async function names(odoo: Session, ids: number[]): Promise<void> {
  const found = await odoo.get(PARTNER, "get_metadata", [ids]);
  const all = Array.isArray(found) ? found.map((each) => Object(each)) : [];
  for (const id of ids) {
    const one = all.find((each) => each["id"] === id);
    odoo.note("metadata", { xmlid: one?.["xmlid"] ?? null, xmlids: one?.["xmlids"] ?? null });
  }
}

function idsIn(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "number") : [];
}
