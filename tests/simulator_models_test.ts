import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type FieldsGet, OdooSimulator } from "../lib/testing/mod.ts";
import { OdooServerError, type RpcInput, type RpcValue } from "../mod.ts";

const MODELS: Record<string, FieldsGet> = JSON.parse(
  await Deno.readTextFile(new URL("fixtures/simulator/models.json", import.meta.url)),
);

Deno.test("models come from fields_get of a real database, as it tells them", async () => {
  const server = new OdooSimulator({}, { models: MODELS });
  const odoo = await server.connect();
  const names = ["title", "stage_id", "is_auto_campaign", "crm_lead_count"];
  const attributes = ["type", "string", "required", "relation", "store"];
  const fields = await odoo.executeKw<FieldsGet>("utm.campaign", "fields_get", [names, attributes]);
  for (const name of names) {
    const told = MODELS["utm.campaign"]?.[name] ?? {};
    assertEquals(
      fields[name],
      Object.fromEntries(
        attributes.flatMap((attribute) =>
          told[attribute] === undefined ? [] : [[attribute, told[attribute]]]
        ),
      ),
    );
  }
});

Deno.test("records of such models are made, searched and refused", async () => {
  const server = new OdooSimulator({}, { models: MODELS });
  const odoo = await server.connect();
  const stage = await odoo.executeKw("utm.stage", "create", [{ name: "Planned" }]);
  const id = await odoo.executeKw<number>("utm.campaign", "create", [{
    title: "Spring",
    name: "spring",
    stage_id: stage,
    user_id: 2,
  }]);
  const [row] = await odoo.executeKw<Record<string, unknown>[]>("utm.campaign", "search_read", [
    [["stage_id.name", "=", "Planned"], ["user_id", "=", 2]],
    ["name", "stage_id", "tag_ids"],
  ]);
  assertEquals(row, {
    id,
    name: "spring",
    stage_id: [stage, "Planned"],
    tag_ids: [],
  });
  await assertRejects(
    () => odoo.executeKw("utm.campaign", "create", [{ title: "x", user_id: 2 }]),
    OdooServerError,
    "mandatory field is not set",
  );
});

Deno.test("given records fill such models, computed fields included", async () => {
  const records = {
    "utm.stage": [{ id: 3, name: "New" }],
    "utm.campaign": [{ name: "a", title: "A", stage_id: 3, crm_lead_count: 7 }],
  };
  const server = new OdooSimulator(records, { models: MODELS });
  const odoo = await server.connect();
  const read = await odoo.executeKw("utm.campaign", "read", [[1], ["stage_id", "crm_lead_count"]]);
  assertEquals(read, [{ id: 1, stage_id: [3, "New"], crm_lead_count: 7 }]);
});

Deno.test("fields_get of a built-in model adds the fields that it lacks, and changes nothing else", async () => {
  const server = new OdooSimulator({}, { models: MODELS });
  const odoo = await server.connect();
  const industry = await odoo.executeKw("res.partner.industry", "create", [{ name: "Wood" }]);
  const parent = await odoo.executeKw("res.partner", "create", [{ name: "Inc", is_company: true }]);
  const id = await odoo.executeKw<number>("res.partner", "create", [{
    name: "Ana",
    parent_id: parent,
    barcode: "42",
    industry_id: industry,
  }]);
  const read = await odoo.executeKw("res.partner", "read", [
    [id],
    ["display_name", "barcode", "industry_id", "activity_ids"],
  ]);
  assertEquals(read, [{
    id,
    display_name: "Inc, Ana",
    barcode: "42",
    industry_id: [industry, "Wood"],
    activity_ids: [],
  }]);
  assertEquals(await odoo.executeKw("res.partner", "name_search", ["Mitchell Admin"]), [
    [3, "YourCompany, Mitchell Admin"],
  ]);
});

Deno.test("lines stand on a field that is added where it is missing", async () => {
  const models = {
    "x.order": { name: { type: "char" }, line_ids: lines("x.line", "order_id") },
    "x.line": { name: { type: "char" } },
  };
  const odoo = await new OdooSimulator({}, { models }).connect();
  const id = await odoo.executeKw<number>("x.order", "create", [{
    name: "One",
    line_ids: [[0, 0, { name: "a" }], [0, 0, { name: "b" }]],
  }]);
  const read = await odoo.executeKw("x.line", "search_read", [[], ["name", "order_id"]]);
  assertEquals(read, [
    { id: 1, name: "a", order_id: [id, "One"] },
    { id: 2, name: "b", order_id: [id, "One"] },
  ]);
});

Deno.test("lines of a model that is not there are none, and making some is refused by its name", async () => {
  const models = { "x.order": { name: { type: "char" }, line_ids: lines("x.line", "order_id") } };
  const odoo = await new OdooSimulator({}, { models }).connect();
  const id = await odoo.executeKw("x.order", "create", [{ name: "One" }]);
  assertEquals(await odoo.executeKw("x.order", "read", [[id], ["line_ids"]]), [{
    id,
    line_ids: [],
  }]);
  await assertRejects(
    () => odoo.executeKw("x.order", "create", [{ line_ids: [[0, 0, { name: "a" }]] }]),
    OdooServerError,
    "does not have the model x.line yet",
  );
});

Deno.test("a field called `fields` does not make a definition of a fields_get", async () => {
  const models = { "x.export": { fields: { type: "char", string: "Fields" } } };
  const odoo = await new OdooSimulator({}, { models }).connect();
  const id = await odoo.executeKw("x.export", "create", [{ fields: "name" }]);
  assertEquals(await odoo.executeKw("x.export", "read", [[id], ["fields"]]), [
    { id, fields: "name" },
  ]);
});

Deno.test("methods of a test's own get ids and arguments, and call others in the same transaction", async () => {
  const seen: unknown[] = [];
  const server = new OdooSimulator({ "res.partner": [{ id: 20, name: "Ana" }] }, {
    methods: {
      "res.partner": {
        rename({ model, ids, args, kwargs, context, uid, call }) {
          seen.push({ model, ids, args, kwargs, context, uid });
          call(model, "write", [[...ids], { name: args[0] ?? "?" }]);
          if (kwargs["fail"]) throw new Error("No such name");
          return call(model, "read", [[...ids], ["name"]]);
        },
        nothing: () => {},
      },
    },
  });
  const odoo = await server.connect();
  const kwargs = { note: "x", context: { lang: "en_US" } };
  assertEquals(await odoo.executeKw("res.partner", "rename", [[20], "Bob"], kwargs), [
    { id: 20, name: "Bob" },
  ]);
  assertEquals(seen, [{
    model: "res.partner",
    ids: [20],
    args: ["Bob"],
    kwargs: { note: "x" },
    context: { lang: "en_US" },
    uid: 2,
  }]);
  const error = await assertRejects(
    () => odoo.executeKw("res.partner", "rename", [[20], "Eve"], { fail: true }),
    OdooServerError,
    "No such name",
  );
  assertEquals(error.exception, "odoo.exceptions.UserError");
  assertEquals(server.records("res.partner").find(({ id }) => id === 20)?.["name"], "Bob");
  assertEquals(await odoo.executeKw("res.partner", "nothing", [[20]]), null);
});

Deno.test("a method of a test's own stands in for Odoo's, and can call it", async () => {
  const server = new OdooSimulator({}, {
    methods: {
      "res.partner": {
        create({ model, args: [values], call }) {
          const id = call(model, "create", [values ?? {}]);
          call(model, "write", [[id], { ref: `P${id}` }]);
          return id;
        },
      },
    },
  });
  const odoo = await server.connect();
  const id = await odoo.executeKw("res.partner", "create", [{ name: "Ana" }]);
  assertEquals(await odoo.executeKw("res.partner", "read", [[id], ["name", "ref"]]), [
    { id, name: "Ana", ref: `P${id}` },
  ]);
});

Deno.test("methods of a test's own answer over JSON-2, too", async () => {
  const server = new OdooSimulator({}, {
    version: 19,
    methods: { "res.partner": { count: ({ ids, kwargs }) => ({ count: ids.length, ...kwargs }) } },
  });
  const { url, apiKey } = server.config;
  const response = await server.fetch(`${url}/json/2/res.partner/count`, {
    method: "POST",
    headers: { authorization: `bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ ids: [1, 2], deep: true }),
  });
  assertEquals(await response.json(), { count: 2, deep: true });
});

Deno.test("methods of a model that is not there are refused at once", () => {
  assertThrows(
    () => new OdooSimulator({}, { methods: { "x.thing": { do_it: () => true } } }),
    TypeError,
    '"x.thing"',
  );
});

Deno.test("given products have a template, and given templates a variant", async () => {
  const odoo = await new OdooSimulator({
    "product.product": [{ id: 1, name: "Desk", list_price: 5, default_code: "D" }],
    "product.template": [{ id: 50, name: "Chair" }],
  }).connect();
  const read = await odoo.executeKw("product.product", "search_read", [[], [
    "display_name",
    "lst_price",
    "uom_id",
  ]]);
  assertEquals(read, [
    { id: 1, display_name: "[D] Desk", lst_price: 5, uom_id: [1, "Units"] },
    { id: 2, display_name: "Chair", lst_price: 1, uom_id: [1, "Units"] },
  ]);
});

function lines(relation: string, field: string) {
  return { type: "one2many", relation, relation_field: field };
}

Deno.test("a field of real databases that is not simulated is refused as lacking, any other as unknown", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const read = (field: string) => odoo.executeKw("sale.order", "search_read", [[], [field]]);
  await assertRejects(
    () => read("signed_on"),
    OdooServerError,
    "The simulated Odoo does not have the field sale.order.signed_on yet",
  );
  await assertRejects(
    () => odoo.executeKw("res.partner", "search", [[["message_ids", "!=", false]]]),
    OdooServerError,
    "The simulated Odoo does not have the field res.partner.message_ids yet",
  );
  const unknown = odoo.executeKw("sale.order", "read", [[1], ["nope"]]);
  await assertRejects(() => unknown, OdooServerError, "Invalid field 'nope'");
  assertEquals(server.unhandled.map(({ model }) => model), ["sale.order", "res.partner"]);
});

Deno.test("what a database works out is refused by its name, and left out of a reading of all fields", async () => {
  const server = new OdooSimulator({}, { models: MODELS });
  const odoo = await server.connect();
  const id = await odoo.executeKw("utm.stage", "create", [{ name: "Planned" }]).then((stage) =>
    odoo.executeKw<number>("utm.campaign", "create", [{
      title: "Spring",
      name: "spring",
      stage_id: stage,
      user_id: 2,
    }])
  );
  const refused = (method: string, args: RpcInput[], kwargs = {}) =>
    assertRejects(
      () => odoo.executeKw("utm.campaign", method, args, kwargs),
      OdooServerError,
      "The simulated Odoo does not have the field utm.campaign.crm_lead_count yet",
    );
  await refused("read", [[id], ["crm_lead_count"]]);
  await refused("search_read", [[], ["crm_lead_count"]]);
  await refused("search", [[["crm_lead_count", ">", 0]]]);
  await refused("search", [[]], { order: "crm_lead_count desc" });
  await refused("write", [[id], { crm_lead_count: 1 }]);
  const [row = {}] = await odoo.executeKw<Record<string, unknown>[]>("utm.campaign", "read", [[
    id,
  ]]);
  assertEquals(["crm_lead_count" in row, "display_name" in row], [false, true]);
});

Deno.test("fields of fields_get that show others are followed, and have their defaults", async () => {
  const char = (more: Record<string, RpcValue>) => ({ type: "char", ...more });
  const server = new OdooSimulator({}, {
    models: {
      "x.car": {
        name: char({}),
        owner_id: { type: "many2one", relation: "res.partner" },
        city: char({ store: false, readonly: true, related: "owner_id.city" }),
        city_14: char({ store: false, readonly: true, related: ["owner_id", "city"] }),
        nowhere: char({ store: false, readonly: true, related: "owner_id.nowhere" }),
        wheels: { type: "integer", default: 4 },
      },
      "res.partner": { x_group: char({ required: true, store: true }) },
    },
  });
  const odoo = await server.connect();
  const owner = await odoo.executeKw("res.partner", "create", [{ name: "Ana", city: "Mons" }]);
  const id = await odoo.executeKw<number>("x.car", "create", [{ owner_id: owner }]);
  const fields = ["city", "city_14", "wheels"];
  assertEquals(await odoo.executeKw("x.car", "read", [[id], fields]), [
    { id, city: "Mons", city_14: "Mons", wheels: 4 },
  ]);
  await assertRejects(
    () => odoo.executeKw("x.car", "read", [[id], ["nowhere"]]),
    OdooServerError,
    "does not have the field x.car.nowhere yet",
  );
  const told = await odoo.executeKw("res.partner", "fields_get", [["x_group"], ["required"]]);
  assertEquals(told, { x_group: { required: true } });
});

Deno.test("lines that fields_get tells of as those of another record are followed to it", async () => {
  const lines = { type: "one2many", relation: "mail.activity" };
  const server = new OdooSimulator({ "mail.activity": [{ id: 1, name: "Call", res_id: 3 }] }, {
    models: {
      "res.users": { activity_ids: { ...lines, store: false, related: "partner_id.activity_ids" } },
      "res.partner": { activity_ids: { ...lines, relation_field: "res_id" } },
      "mail.activity": { name: { type: "char" }, res_id: { type: "many2one_reference" } },
    },
  });
  const odoo = await server.connect();
  const ids = async () => {
    const [user] = await odoo.model("res.users").read([2], { fields: ["activity_ids"] });
    return user?.["activity_ids"];
  };
  assertEquals(await ids(), [1]);
  await odoo.executeKw("res.users", "write", [[2], { activity_ids: [[0, 0, { name: "Mail" }]] }]);
  assertEquals(await ids(), [1, 2]);
});

Deno.test("lines that stand on what the database works out are refused by their name", async () => {
  const account = { type: "many2one", relation: "x.account", store: false, searchable: true };
  const server = new OdooSimulator({}, {
    models: {
      "x.account": {
        name: { type: "char" },
        line_ids: { type: "one2many", relation: "x.mapping", relation_field: "account_id" },
      },
      "x.mapping": { account_id: account },
    },
  });
  const odoo = await server.connect();
  const id = await odoo.model("x.account").create({ name: "Bank" });
  assertEquals((await odoo.model("x.account").read([id], { fields: ["name"] })).length, 1);
  await assertRejects(
    () => odoo.model("x.account").read([id], { fields: ["line_ids"] }),
    OdooServerError,
    "line_ids",
  );
});

Deno.test("a model written by hand extends the built-in one of its name", async () => {
  const server = new OdooSimulator({}, {
    models: {
      "res.partner": {
        fields: { x_level: { type: "integer", default: 3 }, ref: { type: "char", required: true } },
      },
    },
  });
  const odoo = await server.connect();
  const id = await odoo.executeKw<number>("res.partner", "create", [{ name: "Ana", ref: "A" }]);
  assertEquals(await odoo.executeKw("res.partner", "read", [[id], ["x_level", "is_company"]]), [
    { id, x_level: 3, is_company: false },
  ]);
  await assertRejects(
    () => odoo.executeKw("res.partner", "create", [{ name: "Bob" }]),
    OdooServerError,
    "mandatory field is not set",
  );
});
