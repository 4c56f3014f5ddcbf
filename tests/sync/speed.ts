/**
 * How fast contacts go into a real Odoo: one by one (a sample), by bare calls of `load`, and by `push()` with one lane
 * and with four; then the same push again, and all of it pulled back and compared.
 *
 * The Odoo is that of `ODOO_URL`, `ODOO_DB`, `ODOO_USERNAME` and `ODOO_API_KEY`. What is made there is deleted again.
 * Four lanes are faster than one only where the server has two workers or more.
 *
 * ```sh
 * deno run --allow-all tests/sync/speed.ts [rows]
 * ```
 *
 * @module
 */
import { callbackSink, pull, push } from "../../lib/sync/mod.ts";
import { configFromEnv, connect, type Odoo } from "../../mod.ts";

const SAMPLE = 60;
const CHUNK = 1000;
const COLUMNS = ["name", "email", "phone", "street", "zip", "city", "ref", "function"] as const;
const CALL = { timeoutMs: 300_000 };

type Contact = { no: string } & Record<typeof COLUMNS[number], string>;

/** Measures, prints, and tells whether every row was there, equal, and there once. */
export async function measureSync(odoo: Odoo, rows: number): Promise<boolean> {
  const tag = `speed${Date.now().toString(36)}`;
  const folder = await Deno.makeTempDir();
  try {
    const single = await oneByOne(odoo, contacts(`${tag}s`, SAMPLE));
    const bare = await timed(rows, () => bareLoad(odoo, contacts(`${tag}b`, rows)));
    await remove(odoo, `${tag}b`);
    const lanes = [];
    let isEqual = true;
    for (const concurrency of [1, 4]) {
      const source = contacts(`${tag}${concurrency}`, rows);
      const state = `${folder}/${concurrency}.sqlite`;
      const first = await timed(rows, () => pushed(odoo, source, concurrency, state, "created"));
      const again = await timed(rows, () => pushed(odoo, source, concurrency, state, "unchanged"));
      isEqual &&= await isPulledBack(odoo, source, `${folder}/${concurrency}.back.sqlite`);
      lanes.push({ concurrency, first, again });
      await remove(odoo, `${tag}${concurrency}`);
    }
    console.log(`Odoo ${odoo.version.text}, ${rows} contacts`);
    console.log(
      `  create one by one: ${rounded(single)} rows/s; load alone: ${rounded(bare)} rows/s`,
    );
    for (const { concurrency, first, again } of lanes) {
      console.log(
        `  push, lanes ${concurrency}: ${rounded(first)} rows/s, ${
          (first / bare).toFixed(2)
        } times load, ` +
          `${rounded(first / single)} times one by one; again unchanged: 1/${
            rounded(again / first)
          } of the time`,
      );
    }
    console.log(`  pulled back: ${isEqual ? "equal" : "NOT EQUAL"}`);
    return isEqual;
  } finally {
    await remove(odoo, tag);
    await Deno.remove(folder, { recursive: true });
  }
}

function contacts(tag: string, rows: number): Contact[] {
  return Array.from({ length: rows }, (_, index) => ({
    no: `${tag}-${index}`,
    name: `Speed ${tag} ${index}`,
    email: `speed${index}@example.com`,
    phone: `+32 2 555 ${index}`,
    street: `Street ${index}`,
    zip: String(1000 + index % 8999),
    city: "Ghent",
    ref: `${tag}-${index}`,
    function: "Tester",
  }));
}

/** Rows in a second. */
async function timed(rows: number, task: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await task();
  return rows / ((performance.now() - begin) / 1000);
}

async function oneByOne(odoo: Odoo, rows: readonly Contact[]): Promise<number> {
  return await timed(rows.length, async () => {
    for (const { no: _, ...values } of rows) await odoo.model("res.partner").create(values);
  });
}

async function bareLoad(odoo: Odoo, rows: readonly Contact[]): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK) {
    const cells = rows.slice(start, start + CHUNK).map((row) => [
      `odeno_bare.${row.no}`,
      ...COLUMNS.map((name) => row[name]),
    ]);
    const args = [["id", ...COLUMNS], cells];
    const answer = await odoo.executeKw<{ ids: number[] | false }>(
      ...["res.partner", "load", args, {}, CALL] as const,
    );
    if (!answer.ids) throw new Error(JSON.stringify(answer));
  }
}

async function pushed(
  odoo: Odoo,
  source: readonly Contact[],
  concurrency: number,
  state: string,
  status: "created" | "unchanged",
): Promise<void> {
  const { account } = await push(odoo, {
    model: "res.partner",
    job: "speed",
    key: ["no"],
    source,
    map: ({ no: _, ...values }) => values,
    concurrency,
    state,
    ...CALL,
  });
  if (account[status] !== source.length) throw new Error(JSON.stringify(account));
}

async function isPulledBack(
  odoo: Odoo,
  source: readonly Contact[],
  state: string,
): Promise<boolean> {
  const missing = new Map(source.map(({ no: _, ...values }) => [values.ref, values]));
  let surplus = 0;
  await pull(odoo, {
    model: "res.partner",
    fields: [...COLUMNS],
    domain: [["ref", "like", `${source[0]?.ref.split("-")[0]}-`]],
    job: "speed",
    state,
    sink: callbackSink(({ rows }) => {
      for (const row of rows) {
        const sent = missing.get(String(row["ref"]));
        const isSame = sent && COLUMNS.every((name) => row[name] === sent[name]);
        if (!isSame) surplus++;
        else missing.delete(sent.ref);
      }
    }),
  });
  return missing.size === 0 && surplus === 0;
}

async function remove(odoo: Odoo, tag: string): Promise<void> {
  const partners = odoo.model("res.partner");
  for (;;) {
    const ids = await partners.search([["ref", "like", tag]], { limit: 500 });
    if (ids.length === 0) return;
    await partners.unlink(ids, CALL);
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

if (import.meta.main) {
  const isEqual = await measureSync(await connect(configFromEnv()), Number(Deno.args[0] ?? 10_000));
  if (!isEqual) Deno.exit(1);
}
