import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { Clock } from "../lib/clock.ts";
import { checkAccount, emptyAccount } from "../lib/sync/push/account.ts";
import type { PushEvent } from "../lib/sync/push/events.ts";
import { push, type PushOptions, type PushReport } from "../lib/sync/push.ts";
import { callbackSink, pull, PullStoppedError } from "../lib/sync/mod.ts";
import { MirrorLimitError } from "../lib/sync/push/mirror.ts";
import { sqliteStore } from "../lib/sync/sqlite_state.ts";
import type { StateStore } from "../lib/sync/state.ts";
import { type ChaosRule, OdooSimulator } from "../lib/testing/mod.ts";
import { connect, externalId, OdooConfigError, OdooError, OdooServerError } from "../mod.ts";
import { temporaryFolder } from "./support.ts";

const VERSIONS = [14, 17, 19] as const;

type Row = Record<string, unknown>;
type RowEvent = Extract<PushEvent, { type: "row" }>;

/** A clock that goes on only while somebody waits. */
function quickClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: (ms) => {
      now += ms;
      return new Promise((resolve) => setTimeout(resolve, 0));
    },
    random: () => 0.5,
  };
}

interface Pushed extends PushReport {
  /** Rows by key. */
  rows: Record<string, RowEvent>;
}

async function run(
  server: OdooSimulator,
  source: readonly Row[],
  options: Partial<PushOptions<Row>> & { login?: string } = {},
): Promise<Pushed> {
  const { login = "admin", ...rest } = options;
  const odoo = await connect({
    ...server.config,
    username: login,
    apiKey: server.addApiKey(login, "push"),
    retries: 0,
  });
  const rows: Record<string, RowEvent> = {};
  const report = await push<Row>(odoo, {
    model: "res.partner",
    job: "test",
    key: ["key"],
    source,
    clock: quickClock(),
    onEvent: (event) => {
      if (event.type === "row") rows[`${event.key}`] = event;
    },
    ...rest,
  });
  return { ...report, rows };
}

function counts({ account }: Pushed): Record<string, number> {
  return Object.fromEntries(
    Object.entries(account).filter(([name, count]) => count !== 0 && name !== "rows"),
  );
}

function statuses({ rows }: Pushed): Record<string, string> {
  return Object.fromEntries(Object.entries(rows).map(([key, { status }]) => [key, status]));
}

function writes(server: OdooSimulator): string[] {
  return server.calls.map(({ method }) => method).filter((method) =>
    ["load", "create", "write", "unlink"].includes(method)
  );
}

function partner(server: OdooSimulator, name: string) {
  return server.records("res.partner").filter((record) => record["name"] === name);
}

function contacts(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `C${index}`,
    name: `Contact ${index}`,
    email: `c${index}@example.com`,
    city: index % 3 === 0 ? "Ghent" : "Lyon",
    is_company: index % 2 === 0,
  }));
}

async function withStore(test: (store: StateStore, path: string) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/state.db`;
  await using store = sqliteStore(path);
  await test(store, path);
}

for (const version of VERSIONS) {
  Deno.test(`\`push()\` creates, then leaves alone, then updates only what differs, on Odoo ${version}`, () =>
    withStore(async (state) => {
      const server = new OdooSimulator({}, { version });
      const rows = contacts(30);
      assertEquals(counts(await run(server, rows, { state })), { created: 30 });
      const before = writes(server).length;
      const again = await run(server, rows, { state });
      assertEquals([counts(again), again.foundBy.state], [{ unchanged: 30 }, 30]);
      assertEquals(writes(server).length, before);
      const changed = rows.map((row, index) => index < 5 ? { ...row, city: "Paris" } : row);
      assertEquals(counts(await run(server, changed, { state })), { updated: 5, unchanged: 25 });
      assertEquals(writes(server).slice(before), ["write"], "equal changes go in one write");
      const different = changed.map((row, index) =>
        index < 5 ? { ...row, city: `City ${index}` } : row
      );
      assertEquals(counts(await run(server, different, { state })), { updated: 5, unchanged: 25 });
      assertEquals(writes(server).slice(before + 1), ["load"], "different ones in one load");
      assertEquals(partner(server, "Contact 3")[0]?.["city"], "City 3");
    }));

  for (const login of ["admin", "demo"]) {
    Deno.test(`\`push()\` finds its rows without a state, as ${login} on Odoo ${version}`, async () => {
      const server = new OdooSimulator({}, { version });
      assertEquals(counts(await run(server, contacts(8), { login })), { created: 8 });
      const again = await run(server, contacts(8), { login });
      assertEquals(counts(again), { unchanged: 8 });
      const way = version === 14 || login === "admin" ? "ir.model.data" : "get_metadata";
      assertEquals(again.foundBy[way], 8);
    });
  }

  for (const login of ["admin", "demo"]) {
    Deno.test(`\`push()\` brings each row in exactly once through chaos, as ${login} on Odoo ${version}`, () =>
      withStore(async (state) => {
        const server = new OdooSimulator({}, { version });
        const rows = contacts(300);
        using _chaos = server.chaos(CHAOS, { seed: version });
        const first = await run(server, rows, {
          state,
          login,
          chunkSize: 10,
          concurrency: 2,
          timeoutMs: 60,
        });
        const { failed, unknown } = first.account;
        assertEquals([failed, unknown], [0, 0], String(first.lost));
        const names = server.records("res.partner").map(({ name }) => String(name));
        const own = names.filter((name) => name.startsWith("Contact "));
        assertEquals([own.length, new Set(own).size], [300, 300]);
        const again = await run(server, rows, { state, login, timeoutMs: 60 });
        assertEquals(counts(again), { unchanged: 300 });
      }));
  }

  Deno.test(`\`push()\` meets the traps of cells as a sync has to, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    const odoo = await server.connect();
    await odoo.executeKw("ir.model.data", "create", [{
      module: "odeno_test",
      name: "res_partner.other",
      model: "res.country",
      res_id: 1,
    }]);
    const report = await run(server, [
      { key: "other", name: "Id of another model" },
      { key: "active", name: "Empty active", active: "" },
      { key: "no", name: "Reference to no", country_id: "no" },
      { key: "none", name: "Reference to nothing", country_id: "base.xx" },
      { key: "gone", name: "Reference to nothing by id", country_id: 987_654 },
      { key: "child", name: "Child before parent", parent_id: { key: "parent" } },
      { key: "parent", name: "Parent", street: "Main 1" },
      { key: "altered", name: "Altered", parent_id: { key: "parent" }, street: "Other 2" },
    ]);
    assertEquals(statuses(report), {
      other: "failed",
      active: "created",
      no: "failed",
      none: "failed",
      gone: "failed",
      child: "created",
      parent: "created",
      altered: "created",
    });
    assertEquals(partner(server, "Empty active")[0]?.["active"], true);
    assertStringIncludes(String(report.rows["other"]?.reason), "a record of res.country");
    assertStringIncludes(String(report.rows["gone"]?.reason), "leads to no record of res.country");
    const [change] = report.rows["altered"]?.altered ?? [];
    assertEquals(change, { field: "street", sent: "Other 2", kept: "Main 1" });
  });
}

const CHAOS: readonly ChaosRule[] = [
  { failure: { kind: "disconnect" }, rate: 0.05, match: isSync },
  { failure: { kind: "disconnect", afterCommit: true }, rate: 0.05, match: isSync },
  { failure: { kind: "bad-gateway" }, rate: 0.05, match: isSync },
  { failure: { kind: "bad-gateway", afterCommit: true }, rate: 0.05, match: isSync },
  { failure: { kind: "too-many-requests", retryAfter: 1 }, rate: 0.05, match: isSync },
  { failure: { kind: "truncated" }, rate: 0.05, match: isSync },
  { failure: { kind: "timeout" }, rate: 0.05, match: isSync },
  { failure: { kind: "late-commit", ms: 20 }, rate: 0.05, match: isSync },
];

/** Signing in is no part of a push. */
function isSync({ model }: { model?: string | undefined }): boolean {
  return model !== undefined && !["", "res.users"].includes(model);
}

Deno.test("`push()` does not send again what Odoo alters, as long as both sides stay the same", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    const rows = [
      { key: "p", name: "Parent", street: "Main 1" },
      { key: "c", name: "Child", parent_id: { key: "p" }, street: "Other 2", comment: "a & b" },
    ];
    assertEquals(counts(await run(server, rows, { state })), { created: 2, altered: 1 });
    const before = writes(server).length;
    assertEquals(counts(await run(server, rows, { state })), { unchanged: 2 });
    assertEquals(writes(server).length, before);
    const other = rows.map((row) => row.key === "c" ? { ...row, comment: "c < d" } : row);
    const report = await run(server, other, { state });
    assertEquals(Object.keys(report.rows["c"]?.changes ?? {}), ["comment"]);
    const odoo = await server.connect();
    await odoo.executeKw("res.partner", "write", [[Number(partner(server, "Child")[0]?.["id"])], {
      comment: "<p>Somebody else's</p>",
    }]);
    const again = await run(server, other, { state });
    assertEquals(Object.keys(again.rows["c"]?.changes ?? {}), ["comment"]);
  }));

Deno.test("`push()` brings back what was changed in Odoo", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    await run(server, contacts(3), { state });
    const odoo = await server.connect();
    await odoo.executeKw("res.partner", "write", [
      [Number(partner(server, "Contact 1")[0]?.["id"])],
      {
        city: "Elsewhere",
      },
    ]);
    const report = await run(server, contacts(3), { state });
    assertEquals(counts(report), { updated: 1, unchanged: 2 });
    assertEquals(report.rows["C1"]?.changes, { city: { from: "Elsewhere", to: "Lyon" } });
  }));

Deno.test("`push()` makes a new record where the old one was deleted, or its external id was", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    await run(server, contacts(3), { state });
    const odoo = await server.connect();
    const idOf = (name: string) => Number(partner(server, name)[0]?.["id"]);
    await odoo.executeKw("res.partner", "unlink", [[idOf("Contact 1")]]);
    const names = server.records("ir.model.data").filter(({ res_id, model }) =>
      model === "res.partner" && res_id === idOf("Contact 2")
    );
    await odoo.executeKw("ir.model.data", "unlink", [names.map(({ id }) => Number(id))]);
    const changed = contacts(3).map((row) => ({ ...row, city: `In ${row["key"]}` }));
    const report = await run(server, changed, { state });
    assertEquals(statuses(report), { C0: "updated", C1: "created", C2: "updated" });
    assertEquals([1, 2].map((index) => partner(server, `Contact ${index}`).length), [1, 1]);
  }));

Deno.test("`push()` updates archived records, and leaves them archived", () =>
  withStore(async (state) => {
    for (const version of VERSIONS) {
      const server = new OdooSimulator({}, { version });
      const job = `archived_${version}`;
      await run(server, contacts(4), { state, job });
      const odoo = await server.connect();
      const ids = [0, 1].map((index) => Number(partner(server, `Contact ${index}`)[0]?.["id"]));
      await odoo.executeKw("res.partner", "write", [ids, { active: false }]);
      const changed = contacts(4).map((row) => ({ ...row, city: `In ${row["key"]}` }));
      assertEquals(counts(await run(server, changed, { state, job })), { updated: 4 });
      const actives = server.records("res.partner").filter(({ name }) =>
        String(name).startsWith("Contact ")
      ).map(({ active, city }) => [active, city]);
      assertEquals(actives, [[false, "In C0"], [false, "In C1"], [true, "In C2"], [true, "In C3"]]);
    }
  }));

Deno.test("`push()` says of every row that the user may not write the model, or at once that no field is writable", async () => {
  const rows = contacts(6).map(({ key, name }) => ({ key, name }));
  const options = { model: "res.country", login: "demo" };
  await assertRejects(
    () => run(new OdooSimulator({}, { version: 14 }), rows, options),
    OdooConfigError,
    "read-only for this user",
  );
  for (const version of [17, 19] as const) {
    const server = new OdooSimulator({}, { version });
    assertEquals(counts(await run(server, rows, options)), { failed: 6 });
    assert(writes(server).length < 15, `${writes(server).length} calls`);
  }
});

Deno.test("`push()` tries few rows alone when all are refused in the same words", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    await run(server, contacts(60), { state });
    const before = writes(server).length;
    const changed = contacts(60).map((row) => ({ ...row, city: "Paris" }));
    const text = "You are not allowed to modify 'Contact' (res.partner) records.";
    using _chaos = server.chaos(["write", "load"].map((method) => ({
      failure: { kind: "exception", type: "odoo.exceptions.AccessError", message: text },
      match: { method },
    })));
    assertEquals(counts(await run(server, changed, { state })), { failed: 60 });
    assert(writes(server).length - before < 20, `${writes(server).length - before} calls`);
  }));

Deno.test("`push()` refuses rows without a key and rows that share one, before anything is sent", async () => {
  const server = new OdooSimulator();
  const source = [
    { key: "1", name: "A" },
    { key: "", name: "B" },
    { key: "1", name: "C" },
    { key: "2", name: "D" },
  ];
  let sent: string[] | undefined;
  const failed: [number, string][] = [];
  const odoo = await server.connect();
  const report = await push<Row>(odoo, {
    model: "res.partner",
    job: "test",
    key: ["key"],
    source,
    line: (_row, index) => index + 2,
    onEvent: (event) => {
      if (event.type !== "row" || event.status !== "failed") return;
      failed.push([event.line, String(event.reason)]);
      sent = writes(server);
    },
  });
  assertEquals(sent, []);
  assertEquals(failed, [
    [3, "the key is empty"],
    [2, "line 4 has the same key"],
    [4, "line 2 has the same key"],
  ]);
  assertEquals([report.account.rows, report.account.created, report.account.failed], [4, 1, 3]);
});

Deno.test("`push()` orders rows that refer to each other, over many levels and lanes", async () => {
  const server = new OdooSimulator();
  const rows: Row[] = [];
  for (let index = 60; index > 0; index--) {
    const parent = index >> 1;
    rows.push({
      key: String(index),
      name: `Node ${index}`,
      parent_id: parent > 0 ? { key: parent } : undefined,
    });
  }
  assertEquals(counts(await run(server, rows, { concurrency: 4 })), { created: 60 });
  const [child, parent] = [partner(server, "Node 60")[0], partner(server, "Node 30")[0]];
  assertEquals([child?.["parent_id"]].flat()[0], parent?.["id"]);
});

Deno.test("`push()` writes circles in two passes", () =>
  withStore(async (state) => {
    const models = {
      "x.node": {
        fields: {
          name: { type: "char" },
          next_id: { type: "many2one", relation: "x.node" },
        },
      },
    } as const;
    const server = new OdooSimulator({}, { models });
    const rows = [
      { key: "a", name: "A", next_id: { key: "b" } },
      { key: "b", name: "B", next_id: { key: "c" } },
      { key: "c", name: "C", next_id: { key: "a" } },
      { key: "self", name: "S", next_id: { key: "self" } },
      { key: "d", name: "D", next_id: { key: "c" } },
    ];
    assertEquals(counts(await run(server, rows, { state, model: "x.node" })), { created: 5 });
    const nodes = new Map(server.records("x.node").map((row) => [row["id"], row]));
    const next = [...nodes.values()].map(({ name, next_id }) =>
      `${name}${nodes.get([next_id].flat()[0] ?? 0)?.["name"]}`
    );
    assertEquals(next.sort(), ["AB", "BC", "CA", "DC", "SS"]);
    assertEquals(counts(await run(server, rows, { state, model: "x.node" })), { unchanged: 5 });
  }));

Deno.test("`push()` clears only the fields that it is told to clear", async () => {
  const server = new OdooSimulator();
  const row = { key: "1", name: "A", city: "Lyon", email: "a@example.com" };
  await run(server, [row], { clear: ["email"] });
  const report = await run(server, [{ ...row, city: "", email: "" }], { clear: ["email"] });
  assertEquals(report.rows["1"]?.changes, { email: { from: "a@example.com", to: "" } });
  assertEquals([partner(server, "A")[0]?.["email"], partner(server, "A")[0]?.["city"]], [
    false,
    "Lyon",
  ]);
  for (const field of ["active", "is_company", "category_id", "type"]) {
    const clearing = run(server, [row], { clear: [field] });
    if (field === "type") await clearing;
    else await assertRejects(() => clearing, OdooConfigError, `Cannot clear the field "${field}"`);
  }
});

Deno.test("`push()` refuses lines as a column, and says what to do instead", async () => {
  await assertRejects(
    () => run(new OdooSimulator(), [{ key: "1", name: "A", child_ids: "x.y" }]),
    OdooConfigError,
    "give them as rows of that model",
  );
});

Deno.test("`push()` writes many2many fields as sets", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const ids = await odoo.executeKw<number[]>("res.partner.category", "create", [[
    { name: "One" },
    { name: "Two" },
    { name: "Three" },
  ]]);
  const [one = 0, two = 0, three = 0] = ids;
  const rows = (tags: number[]) => [{ key: "1", name: "A", category_id: tags }];
  assertEquals(counts(await run(server, rows([one, two]))), { created: 1 });
  assertEquals(counts(await run(server, rows([two, one]))), { unchanged: 1 });
  assertEquals(counts(await run(server, rows([three]))), { updated: 1 });
  assertEquals(partner(server, "A")[0]?.["category_id"], [three]);
});

Deno.test("`push()` with a key that no row has leaves the job to the right one", () =>
  withStore(async (state) => {
    const odoo = await new OdooSimulator().connect();
    const options = {
      model: "res.partner",
      job: "test",
      state,
      map: ({ name }: { no: string; name: string }) => ({ name }),
    };
    const source = [{ no: "1", name: "Ana" }];
    await assertRejects(() => push(odoo, { ...options, source, key: ["nr"] }), OdooConfigError);
    const { account } = await push(odoo, { ...options, source, key: ["no"] });
    assertEquals(account.created, 1);
  }));

Deno.test("`push()` with `dryRun` tells what would become of rows, and writes nothing", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    await run(server, [{ key: "1", name: "A", city: "Lyon" }, { key: "9", name: "Z" }], { state });
    const before = writes(server).length;
    const report = await run(server, [
      { key: "1", name: "A", city: "Paris" },
      { key: "2", name: "B" },
      { key: "3", name: "C", parent_id: { key: "2" } },
      { key: "4", name: "D", is_company: "maybe" },
    ], { state, dryRun: true, mirror: "archive" });
    assertEquals(statuses(report), { 1: "updated", 2: "created", 3: "created", 4: "failed" });
    assertEquals(report.rows["1"]?.changes, { city: { from: "Lyon", to: "Paris" } });
    assertEquals([writes(server).length, report.account.archived], [before, 1]);
    const [dry, real] = await state.runs("test");
    assertEquals([dry?.status, dry?.account?.created, real?.account?.created], ["dry", 0, 2]);
    const again = await run(server, [{ key: "1", name: "A", city: "Lyon" }], { state });
    assertEquals(statuses(again), { 1: "unchanged" });
  }));

Deno.test("`push()` takes records that match for its rows, archived ones too", () =>
  withStore(async (state) => {
    for (const login of ["admin", "demo"]) {
      const server = new OdooSimulator();
      const odoo = await server.connect();
      await odoo.executeKw("res.partner", "create", [[
        { name: "Here", ref: "R1" },
        { name: "Archived", ref: "R2", active: false },
        { name: "Twice", ref: "R3" },
        { name: "Twice", ref: "R3" },
      ]]);
      const rows = ["R1", "R2", "R3", "R4"].map((ref) => ({ key: ref, name: `N ${ref}`, ref }));
      const options = { state, match: ["ref"], login, job: `match_${login}` };
      const report = await run(server, rows, options);
      assertEquals(statuses(report), {
        R1: "updated",
        R2: "updated",
        R3: "failed",
        R4: "created",
      });
      assertStringIncludes(String(report.rows["R3"]?.reason), "matches 2 records");
      assertEquals(report.foundBy.match, 2);
      assertEquals(partner(server, "Here"), []);
      const again = await run(server, rows.slice(0, 2), options);
      assertEquals([counts(again), again.foundBy.match], [{ unchanged: 2 }, 0]);
      const other = await run(server, [{ key: "X", name: "X", ref: "R4" }], options);
      assertStringIncludes(String(other.rows["X"]?.reason), "which is that of");
      await odoo.executeKw("res.partner", "create", [{ name: "One", ref: "R5" }]);
      const two = await run(server, [
        { key: "Y", name: "Y", ref: "R5", parent_id: { key: "R4" } },
        { key: "R4", name: "N R4", ref: "R4" },
        { key: "Z", name: "Z", ref: "R5" },
      ], options);
      assertEquals([two.rows["Y"]?.status, two.rows["Z"]?.status].sort(), ["failed", "updated"]);
    }
  }));

Deno.test("`push()` takes one of the rows that are equal in what they are matched by, and refuses the others", () =>
  withStore(async (state) => {
    for (const [index, isThere] of [true, false].entries()) {
      for (const concurrency of [1, 3]) {
        const server = new OdooSimulator();
        const odoo = await server.connect();
        if (isThere) await odoo.executeKw("res.partner", "create", [[{ name: "Here", ref: "R" }]]);
        const rows = [
          { key: "bad", name: "Bad", ref: "R", color: "red" },
          { key: "one", name: "One", ref: "R" },
          { key: "two", name: "Two", ref: "R" },
          { key: "other", name: "Other", ref: "S" },
          { key: "none", name: "None", ref: "" },
          { key: "too", name: "None", ref: "" },
          { key: "child", name: "Child", ref: "R", parent_id: { key: "other" } },
        ];
        const job = `equal_${index}_${concurrency}`;
        for (const isFirst of [true, false]) {
          const report = await run(server, rows, { match: ["ref"], state, job, concurrency });
          const done = isFirst ? "created" : "unchanged";
          assertEquals(statuses(report), {
            bad: "failed",
            one: isFirst && isThere ? "updated" : done,
            two: "failed",
            other: done,
            none: done,
            too: done,
            child: "failed",
          });
          for (const key of ["two", "child"]) {
            assertEquals(report.rows[key]?.reason, "line 2 has the same ref");
          }
        }
        const all = server.records("res.partner").filter(({ ref }) => ref === "R");
        assertEquals(all.map(({ name }) => name), ["One"]);
      }
    }
  }));

Deno.test("`push()` leaves alone rows that are equal in what they are matched by, once each has its record", async () => {
  const server = new OdooSimulator();
  const rows = ["1", "2"].map((key) => ({ key, name: `N ${key}`, ref: "R" }));
  assertEquals(counts(await run(server, rows)), { created: 2 });
  assertEquals(counts(await run(server, rows, { match: ["ref"] })), { unchanged: 2 });
});

Deno.test("`push()` adopts nothing that it could not remember", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  await odoo.executeKw("res.partner", "create", [{ name: "Here", ref: "R1" }]);
  await assertRejects(
    () => run(server, [{ key: "1", name: "A", ref: "R1" }], { match: ["ref"], login: "demo" }),
    OdooConfigError,
    "no state to remember them in",
  );
});

Deno.test("`push()` as a mirror archives what the source has no more, and takes it back", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    const rows = contacts(20);
    await run(server, rows, { state, mirror: "archive" });
    const report = await run(server, rows.slice(1), { state, mirror: "archive" });
    assertEquals(counts(report), { unchanged: 19, archived: 1 });
    assertEquals(partner(server, "Contact 0")[0]?.["active"], false);
    assertEquals(counts(await run(server, rows.slice(1), { state, mirror: "archive" })), {
      unchanged: 19,
    });
    const back = await run(server, rows, { state, mirror: "archive" });
    assertEquals(back.rows["C0"]?.changes, { active: { from: false, to: "1" } });
    assertEquals(partner(server, "Contact 0")[0]?.["active"], true);
    assertEquals(counts(await run(server, rows.slice(2), { state, mirror: "delete" })), {
      unchanged: 18,
      deleted: 2,
    });
    assertEquals(partner(server, "Contact 0"), []);
  }));

Deno.test("`push()` as a mirror stops at a mass deletion, and where rows have no key", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    const rows = contacts(50);
    await run(server, rows, { state });
    const error = await assertRejects(
      () => run(server, rows.slice(10), { state, mirror: "delete" }),
      MirrorLimitError,
    );
    assertEquals([error.gone, error.limit], [10, 5]);
    const keyless = [...rows.slice(1), { key: "", name: "x" }];
    const report = await run(server, keyless, { state, mirror: "delete" });
    assertStringIncludes(String(report.notMirrored), "1 rows have no key");
    assertEquals(partner(server, "Contact 0").length, 1);
    const all = await run(server, rows.slice(10), { state, mirror: "delete", mirrorLimit: 10 });
    assertEquals(counts(all), { unchanged: 40, deleted: 10 });
    assertEquals(
      counts(
        await run(server, [...rows.slice(10, 49), { key: "C49", name: "" }], {
          state,
          mirror: "delete",
        }),
      ),
      { unchanged: 40 },
    );
  }));

Deno.test("`push()` refuses a mirror without a state", async () => {
  await assertRejects(
    () => run(new OdooSimulator(), [], { mirror: "delete" }),
    OdooConfigError,
    "without a state",
  );
});

Deno.test("`push()` refuses a namespace that is a module's, and a job that makes none", async () => {
  const server = new OdooSimulator({ "ir.module.module": [{ id: 1, name: "odeno_test" }] }, {
    models: { "ir.module.module": { fields: { name: { type: "char" } } } },
  });
  await assertRejects(() => run(server, contacts(1)), OdooConfigError, "the name of a module");
  await assertRejects(
    () => run(server, contacts(1), { job: "Nightly contacts" }),
    OdooConfigError,
    "lower case letters",
  );
});

Deno.test("`push()` refuses the state of another model, and of another database", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    await run(server, contacts(3), { state });
    await assertRejects(
      () => run(server, [{ key: "1", name: "A" }], { state, model: "res.partner.category" }),
      OdooConfigError,
      "take another name for the job",
    );
    const other = new OdooSimulator({ "res.partner": [{ id: 9000, name: "Shift" }] });
    await run(other, contacts(3));
    await assertRejects(
      () => run(other, contacts(3), { state }),
      OdooConfigError,
      "of another database",
    );
  }));

Deno.test("`push()` carries on where an earlier run was cut off before it could save", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    const controller = new AbortController();
    await assertRejects(() =>
      run(server, contacts(40), {
        state,
        chunkSize: 10,
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === "progress" && event.done >= 20) controller.abort();
        },
      })
    );
    assertEquals((await state.runs("test"))[0]?.status, "interrupted");
    const report = await run(server, contacts(40), { state, chunkSize: 10 });
    assertEquals(report.account.failed, 0);
    const names = server.records("res.partner").map(({ name }) => String(name))
      .filter((name) => name.startsWith("Contact "));
    assertEquals(names.length, 40);
  }));

Deno.test("`push()` says of every row when the server is gone, and the next run brings them in", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    const rows = contacts(30);
    {
      using _chaos = server.chaos({ failure: { kind: "disconnect" }, match: { method: "load" } });
      const report = await run(server, rows, { state, chunkSize: 10 });
      assertEquals(counts(report), { failed: 20, unknown: 10 });
      assert(report.lost);
    }
    assertEquals((await state.runs("test"))[0]?.status, "failed");
    assertEquals((await state.outcomes("test", 1)).length, 30);
    assertEquals(counts(await run(server, rows, { state })), { created: 30 });
  }));

Deno.test("`push()` makes external ids of several key columns that stay apart", async () => {
  const server = new OdooSimulator();
  const rows = [
    { a: "x y", b: "1,2", name: "A" },
    { a: "x_y", b: "1.2", name: "B" },
  ];
  const report = await run(server, rows, { key: ["a", "b"] });
  assertEquals(counts(report), { created: 2 });
  const names = server.records("ir.model.data").filter(({ module }) => module === "odeno_test")
    .map(({ module, name }) => `${module}.${name}`);
  assertEquals(names, [
    externalId("odeno_test", "res.partner", ["x y", "1,2"]),
    externalId("odeno_test", "res.partner", ["x_y", "1.2"]),
  ]);
});

Deno.test("`push()` sends a datetime as it is, whatever the zone of the user", async () => {
  const models = {
    "x.day": { fields: { name: { type: "char" }, at: { type: "datetime" } } },
  } as const;
  const server = new OdooSimulator({}, { models });
  const odoo = await server.connect();
  await odoo.executeKw("res.users", "write", [[odoo.uid], { tz: "Europe/Brussels" }]);
  const rows = [{ key: "1", name: "A", at: new Date("2026-10-25T00:30:00Z") }];
  assertEquals(counts(await run(server, rows, { model: "x.day" })), { created: 1 });
  assertEquals(server.records("x.day")[0]?.["at"], "2026-10-25 00:30:00");
  assertEquals(counts(await run(server, rows, { model: "x.day" })), { unchanged: 1 });
});

Deno.test("`push()` with `quiet` asks Odoo not to track", async () => {
  const server = new OdooSimulator();
  await run(server, contacts(1), { quiet: true });
  const load = server.calls.find(({ method }) => method === "load");
  assertStringIncludes(JSON.stringify(load?.kwargs), '"tracking_disable":true');
});

Deno.test("`push()` tells how far it is: the source once, then each row once, and a number that grows to all of them", async () => {
  const server = new OdooSimulator();
  const told: PushEvent[] = [];
  const source = [...contacts(30), { key: "C1", name: "Twice" }, { key: "", name: "Keyless" }];
  const { account } = await run(server, source, {
    chunkSize: 10,
    concurrency: 2,
    onEvent: (event) => void told.push(event),
  });
  const events = told.filter(({ type }) => type === "source");
  assertEquals(events, [{ type: "source", rows: 32, duplicates: 2, circular: 0, levels: 1 }]);
  assertEquals(told.filter(({ type }) => type === "row").length, account.rows);
  const done = told.flatMap((event) => event.type === "progress" ? [event.done] : []);
  assertEquals(done, done.toSorted((one, other) => one - other));
  assertEquals(done.at(-1), 32);
});

Deno.test("`push()` fails loudly when an account does not add up", () => {
  const account = { ...emptyAccount(), rows: 3, created: 1, failed: 1 };
  assertThrows(() => checkAccount(account), OdooError, "3 rows, but 1 created");
  checkAccount({ ...account, unknown: 1 });
});

Deno.test("`push()` keeps what became of rows that did not go in, or not as they were", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    await run(server, [
      { key: "p", name: "Parent", street: "Main 1" },
      { key: "c", name: "Child", parent_id: { key: "p" }, street: "Other 2" },
      { key: "bad", name: "Bad", color: "red" },
    ], { state });
    assertEquals(await state.outcomes("test", 1), [
      {
        key: "c",
        line: 2,
        status: "altered",
        field: "street",
        reason: 'Odoo keeps "Main 1" where "Other 2" was sent',
      },
      {
        key: "bad",
        line: 3,
        status: "failed",
        field: "color",
        reason: '"red" is not an integer of 32 bits',
      },
    ]);
    const [last] = await state.runs("test");
    assertEquals([last?.status, last?.account?.rows], ["done", 3]);
  }));

Deno.test("`push()` takes no record of another database for its own, though it has the same number", () =>
  withStore(async (state) => {
    const born = (year: number) => ({ clock: () => new Date(Date.UTC(year, 0, 1)) });
    const server = new OdooSimulator({}, born(2024));
    await run(server, [...contacts(3), { key: "P", name: "Parent" }], { state });
    const ids = server.records("res.partner").slice(-4).map(({ id }) => Number(id));
    const other = new OdooSimulator(
      { "res.partner": ids.map((id) => ({ id, name: `Stranger ${id}` })) },
      born(2025),
    );
    const rows = [...contacts(2), { key: "K", name: "Kid", parent_id: { key: "P" } }];
    const report = await run(other, rows, { state, mirror: "delete", mirrorLimit: 9 });
    assertEquals(statuses(report), { C0: "created", C1: "created", K: "failed" });
    assertEquals(report.account.deleted, 0);
    const names = other.records("res.partner").map(({ name }) => String(name));
    assertEquals(names.filter((name) => name.startsWith("Stranger")).length, 4);
  }));

Deno.test("`push()` as a mirror leaves alone the rows that it could not look at", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    await run(server, contacts(20), { state });
    const odoo = await server.connect();
    const failing = {
      call: (...[call, options]: Parameters<typeof odoo.call>) =>
        call.method === "read" && call.model === "res.partner"
          ? Promise.reject(
            new OdooServerError("no", {
              kind: "access",
              model: "",
              method: "",
              exception: "",
              debug: "",
            }),
          )
          : odoo.call(call, options),
    };
    const report = await push<Row>(failing, {
      model: "res.partner",
      job: "test",
      key: ["key"],
      source: contacts(20),
      state,
      mirror: "delete",
      mirrorLimit: 100,
      clock: quickClock(),
    });
    assertEquals([report.account.failed, report.account.deleted], [20, 0]);
    assertEquals(server.records("ir.model.data").length >= 20, true);
  }));

Deno.test("`push()` refuses numbers that would end nowhere, or let a mirror take everything", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    for (const options of [{ mirrorLimit: NaN }, { chunkSize: 0 }, { concurrency: NaN }]) {
      await assertRejects(
        () => run(server, contacts(1), { state, mirror: "delete", ...options }),
        OdooConfigError,
        Object.keys(options)[0],
      );
    }
    assertEquals(writes(server), []);
  }));

Deno.test("`push()` takes as keys only what is the same text on every machine", async () => {
  const report = await run(new OdooSimulator(), [
    { key: new Date(0), name: "A" },
    { key: { no: 1 }, name: "B" },
    { key: 7n, name: "C" },
    { key: 0.5, name: "D" },
  ]);
  assertEquals(counts(report), { created: 2, failed: 2 });
});

Deno.test("`push()` takes no record for a row that is another row's already, in any version and for any user", () =>
  withStore(async (state) => {
    for (const version of VERSIONS) {
      for (const login of ["admin", "demo"]) {
        const server = new OdooSimulator({}, { version });
        const odoo = await server.connect();
        const refs = ["R1", "R2", "R3"];
        const kwargs = refs.map((ref) => ({ name: `Here ${ref}`, ref }));
        await odoo.executeKw("res.partner", "create", [kwargs]);
        const options = { state, match: ["ref"], login, job: `taken_${version}_${login}` };
        const rows = refs.map((ref) => ({ key: ref, name: `N ${ref}`, ref }));
        assertEquals(counts(await run(server, rows, options)), { updated: 3 });
        const others = refs.map((ref) => ({ key: `Other ${ref}`, name: "Stolen", ref }));
        const report = await run(server, [...others, ...rows], options);
        assertEquals(counts(report), { failed: 3, unchanged: 3 }, `${version} ${login}`);
        assertEquals(partner(server, "Stolen"), []);
      }
    }
  }));

Deno.test("`push()` adopts the rest where one external id is left over from a record that is gone", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const refs = ["R1", "R2", "R3"];
  await odoo.executeKw("res.partner", "create", [refs.map((ref) => ({ name: ref, ref }))]);
  const [module, ...name] = externalId("odeno_test", "res.partner", ["R2"]).split(".");
  const left = {
    module: String(module),
    name: name.join("."),
    model: "res.partner",
    res_id: 99999,
  };
  await odoo.executeKw("ir.model.data", "create", [left]);
  const rows = refs.map((ref) => ({ key: ref, name: `N ${ref}`, ref }));
  assertEquals(counts(await run(server, rows, { match: ["ref"] })), { updated: 3 });
  assertEquals(counts(await run(server, rows, { match: ["ref"] })), { unchanged: 3 });
});

Deno.test("`push()` as a mirror says which records it could not take", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    await run(server, contacts(20), { state });
    const odoo = await server.connect();
    const failing = {
      call: (...[call, options]: Parameters<typeof odoo.call>) =>
        call.method === "unlink"
          ? Promise.reject(
            new OdooServerError("in use", {
              kind: "user",
              model: "",
              method: "",
              exception: "",
              debug: "",
            }),
          )
          : odoo.call(call, options),
    };
    const report = await push<Row>(failing, {
      model: "res.partner",
      job: "test",
      key: ["key"],
      source: contacts(18),
      state,
      mirror: "delete",
      clock: quickClock(),
    });
    assertEquals(report.account.deleted, 0);
    assertEquals(report.notMirrored, "2 records remain; the first: not deleted: in use");
  }));

Deno.test("`push()` and `pull()` do not take each other's state", () =>
  withStore(async (state) => {
    const server = new OdooSimulator();
    const odoo = await server.connect();
    const copy = (job: string) =>
      pull(odoo, {
        model: "res.partner",
        fields: ["name"],
        job,
        state,
        sink: callbackSink(() => {}),
      });
    await copy("down");
    const mirror = { state, job: "down", mirror: "delete", mirrorLimit: 99 } as const;
    await assertRejects(() => run(server, [], mirror), OdooConfigError, "is that of a pull");
    await run(server, contacts(1), { state, job: "up" });
    await assertRejects(() => copy("up"), PullStoppedError, "is that of a push");
  }));

Deno.test("`push()` calls rows unknown, not failed, after an answer to `load` that does not fit", async () => {
  const odoo = await new OdooSimulator().connect();
  const short = {
    call: async (...[call, options]: Parameters<typeof odoo.call>) => {
      const answer = await odoo.call(call, options);
      return call.method === "load" ? { ids: [1], messages: [] } : answer;
    },
  };
  const { account } = await push<Row>(short, {
    model: "res.partner",
    job: "test",
    key: ["key"],
    source: contacts(3),
    map: ({ name }) => ({ name: String(name) }),
    clock: quickClock(),
  });
  assertEquals([account.unknown, account.failed], [3, 0]);
});
