import { createOnce, type Odoo, type SourceRow } from "../../../mod.ts";
import { isList, isStruct, type RpcInput } from "../../values.ts";
import { checkNoMore, type Command, type Invocation, UsageError } from "../command.ts";
import { cut, valueOf } from "../json.ts";
import { checkingNames } from "../names.ts";
import { type Format, formatOf, isCsv } from "../output.ts";
import { phrasing } from "../phrases.ts";
import { checkReferences } from "../references.ts";
import { countedRecords, sourceValue, typesOf, writing } from "../records.ts";
import { connectBy } from "../settings.ts";
import { contentOf, modelIn, nameOf } from "../words.ts";

type Struct = { readonly [field: string]: RpcInput };

/** Makes records. */
export const create: Command = {
  usage: "create MODEL VALUES [--once]",
  details:
    `VALUES is a JSON object or a list of objects; or - for the standard input, which may be NDJSON as well. Prints the
ids, in the order of the objects. All records are made or none. When the answer is lost, nothing is repeated: look
whether the records are there before you try again.
With --once a lost answer does no harm: the records get random external ids, by which odeno knows them again. Those
that Odoo refuses are told with the reason, the others go in, and the exit code is 1. A many2one may then be an
external id such as "base.be"; commands to x2many fields are not taken.`,
  switches: { once: "repeat calls whose answer was lost, without making a record twice" },
  examples: [
    `odeno create res.partner '{"name": "Ana", "email": "ana@example.com"}'`,
    "odeno create res.partner - --once <partners.ndjson",
  ],
  async run(invocation) {
    const { args, flags, signal } = invocation;
    const [model, word, ...rest] = modelIn(args);
    if (word === undefined) {
      throw new UsageError('Values are needed, as a JSON object such as {"name": "Ana"}, or -');
    }
    checkNoMore(rest);
    const rows = rowsOf(await contentOf(word, invocation), word);
    const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const odoo = await connectBy(invocation);
    return await checkingNames(odoo, { model, fields }, signal, async () => {
      if (flags["once"]) return await createEach(odoo, { model, fields }, rows, invocation);
      await checkReferences(odoo, model, rows, signal);
      const printer = new IdPrinter(invocation);
      const send = () => odoo.model(model).createMany(rows, { signal });
      const ids = await phrasing(invocation, () => writing(send));
      for (const id of ids) printer.add(id);
      printer.end();
      return 0;
    });
  },
};

async function createEach(
  odoo: Odoo,
  { model, fields }: { model: string; fields: readonly string[] },
  rows: readonly Struct[],
  invocation: Invocation,
): Promise<number> {
  const { io, signal } = invocation;
  const types = await typesOf(odoo, model, fields, signal);
  const sources = rows.map((row) => sourceOf(row, types));
  const printer = new IdPrinter(invocation);
  let [place, refused] = [0, 0];
  for await (const { status, id, field, reason } of createOnce(odoo, model, sources, { signal })) {
    place++;
    if (id !== undefined) printer.add(id);
    if (status !== "created") refused++;
    const about = field === undefined ? "" : ` (${field})`;
    if (reason !== undefined) {
      io.err(`Object ${place}${about}: ${status}: ${reason}`, { level: "warn", status });
    }
  }
  printer.end();
  if (refused === 0) return 0;
  io.err(`${refused} of ${countedRecords(rows.length, model)} did not go in`, {
    level: "warn",
    code: 1,
  });
  return 1;
}

/** Writes ids, one a line and as they come. */
class IdPrinter {
  readonly #format: Format;
  readonly #io: Invocation["io"];
  readonly #kept: number[] = [];

  constructor({ flags, io }: Invocation) {
    this.#format = formatOf(flags, io);
    this.#io = io;
    if (isCsv(this.#format)) io.out("id");
  }

  add(id: number): void {
    if (this.#format === "json") this.#kept.push(id);
    else this.#io.out(String(id));
  }

  end(): void {
    if (this.#format === "json") this.#io.out(JSON.stringify(this.#kept));
  }
}

/** Values as rows of a source have them: Odoo's "no value", and many2one pairs, may come from what was read. */
function sourceOf(row: Struct, types: Readonly<Record<string, string>>): SourceRow {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    sourceValue(value, types[name]),
  ]);
  return Object.fromEntries(entries);
}

/** The objects of a text: one, a list of them, or one a line. */
function rowsOf(text: string, word: string): Struct[] {
  const rows = valuesOf(text, nameOf(word, "the values"), word !== "-");
  if (rows.length === 0) throw new UsageError("There is nothing to create: the list is empty");
  return rows.map((row, index) => {
    if (isStruct(row)) return row;
    const shown = cut(JSON.stringify(row));
    throw new UsageError(`The values of record ${index + 1} are no JSON object: ${shown}`);
  });
}

function valuesOf(text: string, where: string, isTyped: boolean): readonly RpcInput[] {
  const lines = text.trim().split(/\r?\n/);
  const isNdjson = lines.length > 1 && /^\{.*\}$/.test(lines[0]?.trim() ?? "");
  if (isNdjson) {
    return lines.flatMap((line, index) =>
      line.trim() === "" ? [] : [valueOf(line, `line ${index + 1} of ${where}`, isTyped)]
    );
  }
  const value = valueOf(text, where, isTyped);
  return isList(value) ? value : [value];
}
