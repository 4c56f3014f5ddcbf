/**
 * Imports with `load`: what befalls those who trust it.
 *
 * @module
 */
import { failing, idsOf, PARTNER, read, rows, withoutDetail, xmlid } from "../imports.ts";
import type { Scenario, Session } from "../session.ts";
import { modelId } from "./access.ts";

const PRODUCT = "product.product";
const DATA = "ir.model.data";

/** Scenarios of traps. */
export const loadTraps: Record<string, Scenario> = {
  "an external id of 300 characters": async (odoo) => {
    const name = "x".repeat(300);
    await rows(odoo, ["id", "name"], [[name, "A"]]);
    await rows(odoo, ["id", "name"], [[name, "B"]]);
    await odoo.call(DATA, "search_count", [[["module", "=", odoo.tag], ["name", "=", name]]]);
  },

  "a key that ends as the external id of a template": async (odoo) => {
    const load = (key: string, name: string) =>
      odoo.get(PRODUCT, "load", [["id", "name"], [[`${odoo.tag}.${key}`, name]]]);
    const made = async (answer: unknown) => {
      odoo.note("loaded", Array.isArray(Object(answer).ids));
      await odoo.call(DATA, "search_read", [[["module", "=", odoo.tag]], ["name", "model"]], {
        order: "name",
      });
    };
    await made(await load("p", "P"));
    if (odoo.version === 14) return;
    const second = await load("p_product_template", "Q");
    await made(second);
    odoo.note("refused", withoutDetail(second));
  },

  "a template's external id stands before its product": async (odoo) => {
    const fields = ["id", "name"];
    const name = `${odoo.tag}.p`;
    await odoo.call("product.template", "load", [fields, [[`${name}_product_template`, "T"]]]);
    const answer = await odoo.call(PRODUCT, "load", [fields, [[name, "P"]]]);
    await odoo.call(DATA, "search_read", [[["module", "=", odoo.tag]], ["name", "model"]], {
      order: "name",
    });
    await odoo.call("product.template", "search_count", [[["name", "in", ["T", "P"]], [
      "product_variant_ids",
      "in",
      idsOf(answer),
    ]]]);
  },

  "archived records are not found by their names": async (odoo) => {
    await odoo.make(PARTNER, { name: odoo.tag, is_company: true, active: false });
    await failing(odoo, ["name", "parent_id"], [["A", odoo.tag]]);
    const ids = idsOf(
      await odoo.call(PARTNER, "load", [["name", "parent_id"], [["A", odoo.tag]]], {
        context: { active_test: false },
      }),
    );
    await read(odoo, ids, ["parent_id"]);
  },

  "words that clear a reference": async (odoo) => {
    const parent = await odoo.make(PARTNER, { name: odoo.tag, is_company: true });
    const tag = await odoo.make("res.partner.category", { name: odoo.tag });
    for (const column of ["parent_id/id", "parent_id/.id"]) {
      for (const word of ["no", "0", "false", "False", ""]) {
        const fields = ["id", "name", "parent_id/.id"];
        const ids = await rows(odoo, fields, [["a", "A", String(parent)]]);
        const answer = await odoo.call(PARTNER, "load", [["id", column], [[
          `${odoo.tag}.a`,
          word,
        ]]]);
        odoo.note(`${column} ${word}`, Array.isArray(Object(answer).ids));
        await read(odoo, ids, ["parent_id"]);
      }
    }
    for (const word of ["no", "0", "false", ""]) {
      const fields = ["id", "name", "category_id/.id"];
      await rows(odoo, fields, [["a", "A", String(tag)]]);
      const ids = idsOf(
        await odoo.call(PARTNER, "load", [["id", "category_id/.id"], [[`${odoo.tag}.a`, word]]]),
      );
      await read(odoo, ids, ["category_id"]);
    }
  },

  "moments are those of the user's time zone": async (odoo) => {
    const customer = await odoo.make(PARTNER, { name: odoo.tag });
    const fields = ["partner_id/.id", "commitment_date"];
    const cells = [[String(customer), "2024-07-01 12:00:00"]];
    const user = await userIn(odoo, "Asia/Tokyo");
    for (const context of [{}, { lang: "en_US" }, { tz: "UTC" }, { tz: false }]) {
      const answer = await user.get("sale.order", "load", [fields, cells], { context });
      const found = await odoo.get("sale.order", "read", [idsOf(answer), ["commitment_date"]]);
      for (const id of idsOf(answer)) odoo.made("sale.order", id);
      odoo.note("moment", Object([found].flat()[0])["commitment_date"]);
    }
  },

  "what a company decides for its contacts": async (odoo) => {
    const fields = ["id", "name", "is_company", "parent_id/id", "street", "vat", "type"];
    const ids = await rows(odoo, fields, [
      ["p", "P", "1", "", "Main street", "MAIN", "contact"],
      ["c", "C", "0", "p", "Own street", "OWN", "contact"],
      ["d", "D", "0", "p", "Shed street", "OWN", "delivery"],
    ]);
    const show = () => read(odoo, ids, ["name", "street", "vat", "type"]);
    await show();
    await rows(odoo, ["id", "street"], [["c", "New street"]]);
    await show();
    await rows(odoo, ["id", "parent_id/id", "street"], [["c", "p", "Other"], ["d", "p", "Other"]]);
    await show();
    await rows(odoo, ["id", "vat"], [["c", "OTHER"]]);
    await show();
  },

  "a reference to what a rule hides": async (odoo) => {
    const model = "res.partner.category";
    const hidden = await odoo.make(model, { name: `${odoo.tag} hidden` });
    const shown = await odoo.make(model, { name: `${odoo.tag} shown` });
    await xmlid(odoo, "hidden", model, hidden);
    await xmlid(odoo, "shown", model, shown);
    await odoo.make("ir.rule", {
      name: `${odoo.tag} rule`,
      model_id: await modelId(odoo, model),
      domain_force: `[('name', '!=', '${odoo.tag} hidden')]`,
    });
    const demo = odoo.as("demo");
    const context = { active_test: false };
    for (const name of ["hidden", "shown"]) {
      await demo.call(DATA, "check_object_reference", [odoo.tag, name], { context });
      await demo.call(DATA, "check_object_reference", [odoo.tag, name, true], { context });
    }
    await demo.call(model, "load", [["id", "color"], [[`${odoo.tag}.hidden`, "3"]]]);
    await demo.call(PARTNER, "load", [["name", "category_id/id"], [["A", `${odoo.tag}.hidden`]]]);
    await demo.call(PARTNER, "create", [{ name: "B", category_id: [[6, 0, [hidden]]] }]);
    await demo.call(PARTNER, "create", [{ name: "C", category_id: [[4, hidden]] }]);
    const byNumber = [["name", "category_id/.id"], [["D", `${hidden}`]]];
    odoo.note("by number", withoutDetail(await demo.get(PARTNER, "load", byNumber)));
  },

  "metadata of many, some of them hidden": async (odoo) => {
    const model = "res.partner.category";
    const ids: number[] = [];
    for (const name of ["one", "two", "hidden"]) {
      const id = await odoo.make(model, { name: `${odoo.tag} ${name}` });
      await xmlid(odoo, name, model, id);
      ids.push(id);
    }
    await odoo.make("ir.rule", {
      name: `${odoo.tag} rule`,
      model_id: await modelId(odoo, model),
      domain_force: `[('name', '!=', '${odoo.tag} hidden')]`,
    });
    const demo = odoo.as("demo");
    await demo.call(model, "get_metadata", [ids.slice(0, 2)]);
    await demo.call(model, "get_metadata", [ids]);
    await odoo.get(model, "unlink", [ids.slice(0, 1)]);
    await demo.call(model, "get_metadata", [ids.slice(0, 2)]);
  },

  "the same values again, as they were read": async (odoo) => {
    const fields = ["id", "name", "comment", "website", "partner_latitude", "color", "is_company"];
    const ids = await rows(odoo, fields, [
      ["a", " A ", "<b>x</b>", "example.com", "1.005", "5", "1"],
      ["b", "é\u0301", "line\nline", "https://example.com", "0.123456789", "-5", "0"],
      ["c", "C", " & < ", "EXAMPLE.com/a b", "-1.0000005", "0", ""],
    ]);
    await read(odoo, ids, fields.slice(1));
  },
};

/** A user who may sell, in a time zone. */
async function userIn(odoo: Session, tz: string): Promise<Session> {
  const groups = odoo.version === 19 ? "group_ids" : "groups_id";
  const id = await odoo.make("res.users", {
    name: odoo.tag,
    login: odoo.tag,
    password: odoo.tag,
    tz,
    [groups]: [
      [4, await odoo.ref("sales_team.group_sale_salesman_all_leads")],
      [4, await odoo.ref("base.group_user")],
    ],
  });
  const [row] = [await odoo.get("res.users", "read", [[id], ["partner_id"]], { load: "" })].flat();
  odoo.made(PARTNER, Number(Object(row)["partner_id"]));
  // Passwords open no door of JSON-2
  return (odoo.wire === "json2" ? odoo.over("jsonrpc") : odoo).as({ uid: id, secret: odoo.tag });
}
