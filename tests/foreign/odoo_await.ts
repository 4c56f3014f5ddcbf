/** npm's `odoo-await` (XML-RPC) against an Odoo: URL DATABASE KEY PASSWORD. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import OdooAwait from "npm:odoo-await@3.4.1";

const [url = "", db = "", key = ""] = Deno.args;
const { hostname, port, protocol } = new URL(url);
const settings = { baseUrl: `${protocol}//${hostname}`, port: Number(port), db, username: "admin" };
const odoo = new OdooAwait({ ...settings, password: key });
assertEquals(await odoo.connect(), 2);
// It rejects with a text, which is no error
const refused = await new OdooAwait({ ...settings, password: "wrong" }).connect().catch(String);
assertStringIncludes(refused, "invalid credentials");

const company = await odoo.create("res.partner", { name: "Foreign Client SA", is_company: true });
const tag = await odoo.create("res.partner.category", { name: "foreign one" });
const person = await odoo.create("res.partner", {
  name: "Ana Foreign",
  parent_id: company,
  category_id: { action: "add", id: tag },
});
assertEquals(await odoo.search("res.partner", { parent_id: company }), [person]);
const [row] = await odoo.read("res.partner", person, ["name", "parent_id", "category_id", "email"]);
assertEquals(row, {
  id: person,
  name: "Ana Foreign",
  parent_id: [company, "Foreign Client SA"],
  category_id: [tag],
  email: false,
});
assert(await odoo.update("res.partner", person, { email: "ana@example.com" }));
const [found] = await odoo.searchRead("res.partner", [["id", "=", person]], ["email"], {
  limit: 1,
});
assertEquals(found, { id: person, email: "ana@example.com" });
await odoo.createExternalId("res.partner", person, `foreign_${person}`);
const external = await odoo.readByExternalId(`foreign_${person}`, ["name"]);
assertEquals(external, { id: person, name: "Ana Foreign" });
await assertRejects(() => odoo.read("res.partner", person, ["nope"]), Error, "nope");
await assertRejects(() => odoo.update("res.partner", 2 ** 30, { name: "x" }), Error, "exist");

assert(await odoo.delete("res.partner", person));
assert(await odoo.delete("res.partner", company));
assert(await odoo.delete("res.partner.category", tag));
assertEquals(await odoo.search("res.partner", [["id", "in", [person, company]]]), []);
console.log("ok");
