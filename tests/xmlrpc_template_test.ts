/** Rows that are read the short way: the same values and refusals as tag by tag, whatever comes. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { RowReader } from "../lib/xmlrpc/decode.ts";
import { encodeResponse } from "../lib/xmlrpc/encode.ts";
import { XmlRpcReader } from "../lib/xmlrpc/grammar.ts";
import { RowMarks, RowTemplate } from "../lib/xmlrpc/template.ts";
import { XmlScanner } from "../lib/xmlrpc/scan.ts";
import {
  assertIdentical,
  assertSame,
  bytes,
  damaged,
  generator,
  HEAD,
  holdDamaged,
  holdShortText,
  ROWS,
  stream,
  TAIL,
} from "./xmlrpc_template_support.ts";

Deno.test("rows of one layout are read by the template, from the second on", () => {
  const scanner = new XmlScanner("test", { maxBytes: Infinity, maxStringBytes: 100 });
  scanner.load(
    bytes("<value_>1</value><second>2</second>".repeat(2) + "<value_>5</value><third_>6</third_>"),
  );
  const template = new RowTemplate(scanner, () => scanner.digits() ?? -1);
  assertEquals([template.serves(2), template.serves(1)], [true, false]);
  assertEquals(template.read(), undefined);
  const marks = new RowMarks(0);
  marks.keys.push("a", "b");
  marks.places.push(8, 9, 25, 26);
  scanner.rewind(35);
  template.learn(marks);
  assertEquals(template.read(), { a: 1, b: 2 });
  assertStrictEquals(scanner.offset, 70);
  assertEquals(template.read(), undefined);
  assertStrictEquals(scanner.offset, 70);
});

Deno.test("a template is given up where all rows differ", () => {
  const scanner = new XmlScanner("test", { maxBytes: Infinity, maxStringBytes: 100 });
  scanner.load(bytes("<value_>1</value>"));
  const template = new RowTemplate(scanner, () => 1);
  let rows = 0;
  for (; template.serves(1) && rows < 1000; rows++) {
    const marks = new RowMarks(0);
    marks.keys.push("a");
    marks.places.push(8, 9);
    scanner.rewind(17);
    template.learn(marks);
  }
  assertStrictEquals(rows, 16);
});

Deno.test("rows of any layout give the same with and without the template", () => {
  const member = (name: string, value: string) =>
    `<member><name>${name}</name><value>${value}</value></member>`;
  const row = (...members: string[]) => `<value><struct>${members.join("")}</struct></value>\n`;
  const [a, b] = [member("a", "<int>1</int>"), member("b", "<string>x</string>")];
  const cases = [
    row(a, b).repeat(3) + row(b, a) + row(a, b) + row(a) + row(a, b, a) + row(a, b),
    row(a, a).repeat(3),
    row(member("__proto__", "<int>1</int>")).repeat(3),
    row(member("2", "x"), member("1", "y")).repeat(3),
    row(member("a", "<!-- c -->x<![CDATA[&]]>"), b).repeat(3),
    row(member("a", " <int> 5 </int> "), member("&lt;é", "<nil/>")).repeat(3),
    row(a, "<member><name>b</name><value/></member>").repeat(3) + row(a, b).repeat(2),
    row().repeat(3) + row(a).repeat(2),
    row(a, member("c", `<array><data>${row(a).repeat(3)}</data></array>`)).repeat(3),
    `<value><array><data>${row(a, b).repeat(3)}</data></array></value>`.repeat(2),
    row(a, b).replaceAll(">", " >").replaceAll("<value", "<value x='1'").repeat(3),
    row(a, b) + "<value>text</value>" + row(a, b) + "<value><int>1</int></value>" + row(a, b),
    row(member("a", "<double>-0.0</double>")) + row(member("a", "<double>0.1</double>")),
    row(member("a", "<double>-.5</double>")) + row(member("a", "<double>1e400</double>")),
    row(member("a", "<int>-0</int>")) + row(member("a", "<int>9007199254740993</int>")),
  ];
  for (const content of cases) {
    assertSame(bytes(HEAD + content + TAIL));
    assertSame(bytes(`<?xml version="1.0" encoding="latin1"?>${HEAD}${content}${TAIL}`));
  }
});

Deno.test("limits are kept with the template as without", () => {
  const body = encodeResponse(ROWS);
  for (let depth = 0; depth < 8; depth++) assertSame(body, { maxDepth: depth });
  for (const longest of [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 299, 300, 301]) {
    assertSame(body, { maxStringBytes: longest });
  }
  for (let size = 0; size < body.length; size += 97) assertSame(body, { maxBytes: size });
});

Deno.test("damaged rows give the same value, or the same refusal, with and without the template", () => {
  holdDamaged(200, 5000);
});

Deno.test("rows that come in any chunks, whole or damaged, give the same with and without the template", () => {
  const random = generator(11);
  const body = encodeResponse(ROWS);
  for (let count = 0; count < 100; count++) {
    const document = count % 3 === 0 ? body : damaged(body, random);
    const cuts = Array.from({ length: random(20) }, () => random(document.length)).sort((a, b) =>
      a - b
    );
    assertIdentical(stream(document, cuts, true), stream(document, cuts, false));
  }
});

Deno.test("rows come as soon as their bytes are there, also where one differs from the template", () => {
  const row = "<value><struct><member><name>a</name><value>1</value></member></struct></value>";
  const spaced = row.replace("</member></struct>", "</member>\n</struct>");
  const reader = new RowReader(new XmlRpcReader("XML-RPC answer", {}));
  assertEquals(reader.push(bytes(HEAD + spaced + spaced)), [{ a: "1" }, { a: "1" }]);
  assertEquals(reader.push(bytes(row)), [{ a: "1" }]);
});

Deno.test("short text is read as a decoder reads it, or refused where that refuses it", () => {
  holdShortText(1500, 97);
});
