import { assertEquals } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import type { RpcValue } from "../lib/values.ts";
import { decodeResponse } from "../lib/xmlrpc/decode.ts";
import { encodeCall } from "../lib/xmlrpc/encode.ts";

/** A call that was made to a real server, and in what its answer consisted. */
interface Recorded {
  name: string;
  path: string;
  http?: string;
  type?: string;
  user?: "demo";
  call?: [method: string, ...params: RpcValue[]];
  body?: string;
  want: string;
}

for (const version of [14, 17, 19] as const) {
  Deno.test(`OdooSimulator answers recorded calls as Odoo ${version} did`, async () => {
    const file = new URL(`fixtures/simulator/${version}.json`, import.meta.url);
    const recorded: { partners: number[]; cases: Recorded[] } = JSON.parse(
      await Deno.readTextFile(file),
    );
    const server = prepare(version, recorded.partners);
    const keys = { admin: server.config.apiKey, demo: server.addApiKey("demo", "test") };
    for (const one of recorded.cases) {
      const key = keys[one.user ?? "admin"];
      const method = one.http ?? "POST";
      const response = await server.fetch(`${server.config.url}${one.path}`, {
        method,
        headers: { "content-type": one.type ?? "text/xml" },
        ...(method === "POST" || method === "PUT" ? { body: bodyOf(one, key) } : {}),
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      assertEquals(summary(response.status, bytes), one.want, one.name);
    }
  });
}

/** Records with the ids that the recorded calls speak of. */
function prepare(version: 14 | 17 | 19, ids: number[]): OdooSimulator {
  const azure = { name: "Azure Interior", is_company: true };
  const partners = ids.map((id) => ({
    id,
    name: `Partner ${id}`,
    ref: `P5-${id}`,
    country_id: 31,
  }));
  const tags = Array.from({ length: 12 }, (_, index) => ({
    id: index + 1,
    name: ["Prospects", "Services"][index] ?? `Tag ${index}`,
  }));
  const records = {
    "res.partner": [{ id: 14, ...azure }, { id: 15, ...azure }, ...partners],
    "res.partner.category": tags,
  };
  return new OdooSimulator(records, { version, db: `odoo${version}` });
}

function bodyOf({ call, body = "" }: Recorded, key: string): Uint8Array<ArrayBuffer> {
  if (!call) return new TextEncoder().encode(body.replace("KEY", key));
  const [method, ...params] = call;
  return encodeCall(method, params.map((param) => param === "KEY" ? key : param), { i8: true });
}

/** The code and the text of a fault, or the shape of a value: ids and stamps differ from database to database. */
function summary(status: number, bytes: Uint8Array): string {
  if (status !== 200) return `HTTP ${status}`;
  const answer = decodeResponse(bytes);
  if ("value" in answer) return shape(answer.value);
  const { code, text } = answer.fault;
  const last = text.startsWith("Traceback") ? text.trim().split("\n").at(-1) ?? "" : text;
  return `fault ${mask(String(code))}: ${mask(last)}`;
}

function mask(text: string): string {
  return text.replace(/User: \d+/, "User: N").replace(/\b\d{3,}\b/g, "N");
}

function shape(value: RpcValue | undefined): string {
  if (Array.isArray(value)) return `[${value.length > 0 ? shape(value[0]) : ""}]`;
  if (typeof value !== "object" || value === null) {
    return typeof value === "boolean" ? String(value) : typeof value;
  }
  return `{${Object.entries(value).map(([key, member]) => `${key}:${shape(member)}`).join(",")}}`;
}
