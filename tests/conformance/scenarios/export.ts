/**
 * `export_data`: rows for a file that `load` takes back.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of `export_data`. */
export const exporting: Record<string, Scenario> = {
  "values of every type": async (odoo) => {
    const id = await odoo.make("res.partner", {
      name: odoo.tag,
      color: 7,
      partner_latitude: 1.5,
      type: "invoice",
      is_company: true,
      country_id: await odoo.ref("base.be"),
    });
    const fields = ["name", "color", "partner_latitude", "type", "is_company", "active", "lang"];
    await rows(odoo, [id], fields);
    await rows(odoo, [id], ["country_id", "display_name", "create_uid", "company_type"]);
    if (odoo.version !== 19) {
      await odoo.get("res.partner", "write", [[id], { date: "2024-02-29" }]);
    }
    await rows(odoo, [id], ["date"]);
  },

  "empty values": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag, tz: false, [MOMENT]: false });
    const fields = ["ref", "color", "partner_latitude", "country_id", "is_company", "tz"];
    await rows(odoo, [id], fields);
    await rows(odoo, [id], ["child_ids", "category_id", "comment", MOMENT, "country_id/code"]);
  },

  "moments are in the time zone of the user": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag, [MOMENT]: "2024-07-01 22:30:00" });
    await rows(odoo, [id], [MOMENT]);
    await rows(odoo, [id], [MOMENT], { tz: "Asia/Tokyo" });
    await rows(odoo, [id], [MOMENT], { tz: "Nowhere/Land" });
    await rows(odoo, [id], [MOMENT], { tz: false });
  },

  "paths into other records": async (odoo) => {
    const company = await odoo.make("res.partner", {
      name: `${odoo.tag} Co`,
      is_company: true,
      country_id: await odoo.ref("base.be"),
    });
    const id = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    await rows(odoo, [id], ["name", "country_id/name", "country_id/code", "country_id/id"]);
    await rows(odoo, [id], ["parent_id/name", "parent_id/country_id/code", "parent_id"]);
    await rows(odoo, [id, company], ["country_id/id", "country_id:id", "name"]);
  },

  "an external id is made where there is none": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await rows(odoo, [id], ["id", "name"]);
    const [once, again] = [await cells(odoo, [id], ["id"]), await cells(odoo, [id], ["id"])];
    odoo.note("the same id the next time", once.join() === again.join());
    await odoo.call("ir.model.data", "search_read", [
      [["model", "=", "res.partner"], ["res_id", "=", id]],
      ["module", "name", "noupdate"],
    ]);
    await odoo.get("res.partner", "load", [["id", "name"], [[once.join(), `${odoo.tag} two`]]]);
    await odoo.call("res.partner", "read", [[id], ["name"]]);
  },

  "an external id that is there": async (odoo) => {
    await odoo.get("res.partner", "load", [["id", "name"], [
      [`odeno.${odoo.tag}`, odoo.tag],
      [odoo.tag, odoo.tag],
    ]]);
    const found = await odoo.get("res.partner", "search", [[["name", "=", odoo.tag]]], {
      order: "id",
    });
    const ids = Array.isArray(found) ? found.map(Number) : [];
    await rows(odoo, ids, ["id", "name"]);
    const plain = await cells(odoo, ids, [".id"]);
    odoo.note("database ids", plain.map((cell, index) => cell === String(ids[index])));
  },

  "lines below their record": async (odoo) => {
    const company = await odoo.make("res.partner", { name: `${odoo.tag} Co`, is_company: true });
    for (const name of ["Ana", "Bob"]) {
      await odoo.make("res.partner", { name: `${odoo.tag} ${name}`, parent_id: company });
    }
    const other = await odoo.make("res.partner", { name: `${odoo.tag} alone` });
    await rows(odoo, [company, other], ["name", "child_ids/name", "child_ids/type"]);
    await rows(odoo, [company, other], ["child_ids/name", "name", "color"]);
    await rows(odoo, [company], ["name", "child_ids", "child_ids/id"]);
    await rows(odoo, [company], ["name", "child_ids"]);
    await rows(odoo, [company], ["name", "child_ids/parent_id/name"]);
  },

  "tags in one cell": async (odoo) => {
    const ids = [];
    for (const name of ["one", "two"]) {
      ids.push(await odoo.make("res.partner.category", { name: `${odoo.tag} ${name}` }));
    }
    const id = await odoo.make("res.partner", { name: odoo.tag, category_id: [[6, 0, ids]] });
    await rows(odoo, [id], ["name", "category_id"]);
    await rows(odoo, [id], ["name", "category_id/id"]);
    await rows(odoo, [id], ["name", "category_id/name", "category_id/color"]);
    await rows(odoo, [id], ["name", "category_id/color"]);
    await rows(odoo, [id], ["name", "category_id"], { import_compat: false });
    await rows(odoo, [id], ["name", "category_id/name"], { import_compat: false });
  },

  "what cannot be exported": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const gone = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.get("res.partner", "unlink", [[gone]]);
    await rows(odoo, [id], ["name", "nope"]);
    await rows(odoo, [id], ["country_id/nope"]);
    await rows(odoo, [id], ["parent_id/nope"]);
    await rows(odoo, [id], ["name/first"]);
    await rows(odoo, [id, gone], ["name"]);
    await rows(odoo, [], ["name"]);
    await rows(odoo, [id], []);
    await rows(odoo, [id], "name");
    await odoo.call("res.partner", "export_data", [[id]]);
  },

  "an ordinary user": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await rows(odoo.as("demo"), [id], ["name", "id"]);
  },
};

/** A moment that can be written in every version. */
const MOMENT = "calendar_last_notif_ack";

async function rows(
  odoo: Session,
  ids: number[],
  fields: RpcValue,
  context?: Record<string, RpcValue>,
): Promise<void> {
  await odoo.call("res.partner", "export_data", [ids, fields], context ? { context } : {});
}

/** The first cell of every row, unrecorded. */
async function cells(odoo: Session, ids: number[], fields: string[]): Promise<RpcValue[]> {
  const answer = await odoo.get("res.partner", "export_data", [ids, fields]);
  const data = typeof answer === "object" && answer !== null && "datas" in answer
    ? answer["datas"]
    : [];
  return Array.isArray(data) ? data.map((row) => Array.isArray(row) ? row[0] ?? null : null) : [];
}
