import { assertEquals, assertRejects } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import type { RpcInput, RpcValue } from "../lib/values.ts";

const VERSIONS = [14, 17, 19] as const;

async function company(version: 14 | 17 | 19) {
  const server = new OdooSimulator({}, { version });
  const odoo = await server.connect();
  const create = (values: Record<string, RpcInput>) =>
    odoo.executeKw<number>("res.partner", "create", [values]);
  const write = (id: number, values: Record<string, RpcInput>) =>
    odoo.executeKw("res.partner", "write", [[id], values]);
  const read = async (id: number, ...fields: string[]) => {
    const [row] = await odoo.executeKw<Record<string, RpcValue>[]>("res.partner", "read", [
      [id],
      fields,
    ]);
    return fields.map((field) => row?.[field]);
  };
  const id = await create({
    name: "Co",
    is_company: true,
    street: "Main 1",
    vat: "BE1",
    city: "Gent",
  });
  return { id, create, write, read };
}

Deno.test("a contact takes the address and the tax id of its company, whatever the row says", async () => {
  for (const version of VERSIONS) {
    const { id, create, read } = await company(version);
    const kid = await create({ name: "Kid", parent_id: id, street: "Own 5", vat: "X" });
    assertEquals(await read(kid, "street", "city", "vat"), ["Main 1", "Gent", "BE1"]);
    const bill = await create({ name: "Bill", parent_id: id, type: "invoice", street: "Own 5" });
    assertEquals(await read(bill, "street", "city", "vat"), ["Own 5", false, "BE1"]);
  }
});

Deno.test("the address of a company goes down to its contacts; that of a contact goes up in 19 only", async () => {
  for (const version of VERSIONS) {
    const { id, create, read, write } = await company(version);
    const kid = await create({ name: "Kid", parent_id: id });
    await write(id, { street: "Main 2" });
    assertEquals(await read(kid, "street"), ["Main 2"]);
    await write(kid, { street: "Kid 3" });
    assertEquals(await read(id, "street"), [version === 19 ? "Kid 3" : "Main 2"]);
  }
});

Deno.test("contacts are shown with their company, and belong to it", async () => {
  for (const version of VERSIONS) {
    const { id, create, read } = await company(version);
    const kid = await create({ name: "Kid", parent_id: id });
    const deeper = await create({ name: "Deeper", parent_id: kid });
    assertEquals(await read(deeper, "display_name", "commercial_partner_id", "parent_id"), [
      "Co, Deeper",
      [id, "Co"],
      [kid, "Co, Kid"],
    ]);
  }
});

Deno.test("a contact needs a name, an address does not, and 14 says only the name of the constraint", async () => {
  for (const version of VERSIONS) {
    const { create } = await company(version);
    await assertRejects(
      () => create({ email: "x@example.com" }),
      Error,
      version === 14
        ? "res_partner_check_name"
        : "The operation cannot be completed: Contacts require a name",
    );
    await create({ email: "x@example.com", type: "invoice" });
  }
});

Deno.test("a partner cannot be above itself", async () => {
  const { id, create, write } = await company(17);
  const kid = await create({ name: "Kid", parent_id: id });
  await assertRejects(
    () => write(id, { parent_id: kid }),
    Error,
    "You cannot create recursive Partner hierarchies.",
  );
});

Deno.test("values change on their way as in Odoo: websites, rounding, texts, truth", async () => {
  const cases: [Record<string, RpcInput>, string, unknown][] = [
    [{ website: "x.example" }, "website", "http://x.example"],
    [{ partner_latitude: 1.123456789 }, "partner_latitude", 1.1234568],
    [{ color: 3.7 }, "color", 3],
    [{ color: "7" }, "color", 7],
    [{ ref: 12345 }, "ref", "12345"],
    [{ ref: "" }, "ref", ""],
    [{ ref: false }, "ref", false],
    [{ is_company: "False" }, "is_company", true],
    [{ type: "" }, "type", false],
    [{ date: "2024-03-01 10:20:30" }, "date", "2024-03-01"],
    [{ comment: "plain & text" }, "comment", "<p>plain &amp; text</p>"],
    [{ comment: "<p>Hi<script>x</script><br/></p>" }, "comment", "<p>Hi<br></p>"],
    [{ country_id: "BE" }, "country_id", false],
    [{ country_id: 0 }, "country_id", false],
    [{ company_type: "company" }, "is_company", true],
  ];
  const { id, read, write } = await company(17);
  for (const [values, field, wanted] of cases) {
    await write(id, values);
    assertEquals(await read(id, field), [wanted], JSON.stringify(values));
  }
});

Deno.test("values that no column can hold are refused as in Odoo", async () => {
  const cases: [Record<string, RpcInput>, string][] = [
    [{ color: 2 ** 31 - 1 + 0 }, ""],
    [{ color: "x" }, "invalid literal for int() with base 10: 'x'"],
    [{ partner_latitude: "abc" }, "could not convert string to float: 'abc'"],
    [{ type: "nope" }, "Wrong value for res.partner.type: 'nope'"],
    [{ date: "2024-02-30" }, "day is out of range for month"],
    [{ date: "01/02/2024" }, "time data '01/02/2024' does not match format '%Y-%m-%d'"],
    [{ country_id: 999999 }, "Record does not exist or has been deleted."],
    [{ user_id: 999999 }, "Constraint: res_partner_user_id_fkey"],
    [{ nope: 1 }, "Invalid field 'nope' on model 'res.partner'"],
  ];
  const { id, write } = await company(17);
  for (const [values, text] of cases) {
    if (text === "") await write(id, values);
    else await assertRejects(() => write(id, values), Error, text);
  }
});

Deno.test("a contact that gets a company loses its company name", async () => {
  for (const version of VERSIONS) {
    const { id, create, write, read } = await company(version);
    const made = await create({ name: "A", company_name: "X", parent_id: id });
    const moved = await create({ name: "B", company_name: "X" });
    assertEquals(await read(moved, "company_name"), ["X"]);
    await write(moved, { parent_id: id });
    for (const kid of [made, moved]) assertEquals(await read(kid, "company_name"), [false]);
  }
});

Deno.test("default_get() knows that there is no time zone", async () => {
  for (const version of VERSIONS) {
    const odoo = await new OdooSimulator({}, { version }).connect();
    assertEquals(await odoo.executeKw("res.partner", "default_get", [["tz", "ref"]]), {
      tz: false,
    });
  }
});
