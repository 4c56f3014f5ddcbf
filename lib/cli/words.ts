/**
 * What the words of a command line stand for: models, domains, fields and ids.
 *
 * @module
 */
import { type Domain, normalizeDomain } from "../domain.ts";
import type { OdooVersion } from "../client.ts";
import { OdooConfigError } from "../errors.ts";
import { isList, isStruct, type RpcInput } from "../values.ts";
import { type Flags, type Invocation, textOf, UsageError } from "./command.ts";
import { readAll } from "./io.ts";
import { cut, valueOf } from "./json.ts";

/** A word as it is, or for `-` all of the standard input. */
export async function contentOf(word: string, { io, signal }: Invocation): Promise<string> {
  return word === "-" ? await readAll(io, signal) : word;
}

/** The JSON value of a word; `what` says in a message which it is. */
export async function valueIn(
  word: string,
  what: string,
  invocation: Invocation,
): Promise<RpcInput> {
  return valueOf(await contentOf(word, invocation), nameOf(word, what), word !== "-");
}

/** What a word is called in messages. */
export function nameOf(word: string, what: string): string {
  return word === "-" ? `${what} on the standard input` : what;
}

/** The model, and the words behind it. */
export function modelIn(args: readonly string[]): [model: string, ...rest: string[]] {
  const [model, ...rest] = args;
  if (!model) throw new UsageError("A model is needed, such as res.partner");
  return [model, ...rest];
}

/** A domain; all records where none is given. What is wrong with it is found out before anything is sent. */
export async function domainOf(word = "[]", invocation: Invocation): Promise<Domain> {
  const value = await valueIn(word, "the domain", invocation);
  if (!isList(value)) {
    throw new UsageError(
      'A domain is a JSON list of conditions, such as [["name", "ilike", "inc"]]',
    );
  }
  try {
    return normalizeDomain(value);
  } catch (error) {
    if (!(error instanceof OdooConfigError)) throw error;
    throw new UsageError(`Cannot use the domain: ${error.message}`);
  }
}

/** Refuses an operator that the server does not know yet: it would answer with a mistake of its own. */
export function checkOperators(domain: Domain, { major, text }: OdooVersion): void {
  const isNew = (term: RpcInput) => isList(term) && (term[1] === "any" || term[1] === "not any");
  if (major >= 17 || !domain.some(isNew)) return;
  throw new OdooConfigError(
    `Cannot use the domain: "any" and "not any" are from Odoo 17 on, and this is ${text}; ` +
      'write the path to the field, such as ["country_id.code", "=", "BE"]',
  );
}

/** The fields that a domain names, without those inside of `any`, which are another model's. */
export function fieldsIn(domain: Domain): string[] {
  return domain.flatMap((term) =>
    isList(term) && typeof term[0] === "string" ? [firstPart(term[0])] : []
  );
}

/** The order of `--order`; nothing where it is not given. Odoo would tell of one that is none with words of odeno's own. */
export function orderOf(flags: Flags): string | undefined {
  const order = textOf(flags, "order");
  if (order === undefined || order.split(",").every((part) => ORDERED.test(part))) return order;
  throw new UsageError(
    `--order is fields with asc or desc and commas between them, such as "name desc, id", not "${order}"`,
  );
}

const ORDERED = /^\s*"?\w+(\.\w+)*(:\w+)?"?(\s+(asc|desc))?(\s+nulls\s+(first|last))?\s*$/i;

/** The fields that an order names. */
export function fieldsInOrder(order = ""): string[] {
  const parts = order.split(",").map((part) => part.trim().split(/\s/)[0] ?? "");
  return parts.filter((part) => part !== "").map(firstPart);
}

/** The fields of `--fields`; where it is not given, the name that a record is shown by. */
export function fieldsOf(flags: Flags): string[] {
  const names = textOf(flags, "fields")?.split(",").map((name) => name.trim());
  if (names?.includes("")) {
    throw new UsageError("--fields are names with commas between them, such as name,email");
  }
  return names ?? ["display_name"];
}

/** Ids, as words of their own or with commas between them. */
export function idsOf(words: readonly string[], where = "as an id"): number[] {
  return words.flatMap((word) => word.split(",")).map((text) => {
    const id = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(id) && id > 0) return id;
    throw new UsageError(`Cannot use "${cut(text)}" ${where}: an id is a whole number above 0`);
  });
}

/** Ids as words of their own, or for `-` of the standard input: as text, or of records in JSON. */
export async function idsFrom(
  words: readonly string[],
  invocation: Invocation,
): Promise<number[]> {
  if (words.length === 0) throw new UsageError("At least one id is needed, or -");
  if (!words.includes("-")) return idsOf(words);
  if (words.length > 1) {
    throw new UsageError("- stands for ids on the standard input, and for no more");
  }
  const ids = idsIn(await contentOf("-", invocation));
  if (ids.length === 0) invocation.io.err("There is no id on the standard input");
  return ids;
}

/** A JSON list, or a line each: numbers, or objects with an `id`. */
function idsIn(text: string): number[] {
  if (text.trim() === "") return [];
  if (/^\s*\[/.test(text)) {
    const list = valueOf(text, nameOf("-", "the ids"), false);
    return isList(list) ? list.map((each, index) => idIn(each, `Element ${index + 1}`)) : [];
  }
  return text.split(/\r?\n/).flatMap((line, index) => {
    const place = `line ${index + 1}`;
    if (line.trim() === "") return [];
    return line.trim().startsWith("{")
      ? [idIn(valueOf(line, nameOf("-", place), false), `Line ${index + 1}`)]
      : idsOf(line.trim().split(/[\s,]+/), nameOf("-", `of ${place}`));
  });
}

function idIn(value: RpcInput, place: string): number {
  const id = isStruct(value) ? value["id"] : value;
  if (typeof id === "number" && Number.isSafeInteger(id) && id > 0) return id;
  throw new UsageError(`${place} of the standard input has no id: ${cut(JSON.stringify(value))}`);
}

function firstPart(path: string): string {
  return path.split(/[.:]/)[0] ?? "";
}
