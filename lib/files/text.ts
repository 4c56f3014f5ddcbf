/**
 * The text of a file, whatever its encoding.
 *
 * @module
 */
import { CsvFileError } from "./errors.ts";

/** Text while it arrives. A byte order mark, which is left out, says more than the encoding that is asked for. */
export async function* decoded(
  source: string | URL | ReadableStream<Uint8Array>,
  encoding: string | undefined,
): AsyncGenerator<string> {
  const bytes = source instanceof ReadableStream ? source : (await Deno.open(source)).readable;
  const decoder = new Decoder(encoding);
  // A byte order mark has up to three bytes, which may come one by one
  let begin: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of bytes) {
    if (begin) begin = concat(begin, chunk);
    if (begin && begin.length < 3) continue;
    yield decoder.decode(begin ?? chunk, true);
    begin = undefined;
  }
  yield decoder.decode(begin ?? new Uint8Array(), false);
}

class Decoder {
  readonly #asked: string | undefined;
  #decoder: TextDecoder | undefined;
  #marked: string | undefined;
  #line = 1;

  constructor(encoding: string | undefined) {
    this.#asked = encoding;
  }

  decode(bytes: Uint8Array, stream: boolean): string {
    const decoder = this.#decoder ??= this.#chosen(bytes);
    try {
      const text = decoder.decode(bytes, { stream });
      this.#line += text.split("\n").length - 1;
      return text;
    } catch (error) {
      const before = decoder.encoding === "utf-8" ? linesBeforeBad(bytes) : 0;
      throw new CsvFileError(this.#undecodable(this.#line + before), { cause: error });
    }
  }

  #chosen(begin: Uint8Array): TextDecoder {
    this.#marked = markOf(begin);
    const encoding = this.#marked ?? this.#asked ?? "utf-8";
    try {
      return new TextDecoder(encoding, { fatal: true });
    } catch (error) {
      throw new CsvFileError(`There is no encoding "${encoding}"`, { cause: error });
    }
  }

  #undecodable(line: number): string {
    if (this.#marked !== undefined) {
      const name = this.#marked.toUpperCase();
      return `The file is not ${name} in line ${line}, although it begins with the mark of ${name}: save it again`;
    }
    return this.#asked === undefined
      ? `The file is not UTF-8 in line ${line}: save it as UTF-8, or say its encoding, such as windows-1252`
      : `The file is not ${this.#asked} in line ${line}: say another encoding, or save it as UTF-8`;
  }
}

function markOf([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

/** How many lines of UTF-8 stand before the first that is none. */
function linesBeforeBad(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  // The end of a letter that began in the bytes before these
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  for (let count = 0;; count++) {
    const end = bytes.indexOf(0x0a, start);
    try {
      decoder.decode(end < 0 ? bytes.subarray(start) : bytes.subarray(start, end + 1), {
        stream: end < 0,
      });
    } catch {
      return count;
    }
    if (end < 0) return 0;
    start = end + 1;
  }
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
