/**
 * Reading records.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of `read` and its siblings. */
export const reading: Record<string, Scenario> = {
  "empty values read as false": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await read(odoo, [id], ["name", "ref", "country_id", "comment", "color", "partner_latitude"]);
    await read(odoo, [id], ["child_ids", "category_id", "is_company", "type", "lang", "tz"]);
    await read(odoo, [id], ["date"]);
  },

  "a record that is gone is left out": async (odoo) => {
    const one = await odoo.make("res.partner", { name: odoo.tag });
    const two = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "unlink", [[one]]);
    await odoo.call("res.partner", "read", [[one, two], ["name"]]);
    await odoo.call("res.partner", "write", [[one], { name: "gone" }]);
  },

  "the id alone is read without a look whether there is such a record": async (odoo) => {
    const ids = [];
    for (let count = 0; count < 3; count++) {
      ids.push(await odoo.make("res.partner.category", { name: `${odoo.tag} ${count}` }));
    }
    await odoo.call("res.partner.category", "unlink", [ids.slice(0, 2)]);
    for (const some of [ids, ids.slice(0, 1), ids.slice(2)]) {
      await odoo.call("res.partner.category", "read", [some, ["id"]]);
      await odoo.call("res.partner.category", "read", [some, ["id", "display_name"]]);
    }
  },

  "an unknown field of no records": async (odoo) => {
    for (const fields of [["nope"], ["name", "nope"]]) {
      await odoo.call("res.partner", "search_read", [[["id", "=", 0]], fields]);
      await odoo.call("res.partner", "search_read", [[["name", "=", odoo.tag]]], { fields });
      await odoo.call("res.partner", "read", [[], fields]);
    }
  },

  "an unknown field is refused": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "read", [[id], ["nope"]]);
    await odoo.call("res.partner", "search_read", [[["id", "=", id]], ["name", "nope"]]);
    await read(odoo, [id], ["name", "country_id.code"]);
    await read(odoo, [id], ["country_id/code"]);
  },

  "a many2one reads as a pair, or as an id": async (odoo) => {
    const company = await odoo.make("res.partner", { name: `${odoo.tag} Co`, is_company: true });
    const id = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    for (const load of ["_classic_read", "_classic_write", "", false, null]) {
      await odoo.call("res.partner", "read", [[id], ["parent_id"]], { load });
    }
    await odoo.call("res.partner", "read", [[id], ["parent_id", "country_id"], ""]);
    await odoo.call("res.partner", "search_read", [[["id", "=", id]], ["parent_id"]], {
      load: "",
    });
  },

  "ids in any number and order": async (odoo) => {
    const one = await odoo.make("res.partner", { name: `${odoo.tag} one` });
    const two = await odoo.make("res.partner", { name: `${odoo.tag} two` });
    await read(odoo, [two, one], ["name"]);
    await read(odoo, [one, two, one], ["name"]);
    await read(odoo, one, ["name"]);
    await read(odoo, [], ["name"]);
  },

  "what is no id": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await read(odoo, [0], ["name", "child_ids"]);
    await read(odoo, [false], ["name"]);
    await read(odoo, [[id]], ["name"]);
    await read(odoo, [2 ** 31 - 1], ["name"]);
    await read(odoo, ["x"], ["name"]);
  },

  "the fields to read, and id with them": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await read(odoo, [id], ["id"]);
    await read(odoo, [id], ["name", "name"]);
    const names = ["id", "name", "display_name", "email", "country_id", "create_date"];
    for (const fields of [[], false, null]) {
      const found = await odoo.get("res.partner", "read", [[id], fields]);
      const [first] = Array.isArray(found) ? found : [];
      odoo.note(
        `all fields for ${JSON.stringify(fields)}`,
        names.map((name) => typeof first === "object" && first !== null && name in first),
      );
    }
    await read(odoo, [id], "name");
    await odoo.call("res.partner", "read", [[id]], { fields: ["ref"] });
  },

  "display names": async (odoo) => {
    const company = await odoo.make("res.partner", { name: `${odoo.tag} Co`, is_company: true });
    const contact = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    const address = await odoo.make("res.partner", { parent_id: company, type: "delivery" });
    const parent = await odoo.make("res.partner.category", { name: `${odoo.tag} A` });
    const tag = await odoo.make("res.partner.category", { name: "B", parent_id: parent });
    await read(odoo, [company, contact, address], ["display_name"]);
    await odoo.call("res.partner.category", "read", [[tag], ["display_name", "name"]]);
    await odoo.call("res.country.state", "search_read", [
      [["code", "=", "NY"], ["country_id.code", "=", "US"]],
      ["display_name", "country_id"],
    ]);
  },

  "names by themselves": async (odoo) => {
    const company = await odoo.make("res.partner", { name: `${odoo.tag} Co`, is_company: true });
    const contact = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    const gone = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.get("res.partner", "unlink", [[gone]]);
    await odoo.call("res.partner", "name_get", [[contact, company]]);
    await odoo.call("res.partner", "name_get", [[]]);
    await odoo.call("res.partner", "name_get", [[company, gone]]);
  },

  "archived records behind relations": async (odoo) => {
    const company = await odoo.make("res.partner", { name: `${odoo.tag} Co`, is_company: true });
    const one = await odoo.make("res.partner", { name: `${odoo.tag} one`, parent_id: company });
    const two = await odoo.make("res.partner", { name: `${odoo.tag} two`, parent_id: company });
    await odoo.get("res.partner", "write", [[one], { active: false }]);
    await read(odoo, [company], ["child_ids"]);
    await read(odoo, [company], ["child_ids"], { active_test: false });
    await read(odoo, [one], ["name", "active"]);
    await odoo.get("res.partner", "write", [[company], { active: false }]);
    await read(odoo, [two], ["parent_id"]);
    const tag = await odoo.make("res.partner.category", { name: odoo.tag });
    await odoo.get("res.partner", "write", [[two], { category_id: [[6, 0, [tag]]] }]);
    await odoo.get("res.partner.category", "write", [[tag], { active: false }]);
    await read(odoo, [two], ["category_id"]);
    await read(odoo, [two], ["category_id"], { active_test: false });
  },

  "x2many fields read in the order of the other model": async (odoo) => {
    const company = await odoo.make("res.partner", { name: `${odoo.tag} Co`, is_company: true });
    for (const name of ["c", "a", "b"]) {
      await odoo.make("res.partner", { name: `${odoo.tag} ${name}`, parent_id: company });
    }
    const tags = [];
    for (const name of ["z", "y"]) {
      tags.push(await odoo.make("res.partner.category", { name: `${odoo.tag} ${name}` }));
    }
    await odoo.get("res.partner", "write", [[company], { category_id: [[6, 0, tags]] }]);
    await read(odoo, [company], ["child_ids", "category_id"]);
  },

  "a file, or how large it is": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag, image_1920: PIXEL });
    await read(odoo, [id], ["image_1920"]);
    await read(odoo, [id], ["image_1920"], { bin_size: true });
    await read(odoo, [id], ["image_1920"], { bin_size_image_1920: true });
    const none = await odoo.make("res.partner", { name: odoo.tag });
    await read(odoo, [none], ["image_1920"]);
  },

  "moments are in universal time, whatever the time zone": async (odoo) => {
    const moment = "calendar_last_notif_ack";
    const id = await odoo.make("res.partner", { name: odoo.tag, [moment]: "2024-07-01 22:30:00" });
    await read(odoo, [id], [moment], { tz: "Asia/Tokyo" });
    await read(odoo, [id], ["create_date", "write_date", "create_uid", "write_uid"]);
  },

  "a language that is not installed": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await read(odoo, [id], ["name"], { lang: "en_US" });
    await read(odoo, [id], ["name"], { lang: "xx_YY" });
    await read(odoo, [id], ["name"], { lang: false });
    await read(odoo, [id], ["name"], { lang: "" });
  },

  "the fields of another model through a user": async (odoo) => {
    const user = odoo.as("demo");
    await user.call("res.users", "read", [[user.uid], ["name", "login", "lang", "active"]]);
    await user.call("res.users", "read", [[user.uid], ["password"]]);
  },

  "the context of a user": async (odoo) => {
    await odoo.call("res.users", "context_get");
    await odoo.call("res.partner", "context_get");
  },

  "who made a record, and its external ids": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "get_metadata", [[id]]);
    await odoo.get("ir.model.data", "create", [
      { module: "odeno", name: odoo.tag, model: "res.partner", res_id: id, noupdate: true },
    ]);
    await odoo.call("res.partner", "get_metadata", [[id]]);
    await odoo.call("res.partner", "get_external_id", [[id]]);
    await odoo.call("res.partner", "get_metadata", [[]]);
    await odoo.call("res.partner", "unlink", [[id]]);
    await odoo.call("res.partner", "get_metadata", [[id]]);
  },

  "which records exist": async (odoo) => {
    const one = await odoo.make("res.partner", { name: odoo.tag });
    const gone = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.get("res.partner", "unlink", [[gone]]);
    await odoo.call("res.partner", "exists", [[one, gone]]);
    await odoo.call("res.partner", "exists", [[gone]]);
    await odoo.call("res.partner", "exists", [[]]);
  },

  "a search that fetches": async (odoo) => {
    const one = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "search_fetch", [[["id", "=", one]], ["name"]]);
    await odoo.call("res.partner", "search_fetch", [[["name", "=", odoo.tag]], ["name"]], {
      limit: 1,
      order: "id desc",
    });
    await odoo.call("res.partner", "search_fetch", [[["id", "=", one]], ["nope"]]);
  },

  "default values": async (odoo) => {
    const fields = ["name", "active", "type", "lang", "color", "is_company", "category_id"];
    await odoo.call("res.partner", "default_get", [fields]);
    await odoo.call("res.partner", "default_get", [["ref", "country_id", "nope", "id"]]);
    await odoo.call("res.partner", "default_get", [[]]);
    await odoo.call("res.partner", "default_get", [], { fields_list: ["type"] });
    await odoo.call("res.partner", "default_get", [], { fields: ["type"] });
  },

  "default values of the context": async (odoo) => {
    const country = await odoo.ref("base.be");
    const fields = ["name", "ref", "color", "country_id", "type", "is_company", "child_ids"];
    await odoo.call("res.partner", "default_get", [fields], {
      context: {
        default_name: odoo.tag,
        default_color: "7",
        default_country_id: country,
        default_type: "invoice",
        default_nope: 1,
        default_child_ids: [[0, 0, { name: "child" }]],
      },
    });
    await odoo.call("res.partner", "default_get", [["type"]], { context: { default_type: "x" } });
    await odoo.call("res.partner", "default_get", [["country_id"]], {
      context: { default_country_id: false },
    });
    const made = await odoo.call("res.partner", "create", [{ name: odoo.tag }], {
      context: { default_ref: odoo.tag, default_city: "Ghent", default_name: "not this" },
    });
    await read(odoo, [Number(made)], ["name", "ref", "city"]);
  },
};

/** A picture of one transparent pixel. */
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async function read(
  odoo: Session,
  ids: RpcValue,
  fields: RpcValue,
  context?: Record<string, RpcValue>,
): Promise<void> {
  await odoo.call("res.partner", "read", [ids, fields], context ? { context } : {});
}
