import { assert, assertEquals, assertRejects } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { connect, OdooError } from "../mod.ts";

const VERSIONS = [14, 17, 19] as const;

Deno.test("a number out of very many digits is read at once", async () => {
  const odoo = await new OdooSimulator({}, { version: 17 }).connect();
  const startedAt = performance.now();
  const latitude = `${"1".repeat(200_000)}x`;
  await assertRejects(
    () => odoo.executeKw("res.partner", "write", [[3], { partner_latitude: latitude }]),
    OdooError,
    "could not convert string to float",
  );
  assert(performance.now() - startedAt < 2000);
});

Deno.test("a write of a record that is gone says nothing where no rule reads it first", async () => {
  for (const version of VERSIONS) {
    const models = { "x.thing": { fields: { name: { type: "char" } } } } as const;
    const odoo = await new OdooSimulator({}, { version, models }).connect();
    assertEquals(await odoo.executeKw("x.thing", "write", [[99], { name: "a" }]), true);
    assertEquals(await odoo.executeKw("x.thing", "unlink", [[99]]), true);
    await assertRejects(() => odoo.executeKw("res.partner", "write", [[999], { name: "a" }]));
  }
});

Deno.test("the copy of a user has a contact of its own", async () => {
  for (const version of VERSIONS) {
    const odoo = await new OdooSimulator({}, { version }).connect();
    const copied = await odoo.executeKw<number | number[]>("res.users", "copy", [[2], {}]);
    const ids = [2, Number([copied].flat()[0])];
    const [original, copy] = await odoo.executeKw<
      { name: string; login: string; partner_id: number }[]
    >(
      "res.users",
      "read",
      [ids, ["name", "login", "partner_id"]],
      { load: "" },
    );
    assertEquals([copy?.name, copy?.login], ["Mitchell Admin (copy)", "admin (copy)"]);
    assert(copy?.partner_id !== original?.partner_id);
  }
});

Deno.test("companies cannot be copied", async () => {
  for (const version of VERSIONS) {
    const odoo = await new OdooSimulator({}, { version }).connect();
    await assertRejects(
      () => odoo.executeKw("res.company", "copy", [[1]]),
      OdooError,
      "Duplicating a company is not allowed.",
    );
  }
});

Deno.test("who may not change users is told to ask for it", async () => {
  const server = new OdooSimulator({}, { version: 17 });
  const apiKey = server.addApiKey("demo", "test");
  const odoo = await connect({ ...server.config, username: "demo", apiKey });
  await assertRejects(
    () => odoo.executeKw("res.partner", "write", [[3], { active: false }]),
    OdooError,
    "Ask an administrator to archive their associated user first.",
  );
});
