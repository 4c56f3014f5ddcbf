/**
 * What may be sent over any wire, and how a message names the place of what may not.
 *
 * @module
 */
import { OdooProtocolError } from "./errors.ts";

/** How many arrays and objects may be inside of each other: what decoders read. */
const MAX_DEPTH = 512;

/** Why a value cannot be sent; {@linkcode Walk} adds where the value is. */
export class Refusal extends Error {}

/** Knows where it is in a value. What walks through values extends this class: calls for each value would cost too much. */
export class Walk {
  /** The name of the root, then the keys and indexes on the way to the value that is being looked at. */
  protected readonly path: (string | number)[] = [];
  /** The arrays and objects on the same way. */
  readonly #holders: object[] = [];

  /**
   * Looks at something that has this name in messages.
   *
   * @throws {OdooProtocolError} Where `look` refuses it. The message has the path, never the value.
   */
  at<T>(name: string, look: () => T): T {
    this.path.push(name);
    try {
      return look();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new OdooProtocolError(`Cannot send ${showPath(this.path)}: ${error.message}`);
    } finally {
      this.path.length = 0;
      this.#holders.length = 0;
    }
  }

  /** Goes into an array or object, but not into itself, nor too deep. */
  protected enter(holder: object): void {
    if (this.#holders.includes(holder)) throw new Refusal("it contains itself");
    if (this.#holders.length === MAX_DEPTH) {
      throw new Refusal(`it is nested deeper than ${MAX_DEPTH}`);
    }
    this.#holders.push(holder);
  }

  /** Comes out of it. */
  protected leave(): void {
    this.#holders.pop();
  }
}

/** Refuses what is no text, number, boolean or object. */
export function refuseKind(value: unknown): never {
  if (value === undefined) throw new Refusal("it is undefined; use null or false, or leave it out");
  if (typeof value === "bigint") throw new Refusal("it is a bigint; use a number");
  throw new Refusal(`it is a ${typeof value}`);
}

/** Refuses numbers that are none, and infinite ones. */
export function refuseInfinite(value: number): void {
  if (!Number.isFinite(value)) throw new Refusal(`it is ${value}`);
}

/** Refuses whole numbers that may have been another one before they became a number. */
export function refuseInexact(value: number): void {
  if (!Number.isSafeInteger(value)) throw new Refusal("it is an integer beyond 2^53");
}

/** Refuses text that has no UTF-8. */
export function refuseLoneSurrogates(text: string): void {
  if (!text.isWellFormed()) throw new Refusal("it has half of a surrogate pair");
}

/** Whether an object is a dictionary. */
export function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype of all objects has none itself: this holds for objects of another realm, too.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The text of an object that is no array and not plain: base64, or a moment or date as Odoo writes it. */
export function asText(value: object): string {
  if (value instanceof Uint8Array) return value.toBase64();
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new Refusal("it is an invalid Date");
    return momentText(value.toISOString());
  }
  if (typeof Temporal !== "undefined") {
    if (value instanceof Temporal.Instant) return momentText(value.toString());
    if (value instanceof Temporal.PlainDate) {
      return momentText(value.toString({ calendarName: "never" }));
    }
  }
  if (typeof Temporal !== "undefined" && value instanceof Temporal.ZonedDateTime) {
    throw new Refusal("it is a ZonedDateTime; formatDatetime() writes it as Odoo has it, in UTC");
  }
  const { constructor } = value;
  const kind = typeof constructor === "function" ? constructor.name : "";
  throw new Refusal(`it is an instance of ${kind === "" ? "a class" : kind}`);
}

/** `2024-03-01T10:20:30.5Z` as Odoo writes it, and a date as it is. */
function momentText(iso: string): string {
  if (!/^\d{4}-/.test(iso) || iso.startsWith("0000")) {
    throw new Refusal("its year is not within 1 and 9999");
  }
  return iso.slice(0, 19).replace("T", " ");
}

/** `args[0].name`. */
function showPath([root, ...steps]: readonly (string | number)[]): string {
  return root + steps.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^\w{1,64}$/.test(step) ? `.${step}` : `[${JSON.stringify(step.slice(0, 64))}]`;
  }).join("");
}
