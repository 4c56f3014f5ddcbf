/**
 * Numbers and dates as people write them, in the form that Odoo takes.
 *
 * @module
 */
import { formatDate, formatDatetime } from "../../dates.ts";
import { OdooProtocolError } from "../../errors.ts";

/** Rewrites a text; nothing for one that is not of the form. */
export type Rewrite = (text: string) => string | number | undefined;

/** Numbers with a comma or a point for their decimals, with or without something between their thousands. */
export function decimalFormat(decimal: "," | "."): Rewrite {
  const [point, group] = decimal === "," ? [",", "."] : ["\\.", ","];
  // A blank that does not break, or a narrow one, is what programs for tables write
  const whole = `\\d+|\\d{1,3}(?<between>[${group}'’ \\u00a0\\u202f])\\d{3}(?:\\k<between>\\d{3})*`;
  const form = new RegExp(`^([-+]?)(${whole})(?:${point}(\\d+))?$`);
  return (text) => {
    const [, sign = "", digits = "", , decimals = ""] = form.exec(text) ?? [];
    if (digits === "") return undefined;
    const plain = digits.replace(/\D/g, "");
    return `${sign === "-" ? "-" : ""}${plain}${decimals === "" ? "" : `.${decimals}`}`;
  };
}

/** What stands for the parts of a date. */
const PARTS: Readonly<Record<string, string>> = {
  yyyy: "(?<year>\\d{4})",
  mm: "(?<month>\\d{2})",
  m: "(?<month>\\d{1,2})",
  dd: "(?<day>\\d{2})",
  d: "(?<day>\\d{1,2})",
  HH: "(?<hour>\\d{2})",
  H: "(?<hour>\\d{1,2})",
  MM: "(?<minute>\\d{2})",
  SS: "(?<second>\\d{2})",
};

/**
 * Dates such as `dd/mm/yyyy`, or moments such as `dd/mm/yyyy HH:MM` in a time zone. Nothing for a pattern that is none.
 *
 * @throws {RangeError} There is no such time zone.
 */
export function dateFormat(pattern: string, zone = "UTC"): Rewrite | undefined {
  const parts = pattern.match(/yyyy|mm?|dd?|HH?|MM|SS|[^a-zA-Z]|[TZ]/g) ?? [];
  const source = parts.map((part) => PARTS[part] ?? part.replace(/\W/, "\\$&")).join("");
  const isDate = ["year", "month", "day"].every((part) => source.split(`<${part}>`).length === 2);
  const [hour = 0, minute = 0, second = 0] = ["hour", "minute", "second"]
    .map((part) => source.split(`<${part}>`).length - 1);
  const isTime = hour === minute && hour <= 1 && second <= hour;
  if (parts.join("") !== pattern || !isDate || !isTime) return undefined;
  Temporal.Now.zonedDateTimeISO(zone);
  const form = new RegExp(`^${source}$`);
  return (text) => {
    const found = form.exec(text)?.groups;
    if (!found) return undefined;
    const fields = Object.fromEntries(
      Object.entries(found).map(([part, digits]) => [part, Number(digits)]),
    );
    return written(fields, hour === 0 ? undefined : zone);
  };
}

function written(parts: Readonly<Record<string, number>>, zone: string | undefined) {
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  try {
    const moment = Temporal.PlainDateTime.from(
      { year, month, day, hour, minute, second },
      { overflow: "reject" },
    );
    return zone === undefined
      ? formatDate(moment.toPlainDate())
      : formatDatetime(moment.toZonedDateTime(zone));
  } catch (error) {
    // There is no such day or time, or it is none of Odoo's years
    if (error instanceof RangeError || error instanceof OdooProtocolError) return undefined;
    throw error;
  }
}
