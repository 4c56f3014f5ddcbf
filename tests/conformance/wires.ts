/**
 * The three protocols of Odoo's external API, as bare as they can be: what goes over the wire and what comes back, with
 * nothing that is clever. The simulated Odoo and real ones are called through the same lines.
 *
 * @module
 */
import { parametersOf } from "../../lib/transport/parameters.ts";
import type { Fetch, RpcValue } from "../../lib/values.ts";
import { decodeResponse } from "../../lib/xmlrpc/decode.ts";
import { encodeCall } from "../../lib/xmlrpc/encode.ts";

/** Protocols, in the order in which goldens tell them. */
export const WIRES = ["xmlrpc", "jsonrpc", "json2"] as const;

/** Name of a protocol. */
export type Wire = typeof WIRES[number];

/** Where a server is. */
export interface Server {
  url: string;
  db: string;
  version: 14 | 17 | 19;
  fetch: Fetch;
}

/** Who calls. JSON-2 takes API keys only. */
export interface User {
  uid: number;
  secret: string;
}

/** A call of a method of a model. */
export interface Call {
  model: string;
  method: string;
  args: RpcValue[];
  kwargs: Record<string, RpcValue>;
}

/** How a call ended. */
export type Outcome = { value: RpcValue } | { fault: RpcValue };

/** The protocols that a version has. */
export function wiresOf(version: number): Wire[] {
  return WIRES.filter((wire) => wire !== "json2" || version === 19);
}

/** Makes a call over a protocol. */
export function send(wire: Wire, server: Server, user: User, call: Call): Promise<Outcome> {
  return { xmlrpc: overXmlRpc, jsonrpc: overJsonRpc, json2: overJson2 }[wire](server, user, call);
}

async function overXmlRpc(server: Server, user: User, call: Call): Promise<Outcome> {
  const { model, method, args, kwargs } = call;
  const params = [server.db, user.uid, user.secret, model, method, args, kwargs];
  const response = await server.fetch(`${server.url}/xmlrpc/2/object`, {
    method: "POST",
    headers: { "content-type": "text/xml" },
    body: encodeCall("execute_kw", params, { i8: true }),
  });
  const answer = decodeResponse(await response.bytes());
  if ("value" in answer) return { value: answer.value };
  const { code, text } = answer.fault;
  if (isNone(text)) return { value: null };
  return { fault: { code, text: lastOf(text) } };
}

/** XML-RPC faults where the other protocols have `null`; that it does has its own scenarios. */
function isNone(text: string): boolean {
  return /in dump_nil\n.*TypeError: cannot marshal None/s.test(text.replace(/\n {4}.*/g, "")) &&
    !/dump_(struct|array)/.test(text);
}

/** A traceback names files and lines of a server, so only its last exception is kept. */
function lastOf(text: string): string {
  const start = text.lastIndexOf("Traceback (most recent call last):\n");
  if (start < 0) return text.trim();
  const lines = text.slice(start).split("\n").slice(1);
  return lines.slice(lines.findIndex((line) => /^\S/.test(line))).join("\n").trim();
}

async function overJsonRpc(server: Server, user: User, call: Call): Promise<Outcome> {
  const { model, method, args, kwargs } = call;
  const response = await server.fetch(`${server.url}/jsonrpc`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      method: "call",
      id: 1,
      params: {
        service: "object",
        method: "execute_kw",
        args: [server.db, user.uid, user.secret, model, method, args, kwargs],
      },
    }),
  });
  const { result = null, error } = await response.json();
  if (!error) return { value: result };
  const { name, message } = error.data;
  return { fault: { name, message } };
}

async function overJson2(server: Server, user: User, call: Call): Promise<Outcome> {
  const response = await server.fetch(`${server.url}/json/2/${call.model}/${call.method}`, {
    method: "POST",
    headers: {
      "authorization": `bearer ${user.secret}`,
      "content-type": "application/json",
      "x-odoo-database": server.db,
    },
    body: JSON.stringify(named(call)),
  });
  const text = await response.text();
  if (response.headers.get("content-type")?.startsWith("text/html")) {
    return {
      fault: { status: response.status, page: /<title>(.*)<\/title>/.exec(text)?.[1] ?? "" },
    };
  }
  const body = JSON.parse(text);
  if (response.ok) return { value: sameShape(call, body) };
  const { name, message } = body;
  return { fault: { status: response.status, name, message } };
}

/** JSON-2 answers `create` and `copy` of one record with a list of one. */
function sameShape({ method, args }: Call, value: RpcValue): RpcValue {
  const isOne = method === "create" && !Array.isArray(args[0]);
  return isOne && Array.isArray(value) ? value[0] ?? null : value;
}

/** JSON-2 has named arguments only. A method that is not known takes `ids` and named arguments. */
function named({ model, method, args, kwargs }: Call): Record<string, RpcValue> {
  const { onRecords, positional } = parametersOf(model, method, 19) ??
    { onRecords: true, positional: [] };
  const names = onRecords ? ["ids", ...positional] : positional;
  if (args.length > names.length) {
    throw new TypeError(`JSON-2 needs the names of the arguments of ${method}: use kwargs`);
  }
  return {
    ...Object.fromEntries(args.map((value, index) => [names[index] ?? "", value])),
    ...kwargs,
  };
}
