import { assertEquals, assertRejects } from "@std/assert";
import { connect, type Odoo, OdooServerError } from "../mod.ts";
import { OdooSimulator, type Records } from "../lib/testing/mod.ts";
import type { RpcValue } from "../lib/values.ts";

const VERSIONS = [14, 17, 19] as const;

Deno.test("rights given for a model stand in place of its own, by names of models and groups", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({
      "res.partner": [{ id: 1, name: "Ana" }],
      "ir.model.access": [
        right("res.partner", "base.group_user", { perm_read: true }),
        right("res.partner", "base.group_system", { perm_read: true, perm_write: true }),
      ],
    }, { version });
    const [admin, demo] = [await server.connect(), await asDemo(server)];
    assertEquals(await admin.executeKw("res.partner", "write", [[1], { city: "Ghent" }]), true);
    assertEquals(await names(demo, []), ["Ana"]);
    const fault = await refusal(demo, "res.partner", "write", [[1], { city: "Lille" }]);
    const section = version === 19 ? "Role / Administrator" : "Administration/Settings";
    assertEquals(
      fault,
      "You are not allowed to modify 'Contact' (res.partner) records.\n\n" +
        `This operation is allowed for the following groups:\n\t- ${section}\n\n` +
        "Contact your administrator to request access if necessary.",
    );
    await refusal(admin, "res.partner", "unlink", [[1]]);
  }
});

Deno.test("the rules of a test hide records from searches and fail whole reads", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({
      "res.partner": [],
      "res.partner.category": [{ id: 1, name: "Shown" }, { id: 2, name: "Hidden" }],
      "ir.rule": [{
        name: "Nothing hidden",
        model_id: "res.partner.category",
        domain_force: "[('name', '!=', 'Hidden')]",
      }],
    }, { version });
    const admin = await server.connect();
    const search = admin.executeKw("res.partner.category", "search", [[]]);
    assertEquals(await search, [1]);
    const fault = await refusal(admin, "res.partner.category", "read", [[1, 2], ["name"]]);
    assertEquals(
      fault.split("\n")[0],
      version === 14
        ? "Due to security restrictions, you are not allowed to access 'Partner Tags' (res.partner.category) records."
        : "Uh-oh! Looks like you have stumbled upon some top-secret records.",
    );
    assertEquals(server.records("res.partner.category").length, 2);
  }
});

Deno.test("the users of a test are in the groups that they are given, and in those that these imply", async () => {
  for (const version of VERSIONS) {
    const field = version === 19 ? "group_ids" : "groups_id";
    const server = new OdooSimulator({
      "res.users": [
        { id: 20, login: "eve", name: "Eve", password: "eve", [field]: ["base.group_user"] },
        {
          id: 21,
          login: "max",
          name: "Max",
          password: "max",
          [field]: ["sales_team.group_sale_manager"],
        },
      ],
      "res.partner": [{ id: 1, name: "Eve" }],
    }, { version });
    const { apiKey: _key, ...config } = server.config;
    const eve = await connect({ ...config, username: "eve", password: "eve" });
    await refusal(eve, "res.partner", "create", [{ name: "Ana" }]);
    assertEquals(await names(eve, [["id", "=", 1]]), ["Eve"]);
    const max = await connect({ ...config, username: "max", password: "max" });
    const has = (group: string) =>
      max.executeKw("res.users", "has_group", version === 19 ? [[21], group] : [group]);
    assertEquals(await has("sales_team.group_sale_salesman"), true);
    assertEquals(await has("base.group_user"), true);
    assertEquals(await has("base.group_system"), false);
  }
});

Deno.test("a model of a test is open to internal users, unless the test says who may", async () => {
  const models = { "x.thing": { fields: { name: { type: "char" } } } } as const;
  const open = new OdooSimulator({ "x.thing": [{ id: 1, name: "one" }] }, { models });
  assertEquals(await (await asDemo(open)).executeKw("x.thing", "unlink", [[1]]), true);
  const closed = new OdooSimulator({
    "ir.model.access": [right("x.thing", "base.group_system", { perm_read: true })],
  }, { models });
  await refusal(await asDemo(closed), "x.thing", "search", [[]]);
});

Deno.test("what is made in another company is seen by its users, and by those who ask for it", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const [admin, demo] = [await server.connect(), await asDemo(server)];
    const company = await admin.executeKw<number>("res.company", "create", [{ name: "Second" }]);
    const values = { name: "Ana", company_id: company };
    const id = await admin.executeKw<number>("res.partner", "create", [values]);
    const count = (odoo: Odoo, companies?: number[]) =>
      odoo.executeKw("res.partner", "search_count", [[["id", "=", id]]], {
        context: companies ? { allowed_company_ids: companies } : {},
      });
    assertEquals([await count(admin), await count(demo)], [1, 0]);
    assertEquals([await count(admin, [1]), await count(admin, [company, 1])], [0, 1]);
    await assertRejects(() => count(demo, [company]), OdooServerError, "unauthorized or invalid");
  }
});

Deno.test("companies and users of a test bring their partners along", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({
      "res.company": [{ id: 20, name: "Second", currency_id: 1 }],
      "res.users": [{ id: 20, login: "eve", name: "Eve", company_id: 20, company_ids: [20] }],
      "res.partner": [{ id: 50, name: "Ana", company_id: 20 }],
    }, { version });
    const admin = await server.connect();
    const read = (model: string, id: number) =>
      admin.executeKw<Record<string, RpcValue>[]>(model, "read", [[id], ["name"]]);
    assertEquals(await read("res.company", 20), [{ id: 20, name: "Second" }]);
    assertEquals(await read("res.users", 20), [{ id: 20, name: "Eve" }]);
    assertEquals(await read("res.partner", 50), [{ id: 50, name: "Ana" }]);
    await refusal(await asDemo(server), "res.partner", "read", [[50], ["name"]]);
  }
});

Deno.test("rights follow what changes: groups, rights, rules, and what is rolled back", async () => {
  const server = new OdooSimulator({ "res.partner": [{ id: 1, name: "Ana" }] });
  const [admin, demo] = [await server.connect(), await asDemo(server)];
  const [own] = await admin.executeKw<number[]>("res.users", "search", [[["login", "=", "demo"]]]);
  const groups = (commands: RpcValue) =>
    admin.executeKw("res.users", "write", [[own ?? 0], { groups_id: commands }]);
  const snapshot = server.snapshot();
  const id = await groupOf(admin, "group_system");
  await refusal(demo, "ir.config_parameter", "search", [[]]);
  await groups([[4, id, 0]]);
  await demo.executeKw("ir.config_parameter", "search", [[]]);
  server.restore(snapshot);
  await refusal(demo, "ir.config_parameter", "search", [[]]);
});

async function groupOf(odoo: Odoo, name: string): Promise<number> {
  const [row] = await odoo.executeKw<{ res_id: number }[]>("ir.model.data", "search_read", [
    [["module", "=", "base"], ["name", "=", name]],
    ["res_id"],
  ]);
  return row?.res_id ?? 0;
}

function right(
  model: string,
  group: string,
  permissions: Record<string, boolean>,
): NonNullable<Records[string]>[number] {
  return { name: `${model} ${group}`, model_id: model, group_id: group, ...permissions };
}

async function asDemo(server: OdooSimulator): Promise<Odoo> {
  return await connect({
    ...server.config,
    username: "demo",
    apiKey: server.addApiKey("demo", "test"),
  });
}

async function names(odoo: Odoo, domain: RpcValue): Promise<RpcValue[]> {
  const rows = await odoo.executeKw<{ name: string }[]>("res.partner", "search_read", [
    [...Array.isArray(domain) ? domain : [], ["id", "<", 2]],
    ["name"],
  ]);
  return rows.map(({ name }) => name);
}

async function refusal(
  odoo: Odoo,
  model: string,
  method: string,
  args: RpcValue[],
): Promise<string> {
  const error = await assertRejects(() => odoo.executeKw(model, method, args), OdooServerError);
  return error.message.replace(/^Odoo refused [\w.]+: /, "");
}
