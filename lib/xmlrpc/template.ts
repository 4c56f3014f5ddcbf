/**
 * A short cut for rows: structs that follow each other in an array, such as the records of `search_read`.
 *
 * Such rows differ in their values, while the bytes between one value and the next are the same in each:
 *
 * ```xml
 * </value>
 * </member>
 * <member>
 * <name>email</name>
 * <value>
 * ```
 *
 * The scanner reads the first row tag by tag, and {@linkcode RowMarks} notes where its values are. A
 * {@linkcode RowTemplate} keeps the bytes between them, and passes them in the rows to come in one comparison each. It
 * compares all of them: what the scanner has accepted once, it would accept again. The values themselves are read as
 * everywhere. A row that is written in another way is read again by the scanner, from its start, and is the next to
 * learn from.
 *
 * @module
 */
import type { RpcValue } from "../values.ts";
import { Span } from "./names.ts";
import type { ByteWindow } from "./window.ts";

/** A struct of the values of a row. */
type Build = (values: readonly RpcValue[]) => { [key: string]: RpcValue };

/** How many rows may be learned from and predict nothing. Where all rows differ, a template only takes time. */
const MOST_VAIN = 16;

/** Where the values of a row are, noted by whoever reads it tag by tag. */
export class RowMarks {
  /** Where the inside of the row starts. */
  readonly start: number;
  /** Names of the values, in order. */
  readonly keys: string[] = [];
  /** Where each value starts and ends: what is inside of its `<value>`. */
  readonly places: number[] = [];

  /** Takes where the row starts, counted in the bytes at hand. */
  constructor(start: number) {
    this.start = start;
  }
}

/** Reads rows that are written like the one it has learned from. */
export class RowTemplate {
  readonly #window: ByteWindow;
  readonly #content: (depth: number) => RpcValue;
  /** What stands before each value. */
  #before: readonly Span[] = [];
  /** What stands after the last one. */
  #after: Span | undefined;
  #values: RpcValue[] = [];
  #depth: number | undefined;
  #build: Build = () => ({});
  #vain = 0;

  /** Takes the bytes, and what reads the inside of a `<value>` that is in so many arrays and structs. */
  constructor(window: ByteWindow, content: (depth: number) => RpcValue) {
    this.#window = window;
    this.#content = content;
  }

  /**
   * Whether it is worth a try with a row that is inside of so many arrays and structs. Rows inside of rows are not:
   * to read them again for each row around them that differs would take too long.
   */
  serves(depth: number): boolean {
    this.#depth ??= depth;
    return depth === this.#depth && this.#vain < MOST_VAIN;
  }

  /** Reads the inside of a row from after its `<struct>`, or reads nothing where it differs. */
  read(): RpcValue | undefined {
    const { at } = this.#window;
    const row = this.#row();
    if (row === undefined) this.#window.at = at;
    return row;
  }

  /** Learns from a row that was read just now. */
  learn({ start, keys, places }: RowMarks): void {
    this.#vain++;
    // A value without an inside has no place; a key that comes twice, or means something, needs more than an assignment.
    const usual = places.length === 2 * keys.length && new Set(keys).size === keys.length &&
      !keys.includes("__proto__");
    if (!usual || keys.length === 0) return;
    const { bytes, at } = this.#window;
    const edges = [start, ...places, at];
    this.#before = keys.map((_, index) => piece(bytes, edges, index));
    this.#after = piece(bytes, edges, keys.length);
    this.#values = new Array<RpcValue>(keys.length).fill(null);
    this.#build = builder(keys);
  }

  #row(): RpcValue | undefined {
    const window = this.#window;
    const before = this.#before;
    const values = this.#values;
    if (this.#after === undefined) return undefined;
    const depth = this.#depth! + 1;
    for (let index = 0; index < before.length; index++) {
      if (!window.crosses(before[index]!)) return undefined;
      values[index] = this.#content(depth);
    }
    if (!window.crosses(this.#after)) return undefined;
    this.#vain = 0;
    return this.#build(values);
  }
}

/** The bytes from the end of the value before to the start of that value. */
function piece(bytes: Uint8Array, edges: readonly number[], index: number): Span {
  return new Span(bytes.subarray(edges[2 * index], edges[2 * index + 1]));
}

/**
 * Makes structs of these keys: copies of one that has them all are faster to fill than an empty one, and smaller.
 * Generated code would make decoding 1.1 times as fast, which is too little to be worth it.
 */
function builder(keys: readonly string[]): Build {
  // Of an object from JSON, V8 knows how many properties there will be, and keeps them inside of it.
  const shape: { [key: string]: RpcValue } = JSON.parse(
    JSON.stringify(Object.fromEntries(keys.map((key) => [key, null]))),
  );
  return (values) => {
    const struct = { ...shape };
    for (let index = 0; index < keys.length; index++) struct[keys[index]!] = values[index]!;
    return struct;
  };
}
