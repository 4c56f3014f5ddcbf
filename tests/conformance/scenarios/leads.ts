/**
 * Leads and opportunities.
 *
 * @module
 */
import type { Scenario } from "../session.ts";

/** Scenarios of the pipeline. The probability of a fresh lead depends on all others, so it is always given. */
export const leads: Record<string, Scenario> = {
  "a new lead": async (odoo) => {
    const id = await odoo.make("crm.lead", { name: odoo.tag, probability: 10 });
    await odoo.call("crm.lead", "read", [[id], [
      "name",
      "type",
      "active",
      "stage_id",
      "user_id",
      "partner_id",
      "email_from",
      "phone",
      "expected_revenue",
      "probability",
      "priority",
      "tag_ids",
      "date_open",
      "date_closed",
      "company_id",
      "display_name",
    ]]);
    await odoo.call("crm.lead", "create", [{ email_from: "nobody@example.com" }]);
  },

  "a lead takes the details of its contact": async (odoo) => {
    const company = await odoo.make("res.partner", { name: `${odoo.tag} Inc`, is_company: true });
    const partner = await odoo.make("res.partner", {
      name: `${odoo.tag} Ana`,
      parent_id: company,
      email: "ana@example.com",
      phone: "+1 555 0100",
      city: "Springfield",
      function: "Buyer",
    });
    const fields = [
      "partner_id",
      "partner_name",
      "contact_name",
      "email_from",
      "phone",
      "city",
      "function",
    ];
    const id = await odoo.make("crm.lead", {
      name: odoo.tag,
      partner_id: partner,
      type: "opportunity",
      probability: 10,
    });
    await odoo.call("crm.lead", "read", [[id], fields]);
    const own = await odoo.make("crm.lead", {
      name: odoo.tag,
      partner_id: partner,
      email_from: "other@example.com",
      contact_name: "Bob",
      probability: 10,
    });
    await odoo.call("crm.lead", "read", [[own], ["email_from", "contact_name", "partner_name"]]);
  },

  "won": async (odoo) => {
    const id = await odoo.make("crm.lead", {
      name: odoo.tag,
      type: "opportunity",
      expected_revenue: 1000,
      probability: 20,
    });
    await odoo.call("crm.lead", "read", [[id], ["prorated_revenue", "probability"]]);
    await odoo.call("crm.lead", "action_set_won", [[id]]);
    await odoo.call("crm.lead", "read", [[id], [
      "stage_id",
      "probability",
      "active",
      "date_closed",
      "prorated_revenue",
    ]]);
    await odoo.call("crm.lead", "search", [[
      ["name", "=", odoo.tag],
      ["stage_id.is_won", "=", true],
    ]]);
  },

  "lost and found again": async (odoo) => {
    const id = await odoo.make("crm.lead", {
      name: odoo.tag,
      type: "opportunity",
      probability: 20,
    });
    await odoo.call("crm.lead", "action_set_lost", [[id]]);
    await odoo.call("crm.lead", "read", [[id], ["active", "probability", "stage_id"]]);
    await odoo.call("crm.lead", "search", [[["name", "=", odoo.tag]]]);
    await odoo.call("crm.lead", "search", [[
      ["name", "=", odoo.tag],
      ["active", "=", false],
      ["probability", "=", 0],
    ]]);
    await odoo.call("crm.lead", "write", [[id], { active: true, probability: 35 }]);
    await odoo.call("crm.lead", "read", [[id], ["active", "probability"]]);
  },

  "lost for a reason": async (odoo) => {
    const reason = await odoo.make("crm.lost.reason", { name: odoo.tag });
    const id = await odoo.make("crm.lead", {
      name: odoo.tag,
      type: "opportunity",
      probability: 20,
    });
    const field = odoo.version === 14 ? "lost_reason" : "lost_reason_id";
    await odoo.call("crm.lead", "action_set_lost", [[id]], { [field]: reason });
    await odoo.call("crm.lead", "read", [[id], [field, "active"]]);
  },

  "moved from stage to stage": async (odoo) => {
    const id = await odoo.make("crm.lead", {
      name: odoo.tag,
      type: "opportunity",
      probability: 20,
    });
    const found = await odoo.get("crm.stage", "search", [[["name", "=", "Qualified"]]]);
    const [stage] = Array.isArray(found) ? found : [];
    await odoo.call("crm.lead", "write", [[id], { stage_id: stage ?? false, probability: 40 }]);
    await odoo.call("crm.lead", "read", [[id], ["stage_id", "probability", "date_closed"]]);
    await odoo.call("crm.stage", "search_read", [[], ["name", "sequence", "is_won"]]);
    const own = await odoo.make("crm.stage", { name: odoo.tag, sequence: 30 });
    await odoo.call("crm.stage", "read", [[own], ["name", "is_won", "fold", "team_id"]]);
    await odoo.call("crm.lead", "search_count", [[["stage_id", "=", own]]]);
  },

  "tags are linked and searched": async (odoo) => {
    const tag = await odoo.make("crm.tag", { name: odoo.tag, color: 3 });
    const one = await odoo.make("crm.lead", {
      name: `${odoo.tag} one`,
      tag_ids: [[6, 0, [tag]]],
      probability: 5,
      priority: "1",
    });
    await odoo.make("crm.lead", { name: `${odoo.tag} two`, probability: 5, priority: "3" });
    await odoo.call("crm.lead", "search_read", [[["tag_ids.name", "=", odoo.tag]], [
      "name",
      "tag_ids",
    ]]);
    await odoo.call("crm.lead", "write", [[one], { tag_ids: [[3, tag, 0]] }]);
    await odoo.call("crm.lead", "search_count", [[["tag_ids", "in", [tag]]]]);
    await odoo.call("crm.tag", "create", [{ name: odoo.tag }]);
    await odoo.call("crm.lead", "name_search", [odoo.tag]);
    await odoo.call("crm.lead", "search_read", [[["name", "like", odoo.tag]], ["priority"]]);
  },

  "numbers and copies": async (odoo) => {
    const id = await odoo.make("crm.lead", {
      name: odoo.tag,
      type: "opportunity",
      expected_revenue: 1234.567,
      probability: 12.5,
      date_deadline: "2030-01-31",
      description: "Called twice",
    });
    await odoo.call("crm.lead", "read", [[id], [
      "expected_revenue",
      "prorated_revenue",
      "date_deadline",
      "description",
    ]]);
    await odoo.call("crm.lead", "search_count", [[
      ["name", "=", odoo.tag],
      ["expected_revenue", ">=", 1000],
    ]]);
    const [copy] = [await odoo.get("crm.lead", "copy", [[id]])].flat();
    await odoo.call("crm.lead", "read", [[Number(copy)], ["name", "type", "expected_revenue"]]);
  },

  "the fields of leads": async (odoo) => {
    const attributes = ["type", "string", "required", "readonly", "relation", "store"];
    await odoo.call("crm.lead", "fields_get", [
      ["name", "type", "stage_id", "partner_id", "expected_revenue", "probability", "tag_ids"],
      [...attributes, "selection"],
    ]);
    await odoo.call("crm.stage", "fields_get", [["name", "sequence", "is_won"], attributes]);
  },
};
