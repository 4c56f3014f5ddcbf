/** What holds of the codec for any values, any chunks and any damage. */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import fc from "npm:fast-check@^4.3.0";
import { OdooProtocolError } from "../lib/errors.ts";
import type { RpcValue } from "../lib/values.ts";
import { decodeCall, decodeResponse, decodeRows, XmlRpcFault } from "../lib/xmlrpc/decode.ts";
import { encodeCall, encodeFault, encodeResponse } from "../lib/xmlrpc/encode.ts";

// deno-lint-ignore no-control-regex
const UNSENDABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."&<>;#x]'\"\r\n\té\u0001😀 ") }),
  fc.nat(700).map((length) => "lorem & é\r".repeat(70).slice(0, length)),
);
const sendable = text.map((value) => value.replace(UNSENDABLE, ""));
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
);

Deno.test("decodeCall() gives back what encodeCall() was given", () => {
  fc.assert(fc.property(sendable, fc.array(values(sendable, number)), (method, params) => {
    assertEquals(decodeCall(encodeCall(method, params)), { method, params });
  }));
});

Deno.test("encodeCall() with i8 sends all safe integers", () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => {
    assertEquals(decodeCall(encodeCall("m", [value], { i8: true })).params, [value]);
  }));
});

Deno.test("decodeResponse() gives back what encodeResponse() was given, but for what Odoo drops", () => {
  const any = fc.oneof(fc.double().map((value) => value + 0), fc.maxSafeInteger());
  fc.assert(fc.property(values(text, any), (value) => {
    assertEquals(decodeResponse(encodeResponse(value)), { value: asRead(value) });
  }));
});

Deno.test("decodeResponse() gives back the fault that encodeFault() was given", () => {
  fc.assert(fc.property(fc.oneof(fc.integer(), sendable), sendable, (code, text) => {
    const fault = { code: asRead(code), text: asRead(text) };
    assertEquals<unknown>(decodeResponse(encodeFault(code, text)), { fault });
  }));
});

Deno.test("decodeRows() yields the same rows for any chunking", async () => {
  const rows = fc.array(values(text, number), { maxLength: 20 });
  await fc.assert(fc.asyncProperty(rows, cuts(), async (rows, cuts) => {
    const body = encodeResponse(rows);
    assertEquals(await outcomeOfRows(body, cuts), { rows: rows.map(asRead) });
  }));
});

Deno.test("decodeRows() judges a damaged answer as decodeResponse() does, for any chunking", async () => {
  const body = encodeResponse([
    { id: 1, name: "Ana & é\rb" },
    [2, -3.5, true],
    "x".repeat(300),
    {},
  ]);
  await fc.assert(
    fc.asyncProperty(damage(body), cuts(), async (damaged, cuts) => {
      const expected = outcome(() => decodeResponse(damaged));
      const found = await outcomeOfRows(damaged, cuts);
      if (expected.fault !== undefined) assertEquals(found.fault, expected.fault);
      else if (Array.isArray(expected.value)) assertEquals(found.rows, expected.value);
      // Rows ask for an array at once, where another value might do or fail later.
      else if (!found.message?.includes("<array")) assertEquals(found.message, expected.message);
    }),
    { numRuns: 400 },
  );
});

Deno.test("decodeResponse() and decodeCall() read damaged documents or refuse them with an OdooProtocolError", () => {
  const values = [{ id: 1, name: "Ana & é\r" }, [2, -3.5, true, null], "x".repeat(300), [[]], {}];
  const documents = [
    encodeResponse(values),
    encodeFault(2, "no"),
    encodeCall("execute_kw", values),
  ];
  for (const document of documents) {
    const decode = document === documents[2] ? decodeCall : decodeResponse;
    fc.assert(
      fc.property(damage(document), (damaged) => {
        const { message, offset } = outcome(() => decode(damaged));
        if (message !== undefined) {
          assert(offset !== undefined && offset >= 0 && offset <= damaged.length);
        }
      }),
      { numRuns: 400 },
    );
  }
});

/** Any value of these texts and numbers, with any keys. */
function values(text: fc.Arbitrary<string>, number: fc.Arbitrary<number>): fc.Arbitrary<RpcValue> {
  const key = fc.oneof(text, fc.constantFrom("__proto__", "id", "1", ""));
  return fc.letrec<{ value: RpcValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      number,
      text,
      fc.array(tie("value"), { maxLength: 5 }),
      fc.dictionary(key.map(asSent), tie("value"), { maxKeys: 5, noNullPrototype: true }),
    ),
  })).value;
}

/** Where to cut a body into chunks, as shares of its length. */
function cuts(): fc.Arbitrary<number[]> {
  return fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
}

/** The document with a byte replaced, put in or taken out. */
function damage(document: Uint8Array): fc.Arbitrary<Uint8Array> {
  const byte = fc.oneof(
    fc.nat(255),
    fc.constantFrom(...new TextEncoder().encode("<>/&;!?-[]x1 \n\"'=")),
  );
  const place = fc.nat(document.length - 1);
  return fc.tuple(place, fc.constantFrom(0, 1), fc.array(byte, { maxLength: 1 }))
    .map(([place, removed, put]) =>
      Uint8Array.from([
        ...document.subarray(0, place),
        ...put,
        ...document.subarray(place + removed),
      ])
    );
}

interface Outcome {
  value?: RpcValue;
  rows?: RpcValue[];
  fault?: unknown;
  message?: string | undefined;
  offset?: number | undefined;
}

function outcome(decode: () => object): Outcome {
  try {
    return decode();
  } catch (error) {
    assertInstanceOf(error, OdooProtocolError);
    return { message: error.message, offset: error.offset };
  }
}

async function outcomeOfRows(body: Uint8Array, cuts: readonly number[]): Promise<Outcome> {
  const places = [
    0,
    ...cuts.map((cut) => Math.floor(cut * body.length)).sort((a, b) => a - b),
    body.length,
  ];
  const chunks = places.slice(1).map((end, index) => body.subarray(places[index], end));
  const rows: RpcValue[] = [];
  try {
    for await (const batch of decodeRows(ReadableStream.from(chunks))) rows.push(...batch);
    return { rows };
  } catch (error) {
    if (error instanceof XmlRpcFault) return { fault: { code: error.code, text: error.text } };
    assertInstanceOf(error, OdooProtocolError);
    return { message: error.message };
  }
}

/** The value as a reader of Odoo's answer sees it: without control characters, and with line feeds only. */
function asRead(value: RpcValue): RpcValue {
  if (typeof value === "string") return asSent(value).replace(/\r\n?/g, "\n");
  if (Array.isArray(value)) return value.map(asRead);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.replace(/\r\n?/g, "\n"), asRead(item)]),
  );
}

/** The text without the control characters that Odoo drops. */
function asSent(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
}
