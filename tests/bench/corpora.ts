/**
 * What the benches encode and decode: made up, and the same in every run.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { RpcInput } from "../../lib/values.ts";

type Cell = string | number | boolean | (string | number)[];
type Row = Record<string, Cell>;

const SEED = 20_240_301;
const LARGEST_IMAGE_BYTES = 27_000;

/** Partners as `search_read` answers them, the same in every run. */
export function partners(count: number): Row[] {
  const random = generator(SEED);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]) => items[upTo(items.length)]!;
  const maybe = (share: number, value: Cell) => random() < share ? value : false;
  const stamp = () =>
    `2024-0${1 + upTo(9)}-1${upTo(10)} 1${upTo(10)}:${10 + upTo(50)}:${10 + upTo(50)}`;
  const countries: [number, string][] = [[20, "Belgium"], [75, "France"], [57, "Germany"], [
    197,
    "São Tomé and Príncipe",
  ]];
  return Array.from({ length: count }, (_, index) => {
    const name = `${pick(["Ana", "Björk", "Chloé", "Dmitri", "Noor", "Pedro"])} ${
      pick(["Smith & Sons", "Müller GmbH", "O'Neill <Ltd>", "Rossi", "Tanaka 株式会社"])
    } ${index}`;
    return {
      id: index + 1,
      name,
      display_name: name,
      email: `partner.${index}@example.com`,
      phone: maybe(0.7, `+32 2 ${1_000_000 + upTo(9_000_000)}`),
      mobile: false,
      street: `${1 + upTo(300)} Main Street`,
      street2: false,
      city: pick(["Brussels", "Paris", "Genève", "Köln", "Porto"]),
      zip: String(1000 + upTo(90_000)),
      country_id: [...pick(countries)],
      vat: maybe(0.5, `BE0${100_000_000 + upTo(900_000_000)}`),
      active: true,
      is_company: random() < 0.3,
      color: upTo(12),
      credit_limit: Math.round(random() * 1e6) / 100 + 0.001,
      category_id: Array.from({ length: upTo(4) }, () => 1 + upTo(20)),
      create_date: stamp(),
      write_date: stamp(),
      comment: maybe(
        0.4,
        `<p>Client &amp; friend “VIP” 😀</p>${"lorem ipsum dolor ".repeat(upTo(20))}`,
      ),
    };
  });
}

/** The answer of `fields_get` of a large model. */
export function fieldsGet(count: number): Record<string, RpcInput> {
  const random = generator(SEED);
  const types = ["char", "many2one", "selection", "boolean", "float", "text", "one2many"];
  return Object.fromEntries(Array.from({ length: count }, (_, index) => {
    const type = types[Math.floor(random() * types.length)] ?? "char";
    return [`x_field_${index}`, {
      type,
      change_default: false,
      company_dependent: random() < 0.1,
      context: {},
      depends: index % 3 === 0 ? ["partner_id", "state"] : [],
      domain: [],
      help: "What is entered here is shown <b>above</b> the lines & on the report. ".repeat(
        index % 4,
      ),
      manual: false,
      name: `x_field_${index}`,
      readonly: random() < 0.3,
      required: random() < 0.2,
      searchable: true,
      selection: type === "selection" ? [["draft", "Draft"], ["done", "Done “for good”"]] : [],
      sortable: true,
      store: true,
      string: `Field n° ${index}`,
    }];
  }));
}

/** Ids as `search` answers them. */
export function ids(count: number): number[] {
  const random = generator(SEED);
  let id = 0;
  return Array.from({ length: count }, () => id += 1 + Math.floor(random() * 9));
}

/** Records with an image each, which Odoo sends as a string. */
export function images(count: number): Row[] {
  const random = generator(SEED);
  return Array.from({ length: count }, (_, index) => {
    const bytes = new Uint8Array(Math.floor(random() * LARGEST_IMAGE_BYTES));
    for (let at = 0; at < bytes.length; at++) bytes[at] = random() * 256;
    return {
      id: index + 1,
      name: `Product ${index}`,
      image_1920: Buffer.from(bytes).toString("base64"),
    };
  });
}

/** The parameters of a `load` of rows of 20 columns. */
export function load(count: number): RpcInput[] {
  const rows = partners(count);
  const fields = Object.keys(rows[0] ?? {});
  return call("load", [fields, rows.map((row) => fields.map((field) => cellOf(row[field])))]);
}

/** What a column of `load` holds for a value. */
function cellOf(value: Cell | undefined): string | number | boolean {
  return Array.isArray(value) ? value.join(",") : value ?? false;
}

/** The parameters of a `create` of many records. */
export function create(count: number): RpcInput[] {
  return call("create", [partners(count).map(({ id: _, ...values }) => values)]);
}

function call(method: string, args: RpcInput[]): RpcInput[] {
  return ["odoo", 2, "0".repeat(40), "res.partner", method, args, { context: { lang: "en_US" } }];
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}
