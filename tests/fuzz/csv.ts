/**
 * Damaged CSV: read whole and in chunks alike, and what is taken comes back from what is written of it.
 *
 * @module
 */
import { CsvFileError, readCsv, writeCsvLine } from "../../lib/files/mod.ts";
import { isEqual } from "./equal.ts";
import { type Announce, ByteFuzzer, Finding } from "./fuzzer.ts";
import { chunksOf, Mutator, Random, seedOf } from "./random.ts";

const SEEDS = [
  'no,name,city\r\n1,Azur,Gent\r\n2,"Bo, & Co","a\nb"\r\n',
  'no;name\n1;"say ""hi"""\n\n2;é\n',
  "\ufeffid\tname\r1\tx\r2\t y \r",
  "a|b\n1|2|3\n4\n",
  '"a","b"\n"",""\n"=1+1","\r\n"\n',
  "__proto__,constructor\n1,2\n",
];
const WORDS = [
  ..."\",;\t|\n\r 'é=\ufeff\u0000",
  '""',
  '"\n"',
  "\r\n",
  ",,",
  "\n\n",
  '","',
  "\u00a0",
];

/** Looks for mistakes of the reader of CSV. */
export function csvFuzzer(announce: Announce): ByteFuzzer {
  const seeds = SEEDS.map((text) => new TextEncoder().encode(text));
  return new ByteFuzzer("csv", new Mutator(seeds, WORDS), check, announce);
}

async function check(bytes: Uint8Array): Promise<void> {
  const random = new Random(seedOf(bytes));
  const whole = await outcome([bytes]);
  const pieces = await outcome(chunksOf(bytes, random));
  if (!isEqual(pieces, whole)) {
    throw new Finding(`in chunks it is other: ${Deno.inspect(pieces)} and ${Deno.inspect(whole)}`);
  }
  if (typeof whole === "string" || whole.length === 0 || random.below(4) > 0) return;
  const names = Object.keys(whole[0]!);
  const cells = [names, ...whole.map((row) => names.map((name) => row[name] ?? ""))];
  // The first name may begin with what would be taken for the mark of the file
  const text = "\ufeff" + cells.map((row) => writeCsvLine(row)).join("");
  const again = await outcome([new TextEncoder().encode(text)], ",");
  // Rows without any text are written as empty lines where there is one column
  if (names.length > 1 && !isEqual(again, whole)) {
    throw new Finding(`written and read again it is other: ${Deno.inspect(again)}`);
  }
}

/** The rows, or why there are none. */
async function outcome(
  chunks: readonly Uint8Array[],
  delimiter?: string,
): Promise<Record<string, string>[] | string> {
  const rows: Record<string, string>[] = [];
  try {
    for await (const { values } of readCsv(ReadableStream.from(chunks), { delimiter })) {
      rows.push(values);
    }
    return rows;
  } catch (error) {
    if (error instanceof CsvFileError) return "refused";
    throw error;
  }
}
