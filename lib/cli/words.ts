/**
 * What the words of a command line stand for: models, domains, fields and ids.
 *
 * @module
 */
import { type Domain, normalizeDomain } from "../domain.ts";
import type { OdooVersion } from "../client.ts";
import { OdooConfigError } from "../errors.ts";
import { isList, type RpcInput } from "../values.ts";
import { type Flags, type Invocation, textOf, UsageError } from "./command.ts";
import { readAll } from "./io.ts";
import { cut, valueOf } from "./json.ts";

/** A word as it is, or for `-` all of the standard input. */
export async function contentOf(word: string, { io, signal }: Invocation): Promise<string> {
  return word === "-" ? await readAll(io, signal) : word;
}

/** The model, and the words behind it. */
export function modelIn(args: readonly string[]): [model: string, ...rest: string[]] {
  const [model, ...rest] = args;
  if (!model) throw new UsageError("A model is needed, such as res.partner");
  return [model, ...rest];
}

/** A domain; all records where none is given. What is wrong with it is found out before anything is sent. */
export async function domainOf(word = "[]", invocation: Invocation): Promise<Domain> {
  const value = valueOf(await contentOf(word, invocation), "the domain");
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

function firstPart(path: string): string {
  return path.split(/[.:]/)[0] ?? "";
}
