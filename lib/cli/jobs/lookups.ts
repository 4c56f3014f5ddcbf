/**
 * Records that rows refer to by the value of a field: asked for once, many at a time.
 *
 * @module
 */
import { OdooConfigError } from "../../errors.ts";
import type { CallOptions, RpcInput } from "../../values.ts";
import type { FieldMap, Lookup, Rule } from "./map.ts";
import type { SourceRecord } from "./source.ts";
import { fieldTypes, type Way } from "./way.ts";

type LookupRule = Rule & { kind: "lookup" };

/** Types of fields that a value of a file can be looked up in. */
const TYPES = ["char", "text", "selection", "integer"];
/** Values of one call. */
const CHUNK = 500;

/** What was found so far. */
export class Lookups {
  readonly #way: Way;
  readonly #rules: readonly LookupRule[];
  readonly #options: CallOptions;
  /** Ids by model and field, then by value. */
  readonly #found = new Map<string, Map<string, number[]>>();
  /** Those of the fields that hold whole numbers. */
  readonly #integers = new Set<string>();

  /** Takes the map whose rules are asked for, and the context of the job. */
  constructor(way: Way, map: FieldMap | undefined, context: CallOptions["context"]) {
    this.#way = way;
    this.#rules = [...map?.values() ?? []].filter((rule) => rule.kind === "lookup");
    // Names as they are in the language that values are sent in, archived records too
    this.#options = {
      signal: way.signal,
      context: { lang: "en_US", ...context, active_test: false },
    };
  }

  /** Looks up what rows refer to, as far as it is not known yet; without rows, only whether that can be done. */
  async prepare(rows: readonly SourceRecord[]): Promise<void> {
    for (const rule of this.#rules) {
      const known = await this.#knownOf(rule.lookup);
      const texts = new Set(rows.map((row) => textOf(rule, row[rule.column])));
      const wanted = [...texts].filter((text) => text !== "" && !known.has(text));
      for (let start = 0; start < wanted.length; start += CHUNK) {
        await this.#ask(rule.lookup, wanted.slice(start, start + CHUNK), known);
      }
    }
  }

  /** The ids of the records that have a value. */
  get(rule: LookupRule, value: unknown): readonly number[] {
    return this.#found.get(nameOf(rule.lookup))?.get(textOf(rule, value)) ?? [];
  }

  async #ask({ model, by }: Lookup, texts: string[], known: Map<string, number[]>): Promise<void> {
    for (const text of texts) known.set(text, []);
    const values: RpcInput[] = this.#integers.has(nameOf({ model, by }))
      ? texts.filter((text) => /^-?\d+$/.test(text)).map(Number)
      : texts;
    const options = { ...this.#options, fields: [by] };
    const rows = await this.#way.odoo.model(model).searchRead([[by, "in", values]], options);
    for (const row of rows) known.get(String(row[by]))?.push(row.id);
  }

  /** What is known of a field, which is looked at once. */
  async #knownOf(lookup: Lookup): Promise<Map<string, number[]>> {
    const name = nameOf(lookup);
    const before = this.#found.get(name);
    if (before) return before;
    const { model, by } = lookup;
    const { [by]: type = "" } = await fieldTypes(this.#way, model, [by]);
    if (!TYPES.includes(type)) {
      throw new OdooConfigError(
        `Cannot look up records of ${model} by "${by}": the field is of type ${type}`,
      );
    }
    if (type === "integer") this.#integers.add(name);
    const known = new Map<string, number[]>();
    this.#found.set(name, known);
    return known;
  }
}

function nameOf({ model, by }: Lookup): string {
  return `${model} ${by}`;
}

/** A value of a row, as it is looked up. */
function textOf({ letters }: LookupRule, value: unknown): string {
  const text = value === undefined || value === null || value === false ? "" : String(value).trim();
  if (letters === "upper") return text.toUpperCase();
  return letters === "lower" ? text.toLowerCase() : text;
}
