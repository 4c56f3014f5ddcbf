/**
 * Values arrive as they were sent, and are read as Odoo has them.
 *
 * @module
 */
import { assertEquals, assertInstanceOf } from "@std/assert";
import type { RpcInput } from "../../mod.ts";
import type { Case, Ground } from "./ground.ts";

const PARTNER = "res.partner";

/** Cases of values. */
export const values: Record<string, Case> = {
  "a method that returns nothing gives null": async (ground) => {
    const { odoo } = ground;
    const id = await ground.make(PARTNER, { name: ground.tag() });
    assertEquals(await odoo.call({ model: PARTNER, method: "action_archive", ids: [id] }), null);
    assertEquals(await ground.read(PARTNER, id, ["active"]), { active: false });
    assertEquals(await odoo.executeKw(PARTNER, "action_unarchive", [[id]]), null);
    assertEquals(await ground.read(PARTNER, id, ["active"]), { active: true });
  },

  "a Date goes as UTC without fractions, and is read as text": async (ground) => {
    const moment = new Date("2024-03-01T10:20:30.987Z");
    assertEquals(await order(ground, { commitment_date: moment }, "commitment_date"), {
      commitment_date: "2024-03-01 10:20:30",
    });
  },

  "a Temporal.Instant goes as UTC, and a Temporal.PlainDate as a date": async (ground) => {
    const given = {
      commitment_date: Temporal.Instant.from("2024-12-31T23:59:59+05:00"),
      validity_date: Temporal.PlainDate.from("2024-02-29"),
    };
    assertEquals(await order(ground, given, "commitment_date", "validity_date"), {
      commitment_date: "2024-12-31 18:59:59",
      validity_date: "2024-02-29",
    });
  },

  "a Date in a domain is a moment": async (ground) => {
    const client_order_ref = ground.tag();
    const moment = new Date("2024-03-01T10:20:30Z");
    await order(ground, { client_order_ref, commitment_date: moment });
    const count = async (date: RpcInput) =>
      await ground.odoo.executeKw("sale.order", "search_count", [[
        ["client_order_ref", "=", client_order_ref],
        ["commitment_date", "=", date],
      ]]);
    assertEquals(await count(moment), 1);
    assertEquals(await count(new Date("2024-03-01T10:20:31Z")), 0);
  },

  "whole numbers beyond 32 bits are numbers, both ways": async (ground) => {
    const large = 2 ** 40;
    const id = await ground.make("crm.lead", { name: ground.tag(), expected_revenue: large });
    assertEquals(await ground.read("crm.lead", id, ["expected_revenue"]), {
      expected_revenue: large,
    });
    const domain = [["id", "=", id], ["expected_revenue", "=", large]];
    assertEquals(await ground.odoo.executeKw("crm.lead", "search", [domain]), [id]);
  },

  "fractions, small numbers and negative ones": async (ground) => {
    const given = { partner_latitude: -0.00025, partner_longitude: 123.45678, color: -5 };
    const id = await ground.make(PARTNER, { name: ground.tag(), ...given });
    assertEquals(await ground.read(PARTNER, id, Object.keys(given)), given);
    await ground.odoo.executeKw(PARTNER, "write", [[id], { color: 2 ** 31 - 1 }]);
    assertEquals(await ground.read(PARTNER, id, ["color"]), { color: 2 ** 31 - 1 });
  },

  "letters of all kinds": async (ground) => {
    const street = `Zoë Łukasz 漢字 عربى 😀👩‍👧 \u2028 "'\`<b>&amp;</b> &#65; ]]> \\n %s`;
    const id = await ground.make(PARTNER, { name: ground.tag(), street });
    assertEquals(await ground.read(PARTNER, id, ["street"]), { street });
    const domain = [["id", "=", id], ["street", "=", street]];
    assertEquals(await ground.odoo.executeKw(PARTNER, "search", [domain]), [id]);
  },

  "HTML": async (ground) => {
    const comment = "<p>Fish &amp; <b>chips</b> 5 &lt; 6</p>";
    const id = await ground.make(PARTNER, { name: ground.tag(), comment });
    assertEquals(await ground.read(PARTNER, id, ["comment"]), { comment });
  },

  "long texts": async (ground) => {
    const text = "Zoë & <co> 😀\n".repeat(20_000);
    const id = await product(ground, text);
    assertEquals(await ground.read("product.template", id, ["description_sale"]), {
      description_sale: text,
    });
  },

  "tabs, line feeds and blanks at the ends are kept": async (ground) => {
    const text = " \t two\n\n  lines \n";
    const id = await product(ground, text);
    assertEquals(await ground.read("product.template", id, ["description_sale"]), {
      description_sale: text,
    });
  },

  "carriage returns are kept": async (ground) => {
    const id = await product(ground, "one\r\ntwo\rthree");
    assertEquals(await ground.read("product.template", id, ["description_sale"]), {
      description_sale: "one\r\ntwo\rthree",
    });
  },

  "control characters are kept": async (ground) => {
    const id = await ground.make(PARTNER, { name: ground.tag(), street: "a bell \u0007" });
    assertEquals(await ground.read(PARTNER, id, ["street"]), { street: "a bell \u0007" });
  },

  "an empty text is not no text": async (ground) => {
    const id = await ground.make(PARTNER, {
      name: ground.tag(),
      street: "",
      street2: false,
      city: null,
    });
    assertEquals(await ground.read(PARTNER, id, ["street", "street2", "city", "zip"]), {
      street: "",
      street2: false,
      city: false,
      zip: false,
    });
  },

  "no value is false, 0 or an empty list": async (ground) => {
    const id = await ground.make(PARTNER, { name: ground.tag() });
    const fields = ["country_id", "child_ids", "color", "partner_latitude", "is_company"];
    assertEquals(await ground.read(PARTNER, id, fields), {
      country_id: false,
      child_ids: [],
      color: 0,
      partner_latitude: 0,
      is_company: false,
    });
  },

  "bytes go as base64, and are read as base64": async (ground) => {
    const bytes = Uint8Array.from({ length: 256 }, (_none, index) => index);
    const id = await ground.make("ir.attachment", { name: ground.tag(), datas: bytes });
    assertEquals(await ground.read("ir.attachment", id, ["datas", "file_size"]), {
      datas: bytes.toBase64(),
      file_size: 256,
    });
  },

  "commands inside of commands": async (ground) => {
    const { odoo } = ground;
    const tag = await ground.make("res.partner.category", { name: ground.tag() });
    const belgium = await ground.ref("base.be");
    const child = { type: "delivery", country_id: [belgium, "Belgium"] };
    const id = await ground.make(PARTNER, {
      name: ground.tag(),
      category_id: [[6, 0, [tag]]],
      child_ids: [
        [0, 0, { name: "one", ...child, category_id: [[4, tag, 0]] }],
        [0, 0, { name: "two", ...child }],
      ],
    });
    const find = async () =>
      ground.keep(
        PARTNER,
        await odoo.executeKw<number[]>(PARTNER, "search", [[["parent_id", "=", id]]], {
          order: "id",
        }),
      );
    const [one = 0, two = 0] = await find();
    assertEquals(await ground.read(PARTNER, one, ["type", "category_id"]), {
      type: "delivery",
      category_id: [tag],
    });
    assertEquals(await countryOf(ground, two), belgium);
    const commands = [[1, one, { city: "Ghent" }], [2, two, false]];
    await odoo.executeKw(PARTNER, "write", [[id], { child_ids: commands }]);
    assertEquals(await ground.read(PARTNER, id, ["child_ids", "category_id"]), {
      child_ids: [one],
      category_id: [tag],
    });
    assertEquals(await ground.read(PARTNER, one, ["city"]), { city: "Ghent" });
  },

  "a many2one can be written as it was read": async (ground) => {
    const { odoo } = ground;
    const country_id = await ground.ref("base.be");
    const id = await ground.make(PARTNER, { name: ground.tag(), country_id });
    const before = await ground.read(PARTNER, id, ["country_id"]);
    assertInstanceOf(before["country_id"], Array);
    await odoo.executeKw(PARTNER, "write", [[id], before]);
    assertEquals(await ground.read(PARTNER, id, ["country_id"]), before);
    await odoo.call({ model: PARTNER, method: "write", ids: [id], kwargs: { vals: before } });
    assertEquals(await ground.read(PARTNER, id, ["country_id"]), before);
  },

  "the context of the options, of the connection and of the arguments, the last first": async (
    ground,
  ) => {
    const odoo = ground.odoo.withContext({ default_city: "A", default_street: "A" });
    const id = ground.keep(
      PARTNER,
      await odoo.executeKw<number>(
        PARTNER,
        "create",
        [{ name: ground.tag() }],
        { context: { default_zip: "C" } },
        { context: { default_street: "B", default_zip: "B" } },
      ),
    );
    assertEquals(await ground.read(PARTNER, id, ["city", "street", "zip"]), {
      city: "A",
      street: "B",
      zip: "C",
    });
  },

  "archived records show with active_test": async (ground) => {
    const id = await ground.make(PARTNER, { name: ground.tag(), active: false });
    const find = async (context: Record<string, RpcInput>) =>
      await ground.odoo.executeKw(PARTNER, "search", [[["id", "=", id]]], {}, { context });
    assertEquals(await find({}), []);
    assertEquals(await find({ active_test: false }), [id]);
  },

  "a dictionary whose keys are ids": async ({ odoo }) => {
    const [belgium = 0] = await odoo.executeKw<number[]>("res.country", "search", [[
      ["code", "=", "BE"],
    ]]);
    assertEquals(
      await odoo.executeKw("res.country", "get_external_id", [[belgium]]),
      { [belgium]: "base.be" },
    );
  },
};

async function countryOf(ground: Ground, id: number): Promise<RpcInput> {
  const { country_id } = await ground.read(PARTNER, id, ["country_id"]);
  return Array.isArray(country_id) ? country_id[0] ?? false : false;
}

async function product(ground: Ground, description_sale: string): Promise<number> {
  return await ground.make("product.template", { name: ground.tag(), description_sale });
}

async function order(
  ground: Ground,
  given: Readonly<Record<string, RpcInput>>,
  ...fields: string[]
) {
  const partner_id = await ground.make(PARTNER, { name: ground.tag() });
  const id = await ground.make("sale.order", { partner_id, ...given });
  return await ground.read("sale.order", id, fields);
}
