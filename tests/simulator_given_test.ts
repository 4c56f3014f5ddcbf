import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { OdooServerError } from "../mod.ts";

const VERSIONS = [14, 17, 19] as const;

for (const version of VERSIONS) {
  Deno.test(`Odoo ${version}: a second variant without attributes is refused while the first is in use`, async () => {
    const odoo = await new OdooSimulator({}, { version }).connect();
    const template = await odoo.executeKw<number>("product.template", "create", [{ name: "Desk" }]);
    const twin = { product_tmpl_id: template };
    const refused = (call: () => Promise<unknown>) =>
      assertRejects(
        call,
        OdooServerError,
        `duplicate key value violates unique constraint "product_product_combination_unique"\n` +
          `DETAIL:  Key (product_tmpl_id, combination_indices)=(${template}, ) already exists.`,
      );
    await refused(() => odoo.executeKw("product.product", "create", [twin]));
    const archived = { ...twin, active: false };
    const id = await odoo.executeKw<number>("product.product", "create", [archived]);
    await refused(() => odoo.executeKw("product.product", "write", [[id], { active: true }]));
    await odoo.executeKw("product.product", "write", [[id], { default_code: "B" }]);
  });

  Deno.test(`Odoo ${version}: a column of load that the simulator lacks is refused as lacking`, async () => {
    const odoo = await new OdooSimulator({}, { version }).connect();
    await assertRejects(
      () => odoo.executeKw("sale.order", "load", [["name", "signed_on"], [["A", "x"]]]),
      OdooServerError,
      "The simulated Odoo does not have the field sale.order.signed_on yet",
    );
  });

  Deno.test(`Odoo ${version}: standard data has the external ids of real databases`, async () => {
    const server = new OdooSimulator({}, { version });
    const odoo = await server.connect();
    const category = version === 19 ? "product_category_goods" : "product_category_1";
    const expected: [string, string, string][] = [
      ["base.USD", "res.currency", "USD"],
      ["base.GBP", "res.currency", "GBP"],
      ["base.lang_en", "res.lang", "English (US)"],
      ["base.lang_fr_BE", "res.lang", "French (BE) / Français (BE)"],
      ["base.state_us_27", "res.country.state", "New York"],
      ["base.state_us_ap", "res.country.state", "Armed Forces Pacific"],
      ["base.state_au_2", "res.country.state", "New South Wales"],
      ["base.state_ca_qc", "res.country.state", "Quebec"],
      ["uom.product_uom_unit", "uom.uom", "Units"],
      [`product.${category}`, "product.category", version === 19 ? "Goods" : "Saleable"],
      ["account.account_payment_term_immediate", "account.payment.term", "Immediate Payment"],
      ["account.account_payment_term_30days", "account.payment.term", "30 Days"],
    ];
    for (const [xmlid, model, name] of expected) {
      const [module = "", short = ""] = xmlid.split(".");
      const domain = [["module", "=", module], ["name", "=", short], ["model", "=", model]];
      const [data] = await odoo.executeKw<{ res_id: number }[]>("ir.model.data", "search_read", [
        domain,
        ["res_id"],
      ]);
      const row = server.records(model).find(({ id }) => id === data?.res_id);
      assertEquals(row?.["name"], name, xmlid);
    }
  });
}

for (const version of VERSIONS) {
  Deno.test(`Odoo ${version}: given invoices have journals, totals and numbers, posted ones as well`, async () => {
    const line = { name: "Work", price_unit: 50, quantity: 2 };
    const invoice = { partner_id: 1, move_type: "out_invoice" };
    const server = new OdooSimulator({
      "account.move": [
        { ...invoice, id: 1, invoice_line_ids: [[0, 0, line]] },
        {
          ...invoice,
          id: 2,
          state: "posted",
          invoice_date: "2024-05-17",
          invoice_line_ids: [[0, 0, { ...line, tax_ids: [[6, 0, [1]]] }]],
        },
        { ...invoice, id: 3, state: "posted", name: "INV/7", payment_state: "paid" },
      ],
      "account.move.line": [{ move_id: 3, ...line }],
    }, { version });
    const odoo = await server.connect();
    const fields = ["name", "amount_total", "amount_residual", "payment_state", "state"];
    const read = await odoo.executeKw("account.move", "search_read", [[], fields], {
      order: "id",
    });
    const draft = version === 19 ? false : "/";
    const number = version === 14 ? "INV/2024/05/0001" : "INV/2024/00001";
    const unpaid = { payment_state: "not_paid" };
    assertEquals(read, [
      { id: 1, name: draft, amount_total: 100, amount_residual: 100, ...unpaid, state: "draft" },
      { id: 2, name: number, amount_total: 115, amount_residual: 115, ...unpaid, state: "posted" },
      {
        ...{ id: 3, name: "INV/7", amount_total: 100, amount_residual: 0 },
        ...{ payment_state: "paid", state: "posted" },
      },
    ]);
    const [posted] = await odoo.executeKw<{ journal_id: [number, string] }[]>(
      "account.move",
      "read",
      [[2], ["journal_id", "invoice_date", "currency_id"]],
    );
    assertEquals(posted?.journal_id[0], 1);
    await odoo.executeKw("account.move", "action_post", [[1]]);
    assertEquals(server.records("account.move")[0]?.["state"], "posted");
  });

  Deno.test(`Odoo ${version}: given orders and leads have what Odoo would give them`, async () => {
    const server = new OdooSimulator({
      "crm.lead": [{ id: 1, name: "Deal" }],
      "res.partner": [{ id: 50, name: "Ana" }],
      "product.product": [{ id: 5, name: "Desk", list_price: 20 }],
      "sale.order": [
        { id: 1, partner_id: 50, order_line: [[0, 0, { product_id: 5, product_uom_qty: 3 }]] },
        { id: 2, partner_id: 50, state: "sale" },
      ],
      "sale.order.line": [{ order_id: 2, product_id: 5, price_unit: 7, product_uom_qty: 2 }],
    }, { version });
    const odoo = await server.connect();
    const fields = ["amount_untaxed", "partner_invoice_id", "order_line"];
    const read = await odoo.executeKw("sale.order", "search_read", [[], fields], { order: "id" });
    assertEquals(read, [
      { id: 1, amount_untaxed: 60, partner_invoice_id: [50, "Ana"], order_line: [2] },
      { id: 2, amount_untaxed: 14, partner_invoice_id: [50, "Ana"], order_line: [1] },
    ]);
    assertEquals(server.records("crm.lead")[0]?.["stage_id"], 1);
  });
}

Deno.test("given records that refer to what is not there are refused by model, record and field", () => {
  assertThrows(
    () => new OdooSimulator({ "sale.order": [{ id: 4, partner_id: 99999 }] }),
    TypeError,
    'Cannot use the record 4 of "sale.order": its "partner_id" is the id 99999, and there is no "res.partner" with ' +
      "that id",
  );
});

Deno.test("given records may refer to ones that come later", () => {
  const server = new OdooSimulator({
    "sale.order": [{ partner_id: 60 }],
    "res.partner": [{ id: 61, name: "Bob", parent_id: 60 }, { id: 60, name: "Ana" }],
  });
  assertEquals(server.records("sale.order")[0]?.["partner_id"], 60);
});

Deno.test("given values of computed fields are refused", () => {
  assertThrows(
    () => new OdooSimulator({ "sale.order": [{ partner_id: 1, amount_total: 100 }] }),
    TypeError,
    'with the field "amount_total": it is computed: give what it is computed of',
  );
});

Deno.test("given dates of JavaScript become those of Odoo, in lines, too", () => {
  const when = new Date("2024-05-17T13:45:59.123Z");
  const server = new OdooSimulator({
    "res.partner": [{ id: 40, name: "Ana", create_date: when }],
    "sale.order": [{ partner_id: 40, date_order: when, validity_date: when }],
  });
  const [order] = server.records("sale.order");
  assertEquals(order?.["date_order"], "2024-05-17 13:45:59");
  assertEquals(order?.["validity_date"], "2024-05-17");
  assertThrows(
    () => new OdooSimulator({ "sale.order": [{ partner_id: 1, date_order: new Date(NaN) }] }),
    TypeError,
    "Cannot use a date that is none",
  );
});

Deno.test("given products of Odoo 17 have both types and both units, whichever is given", async () => {
  const server = new OdooSimulator({
    "product.template": [
      { id: 1, name: "Care", type: "service" },
      { id: 2, name: "Help", detailed_type: "service" },
      { id: 3, name: "Eggs", uom_id: 2 },
    ],
    "product.product": [{ id: 9, name: "Visit", type: "service" }],
  }, { version: 17 });
  const odoo = await server.connect();
  const told = await odoo.executeKw<Record<string, unknown>[]>("product.template", "search_read", [
    [],
    ["name", "type", "detailed_type", "uom_po_id"],
  ], { order: "name" });
  assertEquals(
    told.map((row) => [row["name"], row["type"], row["detailed_type"], row["uom_po_id"]]),
    [
      ["Care", "service", "service", [1, "Units"]],
      ["Eggs", "consu", "consu", [2, "Dozens"]],
      ["Help", "service", "service", [1, "Units"]],
      ["Visit", "service", "service", [1, "Units"]],
    ],
  );
});
