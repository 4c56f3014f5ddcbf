/**
 * More than one company: what a user sees of them, and of the records that belong to them.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios with a second company. Whoever makes a company is its first user. */
const scenarios: Record<string, Scenario> = {
  "a record of another company is out of sight": async (odoo) => {
    const demo = odoo.as("demo");
    const { company } = await secondCompany(odoo);
    const id = await odoo.make("res.partner", { name: odoo.tag, company_id: company });
    await demo.call("res.partner", "search_count", [[["id", "=", id]]]);
    await demo.call("res.partner", "read", [[id], ["name"]]);
    await demo.call("res.partner", "write", [[id], { city: "Ghent" }]);
    await demo.call("res.partner", "unlink", [[id]]);
    await demo.call("res.partner", "create", [{ name: odoo.tag, company_id: company }]);
    await odoo.call("res.partner", "search_count", [[["id", "=", id]]]);
    await odoo.call("res.partner", "read", [[id], ["name", "company_id"]]);
  },

  "allowed companies narrow what is seen": async (odoo) => {
    const { company, main } = await secondCompany(odoo);
    const id = await odoo.make("res.partner", { name: odoo.tag, company_id: company });
    for (const allowed of [[main], [company], [main, company], [company, main], []]) {
      const context = { allowed_company_ids: allowed };
      await odoo.call("res.partner", "search_count", [[["id", "=", id]]], { context });
      await odoo.call("res.partner", "read", [[id], ["name"]], { context });
    }
    const context = { allowed_company_ids: [main] };
    await odoo.call("res.partner", "write", [[id], { city: "x" }], { context });
  },

  "companies that are not the user's are refused": async (odoo) => {
    const demo = odoo.as("demo");
    const { company, main } = await secondCompany(odoo);
    const count = (user: Session, allowed: RpcValue) =>
      user.call("res.partner", "search_count", [[["name", "=", odoo.tag]]], {
        context: { allowed_company_ids: allowed },
      });
    await count(demo, [main]);
    await count(demo, [main, company]);
    await count(demo, [company]);
    await count(odoo, [main, company]);
    await count(odoo, [2_000_000_000]);
    await odoo.get("res.users", "write", [[odoo.uid], { company_ids: [[3, company]] }]);
    await count(odoo, [company]);
  },

  "a company is shown to its users": async (odoo) => {
    const demo = odoo.as("demo");
    const { company } = await secondCompany(odoo);
    await demo.call("res.company", "search_read", [[["id", "=", company]], ["name"]]);
    await demo.call("res.company", "read", [[company], ["name"]]);
    await odoo.call("res.company", "read", [[company], ["name", "parent_id"]]);
    await odoo.call("res.users", "search_count", [[
      ["id", "=", odoo.uid],
      ["company_ids", "in", [company]],
    ]]);
  },

  "what belongs to a parent is seen by its branches": async (odoo) => {
    const { company } = await secondCompany(odoo);
    const branch = await makeCompany(odoo, { name: `${odoo.tag} branch`, parent_id: company });
    const id = await odoo.make("res.partner", { name: odoo.tag, company_id: company });
    const below = await odoo.make("res.partner", { name: odoo.tag, company_id: branch });
    for (const allowed of [[company], [branch], [company, branch]]) {
      await odoo.call("res.partner", "search", [[["id", "in", [id, below]]]], {
        order: "id",
        context: { allowed_company_ids: allowed },
      });
    }
    await odoo.call("res.company", "read", [[company], ["child_ids"]]);
  },

  "with a second company comes a group": async (odoo) => {
    const { company } = await secondCompany(odoo);
    const id = await odoo.make("res.users", { name: odoo.tag, login: odoo.tag });
    const group = await odoo.ref("base.group_multi_company");
    const field = odoo.version === 19 ? "all_group_ids" : "groups_id";
    const has = () =>
      odoo.call("res.users", "search_count", [[["id", "=", id], [field, "in", [group]]]]);
    await has();
    await odoo.call("res.users", "write", [[id], { company_ids: [[4, company]] }]);
    await has();
    await odoo.call("res.users", "write", [[id], { company_id: company }]);
    await odoo.call("res.users", "read", [[id], ["company_id"]]);
    await odoo.call("res.users", "write", [[id], { company_ids: [[6, 0, [company]]] }]);
    await has();
    const [partner] = [await odoo.get("res.partner", "search", [[["name", "=", odoo.tag]]])].flat();
    odoo.made("res.partner", Number(partner));
  },

  "a company comes with a partner": async (odoo) => {
    const { company } = await secondCompany(odoo);
    const [row] = [await odoo.call("res.company", "read", [[company], ["name", "partner_id"]])]
      .flat();
    await odoo.call("res.partner", "search_read", [
      [["name", "=", `${odoo.tag} company`]],
      ["is_company", "company_id", "parent_id", "active"],
    ]);
    await odoo.call("res.company", "write", [[company], { name: `${odoo.tag} other` }]);
    await odoo.call("res.company", "search", [[["name", "=", `${odoo.tag} other`]]]);
    await odoo.call("res.company", "create", [{ name: `${odoo.tag} other` }]);
    odoo.note("a partner", typeof row === "object" && row !== null && "partner_id" in row);
  },

  "orders are of one company": async (odoo) => {
    const demo = odoo.as("demo");
    const { company } = await secondCompany(odoo);
    const partner = await odoo.make("res.partner", { name: odoo.tag });
    const order = { name: odoo.tag, partner_id: partner, user_id: false };
    const id = await odoo.make("sale.order", { ...order, company_id: company });
    await odoo.make("sale.order", order);
    const mine = [["partner_id", "=", partner]];
    await demo.call("sale.order", "search_count", [mine]);
    await odoo.call("sale.order", "search_count", [mine]);
    await demo.call("sale.order", "read", [[id], ["partner_id"]]);
  },
};

/** The scenarios, with a way back to one company. */
export const companies: Record<string, Scenario> = Object.fromEntries(
  Object.entries(scenarios).map(([name, scenario]) => [name, async (odoo) => {
    try {
      await scenario(odoo);
    } finally {
      await leaveCompanies(odoo);
    }
  }]),
);

/**
 * Nobody sees the records of a company that he has left, so these go first. Odoo 17 remembers the companies of a user,
 * and that of one that is gone too, unless the user has left it.
 */
async function leaveCompanies(odoo: Session): Promise<void> {
  const own = [await odoo.get("res.company", "search", [[["name", "like", odoo.tag]]])].flat();
  for (const model of ["sale.order", "res.partner"]) {
    if (await odoo.get("ir.model", "search_count", [[["model", "=", model]]]) === 0) continue;
    const ids = await odoo.get(model, "search", [[["company_id", "in", own]]]);
    await odoo.get(model, "unlink", [ids]);
  }
  if (odoo.version === 14) await forgetProperties(odoo);
  const commands = own.map((id) => [3, id, 0]);
  await odoo.get("res.users", "write", [[odoo.uid], { company_ids: commands }]);
}

/**
 * Odoo 14 keeps default values of a company as records, which outlive it and then stand in the way of the next one.
 * Nobody may delete them without a right to.
 */
async function forgetProperties(odoo: Session): Promise<void> {
  const [model] = [await odoo.get("ir.model", "search", [[["model", "=", "ir.property"]]])].flat();
  if (typeof model !== "number") return;
  await odoo.make("ir.model.access", {
    name: odoo.tag,
    model_id: model,
    group_id: await odoo.ref("base.group_system"),
    perm_unlink: true,
  });
  const own = [["company_id.name", "like", odoo.tag]];
  const ids = await odoo.get("ir.property", "search", [own]);
  await odoo.get("ir.property", "unlink", [ids]);
}

async function secondCompany(odoo: Session): Promise<{ company: number; main: number }> {
  const main = await odoo.ref("base.main_company");
  return { company: await makeCompany(odoo, { name: `${odoo.tag} company` }), main };
}

/** The partner of a company outlives it. */
async function makeCompany(odoo: Session, values: Record<string, RpcValue>): Promise<number> {
  const company = await odoo.make("res.company", values);
  const read = await odoo.get("res.company", "read", [[company], ["partner_id"]], { load: "" });
  const [row] = [read].flat();
  if (typeof row === "object" && row !== null && "partner_id" in row) {
    odoo.made("res.partner", Number(row["partner_id"]));
  }
  return company;
}
