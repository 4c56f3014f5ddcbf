import { assertEquals, assertThrows } from "@std/assert";
// deno-lint-ignore no-import-prefix
import fc from "npm:fast-check@^4.10.2";
import { OdooSimulator } from "../lib/testing/mod.ts";
import {
  and,
  type Domain,
  normalizeDomain,
  not,
  OdooConfigError,
  or,
  type RpcInput,
} from "../mod.ts";

const A = ["a", "=", 1];
const B = ["b", "!=", "x"];
const C = ["c", "in", [1, 2]];
const D = ["d", "any", [["x", "=", 1], "|", ["y", "=", 2], ["z", "=", 3]]];
/** `D` in its normal form. */
const E = ["d", "any", ["&", ["x", "=", 1], "|", ["y", "=", 2], ["z", "=", 3]]];
const TRUE = [1, "=", 1];
const FALSE = [0, "=", 1];

Deno.test("`normalizeDomain()` writes what Odoo 17 writes", () => {
  const cases: [Domain, Domain][] = [
    [[A], [A]],
    [[A, B], ["&", A, B]],
    [[A, B, C], ["&", "&", A, B, C]],
    [["|", A, B], ["|", A, B]],
    [["|", A, B, C], ["&", "|", A, B, C]],
    [[A, "|", B, C], ["&", A, "|", B, C]],
    [["!", A, B], ["&", "!", A, B]],
    [["!", "|", A, B, C], ["&", "!", "|", A, B, C]],
    [["&", A, B, "|", C, A], ["&", "&", A, B, "|", C, A]],
    [["|", "&", A, B, "!", C], ["|", "&", A, B, "!", C]],
    [["!", "!", A], ["!", "!", A]],
    [[D], [E]],
    [[A, D, ["e", "not any", [A, B]]], ["&", "&", A, E, ["e", "not any", ["&", A, B]]]],
    [["|", "|", A, B, C, "!", A, B], ["&", "&", "|", "|", A, B, C, "!", A, B]],
    [[TRUE], [TRUE]],
    [[A, TRUE], ["&", A, TRUE]],
    [["!", FALSE], ["!", FALSE]],
    [["|", A, "&", B, C, A], ["&", "|", A, "&", B, C, A]],
  ];
  for (const [domain, expected] of cases) {
    assertEquals(normalizeDomain(domain), expected);
    assertEquals(normalizeDomain(expected), expected);
  }
  // Odoo: [[1, "=", 1]]
  assertEquals(normalizeDomain([]), []);
});

Deno.test("`and()` and `or()` write what Odoo 17 writes", () => {
  const cases: [domains: Domain[], all: Domain, any: Domain][] = [
    [[[A]], [A], [A]],
    [[[A], [B]], ["&", A, B], ["|", A, B]],
    [[[A, B], [C]], ["&", "&", A, B, C], ["|", "&", A, B, C]],
    [[[A], [B, C]], ["&", A, "&", B, C], ["|", A, "&", B, C]],
    [[["|", A, B], [C]], ["&", "|", A, B, C], ["|", "|", A, B, C]],
    [
      [["|", A, B], ["|", B, C], ["!", A]],
      ["&", "&", "|", A, B, "|", B, C, "!", A],
      ["|", "|", "|", A, B, "|", B, C, "!", A],
    ],
    [[[FALSE], [A]], [FALSE], [A]],
    [[[A], [FALSE], [B]], [FALSE], ["|", A, B]],
    [[[FALSE]], [FALSE], [FALSE]],
    [[[A, TRUE], [B]], ["&", "&", A, TRUE, B], ["|", "&", A, TRUE, B]],
    [[[D], [A, B]], ["&", E, "&", A, B], ["|", E, "&", A, B]],
    // Where Odoo writes [[1, "=", 1]] for all records, this is []
    [[[TRUE], [A]], [A], []],
    [[[A], [TRUE], [B]], ["&", A, B], []],
    [[[TRUE]], [], []],
    [[], [], [FALSE]],
  ];
  for (const [domains, all, any] of cases) {
    assertEquals(and(...domains), all);
    assertEquals(or(...domains), any);
  }
});

Deno.test("an empty domain is one of all records to `and()`, `or()` and `not()`", () => {
  assertEquals(and([], [A]), [A]);
  // As in Odoo 19: before, an empty domain falls away in Odoo's own OR
  assertEquals(or([], [A]), []);
  assertEquals(not([]), [FALSE]);
});

Deno.test("`not()` negates the whole domain", () => {
  assertEquals(not([A]), ["!", A]);
  assertEquals(not([A, B]), ["!", "&", A, B]);
  assertEquals(not(["|", A, D]), ["!", "|", A, E]);
  assertEquals(not([TRUE]), [FALSE]);
  assertEquals(not([FALSE]), []);
  assertEquals(not(["!", A, B]), ["!", "&", "!", A, B]);
  assertEquals(not(not(["|", A, B])), ["|", A, B]);
});

Deno.test("a domain that cannot be is refused, and the refusal says where", () => {
  const cases: [domain: RpcInput, message: string][] = [
    ["a", "domain is not a list of conditions"],
    [{ a: 1 }, "domain is not a list of conditions"],
    [["a", "=", 1], `domain[0] is "a", which is none of "&", "|" and "!" (a condition is a list`],
    [["and", A, B], `domain[0] is "and", which is none of "&", "|" and "!"`],
    [[A, 1], `domain[1] is neither a condition nor one of "&", "|" and "!"`],
    [[A, null], "domain[1] is neither a condition"],
    [["&", A], `the "&" at domain[0] lacks a condition that it applies to`],
    [[A, "|"], `the "|" at domain[1] lacks a condition`],
    [["|", "!", A], `the "|" at domain[0] lacks a condition`],
    [["|", A, "!"], `the "!" at domain[2] lacks a condition`],
    [["!"], `the "!" at domain[0] lacks a condition`],
    [[[]], "domain[0] has 0 parts, where a condition is a list of field, operator and operand"],
    [[["a", "="]], "domain[0] has 2 parts"],
    [[A, [A]], "domain[1] has 1 parts"],
    [[[A, B, C]], "domain[0] does not begin with the name of a field"],
    [[["", "=", 1]], "domain[0] does not begin with the name of a field"],
    [[[1, "=", 0]], "domain[0] does not begin with the name of a field"],
    [[[1, "!=", 1]], "domain[0] does not begin with the name of a field"],
    [[["a", "equals", 1]], `domain[0], on "a": "equals" is not an operator of Odoo`],
    [[["a", "LIKE", "x"]], `domain[0], on "a": "LIKE" is not an operator of Odoo`],
    [[["a", "toString", "x"]], `"toString" is not an operator of Odoo`],
    [[["a", 1, "x"]], `domain[0], on "a": its second part is not an operator of Odoo`],
    [[A, ["d", "any", 3]], "domain[1][2] is not a list of conditions"],
    [[["d", "not any", ["|", A]]], `the "|" at domain[0][2][0] lacks a condition`],
    [
      [["d", "any", [["e", "any", [["x", "is", 1]]]]]],
      `domain[0][2][0][2][0], on "x": "is" is not`,
    ],
  ];
  for (const [domain, message] of cases) {
    // A program without types may pass anything
    const given: Domain = Object(domain);
    assertThrows(() => normalizeDomain(given), OdooConfigError, message);
    assertThrows(() => not(given), OdooConfigError, message);
    assertThrows(() => and([], given), OdooConfigError, message.replace("domain", "domains[1]"));
    assertThrows(() => or(given), OdooConfigError, message.replace("domain", "domains[0]"));
  }
  assertThrows(() => normalizeDomain(Object.create(null)), OdooConfigError, "is not a list");
});

Deno.test("the operand of a condition is never part of a refusal", () => {
  const secret = "correct horse";
  for (const domain of [[["a", "is", secret]], [["a", "=", secret, 1]], [["", "=", secret]]]) {
    const { message } = assertThrows(() => normalizeDomain(domain), OdooConfigError);
    assertEquals(message.includes(secret), false, message);
  }
});

Deno.test("all operators of Odoo 14 to 19 are let through", () => {
  const operators = ["=", "!=", "<>", "==", "=?", "<", ">", "<=", ">=", "in", "not in"];
  const patterns = ["like", "not like", "ilike", "not ilike"];
  const exact = ["=like", "not =like", "=ilike", "not =ilike"];
  for (const operator of [...operators, ...patterns, ...exact, "child_of", "parent_of"]) {
    assertEquals(normalizeDomain([["a", operator, "x"]]), [["a", operator, "x"]]);
  }
});

Deno.test("what is given is not changed", () => {
  const given: Domain = [A, "|", B, D];
  const before = JSON.stringify(given);
  normalizeDomain(given);
  and(given, given);
  or(given, given);
  not(given);
  assertEquals(JSON.stringify(given), before);
});

const PARTNERS = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({
  id: 100 + n,
  name: ["Ana", "Bob", "Cyd"][n % 3] ?? "",
  is_company: n % 2 === 0,
  parent_id: n > 5 ? 102 : false,
}));

const leaf = fc.oneof(
  fc.constantFrom(TRUE, FALSE),
  fc.tuple(fc.constant("id"), fc.constantFrom("<", ">="), fc.integer({ min: 100, max: 109 })),
  fc.tuple(fc.constant("name"), fc.constantFrom("=", "!="), fc.constantFrom("Ana", "Bob")),
  fc.tuple(fc.constant("name"), fc.constantFrom("ilike", "not ilike"), fc.constantFrom("b", "y")),
  fc.tuple(fc.constant("is_company"), fc.constantFrom("=", "!="), fc.boolean()),
  fc.tuple(fc.constant("parent_id"), fc.constantFrom("=", "!="), fc.constantFrom(false, 102)),
);
const { expression } = fc.letrec<{ expression: RpcInput[] }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small" },
    leaf.map((term) => [term]),
    fc.tuple(fc.constantFrom("&", "|"), tie("expression"), tie("expression"))
      .map(([connective, left, right]) => [connective, ...left, ...right]),
    tie("expression").map((operand) => ["!", ...operand]),
  ),
}));
const domain = fc.array(expression, { maxLength: 3 }).map((parts) => parts.flat());

for (const version of [14, 17, 19] as const) {
  Deno.test(`joined domains find in Odoo ${version} what sets of their records say`, async () => {
    const odoo = await new OdooSimulator({ "res.partner": PARTNERS }, { version }).connect();
    const find = async (domain: Domain) =>
      new Set(await odoo.executeKw<number[]>("res.partner", "search", [domain]));
    const all = await find([]);
    await fc.assert(
      fc.asyncProperty(domain, domain, async (one, two) => {
        const [left, right] = [await find(one), await find(two)];
        assertEquals(await find(normalizeDomain(one)), left);
        assertEquals(await find(and(one, two)), left.intersection(right));
        assertEquals(await find(or(one, two)), left.union(right));
        assertEquals(await find(not(one)), all.difference(left));
        assertEquals(await find(not(or(not(one), not(two)))), left.intersection(right));
      }),
      { numRuns: 60 },
    );
  });
}
