/**
 * The file of a cassette: JSON, with as much on a line as fits.
 *
 * @module
 */
import { OdooError } from "../../errors.ts";
import { isDict, type PythonValue } from "../python.ts";
import { readJson, writeJson } from "../server/json.ts";
import { BODIES, type KeptAnswer, type KeptBody } from "./answers.ts";
import type { Asked } from "./asked.ts";

/** What goes wrong with a cassette: a file that cannot be used, or a request that it has no answer for. */
export class CassetteError extends OdooError {
  /** Name of the class, for logs. */
  override name = "CassetteError";
}

/** A request and its answer. */
export interface Entry {
  /** The request. */
  readonly asked: Asked;
  /** Its answer. */
  readonly answer: KeptAnswer;
}

const FORMAT = 1;
const LINE_WIDTH = 100;

/** Reads a cassette; `undefined` where there is no such file. */
export function readEntries(path: string): Entry[] | undefined {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new CassetteError(`Cannot read the cassette ${path}: ${reason(error, "read", path)}`);
  }
  return entriesOf(path, text);
}

/** Writes a cassette, and the folder that it is in. */
export async function writeEntries(path: string, entries: readonly Entry[]): Promise<void> {
  const written = entries.map((entry) => layOut(toJson(entry), "    "));
  const text = `{\n  "cassette": ${FORMAT},\n  "entries": [\n    ${
    written.join(",\n    ")
  }\n  ]\n}\n`;
  try {
    const folder = path.replace(/[^/\\]*$/, "");
    if (folder !== "") await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(path, text);
  } catch (error) {
    throw new CassetteError(`Cannot write the cassette ${path}: ${reason(error, "write", path)}`);
  }
}

function reason(error: unknown, what: "read" | "write", path: string): string {
  if (error instanceof Deno.errors.NotCapable) return `run with --allow-${what}=${path}`;
  return error instanceof Error ? error.message.replace(/ \(os error \d+\).*/s, "") : String(error);
}

function entriesOf(path: string, text: string): Entry[] {
  const wrong = (what: string) => new CassetteError(`Cannot read the cassette ${path}: ${what}`);
  let value: PythonValue;
  try {
    value = readJson(text);
  } catch (error) {
    throw wrong(`it is no JSON (${error instanceof Error ? error.message : error})`);
  }
  if (!isDict(value) || !Array.isArray(value["entries"])) throw wrong("it has no list of entries");
  if (value["cassette"] !== FORMAT) throw wrong("another version of odeno has written it");
  return value["entries"].map((entry, index) => {
    const read = entryOf(entry);
    if (read) return read;
    throw wrong(`entry ${index + 1} has no request and answer that can be understood`);
  });
}

function toJson({ asked, answer: { status, headers, body } }: Entry): PythonValue {
  const { protocol, call, args, kwargs } = asked;
  return {
    protocol,
    call,
    ...(args.length > 0 && { args: [...args] }),
    ...(Object.keys(kwargs).length > 0 && { kwargs: { ...kwargs } }),
    ...(status !== 200 && { status }),
    ...(headers.length > 0 && { headers: headers.map((header) => [...header]) }),
    [body.kind]: body.content,
  };
}

function entryOf(value: PythonValue): Entry | undefined {
  if (!isDict(value)) return undefined;
  const { protocol, call, args = [], kwargs = {}, status = 200, headers = [] } = value;
  const body = bodyOf(value);
  if (typeof protocol !== "string" || typeof call !== "string" || !body) return undefined;
  if (!Array.isArray(args) || !isDict(kwargs) || typeof status !== "number") return undefined;
  if (!Array.isArray(headers)) return undefined;
  const pairs = headers.map((header) =>
    Array.isArray(header) ? [String(header[0]), String(header[1])] as const : ["", ""] as const
  );
  return { asked: { protocol, call, args, kwargs }, answer: { status, headers: pairs, body } };
}

function bodyOf(value: { readonly [name: string]: PythonValue }): KeptBody | undefined {
  const kind = BODIES.find((name) => value[name] !== undefined);
  const content = kind && value[kind];
  return kind === undefined || content === undefined ? undefined : { kind, content };
}

/** JSON with whatever fits on a line on one. */
function layOut(value: PythonValue, indent: string): string {
  const line = writeJson(value);
  if (indent.length + line.length <= LINE_WIDTH) return line;
  const inside = indent + "  ";
  if (Array.isArray(value)) {
    const items = value.map((item) => inside + layOut(item, inside));
    return `[\n${items.join(",\n")}\n${indent}]`;
  }
  if (!isDict(value)) return line;
  const members = Object.entries(value).map(([name, member]) =>
    `${inside}${writeJson(name)}: ${layOut(member, inside)}`
  );
  return `{\n${members.join(",\n")}\n${indent}}`;
}
