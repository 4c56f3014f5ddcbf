import { assertEquals, assertMatch, assertThrows } from "@std/assert";
// deno-lint-ignore no-import-prefix
import fc from "npm:fast-check@^4.10.2";
import { externalId, OdooConfigError, parseExternalId } from "../mod.ts";

Deno.test("`externalId()` keeps letters and digits and escapes everything else", () => {
  assertEquals(externalId("odeno_shop", "res.partner", ["C0042"]), "odeno_shop.res_partner.C0042");
  assertEquals(externalId("odeno_shop", "res.partner", ["a_b"]), "odeno_shop.res_partner.a_5Fb");
  assertEquals(
    externalId("odeno_shop", "res.partner", ["BE", "ö 1,2"]),
    "odeno_shop.res_partner.BE._C3_B6_201_2C2",
  );
});

Deno.test("`externalId()` of any two different keys differs, and `parseExternalId()` reads it back", () => {
  const key = fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 3 })
    .filter((parts) => parts.some((part) => part !== ""));
  fc.assert(fc.property(key, (parts) => {
    const id = externalId("odeno_a", "x.thing", parts);
    assertEquals(parseExternalId(id), { namespace: "odeno_a", model: "x_thing", key: parts });
  }));
});

Deno.test("`externalId()` never ends like an id that Odoo makes for an inherited parent", () => {
  fc.assert(
    fc.property(fc.constantFrom("_product_template", "_res_partner", "_account_move"), (ending) => {
      const id = externalId("odeno_a", "product.product", [`1${ending}`]);
      assertEquals(id.endsWith(ending), false);
      assertMatch(id, /^[\w.]+$/);
    }),
  );
});

Deno.test("`parseExternalId()` takes nothing that `externalId()` has not made", () => {
  for (
    const id of [
      "base.main_company",
      "odeno_a.res_partner",
      "odeno_a.res_partner._ff",
      "odeno_a.res_partner._41",
      "odeno_a.res_partner._FF",
      "",
      "x",
      "odeno_a.res_partner.a b",
    ]
  ) {
    assertEquals(parseExternalId(id), undefined, id);
  }
});

Deno.test("`externalId()` refuses a namespace that could be a module's, and an empty key", () => {
  for (const namespace of ["base", "", "a.b", "a b", "__import__", "Odeno", "1a"]) {
    assertThrows(() => externalId(namespace, "x.thing", ["1"]), OdooConfigError, `"${namespace}"`);
  }
  assertThrows(() => externalId("odeno_a", "x.thing", [""]), OdooConfigError, "empty key");
  assertThrows(() => externalId("odeno_a", "x.thing", []), OdooConfigError, "empty key");
  assertThrows(() => externalId("odeno_a", "x.thing", ["\uD800"]), OdooConfigError, "surrogate");
});
