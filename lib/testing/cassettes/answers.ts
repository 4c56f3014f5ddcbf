/**
 * Answers as cassettes keep them: values in place of XML and of JSON texts wherever nothing is lost by that.
 *
 * @module
 */
import { encodeFault } from "../../xmlrpc/encode.ts";
import { isDict, type PythonValue } from "../python.ts";
import {
  hasSecretResult,
  isSecretName,
  type Secrets,
  strike,
  strikeTexts,
  STRUCK,
} from "../secrecy.ts";
import { readAnswer, writeAnswer } from "../server/arguments.ts";
import { readJson, writeJson } from "../server/json.ts";
import type { Asked, Question } from "./asked.ts";

/**
 * Ways to keep a body: a value of XML-RPC, its fault, JSON (without the id of JSON-RPC), a text by lines, and
 * bytes that are no text.
 */
export const BODIES = ["value", "fault", "json", "text", "base64"] as const;

/** A body as it is kept. */
export interface KeptBody {
  /** How it is kept. */
  readonly kind: typeof BODIES[number];
  /** What it says. */
  readonly content: PythonValue;
}

/** An answer as it is kept. */
export interface KeptAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Headers that matter to clients, without the content type that the protocol has anyway. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body. */
  readonly body: KeptBody;
}

const KEPT_HEADERS = ["allow", "content-type", "location", "retry-after", "www-authenticate"];

/** Reads an answer and learns its secrets. */
export async function readKeptAnswer(
  { protocol }: Asked,
  response: Response,
  secrets: Secrets,
): Promise<KeptAnswer> {
  const { status, headers } = response;
  const cookies = headers.getSetCookie();
  for (const cookie of cookies) secrets.learnCookies(cookie.split(";")[0] ?? "");
  const body = keptBody(protocol, await response.bytes());
  if (Array.isArray(body.content) && body.kind === "text") {
    secrets.learnText(body.content.join("\n"));
  } else secrets.learnNamed(body.content);
  const kept = KEPT_HEADERS.flatMap((name): [string, string][] => {
    const value = headers.get(name);
    const isUsual = name === "content-type" && value === usualType(protocol);
    return value === null || isUsual ? [] : [[name, value]];
  });
  return {
    status,
    body,
    headers: [...kept, ...cookies.map((one) => ["set-cookie", one] as const)],
  };
}

/** An answer without secrets. */
export function cleanAnswer(
  { call, args, kwargs }: Asked,
  { status, headers, body: { kind, content } }: KeptAnswer,
  { hide }: Secrets,
): KeptAnswer {
  return {
    status,
    headers: headers.map(([name, value]) => [
      name,
      hide(name === "set-cookie" ? value.replace(/=[^;]*/, `=${STRUCK}`) : cleanQuery(value)),
    ]),
    body: {
      kind,
      content: kind === "base64" && typeof content === "string"
        ? btoa(hide(atob(content)))
        : hasSecretResult(call, args, kwargs)
        ? strikeTexts(content)
        : strike(content, hide),
    },
  };
}

/** The response that an answer stands for. */
export function responseOf(
  { asked: { protocol }, id }: Question,
  { status, headers, body }: KeptAnswer,
): Response {
  const bytes = bytesOf(body, id);
  const response = new Response(bytes.length === 0 ? null : bytes, { status });
  const usual = usualType(protocol);
  if (usual !== undefined) response.headers.set("content-type", usual);
  for (const [name, value] of headers) {
    if (name === "set-cookie") response.headers.append(name, value);
    else response.headers.set(name, value);
  }
  return response;
}

function keptBody(protocol: string, bytes: Uint8Array<ArrayBuffer>): KeptBody {
  const text = textOf(bytes);
  if (text === undefined) return { kind: "base64", content: btoa(latin1(bytes)) };
  const lines: KeptBody = { kind: "text", content: text.split("\n") };
  try {
    return (/^xmlrpc/.test(protocol) ? keptXml(bytes, text) : keptJson(text)) ?? lines;
  } catch {
    return lines;
  }
}

/** XML-RPC as values, where writing them again gives the same XML, but for the blanks of Odoo 19. */
function keptXml(bytes: Uint8Array, text: string): KeptBody | undefined {
  const answer = readAnswer(bytes);
  const body: KeptBody = "value" in answer ? { kind: "value", content: answer.value } : {
    kind: "fault",
    content: { code: answer.fault.code, text: answer.fault.text.split("\n") },
  };
  const again = textOf(bytesOf(body, undefined)) ?? "";
  return sameLayout(again) === sameLayout(text) ? body : undefined;
}

function sameLayout(xml: string): string {
  return xml.replace(/^<\?xml version=["']1\.0["']\?>\s*/, "").replace(
    /\s+<\/methodResponse>\s*$/,
    "",
  );
}

function keptJson(text: string): KeptBody | undefined {
  const value = readJson(text);
  if (!isExact(value)) return undefined;
  if (!isDict(value) || value["jsonrpc"] === undefined) return { kind: "json", content: value };
  const { id: _id, ...content } = value;
  return { kind: "json", content };
}

/** Whether all integers are as they were in the text. */
function isExact(value: PythonValue): boolean {
  if (typeof value === "number") return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.every(isExact);
  return !isDict(value) || Object.values(value).every(isExact);
}

function bytesOf(
  { kind, content }: KeptBody,
  id: PythonValue | undefined,
): Uint8Array<ArrayBuffer> {
  switch (kind) {
    case "value":
      return writeAnswer(content);
    case "fault": {
      const { code = 1, text = [] } = isDict(content) ? content : {};
      return encodeFault(typeof code === "number" ? code : String(code), joined(text));
    }
    case "json":
      return encode(writeJson(withId(content, id)));
    case "text":
      return encode(joined(content));
    case "base64":
      return Uint8Array.from(atob(String(content)), (letter) => letter.charCodeAt(0));
  }
}

/** JSON-RPC answers with the id that it was asked with. */
function withId(content: PythonValue, id: PythonValue | undefined): PythonValue {
  if (!isDict(content) || content["jsonrpc"] === undefined) return content;
  return { ...content, jsonrpc: "2.0", id: id ?? null };
}

function cleanQuery(text: string): string {
  return text.replace(
    /([?&])([^=&#]*)=([^&#]*)/g,
    (all, mark, name) => isSecretName(name) ? `${mark}${name}=${STRUCK}` : all,
  );
}

function usualType(protocol: string): string | undefined {
  if (/^xmlrpc/.test(protocol)) return "text/xml; charset=utf-8";
  return protocol === "http" ? undefined : "application/json; charset=utf-8";
}

function joined(lines: PythonValue): string {
  return Array.isArray(lines) ? lines.join("\n") : String(lines);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
