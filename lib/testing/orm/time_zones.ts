/**
 * Time zones: what a moment is called elsewhere, and which moment an hour elsewhere is. Python's `pytz` decides where a
 * clock shows an hour twice or never.
 *
 * @module
 */
import type { PythonValue } from "../python.ts";

/** A time zone, or `undefined` where the name is none: Odoo takes no notice of such a name. */
export function timeZone(name: PythonValue | undefined): TimeZone | undefined {
  if (typeof name !== "string" || !/^[A-Z]/.test(name)) return undefined;
  const known = ZONES.get(name);
  if (known) return known;
  try {
    const zone = new TimeZone(name);
    ZONES.set(name, zone);
    return zone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A time zone. Moments are texts such as `2024-07-01 22:30:00`. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;

  /** Takes a name such as `Europe/Brussels`. */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** What clocks show here at a moment of universal time. */
  fromUtc(moment: string): string {
    const time = parse(moment);
    return format(time + this.#offset(time));
  }

  /** The moment of universal time at which clocks show this. In doubt it is winter, as in `pytz`. */
  toUtc(moment: string): string {
    const time = parse(moment);
    const around = [this.#offset(time - DAY), this.#offset(time + DAY)].sort((a, b) => a - b);
    const fitting = around.find((offset) => this.#offset(time - offset) === offset);
    return format(time - (fitting ?? around[0] ?? 0));
  }

  #offset(time: number): number {
    const parts = new Map(
      this.#format.formatToParts(time).map(({ type, value }) => [type, Number(value)]),
    );
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const shown = Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
    );
    return shown - Math.floor(time / 1000) * 1000;
  }
}

const DAY = 86_400_000;

const ZONES = new Map<string, TimeZone>();

function parse(moment: string): number {
  return Date.parse(`${moment.slice(0, 19).replace(" ", "T")}Z`);
}

function format(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}
