import { assertEquals, assertStrictEquals } from "@std/assert";
import { withMany2OneIds } from "../lib/links.ts";
import type { RpcCall } from "../mod.ts";

function call(method: string, ...args: RpcCall["args"] & object): RpcCall {
  return { model: "res.partner", method, args };
}

Deno.test("a many2one goes out as its id in `create` and `write`, alone or in a list", () => {
  const given = { name: "Ana", country_id: [21, "Belgium"] };
  const sent = { name: "Ana", country_id: 21 };
  assertEquals(withMany2OneIds(call("create", given)).args, [sent]);
  assertEquals(withMany2OneIds(call("create", [given, given])).args, [[sent, sent]]);
  assertEquals(withMany2OneIds(call("write", [7], given)).args, [[7], sent]);
  assertEquals(withMany2OneIds({ ...call("write", [7]), kwargs: { vals: given } }).kwargs, {
    vals: sent,
  });
});

Deno.test("a many2one goes out as its id inside the values of an x2many command", () => {
  const sent = withMany2OneIds(
    call("write", [7], { child_ids: [[0, 0, { country_id: [21, "Belgium"] }]] }),
  );
  assertEquals(sent.args, [[7], { child_ids: [[0, 0, { country_id: 21 }]] }]);
});

Deno.test("a many2one without a name, and values without a prototype, are converted as well", () => {
  const values = Object.assign(Object.create(null), { country_id: [21, "Belgium"] });
  assertEquals(withMany2OneIds(call("write", [7], values)).args, [[7], { country_id: 21 }]);
  assertEquals(withMany2OneIds(call("write", [7], { parent_id: [5, false] })).args, [[7], {
    parent_id: 5,
  }]);
});

Deno.test("what only looks like a many2one is left alone", () => {
  const lists = {
    category_id: [[6, 0, [1, 2]]],
    child_ids: [1, 2],
    ids: [1, "a", "b"],
    names: ["a", "b"],
    half: [1.5, "a"],
  };
  assertEquals(withMany2OneIds(call("write", [7], lists)).args, [[7], lists]);
  const other = call("search", [["country_id", "=", [21, "Belgium"]]]);
  assertStrictEquals(withMany2OneIds(other), other);
  const context = { default_country_id: [21, "Belgium"] };
  assertEquals(withMany2OneIds({ ...call("create", {}), kwargs: { context } }).kwargs, { context });
});

Deno.test("what the caller passed is not changed", () => {
  const values = Object.freeze({ country_id: Object.freeze([21, "Belgium"]) });
  withMany2OneIds(call("create", values));
  assertEquals(values, { country_id: [21, "Belgium"] });
});
