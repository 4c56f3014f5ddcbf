import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { OdooSimulator, type OwnMethod } from "../lib/testing/mod.ts";
import { OdooServerError } from "../lib/errors.ts";
import { connect } from "../mod.ts";

const VERSIONS = [14, 17, 19] as const;

class Refusal extends Error {}

/** A method that a script in JavaScript gives: its types are not looked at. */
function untyped(method: unknown): OwnMethod {
  const holder: { method?: OwnMethod } = {};
  Object.assign(holder, { method });
  return holder.method ?? (() => {});
}

function serverWith(run: OwnMethod, version: 14 | 17 | 19 = 17): OdooSimulator {
  return new OdooSimulator({}, { version, methods: { "res.partner": { do_it: run } } });
}

async function refusal(server: OdooSimulator): Promise<OdooServerError> {
  const odoo = await server.connect();
  return await assertRejects(() => odoo.executeKw("res.partner", "do_it", [[1]]), OdooServerError);
}

Deno.test("an error that a test's own method throws is a UserError with its text", async () => {
  for (const version of VERSIONS) {
    for (const error of [new Error("Not today"), new Refusal("Not today")]) {
      const server = serverWith(() => {
        throw error;
      }, version);
      const { kind, message } = await refusal(server);
      assertEquals(kind, "user");
      assertStringIncludes(message, "Not today");
      assertEquals(server.calls.at(-1)?.fault, {
        type: "odoo.exceptions.UserError",
        message: "Not today",
      });
    }
  }
});

Deno.test("a bug in a test's own method is an error of the server, with the lines of JavaScript", async () => {
  for (const version of VERSIONS) {
    const server = serverWith(function buggy({ call }) {
      call("res.partner", "write", [[1], { ref: "half" }]);
      const missing = JSON.parse("{}");
      return missing.name.length;
    }, version);
    const { kind, exception, message, debug } = await refusal(server);
    assertEquals([kind, exception?.replace("builtins.", "")], ["server", "TypeError"]);
    assertStringIncludes(message, "Cannot read properties of undefined (reading 'length')");
    assertStringIncludes(debug, "simulator_own_methods_test.ts");
    assertStringIncludes(debug, "in buggy");
    assertEquals(server.calls.at(-1)?.fault, {
      type: "TypeError",
      message: "Cannot read properties of undefined (reading 'length')",
    });
    const [ana] = server.records("res.partner").filter(({ id }) => id === 1);
    assertEquals(ana?.["ref"], false);
  }
});

Deno.test("each kind of mistake that JavaScript knows keeps its name", async () => {
  for (const kind of [TypeError, ReferenceError, RangeError, SyntaxError]) {
    const server = serverWith(() => {
      throw new kind("my bug");
    });
    assertStringIncludes((await refusal(server)).message, "my bug");
    assertEquals(server.calls.at(-1)?.fault, { type: kind.name, message: "my bug" });
  }
  const server = serverWith(() => {
    throw "a text";
  });
  assertStringIncludes((await refusal(server)).message, "a text");
});

Deno.test("a bug in a test's own method reads the same over a socket", async () => {
  const server = serverWith(() => {
    throw new TypeError("my bug");
  });
  await using running = server.serve();
  const odoo = await connect(running.config);
  const error = await assertRejects(
    () => odoo.executeKw("res.partner", "do_it", [[1]]),
    OdooServerError,
  );
  assertStringIncludes(error.message, "my bug");
});

Deno.test("an async method of a test's own is refused in a sentence, and does nothing later", async () => {
  let later: Promise<unknown> = Promise.resolve();
  const method = untyped(({ call }: Parameters<OwnMethod>[0]) => {
    call("res.partner", "write", [[1], { ref: "half" }]);
    later = Promise.resolve().then(() => call("res.partner", "write", [[1], { ref: "late" }]));
    return later;
  });
  const server = serverWith(method);
  assertStringIncludes(
    (await refusal(server)).message,
    'The method "do_it" of "res.partner" returned a promise: a method of a simulator runs within one transaction and ' +
      "must not be async. Await what it needs before the call, and return the value itself",
  );
  await assertRejects(() => later, TypeError, "has ended");
  const [ana] = server.records("res.partner").filter(({ id }) => id === 1);
  assertEquals(ana?.["ref"], false);
});
