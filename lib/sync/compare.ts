/**
 * When a value that is in Odoo equals a cell.
 *
 * @module
 */
import type { RpcValue } from "../values.ts";
import { type Cell, referencesOf } from "./cells.ts";

/** The values of a record. */
export type RecordValues = { readonly [field: string]: RpcValue };

/** What a comparison needs to know besides. */
export interface Known {
  /** The database id that a reference of a cell leads to. */
  targetOf(cell: Cell, reference: string): number | undefined;
  /** Digits after the point of amounts in a currency. */
  decimalsOf(currency: number): number | undefined;
}

/** Whether a record already holds what the cell says: in the form in which Odoo keeps values of the type. */
export function isSame(cell: Cell, record: RecordValues, known: Known): boolean {
  const { field, text } = cell;
  const current = record[field.name];
  if (text === "" || field.type === "many2many") {
    if (field.type === "many2many") return isSameSet(cell, current, known);
    return current === false || current === 0 || current === "" || current === undefined ||
      current === null;
  }
  switch (field.type) {
    case "boolean":
      return current === (text === "1");
    case "integer":
      return current === Number(text);
    case "float":
      return isSameNumber(text, current, field.decimals);
    case "monetary":
      return isSameNumber(text, current, field.decimals ?? decimalsOf(cell, record, known));
    case "many2one":
      return known.targetOf(cell, text) === idOf(current);
    // What is not cleaned on the way in differs from what was sent only in its outermost paragraph
    case "html":
      return current === text || current === `<p>${text}</p>`;
    default:
      return typeof current === "string" && withPlainBreaks(current) === withPlainBreaks(text);
  }
}

/**
 * Whether Odoo has kept what it was sent, as far as values can tell: html is written anew by it, so that its text alone
 * is compared.
 */
export function isKept(cell: Cell, record: RecordValues, known: Known): boolean {
  if (isSame(cell, record, known)) return true;
  const current = record[cell.field.name];
  return cell.field.type === "html" && typeof current === "string" &&
    textOf(current) === textOf(cell.text);
}

function isSameSet(cell: Cell, current: RpcValue | undefined, known: Known): boolean {
  const sent = new Set(referencesOf(cell).map((each) => known.targetOf(cell, each)));
  const kept = new Set(Array.isArray(current) ? current : []);
  return sent.size === kept.size && [...sent].every((id) => id !== undefined && kept.has(id));
}

function isSameNumber(text: string, current: RpcValue | undefined, decimals?: number): boolean {
  const sent = Number(text);
  return (decimals === undefined ? sent : roundHalfUp(sent, decimals)) === current;
}

function decimalsOf({ field }: Cell, record: RecordValues, known: Known): number | undefined {
  const currency = idOf(record[field.currency]);
  return currency === undefined ? undefined : known.decimalsOf(currency);
}

/** As Odoo rounds a float with digits: 1.005 to 1.01, although the binary number is the last bit or two smaller. */
function roundHalfUp(value: number, decimals: number): number {
  const scaled = Math.abs(value) * 10 ** decimals;
  const rounded = Math.round(scaled * (1 + 2 ** -51)) / 10 ** decimals;
  return value < 0 ? -rounded : rounded;
}

function idOf(value: RpcValue | undefined): number | undefined {
  const id = Array.isArray(value) ? value[0] : value;
  return typeof id === "number" ? id : undefined;
}

function withPlainBreaks(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
  "&amp;": "&",
};

/** The text of html, without its blanks. */
function textOf(html: string): string {
  // Where no tag ends any more, none begins
  const end = html.lastIndexOf(">") + 1;
  return (html.slice(0, end).replace(/<\/?[A-Za-z!][^>]*>/g, "") + html.slice(end))
    .replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, "");
}
