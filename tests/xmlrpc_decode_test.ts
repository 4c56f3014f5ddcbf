/** What the decoder accepts beyond Python, what it refuses, and how it says so. */
import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { OdooProtocolError } from "../lib/errors.ts";
import type { RpcValue } from "../lib/values.ts";
import { decodeCall, type DecodeLimits, decodeResponse } from "../lib/xmlrpc/decode.ts";

Deno.test("decodeResponse() takes control characters, U+FFFE and U+FFFF as Odoo sends them", () => {
  assertEquals(
    content("<string>a\u0000\u0001\u000b\u001fb</string>"),
    "a\u0000\u0001\u000b\u001fb",
  );
  assertEquals(content("<string>\ufffe\uffff</string>"), "\ufffe\uffff");
  assertEquals(content("<string>&#1;&#x1F;&#xFFFE;</string>"), "\u0001\u001f\ufffe");
});

Deno.test("decodeResponse() reads a date and time as Odoo's text for it", () => {
  for (const text of ["20240301T10:20:30", "2024-03-01T10:20:30Z", " 20240301T10:20:30.125 "]) {
    assertEquals(content(`<dateTime.iso8601>${text}</dateTime.iso8601>`), "2024-03-01 10:20:30");
  }
});

Deno.test("decodeResponse() makes plain own properties of any keys", () => {
  const keys = ["__proto__", "constructor", "hasOwnProperty"];
  const members = keys.map((key) => `<member><name>${key}</name><value><struct/></value></member>`);
  const value = content(`<struct>${members.join("")}</struct>`);
  assert(typeof value === "object" && value !== null);
  assertEquals(Object.keys(value), keys);
  assertEquals(Object.getPrototypeOf(value), Object.prototype);
});

Deno.test("decodeResponse() reads the extensions of Apache under any prefix", () => {
  assertEquals(content("<x:nil/>"), null);
  assertEquals(content("<ns1:i8>5</ns1:i8>"), 5);
});

Deno.test("decodeResponse() takes any text in attributes, which mean nothing", () => {
  assertEquals(content(`<string a="]]>" é='&lt;"\r\n'>b</string>`), "b");
});

Deno.test("decodeResponse() reads whole numbers in any order, layout and company", () => {
  const forms: [string, RpcValue][] = [
    ["<value><int>1</int></value>", 1],
    ["<value><int>-20</int></value>", -20],
    ["<value><int> 3 </int></value>", 3],
    ["<value><i4>4</i4></value>", 4],
    ["<value><int>999999999999999</int></value>", 999999999999999],
    ["<value><int>9007199254740991</int></value >", 9007199254740991],
    ["<value><string>x</string></value>", "x"],
    ["<value><array><data><value><int>5</int></value></data></array></value>", [5]],
  ];
  for (const gap of ["", "\n", "\r\n ", "<!-- c -->"]) {
    for (let step = 1; step < 8; step++) {
      for (let count = 0; count < 40; count++) {
        const picked = Array.from({ length: count }, (_, at) => forms[at * step * step % 8]!);
        const items = picked.map(([text]) => text).join(gap);
        const found = content(`<array><data>${items}</data></array>`);
        assertEquals(found, picked.map(([, value]) => value));
      }
    }
  }
  const cut = "<array><data>" + "<value><int>1</int></value>\n".repeat(4) + "<value><int>";
  for (const wrong of ["</int></value>", "1</int>", "1x</int></value>", "1</int></valu>", ""]) {
    assertThrows(() => content(`${cut}${wrong}</data></array>`), OdooProtocolError);
  }
});

Deno.test("decodeResponse() reads a fault of an odd shape", () => {
  const member = (name: string, value: string) =>
    `<member><name>${name}</name><value>${value}</value></member>`;
  const fault = (code: string, text: string) =>
    decodeResponse(
      bytes(
        `<methodResponse><fault><value><struct>${
          member("faultCode", code) + member("faultString", text)
        }</struct></value></fault></methodResponse>`,
      ),
    );
  assertEquals(fault("<i4>3</i4>", "no"), { fault: { code: 3, text: "no" } });
  assertEquals(fault("<boolean>0</boolean>", "<nil/>"), { fault: { code: "false", text: "null" } });
});

Deno.test("decodeResponse() and decodeCall() do not keep the bytes or change them", () => {
  const body = bytes(response("<string>some text &amp; more</string>"));
  const before = body.slice();
  const decoded = decodeResponse(body);
  assertEquals(body, before);
  body.fill(0);
  assertEquals(decoded, { value: "some text & more" });
});

Deno.test("decodeResponse() reads bytes that are a part of a larger buffer", () => {
  const body = bytes(`junk${response("<int>7</int>")}junk`);
  assertEquals(decodeResponse(body.subarray(4, body.length - 4)), { value: 7 });
});

Deno.test("decodeResponse() reads 512 levels and refuses one more", () => {
  const nested = (levels: number) =>
    "<array><data><value>".repeat(levels) + "</value></data></array>".repeat(levels);
  let value = content(nested(512));
  for (let level = 0; level < 512; level++) value = Array.isArray(value) ? value[0] ?? null : null;
  assertEquals(value, "");
  assertRefused(response(nested(513)), "it is nested deeper than 512", 10_285);
  const structs = "<struct><member><name/><value>".repeat(513);
  assertRefused(response(structs), "it is nested deeper than 512");
});

Deno.test("decodeResponse() keeps to its limits", () => {
  const array = response("<array><data><value><array><data/></array></value></data></array>");
  assertRefused(array, "it is nested deeper than 1", undefined, { maxDepth: 1 });
  assertRefused(array, "it is larger than 100 bytes", 100, { maxBytes: 100 });
  const text = response("<string>12345678</string>");
  assertRefused(text, "found text longer than 7 bytes", 46, { maxStringBytes: 7 });
  assertEquals(decodeResponse(bytes(text), { maxStringBytes: 8, maxBytes: text.length }), {
    value: "12345678",
  });
  const pieces = response("<string>1234<![CDATA[5]]>678</string>");
  assertRefused(pieces, "found text longer than 10 bytes", 46, { maxStringBytes: 10 });
});

/** What stands in place of the content of the `<value>`, which starts at byte 38, why it is refused, and where. */
const REFUSED_CONTENTS: [content: string, message: string, offset: number][] = [
  ["<boolean> 1</boolean>", "<boolean> should hold 0 or 1", 38],
  ["<double>1.5\ufeff</double>", "<double> should hold a number", 38],
  ["<double>\u00a01.5</double>", "<double> should hold a number", 38],
  [
    "<dateTime.iso8601>20240301T10:20:30\ufeff</dateTime.iso8601>",
    "<dateTime.iso8601> should hold a date and time such as 20240301T10:20:30",
    38,
  ],
  ["<int>1.5</int>", "<int> should hold an integer within 2^53", 38],
  ["<int></int>", "<int> should hold an integer within 2^53", 38],
  ["<int/>", "<int> should hold an integer within 2^53", 38],
  ["<int>1 2</int>", "<int> should hold an integer within 2^53", 38],
  ["<int>9007199254740993</int>", "<int> should hold an integer within 2^53", 38],
  ["<i8>-9223372036854775808</i8>", "<i8> should hold an integer within 2^53", 38],
  ["<i4>0x10</i4>", "<i4> should hold an integer within 2^53", 38],
  ["<double>1,5</double>", "<double> should hold a number", 38],
  ["<double></double>", "<double> should hold a number", 38],
  ["<double>infinite</double>", "<double> should hold a number", 38],
  ["<double>1e999</double>", "<double> should hold a number", 38],
  ["<boolean>true</boolean>", "<boolean> should hold 0 or 1", 38],
  ["<boolean>2</boolean>", "<boolean> should hold 0 or 1", 38],
  ["<boolean/>", "<boolean> should hold 0 or 1", 38],
  ["<nil>0</nil>", "<nil> should hold nothing", 38],
  ["<base64>A</base64>", "<base64> should hold base64", 38],
  ["<base64>AA*A</base64>", "<base64> should hold base64", 38],
  ["<base64>QUI</base64>", "<base64> should hold base64", 38],
  ["<boolean>\u00a01</boolean>", "<boolean> should hold 0 or 1", 38],
  [
    "<dateTime.iso8601>2024-02-30T10:00:00</dateTime.iso8601>",
    "should hold a date and time such as",
    38,
  ],
  [
    "<dateTime.iso8601>2024-03-01T10:00:00+02:00</dateTime.iso8601>",
    "should hold a date and time such as",
    38,
  ],
  ["<bigdecimal>1</bigdecimal>", "found <bigdecimal>, which is no type of value", 38],
  ["<name>1</name>", "found <name>, which is no type of value", 38],
  ["<a:b:nil/>", "found <a:b:nil>, which is no type of value", 38],
  ["<:nil/>", "found <:nil>, which is no type of value", 38],
  ["<\u00d7:nil/>", "which is no type of value", 38],
  ["text <int>1</int>", "found text between tags", 38],
  ["<int>1</int> text", "found text where </value> should be", 51],
  ["<int>1</int><int>2</int>", "found <int> where </value> should be", 50],
  ["<int><b>1</b></int>", "found <b> where </int> should be", 43],
  ["<string>a</strin>", "found </strin> where </string> should be", 47],
  ["<string>a<int>1</int></string>", "found <int> where </string> should be", 47],
  ["<array/>", "<array/> should not be empty", 38],
  ["<array></array>", "found </array> where <data> should be", 45],
  ["<array><value/></array>", "found <value> where <data> should be", 45],
  ["<array><data>text</data></array>", "found text where a tag should be", 51],
  ["<array><data><int>1</int></data></array>", "found <int> where <value> should be", 51],
  ["<array><data><![CDATA[ ]]></data></array>", "found text where a tag should be", 51],
  ["<struct><name>a</name></struct>", "found <name> where <member> should be", 46],
  ["<struct><member/></struct>", "<member/> should not be empty", 55],
  ["<struct><member><value/></member></struct>", "found <value> where <name> should be", 54],
  [
    "<struct><member><name>a</name></member></struct>",
    "found </member> where <value> should be",
    68,
  ],
  [
    "<struct><member><name>a</name><value/><value/></member></struct>",
    "found <value> where </member> should be",
    76,
  ],
  ["<string>a ]]> b</string>", "found ]]> in text", 48],
  [`<string>${"x".repeat(300)}]]></string>`, "found ]]> in text", 346],
  ["<string>é&nbsp;</string>", "&nbsp; is no character that XML knows", 48],
  ["<string>a & b</string>", "found & without an entity", 48],
  ["<string>&#0;</string>", "&#0; is no character that XML knows", 46],
  ["<string>&#xD800;</string>", "&#xD800; is no character that XML knows", 46],
  ["<string>&#x110000;</string>", "&#x110000; is no character that XML knows", 46],
  ["<string>&#X41;</string>", "&#X41; is no character that XML knows", 46],
  ["<string>&;</string>", "&; is no character that XML knows", 46],
  ["<string>< b</string>", "found a stray < where </string> should be", 46],
  ["<string><!ELEMENT a></string>", "found a stray <!", 46],
  ["<string><? a?></string>", "found a stray <?", 46],
  ["<string><?xml version='1.0'?></string>", "found an XML declaration after the start", 46],
  ["<string><!-- -- --></string>", "found -- inside a comment", 51],
  ["<string a=1>b</string>", "found a malformed tag", 48],
  ["<string a>b</string>", "found a malformed tag", 47],
  ["<string a='1'b='2'>c</string>", "found a malformed tag", 51],
  ["<string a='<'>b</string>", "found < in an attribute", 49],
  ["<string a='&b;'>c</string>", "&b; is no character that XML knows", 49],
  ["<string a='1' a='2'>b</string>", "a tag has the same attribute twice", 57],
  ["<string \u00d7='1'>b</string>", "found a malformed tag", 46],
  ["<string><?\u00d7 ?></string>", "found a stray <?", 46],
  ["<string / >b</string>", "found a malformed tag", 47],
  ["<string>a</string b>", "found a malformed tag", 56],
];

Deno.test("decodeResponse() refuses content that is no value, and says where", () => {
  for (const [content, message, offset] of REFUSED_CONTENTS) {
    assertRefused(response(content), message, offset);
  }
});

const ONE = "<value><int>1</int></value>";

/** Whole documents that are refused. */
const REFUSED_DOCUMENTS: [document: string, message: string, offset: number][] = [
  ["", "it is empty", 0],
  ["\ufeff", "it ends where <methodResponse> should be", 3],
  [" \n ", "it ends where <methodResponse> should be", 3],
  ["Internal Server Error", "found text where <methodResponse> should be", 0],
  [
    "<methodResponse><fault/><value/></fault></methodResponse>",
    "found <fault> where <params> should be",
    16,
  ],
  ["{}", "found text where <methodResponse> should be", 0],
  [" <?xml version='1.0'?>" + response("1"), "found an XML declaration after the start", 1],
  ["<?xml encoding='utf-8'?>" + response("1"), "the XML declaration is malformed", 0],
  [
    "<?xml version='1.0' encoding='utf-16'?>" + response("1"),
    "its encoding utf-16 is not supported",
    0,
  ],
  [
    "<?xml version='1.0' encoding='windows-1252'?>" + response("1"),
    "its encoding windows-1252 is not supported",
    0,
  ],
  [
    "\ufeff<?xml version='1.0' encoding='latin1'?>" + response("1"),
    "it has the mark of UTF-8 and says it is latin1",
    3,
  ],
  [
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>" + response("1"),
    "it has a DOCTYPE, which is not allowed",
    21,
  ],
  ["<methodCall/>", "found <methodCall> where <methodResponse> should be", 0],
  ["<methodResponse/>", "<methodResponse/> should not be empty", 17],
  ["<methodResponse><params/></methodResponse>", "<params/> should not be empty", 25],
  [
    "<methodResponse><params></params></methodResponse>",
    "found </params> where <param> should be",
    24,
  ],
  [
    "<methodResponse><params><param/></params></methodResponse>",
    "<param/> should not be empty",
    32,
  ],
  [`<methodResponse><value/></methodResponse>`, "found <value> where <params> should be", 16],
  [
    `<methodResponse><params><param>${ONE}</param><param>${ONE}</param></params></methodResponse>`,
    "found <param> where </params> should be",
    66,
  ],
  [
    `<methodResponse><fault>${ONE}</fault></methodResponse>`,
    "a fault has no faultCode or no faultString",
    23,
  ],
  [response("1") + "<a/>", "something follows its end", 81],
  [response("1") + "\n text", "something follows its end", 83],
  [response("1") + "\u0000", "something follows its end", 81],
];

Deno.test("decodeResponse() refuses documents that are no answer, and says where", () => {
  for (const [document, message, offset] of REFUSED_DOCUMENTS) {
    assertRefused(document, message, offset);
  }
});

Deno.test("decodeResponse() refuses bytes that the encoding does not have", () => {
  const cases: [bytes: number[], offset: number][] = [
    [[0x61, 0xff], 1],
    [[0xc3], 0],
    [[0xc3, 0xa9, 0xc0, 0x80], 2], // an overlong form of U+0000
    [[0xe2, 0x82], 0],
    [[0xed, 0xa0, 0x80], 0], // half of a surrogate pair
    [[0xef, 0xbf, 0xbd, 0xf4, 0x90, 0x80, 0x80], 3], // beyond U+10FFFF, after a rightful U+FFFD
    [[...new Uint8Array(300).fill(0x61), 0xe9], 300],
  ];
  const [start, end] = response("<string>|</string>").split("|").map(bytes);
  assert(start !== undefined && end !== undefined);
  for (const [text, offset] of cases) {
    for (const extra of [[], [0x26, 0x67, 0x74, 0x3b]]) {
      const body = Uint8Array.from([...start, ...text, ...extra, ...end]);
      assertRefused(body, "found bytes that are not UTF-8", start.length + offset);
    }
  }
  const comment = Uint8Array.from([...bytes("<methodResponse><!-- "), 0xff, ...bytes(" -->")]);
  assertRefused(comment, "found bytes that are not UTF-8", 21);
  const ascii = "<?xml version='1.0' encoding='us-ascii'?>";
  assertRefused(ascii + response("<string>aé</string>"), "found a byte that is not ASCII", 88);
  assertRefused(
    Uint8Array.from([0xff, 0xfe, 0x3c, 0]),
    "it is in UTF-16, which is not supported",
    0,
  );
});

Deno.test("decodeResponse() says that a web page came, and its title", () => {
  const pages: [page: string, title: string | undefined][] = [
    [
      "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>x",
      "405 Method Not Allowed",
    ],
    ["\n   <!DOCTYPE html>\n<html><head><title>\n 404 |\n  Odoo </title>", "404 | Odoo"],
    ["<html>\r\n<head><title>502 Bad Gateway</title></head>", "502 Bad Gateway"],
    [
      "<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN'><html><body>x",
      undefined,
    ],
    ["<!-- hello --><HTML><body>no title</body></HTML>", undefined],
    ["<html><title>a\u001b[2J\u009b b</title>", "a [2J b"],
  ];
  for (const [page, title] of pages) {
    const error = assertThrows(() => decodeResponse(bytes(page)), OdooProtocolError);
    const named = title === undefined ? "" : ` titled "${title}"`;
    assertEquals(error.message, `A web page${named} came back in place of an XML-RPC answer`);
    assert(error.offset !== undefined);
  }
});

Deno.test("decodeResponse() takes no long time to see that a document is no web page", () => {
  assertRefused(
    "<!-- -->".repeat(8000) + "<htm>",
    "found <htm> where <methodResponse> should be",
    64_000,
  );
});

Deno.test("decodeResponse() takes time in proportion to a hostile document", () => {
  const refuse = (document: string) => {
    const start = performance.now();
    assertThrows(() => decodeResponse(bytes(document)), OdooProtocolError);
    return performance.now() - start;
  };
  assert(refuse(response(`<double>${"1".repeat(50_000)}x</double>`)) < 1000);
  assert(refuse(response(`<double>1${" ".repeat(50_000)}x</double>`)) < 1000);
  assert(refuse(response(`<int>${" ".repeat(50_000)}x</int>`)) < 1000);
  assert(refuse(`<html>${"<title ".repeat(9_000)}`) < 100);
});

Deno.test("decodeResponse() refuses a document that is cut anywhere", () => {
  const documents = [
    "<?xml version='1.0' encoding='utf-8'?>\n" +
    response(
      "<array><data><value>a &amp; é</value>\n<value><int>12</int></value><!-- x --><value/></data></array>",
    ),
    response("<struct><member><name>k</name><value a='1'><![CDATA[x]]></value></member></struct>"),
    "<methodResponse><fault><value><struct><member><name>faultCode</name><value>1</value></member><member>" +
    "<name>faultString</name><value><nil/></value></member></struct></value></fault></methodResponse>",
  ];
  for (const document of documents) {
    const body = bytes(document);
    decodeResponse(body);
    for (let length = 0; length < body.length; length++) {
      assertThrows(
        () => decodeResponse(body.subarray(0, length)),
        OdooProtocolError,
        "",
        `at ${length}`,
      );
    }
  }
});

Deno.test("decodeCall() refuses what is no call, and says where", () => {
  const cases: [document: string, message: string, offset: number][] = [
    [response("1"), "found <methodResponse> where <methodCall> should be", 0],
    ["<methodCall><params/></methodCall>", "found <params> where <methodName> should be", 12],
    [
      "<methodCall><methodName>a</methodName><params><value/></params></methodCall>",
      "found <value> where <param> should be",
      46,
    ],
    [
      "<methodCall><methodName>a</methodName><params/><params/></methodCall>",
      "found <params> where </methodCall> should be",
      47,
    ],
    [
      "<methodCall><methodName>a</methodName><params><param></param></params></methodCall>",
      "found </param> where <value> should be",
      53,
    ],
  ];
  for (const [document, message, offset] of cases) {
    const error = assertThrows(() => decodeCall(bytes(document)), OdooProtocolError);
    assertEquals(error.message, `Cannot read the XML-RPC call: ${message}, at byte ${offset}`);
    assertEquals(error.offset, offset);
  }
});

Deno.test("decodeResponse() does not repeat the text of a document in its messages", () => {
  const error = assertThrows(
    () => decodeResponse(bytes(response("<int>s3cret</int>"))),
    OdooProtocolError,
  );
  assertFalse(error.message.includes("s3cret"));
  const name = "a".repeat(10_000);
  for (const content of [`<${name}>1</${name}>`, `<${name}>1</b>`, `<b>1</${name}>`]) {
    const error = assertThrows(() => decodeResponse(bytes(response(content))), OdooProtocolError);
    assert(error.message.length < 200, content.slice(0, 40));
  }
});

function assertRefused(
  document: string | Uint8Array,
  message: string,
  offset?: number,
  limits?: DecodeLimits,
): void {
  const body = typeof document === "string" ? bytes(document) : document;
  const error = assertThrows(() => decodeResponse(body, limits), OdooProtocolError, message);
  assert(error.message.startsWith("Cannot read the XML-RPC answer: "), error.message);
  assert(error.message.endsWith(`, at byte ${error.offset}`), error.message);
  if (offset !== undefined) {
    assertEquals(error.offset, offset, `${message}: ${String(document).slice(0, 100)}`);
  }
}

function content(xml: string): RpcValue {
  const answer = decodeResponse(bytes(response(xml)));
  assert("value" in answer);
  return answer.value;
}

/** An answer with that content of its value, which starts at byte 38. */
function response(content: string): string {
  return `<methodResponse><params><param><value>${content}</value></param></params></methodResponse>`;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
