/**
 * A server that counts: it answers what a push of contacts asks for, of any number, and keeps none of them. The id of a
 * contact follows from the number in its key, and its values from the same number. It speaks JSON-2 and XML-RPC.
 *
 * As a program it tells its address in a line, and for each line on its input what it has counted since the last one.
 *
 * @module
 */
import type { RpcValue } from "../../lib/values.ts";
import { decodeCall } from "../../lib/xmlrpc/decode.ts";
import { encodeFault, encodeResponse } from "../../lib/xmlrpc/encode.ts";
import { contact } from "./rows.ts";

/** Calls by model and method, and how many rows they were about. */
export type Counted = Record<string, { calls: number; rows: number }>;

type Named = Readonly<Record<string, RpcValue>>;

/** What the references of its contacts begin with. */
export const TAG = "memory";
/** The id of the first contact. */
const FIRST = 1000;

/** The server, for one push after the other. */
export class CountingStub {
  /** One bit for each contact is all that it remembers. */
  readonly #made = new Uint8Array(1 << 20);
  #counted: Counted = {};

  /** What it has counted since the last time. */
  count(): Counted {
    const counted = this.#counted;
    this.#counted = {};
    return counted;
  }

  /** Answers a request. */
  async answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/json/version") return Response.json({ version: "19.0", version_info: [] });
    if (pathname.startsWith("/json/2/")) {
      const [model = "", method = ""] = pathname.split("/").slice(3);
      const named: Named = await request.json();
      return Response.json(this.#call(model, method, named));
    }
    const { method, params } = decodeCall(new Uint8Array(await request.arrayBuffer()));
    const body = pathname.endsWith("/common") ? common(method) : this.#execute(params);
    return new Response(body, { headers: { "content-type": "text/xml" } });
  }

  #execute([_db, _uid, _key, model, method, args, kwargs]: readonly RpcValue[]) {
    const names = POSITIONAL[String(method)] ?? [];
    const given = Array.isArray(args) ? args : [];
    const named = Object.fromEntries(given.map((value, index) => [names[index] ?? "", value]));
    try {
      return encodeResponse(
        this.#call(String(model), String(method), { ...named, ...Object(kwargs) }),
      );
    } catch (error) {
      return encodeFault(1, String(error));
    }
  }

  #call(model: string, method: string, named: Named): RpcValue {
    const { value, rows } = this.#run(`${model}.${method}`, named);
    const counted = this.#counted[`${model}.${method}`] ??= { calls: 0, rows: 0 };
    counted.calls++;
    counted.rows += rows;
    return value;
  }

  #run(call: string, named: Named): { value: RpcValue; rows: number } {
    switch (call) {
      case "res.users.context_get":
        return { value: { lang: "en_US", tz: "UTC", uid: 2 }, rows: 0 };
      case "res.users.read":
        return { value: [{ id: 2, login: "admin" }], rows: 1 };
      case "ir.module.module.search_count":
        return { value: 0, rows: 0 };
      case "res.partner.fields_get":
        return { value: FIELDS, rows: 0 };
      case "ir.model.data.search_read":
        return counting(this.#known(wanted(named["domain"], "name")));
      case "res.partner.load":
        return counting(this.#load(named), "ids");
      case "res.partner.read":
        return counting(idsIn(named["ids"]).map((id) => rowOf(id)));
      case "res.partner.search_read":
        return counting(idsIn(wanted(named["domain"], "id")).map((id) => rowOf(id)));
      case "res.partner.search":
        return counting(idsIn(wanted(named["domain"], "id")));
      case "res.partner.write":
        return { value: true, rows: idsIn(named["ids"]).length };
    }
    throw new Error(
      `the counting stub does not know ${call}: ${JSON.stringify(named).slice(0, 300)}`,
    );
  }

  #known(names: readonly RpcValue[]): RpcValue[] {
    return names.flatMap((name) => {
      const number = numberIn(name);
      const isMade = (this.#made[number >> 3] ?? 0) & 1 << (number & 7);
      return isMade ? [{ id: number, name, model: "res.partner", res_id: FIRST + number }] : [];
    });
  }

  #load({ fields, data }: Named): { ids: RpcValue[]; messages: RpcValue[]; nextrow: number } {
    const columns = Array.isArray(fields) ? fields : [];
    const [id, byId] = [columns.indexOf("id"), columns.indexOf(".id")];
    const ids = (Array.isArray(data) ? data : []).map((row) => {
      const cells = Array.isArray(row) ? row : [];
      const number = byId < 0 ? numberIn(cells[id] ?? "") : Number(cells[byId]) - FIRST;
      this.#made[number >> 3] = (this.#made[number >> 3] ?? 0) | 1 << (number & 7);
      return FIRST + number;
    });
    return { ids, messages: [], nextrow: 0 };
  }
}

const POSITIONAL: Readonly<Record<string, readonly string[]>> = {
  load: ["fields", "data"],
  read: ["ids", "fields"],
  write: ["ids", "vals"],
  search: ["domain"],
  search_read: ["domain", "fields"],
  search_count: ["domain"],
};

const FIELDS: RpcValue = Object.fromEntries(
  [["id", "integer"], ["name", "char"], ["city", "char"], ["ref", "char"], ["active", "boolean"]]
    .map(([name = "", type = ""]) => [name, {
      type,
      string: name,
      store: true,
      required: false,
      readonly: name === "id",
      searchable: true,
      sortable: true,
      depends: [],
      company_dependent: false,
    }]),
);

function common(method: string) {
  return encodeResponse(
    method === "version" ? { server_version: "17.0", server_serie: "17.0" } : 2,
  );
}

function counting(rows: RpcValue[] | { ids: RpcValue[] } & Record<string, RpcValue>, _in?: "ids") {
  return { value: rows, rows: Array.isArray(rows) ? rows.length : rows.ids.length };
}

/** The values of the condition on a field. */
function wanted(domain: RpcValue | undefined, field: string): RpcValue[] {
  for (const leaf of Array.isArray(domain) ? domain : []) {
    if (Array.isArray(leaf) && leaf[0] === field && Array.isArray(leaf[2])) return leaf[2];
  }
  return [];
}

function idsIn(value: RpcValue | undefined): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

function rowOf(id: number): Record<string, RpcValue> {
  const { name, city, ref } = contact(id - FIRST - 1, TAG);
  return { id, name, city, ref, active: true };
}

/** The number at the end of an external id. */
function numberIn(xmlid: RpcValue): number {
  return Number(/\d+$/.exec(String(xmlid))?.[0] ?? 0);
}

if (import.meta.main) {
  const stub = new CountingStub();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => stub.answer(request),
  );
  console.log(`http://127.0.0.1:${server.addr.port}`);
  for await (const _ of Deno.stdin.readable) console.log(JSON.stringify(stub.count()));
  await server.shutdown();
}
