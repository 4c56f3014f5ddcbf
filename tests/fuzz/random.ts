/**
 * Chance that can be had again, and bytes that are damaged by it.
 *
 * @module
 */

/** Numbers by chance, the same ones for the same seed (xorshift, 32 bits). */
export class Random {
  #state: number;

  /** Takes a seed. */
  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) | 1;
  }

  /** A whole number of 32 bits. */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }

  /** A whole number below that one. */
  below(count: number): number {
    return this.next() % count;
  }

  /** One of them. */
  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

/** A seed that is the same for the same bytes, so that a case is its bytes and nothing else. */
export function seedOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** Bytes cut into chunks: mostly few, at times one for each byte. */
export function chunksOf(bytes: Uint8Array, random: Random): Uint8Array[] {
  // Byte by byte takes long, so that only short ones are at times
  const all = bytes.length < 200 && random.below(4) === 0 ? bytes.length : 5;
  const pieces = random.one([2, 2, 2, 2, 3, 3, all]);
  const cuts = Array.from({ length: pieces - 1 }, () => random.below(bytes.length + 1));
  cuts.sort((one, other) => one - other);
  return [0, ...cuts].map((cut, index) => bytes.subarray(cut, cuts[index] ?? bytes.length));
}

const ENCODER = new TextEncoder();

/** Makes cases out of documents that are known: parts of them changed, taken out, doubled, or put elsewhere. */
export class Mutator {
  readonly #seeds: readonly Uint8Array[];
  readonly #words: readonly Uint8Array[];

  /** Takes documents, and words that mean something in them. */
  constructor(seeds: readonly Uint8Array[], words: readonly string[]) {
    // Small ones are many times as fast
    this.#seeds = seeds.toSorted((one, other) => one.length - other.length);
    this.#words = words.map((word) => ENCODER.encode(word));
  }

  /** One of the documents with up to three changes. */
  next(random: Random): Uint8Array {
    let bytes = this.#seed(random);
    for (let count = random.one([1, 1, 1, 1, 2, 2, 3]); count > 0; count--) {
      bytes = this.#change(bytes, random);
    }
    return bytes;
  }

  #seed(random: Random): Uint8Array {
    const count = random.below(16) > 0 ? Math.ceil(this.#seeds.length / 6) : this.#seeds.length;
    return this.#seeds[random.below(count)]!;
  }

  #change(bytes: Uint8Array, random: Random): Uint8Array {
    const start = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, start + 1 + random.below(random.one([1, 4, 16, 64])));
    switch (random.below(9)) {
      case 0:
      case 8:
        return splice(bytes, start, start + 1, this.#byteFor(bytes[start] ?? 0, random));
      case 1:
        return splice(bytes, start, end, EMPTY);
      case 2:
        return splice(bytes, end, end, bytes.subarray(start, end));
      case 3:
        return splice(bytes, start, end, this.#part(random));
      case 4:
        return bytes.subarray(0, random.below(4) > 0 ? bytes.length : start);
      case 5:
        return splice(bytes, start, end, random.one(this.#words));
      default:
        return splice(bytes, start, start, random.one(this.#words));
    }
  }

  /** Another byte: any, or one of which a bit differs, such as another digit or letter. */
  #byteFor(byte: number, random: Random): Uint8Array {
    return Uint8Array.of(random.below(4) === 0 ? random.below(256) : byte ^ 1 << random.below(6));
  }

  /** A piece of another document. */
  #part(random: Random): Uint8Array {
    const other = this.#seed(random);
    const start = random.below(other.length + 1);
    return other.subarray(start, start + random.below(80));
  }
}

const EMPTY = new Uint8Array();

/** The bytes with others in the place of those from `start` to `end`. */
export function splice(
  bytes: Uint8Array,
  start: number,
  end: number,
  put: Uint8Array,
): Uint8Array {
  const stop = Math.min(end, bytes.length);
  const result = new Uint8Array(bytes.length - (stop - start) + put.length);
  result.set(bytes.subarray(0, start));
  result.set(put, start);
  result.set(bytes.subarray(stop), start + put.length);
  return result;
}
