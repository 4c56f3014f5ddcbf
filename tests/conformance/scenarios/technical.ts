/**
 * Attachments, parameters, models and fields, and the lists that every database has.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario } from "../session.ts";

/** Scenarios of the technical models. */
export const technical: Record<string, Scenario> = {
  "an attachment tells what it holds": async (odoo) => {
    const partner = await odoo.make("res.partner", { name: odoo.tag });
    const id = await odoo.make("ir.attachment", {
      name: `${odoo.tag}.txt`,
      datas: btoa("Hello"),
      res_model: "res.partner",
      res_id: partner,
    });
    const fields = ["name", "type", "datas", "mimetype", "file_size", "checksum", "res_model"];
    await odoo.call("ir.attachment", "read", [[id], [
      ...fields,
      "res_id",
      "res_name",
      "res_field",
      "url",
      "public",
    ]]);
    await odoo.call("ir.attachment", "search_read", [[
      ["res_model", "=", "res.partner"],
      ["res_id", "=", partner],
    ], ["name"]]);
    await odoo.call("ir.attachment", "write", [[id], { datas: btoa("Bye, all") }]);
    await odoo.call("ir.attachment", "read", [[id], fields]);
    await odoo.call("ir.attachment", "read", [[id], ["datas"]], { context: { bin_size: true } });
    await odoo.call("ir.attachment", "write", [[id], { datas: false }]);
    await odoo.call("ir.attachment", "read", [[id], fields]);
  },

  "the kind of an attachment is guessed": async (odoo) => {
    const bytes: [string, string][] = [
      ["a.png", btoa("\x89PNG\r\n\x1a\n\0\0\0\rIHDR")],
      ["a.pdf", btoa("%PDF-1.4\n")],
      ["a.csv", btoa("a,b\n1,2\n")],
      ["a", btoa("a,b\n1,2\n")],
      ["a.json", btoa("{}")],
      ["a.bin", btoa("\0\x01\x02\xff")],
      ["a", btoa("\0\x01\x02\xff")],
    ];
    for (const [name, datas] of bytes) {
      const id = await odoo.make("ir.attachment", { name, datas });
      await odoo.call("ir.attachment", "read", [[id], ["name", "mimetype", "file_size"]]);
    }
    const given = await odoo.make("ir.attachment", {
      name: "a.txt",
      datas: btoa("text"),
      mimetype: "application/x-own",
    });
    await odoo.call("ir.attachment", "read", [[given], ["mimetype"]]);
  },

  "an attachment as text, and as an address": async (odoo) => {
    const id = await odoo.make("ir.attachment", { name: odoo.tag, raw: "plain text" });
    await odoo.call("ir.attachment", "read", [[id], ["raw", "datas", "file_size"]]);
    const url = await odoo.make("ir.attachment", {
      name: odoo.tag,
      type: "url",
      url: "https://example.com/a.pdf",
    });
    await odoo.call("ir.attachment", "read", [[url], ["type", "url", "datas", "file_size"]]);
    await odoo.call("ir.attachment", "search", [[["name", "=", odoo.tag], ["type", "=", "url"]]]);
    await odoo.call("ir.attachment", "create", [{ datas: btoa("x") }]);
  },

  "an attachment without content": async (odoo) => {
    const fields = ["type", "datas", "mimetype", "file_size", "checksum"];
    const given: Record<string, RpcValue>[] = [{ datas: "" }, { datas: false }, { raw: "" }, {}];
    for (const values of given) {
      const id = await odoo.make("ir.attachment", { name: "a.txt", ...values });
      await odoo.call("ir.attachment", "read", [[id], fields]);
      await odoo.call("ir.attachment", "write", [[id], { datas: btoa("text") }]);
      await odoo.call("ir.attachment", "read", [[id], fields]);
      await odoo.call("ir.attachment", "write", [[id], { datas: "" }]);
      await odoo.call("ir.attachment", "read", [[id], fields]);
    }
  },

  "the attachments of fields are found by those who ask for them": async (odoo) => {
    const partner = await odoo.make("res.partner", { name: odoo.tag });
    const place = { res_model: "res.partner", res_id: partner };
    const file = await odoo.make("ir.attachment", { name: "a.txt", datas: btoa("a"), ...place });
    const image = await odoo.make("ir.attachment", {
      name: "image_128",
      datas: btoa("b"),
      res_field: "image_128",
      ...place,
    });
    const own = [["res_model", "=", "res.partner"], ["res_id", "=", partner]];
    const domains: RpcValue[] = [
      own,
      [...own, ["res_field", "=", false]],
      [...own, ["res_field", "!=", false]],
      [...own, ["res_field", "=", "image_128"]],
      [...own, ["id", "in", [file, image]]],
      ["|", ["id", "=", image], ["id", "=", file]],
      [...own, ["name", "=", "image_128"]],
    ];
    for (const domain of domains) {
      await odoo.call("ir.attachment", "search_read", [domain, ["name", "res_field"]], {
        order: "id",
      });
      await odoo.call("ir.attachment", "search_count", [domain]);
    }
    await odoo.call("ir.attachment", "read", [[file, image], ["name", "datas"]]);
  },

  "parameters are set, read and deleted": async (odoo) => {
    const key = odoo.tag;
    await odoo.call("ir.config_parameter", "get_param", [key]);
    await odoo.call("ir.config_parameter", "set_param", [key, "one"]);
    await odoo.call("ir.config_parameter", "get_param", [key]);
    await odoo.call("ir.config_parameter", "set_param", [key, "two"]);
    await odoo.call("ir.config_parameter", "search_read", [[["key", "=", key]], [
      "key",
      "value",
      "display_name",
    ]]);
    await odoo.call("ir.config_parameter", "create", [{ key, value: "again" }]);
    await odoo.call("ir.config_parameter", "create", [{ key: `${key}.empty` }]);
    await odoo.call("ir.config_parameter", "set_param", [key, false]);
    await odoo.call("ir.config_parameter", "search_count", [[["key", "=", key]]]);
    await odoo.call("ir.config_parameter", "get_param", [key, "otherwise"]);
  },

  "models tell of themselves": async (odoo) => {
    const names = ["res.partner", "res.country", "product.template", "sale.order", "crm.lead"];
    await odoo.call("ir.model", "search_read", [[["model", "in", names]], [
      "model",
      "name",
      "state",
      "transient",
    ]], { order: "model" });
    await odoo.call("ir.model", "search_count", [[["model", "=", "no.such.model"]]]);
    await odoo.call("ir.model", "name_search", ["res.partner.category"]);
  },

  "fields tell of themselves": async (odoo) => {
    await odoo.call("ir.model.fields", "search_read", [
      [["model", "=", "res.partner"], ["name", "in", ["name", "child_ids", "country_id", "email"]]],
      ["name", "model", "ttype", "relation", "relation_field", "required", "readonly", "store"],
    ], { order: "name" });
    await odoo.call("ir.model.fields", "search_read", [
      [["model", "=", "res.country"], ["name", "in", ["code", "name"]]],
      ["name", "field_description", "ttype", "state", "translate", "size"],
    ], { order: "name" });
    await odoo.call("ir.model.fields", "search_count", [[
      ["model_id.model", "=", "res.country"],
      ["name", "=", "code"],
    ]]);
  },

  "currencies": async (odoo) => {
    const fields = ["name", "symbol", "position", "rounding", "decimal_places", "active"];
    await odoo.call("res.currency", "search_read", [[["name", "=", "USD"]], fields]);
    await odoo.call("res.currency", "search_read", [[["name", "=", "JPY"]], fields], {
      context: { active_test: false },
    });
    await odoo.call("res.currency", "name_search", ["USD"]);
    const id = await odoo.make("res.currency", { name: "QQX", symbol: "Q" });
    await odoo.call("res.currency", "read", [[id], fields]);
    await odoo.call("res.currency", "create", [{ name: "QQX", symbol: "Q" }]);
    const rate = await odoo.make("res.currency.rate", {
      currency_id: id,
      name: "2024-01-01",
      rate: 2.5,
    });
    await odoo.call("res.currency.rate", "read", [[rate], ["name", "rate", "display_name"]]);
    await odoo.call("res.currency", "read", [[id], ["rate"]]);
  },

  "languages": async (odoo) => {
    const fields = ["name", "code", "iso_code", "direction", "date_format", "decimal_point"];
    await odoo.call("res.lang", "search_read", [[["code", "=", "en_US"]], [...fields, "active"]]);
    await odoo.call("res.lang", "search_count", [[["code", "=", "fr_FR"]]]);
    await odoo.call("res.lang", "search_read", [[["code", "=", "fr_FR"]], fields], {
      context: { active_test: false },
    });
  },

  "countries and states": async (odoo) => {
    await odoo.call("res.country", "search_read", [[["code", "in", ["BE", "US"]]], [
      "name",
      "code",
      "phone_code",
    ]]);
    await odoo.call("res.country", "name_search", ["Belg"]);
    await odoo.call("res.country.state", "search_read", [[
      ["country_id.code", "=", "US"],
      ["code", "in", ["CA", "NY"]],
    ], ["name", "code", "country_id", "display_name"]]);
    const us = await odoo.ref("base.us");
    const id = await odoo.make("res.country.state", {
      name: odoo.tag,
      code: "QX",
      country_id: us,
    });
    await odoo.call("res.country.state", "read", [[id], ["name", "display_name"]]);
    await odoo.call("res.country.state", "create", [{
      name: odoo.tag,
      code: "QX",
      country_id: us,
    }]);
    await odoo.call("res.country.state", "create", [{ name: odoo.tag, country_id: us }]);
  },

  "banks and accounts": async (odoo) => {
    const bank = await odoo.make("res.bank", { name: odoo.tag, bic: "GEBABEBB" });
    await odoo.call("res.bank", "read", [[bank], ["name", "bic", "display_name", "active"]]);
    const partner = await odoo.make("res.partner", { name: odoo.tag });
    const id = await odoo.make("res.partner.bank", {
      acc_number: ` ${odoo.tag} 00-1`,
      partner_id: partner,
      bank_id: bank,
    });
    await odoo.call("res.partner.bank", "read", [[id], [
      "acc_number",
      "sanitized_acc_number",
      "partner_id",
      "bank_id",
      "acc_type",
      "display_name",
    ]]);
    await odoo.call("res.partner", "read", [[partner], ["bank_ids"]]);
    await odoo.call("res.partner.bank", "create", [{
      acc_number: `${odoo.tag}001`,
      partner_id: partner,
    }]);
  },

  "sequences count": async (odoo) => {
    const id = await odoo.make("ir.sequence", {
      name: odoo.tag,
      code: odoo.tag,
      prefix: "Q/",
      padding: 4,
      number_next: 7,
    });
    await odoo.call("ir.sequence", "next_by_code", [], { sequence_code: odoo.tag });
    await odoo.call("ir.sequence", "next_by_code", [], { sequence_code: odoo.tag });
    await odoo.call("ir.sequence", "next_by_id", [[id]]);
    await odoo.call("ir.sequence", "read", [[id], [
      "number_next_actual",
      "number_increment",
      "implementation",
    ]]);
    await odoo.call("ir.sequence", "next_by_code", [], { sequence_code: `${odoo.tag}.none` });
  },

  "a message on a record": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const answer = await odoo.get("res.partner", "message_post", [[id]], { body: "Called back" });
    const [message] = [answer].flat();
    odoo.note("kind of answer", Array.isArray(answer) ? "list" : typeof answer);
    odoo.made("mail.message", Number(message));
    await odoo.call("mail.message", "read", [[Number(message)], [
      "body",
      "model",
      "res_id",
      "message_type",
      "author_id",
      "subject",
    ]]);
  },
};
