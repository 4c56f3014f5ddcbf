/**
 * What somebody has given for a job, checked word by word. Nothing is taken for something else than it is.
 *
 * @module
 */
import { isList, isStruct, type RpcInput } from "../../values.ts";
import { cut } from "../json.ts";
import { didYouMean } from "../../nearest.ts";

/** Where it was given: how a word is named in messages, and the error for what cannot be used. */
export interface Place {
  /** The flag, or the path in a JSON file. */
  at(word: string): string;
  /** The error. */
  error(message: string): Error;
}

/** The words of an object, with their values. */
export class Given {
  readonly #values: { readonly [word: string]: RpcInput };
  readonly #place: Place;

  /** Takes the values and where they were given; words that are not known are refused. */
  constructor(
    values: { readonly [word: string]: RpcInput },
    place: Place,
    known: Iterable<string>,
  ) {
    this.#values = values;
    this.#place = place;
    const words = [...known];
    const unknown = Object.keys(values).find((word) => !words.includes(word));
    if (unknown === undefined) return;
    const near = didYouMean(unknown, words) || `; there are ${words.join(", ")}`;
    throw place.error(`Nothing is known of ${place.at(unknown)}${near}`);
  }

  /** What is inside of a word. */
  place(word: string): Place {
    const { at, error } = this.#place;
    return { at: (inner) => `${at(word)}.${inner}`, error };
  }

  /** Whether there is a value. */
  has(word: string): boolean {
    return this.#values[word] !== undefined;
  }

  /** The value as it is. */
  value(word: string): RpcInput | undefined {
    return this.#values[word];
  }

  /** Refuses a word. */
  refuse(word: string, rule: string): never {
    throw this.#place.error(`${this.#place.at(word)} ${rule}`);
  }

  /** A text. */
  text(word: string): string | undefined {
    const value = this.#values[word];
    if (value === undefined || typeof value === "string" && value !== "") return value;
    return this.refuse(word, `must be a text, not ${shown(value)}`);
  }

  /** A text that must be there; `what` says what it is. */
  needed(word: string, what: string): string {
    return this.text(word) ?? this.refuse(word, `is needed: ${what}`);
  }

  /** One of some words. */
  oneOf<W extends string>(word: string, words: readonly W[]): W | undefined {
    const value = this.#values[word];
    if (value === undefined) return undefined;
    const rule = `must be ${words.map((each) => `"${each}"`).join(" or ")}, not ${shown(value)}`;
    return words.find((each) => each === value) ?? this.refuse(word, rule);
  }

  /** A list of names, none of them twice. */
  names(word: string): readonly string[] | undefined {
    const value = this.#values[word];
    if (value === undefined) return undefined;
    const names = isList(value)
      ? value.flatMap((name) => typeof name === "string" && name !== "" ? [name] : [])
      : [];
    if (!isList(value) || names.length < value.length || names.length === 0) {
      return this.refuse(word, `must be a list of names, not ${shown(value)}`);
    }
    const twice = names.find((name, index) => names.indexOf(name) < index);
    return twice === undefined ? names : this.refuse(word, `has "${twice}" twice`);
  }

  /** A whole number from `least` on. */
  count(word: string, least: number): number | undefined {
    const value = this.#values[word];
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
    return this.refuse(word, `must be a whole number from ${least} on, not ${shown(value)}`);
  }

  /** Whether something is to be done. */
  isSet(word: string): boolean {
    const value = this.#values[word] ?? false;
    if (typeof value === "boolean") return value;
    return this.refuse(word, `must be true or false, not ${shown(value)}`);
  }

  /** An object. */
  struct(word: string): { readonly [name: string]: RpcInput } | undefined {
    const value = this.#values[word];
    if (value === undefined || isStruct(value)) return value;
    return this.refuse(word, `must be an object, not ${shown(value)}`);
  }
}

function shown(value: RpcInput): string {
  return cut(JSON.stringify(value));
}
