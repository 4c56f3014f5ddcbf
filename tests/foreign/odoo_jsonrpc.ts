/** npm's `@fernandoslim/odoo-jsonrpc` against an Odoo: URL DATABASE KEY PASSWORD. With the key, then in a session. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import OdooJSONRpc from "npm:@fernandoslim/odoo-jsonrpc@2.0.2";

const [url = "", db = "", apiKey = "", password = ""] = Deno.args;
const { hostname, port, protocol } = new URL(url);
const settings = { baseUrl: `${protocol}//${hostname}`, port: Number(port), db, username: "admin" };
// Node's way of importing CommonJS puts the class one deeper
const Client = "default" in OdooJSONRpc ? OdooJSONRpc.default : OdooJSONRpc;

for (const credential of [{ apiKey }, { password }]) {
  const odoo = new Client({ ...settings, ...credential });
  await odoo.connect();
  assertEquals(odoo.uId, 2);
  const company = await odoo.create("res.partner", { name: "Foreign SA", is_company: true });
  const tag = await odoo.create("res.partner.category", { name: "foreign one" });
  const person = await odoo.create("res.partner", {
    name: "Ana Foreign",
    parent_id: company,
    category_id: [[6, 0, [tag]]],
  });
  assertEquals(await odoo.search("res.partner", [["parent_id", "=", company]]), [person]);
  const fields = ["name", "parent_id", "category_id", "email"];
  assertEquals(await odoo.read("res.partner", person, fields), [
    {
      id: person,
      name: "Ana Foreign",
      parent_id: [company, "Foreign SA"],
      category_id: [tag],
      email: false,
    },
  ]);
  assert(await odoo.update("res.partner", person, { email: "ana@example.com" }));
  const found = await odoo.searchRead("res.partner", [["id", "=", person]], ["email"]);
  assertEquals(found, [{ id: person, email: "ana@example.com" }]);
  await assertRejects(() => odoo.read("res.partner", person, ["nope"]), Error, "nope");
  await assertRejects(() => odoo.update("res.partner", 2 ** 30, { name: "x" }), Error, "exist");
  assert(await odoo.delete("res.partner", person));
  assert(await odoo.delete("res.partner", company));
  assert(await odoo.delete("res.partner.category", tag));
  assertEquals(await odoo.search("res.partner", [["id", "in", [person, company]]]), []);
}
const wrong = new Client({ ...settings, apiKey: "wrong" });
await wrong.connect();
await assertRejects(() => wrong.search("res.partner", []));
console.log("ok");
