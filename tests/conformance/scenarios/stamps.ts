/**
 * What moves the `write_date` of a record, and what changes it without a trace: a pull by stamps stands on this.
 *
 * @module
 */
import { CATEGORY, PARTNER } from "../imports.ts";
import type { Scenario, Session } from "../session.ts";

const PRODUCT = "product.product";
const TEMPLATE = "product.template";
const ORDER = "sale.order";

/** Scenarios of stamps. */
export const stamps: Record<string, Scenario> = {
  "a write moves the stamp, with equal values or none": async (odoo) => {
    const [id, other] = await two(odoo, PARTNER);
    const write = (values: Record<string, string>) => () =>
      odoo.get(PARTNER, "write", [[id], values]);
    await moves(odoo, "another value", PARTNER, [id, other], write({ ref: "R" }));
    await moves(odoo, "the same value", PARTNER, [id, other], write({ ref: "R" }));
    await moves(odoo, "no value", PARTNER, [id, other], write({}));
    await moves(odoo, "a read", PARTNER, [id, other], () => odoo.get(PARTNER, "read", [[id]]));
  },

  "links move the record that they were written on": async (odoo) => {
    const [id, other] = await two(odoo, PARTNER);
    const [tag, otherTag] = await two(odoo, CATEGORY);
    const own = () => odoo.get(PARTNER, "write", [[id], { category_id: [[4, tag]] }]);
    const far = (command: number) => () =>
      odoo.get(CATEGORY, "write", [[tag], { partner_ids: [[command, id]] }]);
    await moves(odoo, "its own list", PARTNER, [id, other], own);
    await moves(odoo, "the same link", PARTNER, [id, other], own);
    await moves(odoo, "a link from the other side", PARTNER, [id, other], far(3));
    await moves(odoo, "a link to the other side", CATEGORY, [tag, otherTag], own);
    await moves(odoo, "its own list of contacts", CATEGORY, [tag, otherTag], far(3));
    await own();
    const unlink = () => odoo.get(CATEGORY, "unlink", [[tag]]);
    await moves(odoo, "a tag that is deleted", PARTNER, [id, other], unlink);
    await odoo.call(PARTNER, "read", [[id], ["category_id"]]);
  },

  "a record that is referred to changes or goes": async (odoo) => {
    const [id, other] = await two(odoo, PARTNER);
    const state = await odoo.make("res.country.state", {
      name: odoo.tag,
      code: odoo.tag,
      country_id: await odoo.ref("base.be"),
    });
    const parent = await odoo.make(CATEGORY, { name: `${odoo.tag} parent` });
    const [tag, otherTag] = await two(odoo, CATEGORY);
    await odoo.get(CATEGORY, "write", [[tag], { parent_id: parent }]);
    await odoo.get(PARTNER, "write", [[id], { state_id: state }]);
    const rename = () => odoo.get("res.country.state", "write", [[state], { name: "Renamed" }]);
    await moves(odoo, "a state that is renamed", PARTNER, [id, other], rename);
    const above = () => odoo.get(CATEGORY, "write", [[parent], { name: "Renamed" }]);
    await moves(odoo, "a parent tag that is renamed", CATEGORY, [tag, otherTag], above);
  },

  "a company that is deleted leaves its contacts": async (odoo) => {
    const company = await odoo.make(PARTNER, { name: `${odoo.tag} firm`, is_company: true });
    const [id, other] = await two(odoo, PARTNER);
    await odoo.get(PARTNER, "write", [[id], { parent_id: company }]);
    const unlink = () => odoo.get(PARTNER, "unlink", [[company]]);
    await moves(odoo, "a parent that is deleted", PARTNER, [id, other], unlink);
    await odoo.call(PARTNER, "read", [[id], ["parent_id"]]);
  },

  "values of a company reach its contacts": async (odoo) => {
    const company = await odoo.make(PARTNER, { name: `${odoo.tag} firm`, is_company: true });
    const [id, other] = await two(odoo, PARTNER);
    await odoo.get(PARTNER, "write", [[id], { parent_id: company }]);
    const write = (values: Record<string, string>) => () =>
      odoo.get(PARTNER, "write", [[company], values]);
    await moves(odoo, "a new name of the company", PARTNER, [id, other], write({ name: "Firm" }));
    await moves(odoo, "a new street", PARTNER, [id, other], write({ street: "Street" }));
    await moves(odoo, "a new tax id", PARTNER, [id, other], write({ vat: "VAT" }));
    await moves(odoo, "a new phone", PARTNER, [id, other], write({ phone: "1" }));
  },

  "lines and their record": async (odoo) => {
    const [id, other] = await two(odoo, PARTNER);
    const child = { name: `${odoo.tag} child` };
    const command = async () => {
      await odoo.get(PARTNER, "write", [[id], { child_ids: [[0, 0, child]] }]);
      const found = await odoo.get(PARTNER, "search", [[["parent_id", "=", id]]]);
      for (const one of Array.isArray(found) ? found : []) odoo.made(PARTNER, Number(one));
    };
    const made = () => odoo.make(PARTNER, { ...child, parent_id: id });
    await moves(odoo, "a command", PARTNER, [id, other], command);
    await moves(odoo, "a line with its parent", PARTNER, [id, other], made);
    await moves(odoo, "a name of a line", PARTNER, [id, other], async () => {
      await odoo.get(PARTNER, "write", [[await made()], { name: "Child" }]);
    });
  },

  "a line of an order": async (odoo) => {
    const customer = await odoo.make(PARTNER, { name: odoo.tag });
    const product = await odoo.make(PRODUCT, { name: odoo.tag });
    const order = { partner_id: customer };
    const ids: [number, number] = [await odoo.make(ORDER, order), await odoo.make(ORDER, order)];
    const line = { order_id: ids[0], product_id: product };
    let made = 0;
    await moves(odoo, "a new line", ORDER, ids, async () => {
      made = await odoo.make("sale.order.line", line);
    });
    await moves(odoo, "an amount", ORDER, ids, async () => {
      await odoo.get("sale.order.line", "write", [[made], { price_unit: 9 }]);
    });
    await moves(odoo, "a text", ORDER, ids, async () => {
      await odoo.get("sale.order.line", "write", [[made], { name: "Text" }]);
    });
  },

  "messages and images": async (odoo) => {
    const [id, other] = await two(odoo, PARTNER);
    await moves(odoo, "a message", PARTNER, [id, other], async () => {
      await odoo.get(PARTNER, "message_post", [[id]], { body: "Hello" });
    });
    await moves(odoo, "an image", PARTNER, [id, other], async () => {
      await odoo.get(PARTNER, "write", [[id], { image_1920: PNG }]);
    });
  },

  "a user and the partner of that user": async (odoo) => {
    const user = async (name: string) => {
      const login = `${odoo.tag}${name}`;
      const id = await odoo.make("res.users", { name: login, login });
      const [row] = [await odoo.get("res.users", "read", [[id], ["partner_id"]], { load: "" })]
        .flat();
      const partner = Number(Object(row)["partner_id"]);
      odoo.made(PARTNER, partner);
      return { id, partner };
    };
    const [one, other] = [await user("1"), await user("2")];
    const users: [number, number] = [one.id, other.id];
    const partners: [number, number] = [one.partner, other.partner];
    const far = () => odoo.get(PARTNER, "write", [[one.partner], { email: "a@example.com" }]);
    const near = () => odoo.get("res.users", "write", [[one.id], { email: "b@example.com" }]);
    await moves(odoo, "the partner's address", "res.users", users, far, touchUser);
    await moves(odoo, "the user's address", "res.users", users, near, touchUser);
    await moves(odoo, "the user's address, for the partner", PARTNER, partners, near);
    await odoo.call("res.users", "read", [[one.id], ["email"]]);
  },

  "a product and its template": async (odoo) => {
    const products = await two(odoo, PRODUCT);
    const templates = await templatesOf(odoo, products);
    const on = (model: string, id: number, values: Record<string, number | string>) => () =>
      odoo.get(model, "write", [[id], values]);
    const far = (values: Record<string, number | string>) => on(TEMPLATE, templates[0], values);
    await moves(odoo, "a price of the template", PRODUCT, products, far({ list_price: 5 }));
    await moves(odoo, "a name of the template", PRODUCT, products, far({ name: "Other" }));
    await moves(odoo, "a code of the template", PRODUCT, products, far({ default_code: "C" }));
    const near = (values: Record<string, number | string>) => on(PRODUCT, products[0], values);
    await moves(odoo, "a price of the variant", TEMPLATE, templates, near({ list_price: 6 }));
    await moves(odoo, "a cost", PRODUCT, products, near({ standard_price: 3 }));
    await moves(odoo, "a cost, for the template", TEMPLATE, templates, near({ standard_price: 4 }));
  },

  "models whose stamps are empty, or not there": async (odoo) => {
    const [first] = [await odoo.get("ir.model", "search", [[]], { limit: 1 })].flat();
    await odoo.call("ir.model", "search_count", [[["write_date", ">=", "1970-01-01 00:00:00"]]]);
    await odoo.call("ir.model", "read", [[Number(first)], ["write_date"]]);
    const email = [["model", "=", "res.partner"], ["name", "=", "email"]];
    const [field] = [await odoo.get("ir.model.fields", "search_read", [email, ["write_date"]])]
      .flat();
    odoo.note("stamp of a field", Boolean(Object(field)["write_date"]));
    const keys = "res.users.apikeys";
    await odoo.call(keys, "fields_get", [["write_date", "create_date"], ["type", "store"]]);
    await odoo.call(keys, "search_read", [[["id", "=", 0]], ["write_date"]]);
    await odoo.call(keys, "search_count", [[["write_date", ">=", "1970-01-01 00:00:00"]]]);
  },

  "what fields tell of their following": async (odoo) => {
    const attributes = ["type", "store", "related", "depends", "company_dependent"];
    const demo = odoo.as("demo");
    await demo.call("res.users", "fields_get", [["email", "login"], attributes]);
    await demo.call(PARTNER, "fields_get", [
      ["category_id", "write_date", "parent_id", "child_ids"],
      attributes,
    ]);
    const price = await demo.get(PRODUCT, "fields_get", [["standard_price"], attributes]);
    const { store, company_dependent } = Object(Object(price)["standard_price"]);
    odoo.note("cost", { store, company_dependent });
  },
};

type Two = [number, number];

/** Two records of a model. */
async function two(odoo: Session, model: string): Promise<Two> {
  return [
    await odoo.make(model, { name: `${odoo.tag} 1` }),
    await odoo.make(model, { name: `${odoo.tag} 2` }),
  ];
}

/** Notes whether something moves the stamp of the first of two records: the other one is written right before. */
async function moves(
  odoo: Session,
  what: string,
  model: string,
  [id, other]: Two,
  act: () => Promise<unknown>,
  touch: Readonly<Record<string, string>> = {},
): Promise<void> {
  const values = model === ORDER ? { client_order_ref: "touched" } : { name: `${odoo.tag} 2` };
  await odoo.get(model, "write", [[other], { ...values, ...touch }]);
  await act();
  const latest = await odoo.get(model, "search", [[["id", "in", [id, other]]]], {
    order: "write_date desc",
    limit: 1,
  });
  odoo.note(`${what} moves the stamp`, [latest].flat()[0] === id);
}

/** A name of a user stands on his partner. */
const touchUser = { signature: "touched" };

async function templatesOf(odoo: Session, products: Two): Promise<Two> {
  const found = await odoo.get(PRODUCT, "read", [products, ["product_tmpl_id"]], { load: "" });
  const [one, other] = [found].flat().map((row) => Number(Object(row)["product_tmpl_id"]));
  return [one ?? 0, other ?? 0];
}

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
