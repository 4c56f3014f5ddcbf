/**
 * An Odoo that has nothing but one answer, made before it is asked: in the time of a call is little of the server's.
 *
 * ```sh
 * server.ts rows.xml rows.json   # says its address, and ends with its input
 * ```
 *
 * The model that a call names tells how the rows are served; to a GET of the JSON the query does.
 *
 * @module
 */
import { decodeCall } from "../../lib/xmlrpc/decode.ts";
import { encodeResponse } from "../../lib/xmlrpc/encode.ts";

/** The rows once. */
export const SMALL = "rows";
/** The rows over and over. */
export const LARGE = "rows.many";
/** The rows once, from a server that sends 20 MB a second. */
export const SLOW = "rows.slow";
/** How many times the rows stand in the large answer. */
export const REPEATED = 25;

const SLOW_BYTES_PER_MS = 20_000;
const SLOW_CHUNK_BYTES = 1 << 15;

type Bytes = Uint8Array<ArrayBuffer>;

/** An answer in pieces: the rows in the middle can be repeated. */
class Body {
  readonly #small: Bytes;
  readonly #pieces: Bytes[];

  constructor(head: string, rows: string, tail: string, separator = "") {
    const again = Array.from({ length: REPEATED - 1 }, () => encode(rows + separator));
    this.#pieces = [encode(head), ...again, encode(rows + tail)];
    this.#small = encode(head + rows + tail);
  }

  serve(how: string): Response {
    if (how === LARGE) return new Response(ReadableStream.from(this.#pieces));
    return new Response(how === SLOW ? slowly(this.#small) : this.#small);
  }
}

if (import.meta.main) {
  const [xml = "", json = ""] = Deno.args;
  const bodies = await read(xml, json);
  const { xml: answer } = bodies;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      if (request.method === "POST") return respond(decodeCall(await request.bytes()), answer);
      const { pathname, search } = new URL(request.url);
      const body = pathname === "/envelope" ? bodies.envelope : bodies.json;
      return body.serve(search.slice(1));
    },
  );
  console.log(`http://127.0.0.1:${server.addr.port}`);
  for await (const _ of Deno.stdin.readable);
  Deno.exit();
}

async function read(xmlFile: string, jsonFile: string) {
  const xml = await Deno.readTextFile(xmlFile);
  const [start, end] = [xml.indexOf("<data>\n") + "<data>\n".length, xml.lastIndexOf("</data>")];
  const json = (await Deno.readTextFile(jsonFile)).slice(1, -1);
  return {
    xml: new Body(xml.slice(0, start), xml.slice(start, end), xml.slice(end)),
    json: new Body("[", json, "]", ","),
    envelope: new Body('{"jsonrpc": "2.0", "id": 1, "result": [', json, "]}", ","),
  };
}

/** Signs everybody in, and answers all other calls with the rows. */
function respond({ method, params }: ReturnType<typeof decodeCall>, rows: Body): Response {
  if (method === "version") return new Response(encodeResponse({ server_version: "17.0" }));
  if (method === "authenticate") return new Response(encodeResponse(2));
  return rows.serve(String(params[3]));
}

function slowly(bytes: Bytes): ReadableStream<Bytes> {
  const start = performance.now();
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      if (at >= bytes.length) return controller.close();
      const chunk = bytes.slice(at, at += SLOW_CHUNK_BYTES);
      const early = start + at / SLOW_BYTES_PER_MS - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      controller.enqueue(chunk);
    },
  });
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}
