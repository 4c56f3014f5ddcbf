/**
 * Push and pull in processes that are killed with SIGKILL at random moments. `ODENO_CRASH=20000,50` says how many rows
 * there are and how often the process is killed: the large run takes minutes.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Odoo, OdooSimulator } from "../lib/testing/mod.ts";
import { killAndRestart, type Survived } from "./sync/kills.ts";
import type { PullProgram } from "./sync/pull_program.ts";
import type { PushProgram } from "./sync/push_program.ts";
import { contact } from "./sync/rows.ts";
import { CONFIG, temporaryFolder } from "./support.ts";

const [ROWS = 500, KILLS = 5] = (Deno.env.get("ODENO_CRASH") ?? "").split(",").filter(Boolean)
  .map(Number);
const PARTNER = "res.partner";
const TAG = "crash";

interface Ways {
  version: 14 | 17 | 19;
  login: "admin" | "demo";
}

const WAYS: readonly Ways[] = [
  { version: 14, login: "admin" },
  { version: 17, login: "demo" },
  { version: 19, login: "admin" },
  { version: 19, login: "demo" },
];

for (const { version, login } of WAYS) {
  Deno.test(`a push that is killed again and again makes each record once (Odoo ${version}, ${login})`, async () => {
    const server = new OdooSimulator({}, { version });
    await using running = server.serve();
    await using folder = await temporaryFolder();
    // Calls take their time, so that kills come while they are open; they go on without their caller
    using _ = server.chaos(
      { failure: { kind: "latency", ms: 25 }, match: { method: "load" }, rate: 0.5 },
      { seed: version },
    );
    const program: PushProgram = {
      config: configOf(server, running.url, login),
      state: `${folder.path}/state.db`,
      rows: ROWS,
      tag: TAG,
      lanes: 2,
      chunkSize: Math.max(10, ROWS / 50),
    };
    const before = server.records(PARTNER).length;
    const survived = await killAndRestart({
      args: argsOf("push_program.ts", program),
      kills: KILLS,
      longest: lifeOf(0.9),
      seed: version,
    });
    const { account, reasons } = JSON.parse(survived.last);
    tell(survived);
    assertEquals(reasons, []);
    assertEquals(account.created + account.updated + account.unchanged, ROWS);
    assertEquals([account.rows, account.altered, account.warned], [ROWS, 0, 0]);
    assertEachOnce(server, before);
    assertEquals(survived.kills, KILLS, "not all kills came in time");
  });
}

for (const kind of ["db", "csv"] as const) {
  Deno.test(`a pull that is killed again and again has each record once (${kind})`, async () => {
    const server = new OdooSimulator({
      [PARTNER]: Array.from({ length: ROWS }, (_none, index) => recordOf(index)),
    }, { version: 19 });
    await using running = server.serve();
    await using folder = await temporaryFolder();
    using _ = server.chaos({ failure: { kind: "latency", ms: 5 }, match: { model: PARTNER } });
    const program: PullProgram = {
      config: configOf(server, running.url, "admin"),
      state: `${folder.path}/state.db`,
      copy: `${folder.path}/copy.${kind}`,
      tag: TAG,
      pageSize: Math.max(10, ROWS / 50),
    };
    const odoo = await server.connect();
    let turns = 0;
    const survived = await killAndRestart({
      args: argsOf("pull_program.ts", program),
      kills: KILLS,
      longest: lifeOf(0.7),
      seed: kind.length,
      // Meanwhile the source goes on: a row is changed, one archived, one deleted
      onKill: () => change(server, odoo, ++turns),
      onEarlyEnd: () => change(server, odoo, ++turns),
    });
    tell(survived);
    assertEquals(rowsOf(kind, program.copy), rowsIn(server));
    assertEquals(survived.kills, KILLS, "not all kills came in time");
  });
}

function tell({ kills, ends, last }: Survived): void {
  if (!Deno.env.has("ODENO_CRASH")) return;
  console.log(`      killed at work ${kills} times, and ${ends} times too late; last run: ${last}`);
}

/** Changes, archives and deletes a contact each. */
async function change(server: OdooSimulator, odoo: Odoo, turn: number): Promise<void> {
  const all = server.records(PARTNER).filter(({ ref }) => String(ref).startsWith(`${TAG}-`));
  const at = (step: number) => Number(all[(turn * step) % all.length]?.["id"]);
  await odoo.executeKw(PARTNER, "write", [[at(7)], { city: `Moved ${turn}` }]);
  await odoo.executeKw(PARTNER, "write", [[at(11)], { active: false }]);
  await odoo.executeKw(PARTNER, "unlink", [[at(13)]]);
}

function recordOf(index: number) {
  const { name, city, ref } = contact(index, TAG);
  return { name, city, ref };
}

function configOf(server: OdooSimulator, url: string, login: string) {
  const { db } = server.config;
  return { url, db, username: login, apiKey: server.addApiKey(login, "crash") };
}

function argsOf(name: string, program: unknown): string[] {
  const url = new URL(`sync/${name}`, import.meta.url);
  const flags = ["--config", CONFIG, "--no-lock", "--no-check", "--quiet", "--allow-all"];
  return ["run", ...flags, url.pathname, JSON.stringify(program)];
}

/** As long a process lives at most: to read the source anew each time takes a part of it. */
function lifeOf(msPerRow: number): number {
  return 150 + ROWS * msPerRow / KILLS * 3 + ROWS * 0.03;
}

function assertEachOnce(server: OdooSimulator, before: number): void {
  const rows = server.records(PARTNER);
  assertEquals(rows.length, before + ROWS);
  const made = new Map(
    rows.flatMap(({ ref, name, city }) =>
      String(ref).startsWith(`${TAG}-`) ? [[ref, { name, city }]] : []
    ),
  );
  assertEquals(made.size, ROWS);
  for (let index = 0; index < ROWS; index++) {
    const { ref, name, city } = contact(index, TAG);
    assertEquals(made.get(ref), { name, city });
  }
  const names = server.records("ir.model.data").filter(({ module }) =>
    module === `odeno_crash_${TAG}`
  );
  assertEquals(new Set(names.map(({ res_id }) => res_id)).size, ROWS);
  assertEquals(names.length, ROWS);
}

type Copied = [id: number, name: string, city: string, ref: string, active: boolean];

function rowsIn(server: OdooSimulator): Copied[] {
  return server.records(PARTNER).filter(({ ref }) => String(ref).startsWith(`${TAG}-`)).map(
    ({ id, name, city, ref, active }) =>
      [Number(id), String(name), String(city), String(ref), active === true] satisfies Copied,
  ).sort((one, other) => one[0] - other[0]);
}

function rowsOf(kind: "db" | "csv", path: string): Copied[] {
  if (kind === "csv") {
    const [header = "", ...lines] = Deno.readTextFileSync(path).trimEnd().split(/\r?\n/);
    const names = header.split(",");
    return lines.map((line) => {
      const cells = line.split(",");
      return copied(Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""])));
    }).sort((one, other) => one[0] - other[0]);
  }
  using database = new DatabaseSync(path, { readOnly: true });
  return database.prepare("SELECT * FROM contacts ORDER BY id").all().map(copied);
}

function copied({ id, name, city, ref, active }: Record<string, unknown>): Copied {
  return [
    Number(id),
    String(name),
    String(city),
    String(ref),
    /^(1|true|True)$/.test(String(active)),
  ];
}
