/**
 * Damaged XML-RPC: read in one piece, inside of other bytes, in chunks, with and without the template of rows; and what
 * is taken has to be what Python reads.
 *
 * @module
 */
import { OdooProtocolError } from "../../lib/errors.ts";
import type { RpcValue } from "../../lib/values.ts";
import { decodeCall, decodeResponse, RowReader, XmlRpcFault } from "../../lib/xmlrpc/decode.ts";
import { XmlRpcReader } from "../../lib/xmlrpc/grammar.ts";
import { SCALARS } from "../../lib/xmlrpc/scalars.ts";
import { isEqual } from "./equal.ts";
import { type Announce, ByteFuzzer, Finding } from "./fuzzer.ts";
import type { Judge, Read } from "./judge.ts";
import { chunksOf, Mutator, Random, seedOf } from "./random.ts";

/** What means something in XML-RPC. */
const WORDS = [
  ..."<>/&;!?-[]x1. \n\r\t\"'=:é😀\u0001\ufffe",
  ...["<value>", "</value>", "<value/>", "<string>", "</string>", "<int>", "</int>", "<struct>"],
  ...[
    "</struct>",
    "<array><data>",
    "</data></array>",
    "<member>",
    "</member>",
    "<name>",
    "</name>",
  ],
  ...[
    "<nil/>",
    "<ex:nil/>",
    "<base64>",
    "</base64>",
    "<double>",
    "</double>",
    "<boolean>1</boolean>",
  ],
  ...[
    "<dateTime.iso8601>20240301T10:20:30</dateTime.iso8601>",
    "<!-- c -->",
    "<![CDATA[",
    "]]>",
    "<?p i?>",
  ],
  ...[
    "&amp;",
    "&#13;",
    "&#x1F600;",
    "&#0;",
    "&lt;",
    "<!DOCTYPE a [",
    "<i8>9007199254740993</i8>",
    "-0",
    "1e5",
    "nan",
  ],
  ...[
    "\ufeff",
    "<?xml version='1.0' encoding='latin1'?>",
    " a='1'",
    "xmlns:x='y'",
    "=",
    "AA==",
    "2147483648",
  ],
  ...["<value><struct><member><name>a</name><value>1</value></member></struct></value>".repeat(2)],
  "\ud7ff\ue000\u0085\u2028",
];

const DECODER = new TextDecoder();

/** Looks for mistakes of the scanner, the grammar and the template. */
export function xmlFuzzer(
  seeds: readonly Uint8Array[],
  judge: Judge,
  announce: Announce,
): ByteFuzzer {
  const mutator = new Mutator(seeds, WORDS);
  return new ByteFuzzer(
    "xmlrpc",
    mutator,
    (bytes) => check(bytes, judge),
    announce,
    () => judge.finish(),
  );
}

type Outcome = Read | { readonly rows: RpcValue[] } | OdooProtocolError;

function check(bytes: Uint8Array, judge: Judge): Promise<void> | undefined {
  const random = new Random(seedOf(bytes));
  const isCall = bytes.includes(0x43) && DECODER.decode(bytes).includes("<methodCall");
  const whole = outcome(() => isCall ? decodeCall(bytes) : decodeResponse(bytes));
  checkError(whole, bytes.length);
  if (!isCall) {
    if (random.below(2) === 0) checkRows(outcome(() => rowsOf(bytes, random)), whole);
    else same(outcome(() => inside(bytes)), whole, "inside of other bytes, without the template");
  }
  if (whole instanceof Error || "rows" in whole) return undefined;
  const plain = withoutDifferences(bytes);
  const read = plain === bytes
    ? whole
    : outcome(() => isCall ? decodeCall(plain) : decodeResponse(plain));
  return read instanceof Error || "rows" in read ? undefined : judge.add(plain, read);
}

/** What odeno takes and Python's parser does not, each for a reason, and what is judged in its place. */
const DIFFERENCES: readonly (readonly [RegExp, string])[] = [
  // Odoo sends control characters, U+FFFE and U+FFFF as they are, and so odeno takes them as references, too
  // deno-lint-ignore no-control-regex
  [/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "x"],
  [/&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01])|0*6553[45]|x0*(?:[1-8bcef]|1[\da-f]|fff[ef]));/gi, "x"],
  // UTF-8 by its other name, by which Python's parser does not know it
  [/(?<=<\?xml[^>]*)utf8/gi, "utf-8"],
];

/** A tag, or a processing instruction. */
const TAG = /<\?[^]*?\?>|<(?:[^<>"']|"[^"<]*"|'[^'<]*')*>/g;

/** The document without those. Names are those of the fifth edition of XML 1.0, and Python's parser knows the fourth. */
function withoutDifferences(bytes: Uint8Array): Uint8Array {
  const text = DECODER.decode(bytes);
  const plain = DIFFERENCES.reduce((text, [odd, usual]) => text.replace(odd, usual), text)
    .replace(TAG, (tag) => tag.replace(/[\u0080-\u{10ffff}]/gu, "é"));
  return plain === text ? bytes : new TextEncoder().encode(plain);
}

function outcome(read: () => Outcome): Outcome {
  try {
    return read();
  } catch (error) {
    if (error instanceof OdooProtocolError) return error;
    if (error instanceof XmlRpcFault) return { fault: { code: error.code, text: error.text } };
    throw error;
  }
}

function checkError(found: Outcome, length: number): void {
  if (!(found instanceof OdooProtocolError)) return;
  const { offset = -1, message } = found;
  if (offset < 0 || offset > length) {
    throw new Finding(`the offset is out of the document: ${offset}`);
  }
  if (message.length > 300) throw new Finding(`the message is too long: ${message.length}`);
}

/** Reads bytes that have others around them. */
function inside(bytes: Uint8Array): Read {
  const around = new Uint8Array(bytes.length + 40).fill(0x3e);
  around.set(bytes, 17);
  const reader = new XmlRpcReader("XML-RPC answer", {}, SCALARS, false);
  reader.scanner.load(around.subarray(17, 17 + bytes.length));
  return reader.response();
}

function rowsOf(bytes: Uint8Array, random: Random): { rows: RpcValue[] } {
  const isShort = random.below(2) === 0;
  const reader = new RowReader(new XmlRpcReader("XML-RPC answer", {}, SCALARS, isShort));
  const rows: RpcValue[] = [];
  for (const chunk of chunksOf(bytes, random)) rows.push(...reader.push(chunk));
  rows.push(...reader.finish());
  return { rows };
}

function checkRows(found: Outcome, whole: Outcome): void {
  if (found instanceof Error) {
    // A blank as a reference, such as `&#13;`, may stand before an array in a whole answer only
    if (found.message.includes("found text where <array>")) return;
    // Rows ask for an array at once, where another value might do or fail later
    if (!/<array|<value\/> should/.test(found.message)) same(found, whole, "in chunks");
    else if ("value" in whole && Array.isArray(whole.value)) same(found, whole, "in chunks");
  } else if ("rows" in found) same({ value: found.rows }, whole, "in chunks");
  else same(found, whole, "in chunks");
}

function same(found: Outcome, whole: Outcome, how: string): void {
  const isError = found instanceof Error || whole instanceof Error;
  const isSame = found instanceof Error && whole instanceof Error
    ? found.message === whole.message
    : !isError && isEqual(found, whole);
  if (isSame) return;
  throw new Finding(`read ${how} it is other: ${told(found)}, and whole ${told(whole)}`);
}

function told(found: Outcome): string {
  return found instanceof Error ? found.message : Deno.inspect(found).slice(0, 300);
}
