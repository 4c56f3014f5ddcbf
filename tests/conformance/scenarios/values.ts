/**
 * What becomes of values on their way into the database and back: conversions that say nothing, and refusals.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of values of all types of fields. */
export const values: Record<string, Scenario> = {
  "false and null clear a field, an empty text stays one": async (odoo) => {
    const id = await odoo.make("res.partner", {
      name: odoo.tag,
      ref: "R",
      street: "S",
      city: "C",
      zip: "Z",
      color: 5,
      partner_latitude: 1.5,
      country_id: await odoo.ref("base.fr"),
      type: "other",
    });
    await odoo.call("res.partner", "write", [[id], {
      ref: "",
      street: false,
      city: null,
      zip: " ",
      color: false,
      partner_latitude: false,
      country_id: false,
      type: false,
      is_company: false,
    }]);
    await odoo.call("res.partner", "read", [[id], [
      "ref",
      "street",
      "city",
      "zip",
      "color",
      "partner_latitude",
      "country_id",
      "type",
      "is_company",
    ]]);
    await odoo.call("res.partner", "search_count", [[["id", "=", id], ["ref", "=", false]]]);
  },

  "a many2one takes an id": async (odoo) => {
    const [france, spain] = [await odoo.ref("base.fr"), await odoo.ref("base.es")];
    await each(odoo, "country_id", france, [spain, null, true]);
  },

  "a many2one given a pair, a list or a double is cleared": async (odoo) => {
    const [france, spain] = [await odoo.ref("base.fr"), await odoo.ref("base.es")];
    await each(odoo, "country_id", france, [[spain, "Spain"], [spain], [], 20.5]);
  },

  "a many2one given a text": async (odoo) => {
    const france = await odoo.ref("base.fr");
    await each(odoo, "country_id", france, ["FR", "", "75"]);
  },

  "a many2one to a user given a text": async (odoo) => {
    await each(odoo, "user_id", odoo.uid, [String(odoo.uid), ""]);
  },

  "a many2one given zero or a negative number": async (odoo) => {
    await each(odoo, "user_id", odoo.uid, [0, -5]);
  },

  "a many2one to a country that is not there": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "write", [[id], { country_id: 999999999 }]);
    await odoo.call("res.partner", "create", [{ name: odoo.tag, country_id: 999999999 }]);
  },

  "a many2one to a record that is not there": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const gone = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.get("res.partner", "unlink", [[gone]]);
    for (const field of ["user_id", "state_id", "company_id"]) {
      await odoo.call("res.partner", "write", [[id], { [field]: 999999999 }]);
    }
    await odoo.call("res.partner", "write", [[id], { parent_id: gone }]);
    await odoo.call("res.partner", "read", [[id], ["user_id", "state_id", "company_id"]]);
  },

  "whole numbers": async (odoo) => {
    await each(odoo, "color", 9, [3, -4, 0, true, false, null, 2147483647, -2147483648]);
  },

  "a whole number cuts a float": async (odoo) => {
    await each(odoo, "color", 9, [3.7, -3.7, 0.2]);
  },

  "a whole number out of a text": async (odoo) => {
    await each(odoo, "color", 9, ["5", " 7 ", "", "+8", "1_0", "x", "3.7", "1e3"]);
  },

  "a whole number that is too large": async (odoo) => {
    await each(odoo, "color", 9, [2147483648, -2147483649, 9007199254740991]);
  },

  "a whole number out of a list or a dict": async (odoo) => {
    await each(odoo, "color", 9, [[], [1], {}, { a: 1 }]);
  },

  "floats are rounded to their digits": async (odoo) => {
    await each(odoo, "partner_latitude", 9, [
      1.23456789012,
      -1.00000005,
      0.000005,
      0.0000049999,
      2.675,
      12,
      true,
      false,
      1e-9,
      -0.000001,
    ]);
  },

  "a float out of a text": async (odoo) => {
    await each(odoo, "partner_latitude", 9, ["4.5", " 1e1 ", "", "4,5", "x", ".5", "1_0.5"]);
  },

  "a float that is too large, or none": async (odoo) => {
    await each(odoo, "partner_latitude", 9, [100000000000, "inf", [], [1], {}]);
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "write", [[id], { partner_latitude: "nan" }]);
  },

  "booleans are whatever Python finds true": async (odoo) => {
    await each(odoo, "is_company", false, [true, 1, 2, "False", "0", "no", [0], 0.5]);
    await each(odoo, "is_company", true, [false, 0, "", [], {}, null]);
  },

  "texts out of other things": async (odoo) => {
    await each(odoo, "ref", "R", [5, 5.5, 1e-7, true, 0, [1, "a"], { a: null }, []]);
  },

  "texts are kept as they are": async (odoo) => {
    await each(odoo, "street", "S", [
      "  blanks  ",
      "tab\there",
      "two\nlines",
      "é ß ñ",
      "日本語",
      "😀",
      "a\u00a0b\u2028c",
      "<b>&amp;</b>",
      "'\"\\",
      "x".repeat(300),
    ]);
  },

  "characters that XML cannot carry": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const json = odoo.over("jsonrpc");
    await json.call("res.partner", "write", [[id], { ref: "NUL\0" }]);
    await json.get("res.partner", "write", [[id], { ref: "one\r\ntwo\rthree" }]);
    await odoo.call("res.partner", "read", [[id], ["ref"]]);
    if (odoo.version === 14 && odoo.wire === "xmlrpc") return; // The answer would be no XML
    await json.get("res.partner", "write", [[id], { ref: "a\u0001b\u000bc\u001fd\u007fe" }]);
    await odoo.call("res.partner", "read", [[id], ["ref"]]);
  },

  "a line end of Windows": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "write", [[id], { street: "one\r\ntwo\rthree" }]);
    await odoo.call("res.partner", "read", [[id], ["street"]]);
    await odoo.call("res.partner", "search_count", [[
      ["id", "=", id],
      ["street", "=", "one\r\ntwo\rthree"],
    ]]);
  },

  "a text of a field with a size is cut": async (odoo) => {
    const id = await odoo.make("res.currency", { name: "QQX", symbol: odoo.tag });
    await odoo.call("res.currency", "write", [[id], { name: "QQYZW" }]);
    await odoo.call("res.currency", "read", [[id], ["name", "display_name"]]);
  },

  "selections": async (odoo) => {
    await each(odoo, "type", "other", ["invoice", "", false, "nope", "Invoice", 5, true, [
      "invoice",
    ]]);
  },

  "a selection on create": async (odoo) => {
    await odoo.call("res.partner", "create", [{ name: odoo.tag, type: "nope" }]);
    await odoo.call("res.partner", "create", [{ name: odoo.tag, company_type: "nope" }]);
    const id = await odoo.make("res.partner", { name: odoo.tag, company_type: "company" });
    await odoo.call("res.partner", "read", [[id], ["company_type", "is_company", "type"]]);
  },

  "languages and time zones": async (odoo) => {
    await each(odoo, "lang", "en_US", [false, "fr_FR", "nope"]);
    await each(odoo, "tz", "UTC", ["Europe/Paris", false, "Europe/Nowhere"]);
  },

  "dates of a contact": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const dates = [
      "2024-02-29",
      "2024-2-9",
      "2024-03-01 10:20:30",
      "2024-03-01T10:20:30",
      "2023-02-29",
      "01/02/2024",
      "2024-03",
      "",
      20240301,
      true,
    ];
    for (const date of dates) {
      await odoo.call("res.partner", "write", [[id], { date }]);
      await odoo.call("res.partner", "read", [[id], ["date"]]);
    }
  },

  "dates and times of an order": async (odoo) => {
    const partner_id = await odoo.make("res.partner", { name: odoo.tag });
    const id = await odoo.make("sale.order", { partner_id });
    const times = [
      "2024-02-29 10:20:30",
      "2024-02-29",
      "2024-02-29 10:20",
      "2024-2-9 1:2:3",
      "2024-03-01T10:20:30",
      "2024-03-01 10:20:30.5",
      "2024-03-01 10:20:30+01:00",
      "2024-03-01 25:00:00",
      20240301,
    ];
    for (const date_order of times) {
      await odoo.call("sale.order", "write", [[id], { date_order }]);
      await odoo.call("sale.order", "read", [[id], ["date_order"]]);
    }
    for (
      const validity_date of ["2024-2-9", "2024-03-01 10:20:30", "2024-03-01T10", "x", "", false]
    ) {
      await odoo.call("sale.order", "write", [[id], { validity_date }]);
      await odoo.call("sale.order", "read", [[id], ["validity_date"]]);
    }
  },

  "years of less than four digits": async (odoo) => {
    const partner_id = await odoo.make("res.partner", { name: odoo.tag });
    const id = await odoo.make("sale.order", { partner_id });
    for (const day of ["0999-01-02", "0001-01-01", "9999-12-31", "999-01-02", "0000-01-01"]) {
      for (const values of [{ validity_date: day }, { date_order: `${day} 01:02:03` }]) {
        await odoo.call("sale.order", "write", [[id], values]);
      }
      await odoo.call("sale.order", "read", [[id], ["validity_date", "date_order"]]);
      await odoo.call("sale.order", "search", [[["id", "=", id], ["validity_date", "=", day]]]);
    }
  },

  "a note with markup": async (odoo) => {
    await each(odoo, "comment", "old", [
      "plain",
      "",
      "<p>one</p>",
      "<p>one</p><p>two</p>",
      "a <b>bold</b> word",
      "one\ntwo",
      "a & b",
      "1 < 2",
      "<p>kept &amp; &lt;so&gt;</p>",
      "<div><p>deep</p></div>",
      "<p onclick='x()'>click</p>",
      "<p>a</p><script>alert(1)</script>",
      "<p>line<br/>break</p>",
      '<a href="https://example.com">link</a>',
      "<b>bold</b>",
      "<b>bold</b> and more",
      "text <p>block</p> text",
      "<h1>Title</h1>text",
      5,
      false,
    ]);
  },

  "images": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag, image_1920: PNG });
    const fields = ["image_1920", "image_128"];
    await odoo.call("res.partner", "read", [[id], fields]);
    await odoo.call("res.partner", "read", [[id], fields], { context: { bin_size: true } });
    await odoo.call("res.partner", "search_count", [[["id", "=", id], [
      "image_1920",
      "!=",
      false,
    ]]]);
    await odoo.call("res.partner", "write", [[id], { image_1920: "" }]);
    await odoo.call("res.partner", "read", [[id], fields]);
  },

  "an image that is none": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    for (const image of ["bm90IGFuIGltYWdl", "not base64!", "abc", true]) {
      await odoo.call("res.partner", "write", [[id], { image_1920: image }]);
    }
    await odoo.call("res.partner", "read", [[id], ["image_1920"]]);
  },

  "a web address gets a scheme": async (odoo) => {
    await each(odoo, "website", "http://old.example.com", [
      "example.com",
      "https://example.com/a?b=c",
      "//example.com",
      "ftp://example.com",
      "example.com/path",
      "",
      " example.com ",
      "EXAMPLE.com",
      "mailto:me@example.com",
    ]);
  },

  "an address of mail": async (odoo) => {
    await each(odoo, "email", "old@example.com", [
      "new@example.com",
      " blank@example.com ",
      "Ana <ana@example.com>",
      "not an address",
      "",
    ]);
  },
};

/** Writes values to a field of a new contact, one after the other, and reads each of them. */
async function each(odoo: Session, field: string, first: RpcValue, list: RpcValue[]) {
  const id = await odoo.make("res.partner", { name: odoo.tag });
  for (const value of list) {
    await odoo.get("res.partner", "write", [[id], { [field]: first }]);
    await odoo.call("res.partner", "write", [[id], { [field]: value }]);
    await odoo.call("res.partner", "read", [[id], [field]]);
  }
}

/** One red pixel. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
