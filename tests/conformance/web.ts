/**
 * The web client of a scenario: sessions with a cookie, and bare JSON-RPC. What comes back is short enough to be noted.
 *
 * @module
 */
import type { RpcValue } from "../../lib/values.ts";
import type { Session } from "./session.ts";

/** How a request ended: its value, or what an error says of itself. */
export type Answer = { value: RpcValue } | { error: RpcValue };

/** Calls a service over `/jsonrpc`, whatever the protocol of the scenario is. `args` may be JSON text. */
export async function callService(
  odoo: Session,
  service: string,
  method: string,
  args: RpcValue | string,
): Promise<Answer> {
  const text = typeof args === "string" ? args : JSON.stringify(args);
  const body =
    `{"id": 1, "params": {"service": "${service}", "method": "${method}", "args": ${text}}}`;
  return await answerOf(await odoo.fetch("/jsonrpc", post(body)));
}

/** A visitor of the web client. */
export class Visitor {
  #cookie = "";
  readonly #odoo: Session;

  constructor(odoo: Session) {
    this.#odoo = odoo;
  }

  /** Signs in. */
  async signIn(login: string, password: string, db = this.#odoo.db): Promise<Answer> {
    return await this.visit("/web/session/authenticate", { db, login, password });
  }

  /** Calls a method of a model. */
  async call(
    model: string,
    method: string,
    args: RpcValue[] = [],
    kwargs: Record<string, RpcValue> = {},
  ): Promise<Answer> {
    return await this.visit("/web/dataset/call_kw", { model, method, args, kwargs });
  }

  /** Posts to an address. */
  async visit(path: string, params: Record<string, RpcValue>): Promise<Answer> {
    const { headers, ...init } = post(JSON.stringify({ id: 1, params }));
    const cookie = this.#cookie === "" ? {} : { cookie: `session_id=${this.#cookie}` };
    const response = await this.#odoo.fetch(path, { ...init, headers: { ...headers, ...cookie } });
    for (const set of response.headers.getSetCookie()) {
      this.#cookie = /^session_id=([^;]*)/.exec(set)?.[1] ?? this.#cookie;
    }
    return await answerOf(response);
  }
}

function post(body: string) {
  return { method: "POST", headers: { "content-type": "application/json" }, body };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  if (!response.headers.get("content-type")?.startsWith("application/json")) {
    return { error: { status: response.status } };
  }
  const { result = null, error } = JSON.parse(text);
  if (!error) return { value: result };
  const { name, message } = error.data;
  return { error: { code: error.code, name, message } };
}

/** An answer as it is noted. */
export function outcome(answer: Answer): RpcValue {
  return "value" in answer ? answer.value : { error: answer.error };
}

/** The value of an answer, `null` where there is none. */
export function valueOf(answer: Answer): RpcValue {
  return "value" in answer ? answer.value : null;
}

/** The records in an answer. */
export function rows(answer: Answer): Record<string, RpcValue>[] {
  const value = valueOf(answer);
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Some members of an answer. */
export function pick(answer: Answer, names: string[]): Record<string, RpcValue> {
  const value = valueOf(answer);
  if (!isRecord(value)) return {};
  return Object.fromEntries(names.map((name) => [name, value[name] ?? null]));
}

/** Whether a value is a struct. */
export function isRecord(value: RpcValue): value is { [key: string]: RpcValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array);
}

/** An answer but for one of its members. */
export function without(answer: Answer, name: string): RpcValue {
  const value = valueOf(answer);
  if (!isRecord(value)) return outcome(answer);
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

/** What was wrong, where the value does not matter. */
export function faultOnly(answer: Answer): RpcValue {
  return "value" in answer ? "accepted" : { error: answer.error };
}
