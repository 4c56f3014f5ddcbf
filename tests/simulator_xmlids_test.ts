import { assertEquals, assertRejects } from "@std/assert";
import { OdooSimulator, type RpcValue } from "../lib/testing/mod.ts";

Deno.test("Odoo 14 looks external ids up by methods that later versions do not have", async () => {
  const odoo = await new OdooSimulator({}, { version: 14 }).connect();
  const call = (method: string, ...args: RpcValue[]) =>
    odoo.executeKw("ir.model.data", method, args);
  assertEquals(await call("xmlid_to_res_model_res_id", "base.be", true), ["res.country", 20]);
  assertEquals(await call("xmlid_to_res_id", "base.be"), 20);
  assertEquals(await call("get_object_reference", "base", "be"), ["res.country", 20]);
  for (const xmlid of ["base.nope", "nodot"]) {
    assertEquals(await call("xmlid_to_res_id", xmlid), false);
    assertEquals(await call("xmlid_to_res_model_res_id", xmlid), [false, false]);
  }
  const missing = "External ID not found in the system: base.nope";
  await assertRejects(() => call("xmlid_to_res_id", "base.nope", true), Error, missing);
  await assertRejects(() => call("get_object_reference", "base", "nope"), Error, missing);
  const unpacked = "not enough values to unpack (expected 2, got 1)";
  await assertRejects(() => call("xmlid_to_res_id", "nodot", true), Error, unpacked);

  const later = await new OdooSimulator().connect();
  await assertRejects(
    () => later.executeKw("ir.model.data", "xmlid_to_res_id", ["base.be"]),
    Error,
    "does not exist",
  );
});
