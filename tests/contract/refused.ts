/**
 * What is refused before anything is sent.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { OdooProtocolError, type RpcInput } from "../../mod.ts";
import type { Case } from "./ground.ts";

/** Values that no protocol carries, and why. */
const UNSENDABLE: Readonly<Record<string, [value: () => unknown, why: string]>> = {
  "NaN": [() => NaN, "it is NaN"],
  "an infinite number": [() => -Infinity, "it is -Infinity"],
  "a whole number beyond 2^53": [() => 2 ** 53, "it is an integer beyond 2^53"],
  "undefined": [() => undefined, "it is undefined; use null or false, or leave it out"],
  "a bigint": [() => 5n, "it is a bigint; use a number"],
  "a function": [() => () => 5, "it is a function"],
  "half of a surrogate pair": [() => "a \ud83d", "it has half of a surrogate pair"],
  "an invalid Date": [() => new Date(NaN), "it is an invalid Date"],
  "a Date of the year 10000": [
    () => new Date("+010000-01-01T00:00:00Z"),
    "its year is not within 1 and 9999",
  ],
  "an instance of a class": [() => new URL("https://a.example"), "it is an instance of URL"],
  "a Map": [() => new Map(), "it is an instance of Map"],
  "a value in itself": [cycle, "it contains itself"],
  "a value that is nested too deep": [deep, "it is nested deeper than 512"],
};

/** Cases of refusals. */
export const refused: Record<string, Case> = Object.fromEntries(
  Object.entries(UNSENDABLE).map(([what, [value, why]]): [string, Case] => [
    `not sent: ${what}`,
    async (ground) => {
      const { odoo, count } = await ground.counted();
      const before = count();
      const vals: Record<string, RpcInput> = { name: "x" };
      // The types do not let it through
      Reflect.set(vals, "ref", value());
      const error = await assertRejects(
        () => odoo.executeKw("res.partner", "write", [[1], vals]),
        OdooProtocolError,
        "Cannot send ",
      );
      assert(error.message.endsWith(`: ${why}`), error.message);
      assert(/(args\[1\]|vals)\.ref/.test(error.message), error.message);
      assertEquals(count(), before);
    },
  ]),
);

function cycle(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

function deep(): unknown {
  let value: unknown = 1;
  for (let level = 0; level < 600; level++) value = [value];
  return value;
}
