/**
 * Rows as sources give them, and what a push says of each.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type CsvRow, readCsv } from "../lib/files/mod.ts";
import {
  type GoneEvent,
  MirrorLimitError,
  planned,
  type PlannedRow,
  planTable,
  push,
  type PushEvent,
  type PushOptions,
  type PushReport,
  type RowEvent,
  sqliteStore,
} from "../lib/sync/mod.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { type Caller, OdooConfigError, OdooServerError, upsert } from "../mod.ts";
import { temporaryFolder } from "./support.ts";

interface Pushed extends PushReport {
  events: PushEvent[];
  rows: RowEvent[];
  gone: GoneEvent[];
}

async function run<T extends object>(
  server: OdooSimulator,
  source: Iterable<T> | AsyncIterable<T>,
  options: Partial<PushOptions<T>> = {},
): Promise<Pushed> {
  const odoo = await server.connect();
  const events: PushEvent[] = [];
  let now = 0;
  const report = await push(odoo, {
    model: "res.partner",
    job: "test",
    key: ["key"],
    source,
    onEvent: (event) => void events.push(event),
    clock: {
      now: () => now,
      sleep: (ms) => Promise.resolve(void (now += ms)),
      random: () => 0.5,
    },
    ...options,
  });
  const rows = events.flatMap((event) => event.type === "row" ? [event] : []);
  const gone = events.flatMap((event) => event.type === "gone" ? [event] : []);
  return { ...report, events, rows, gone };
}

function csv(text: string): AsyncGenerator<CsvRow> {
  return readCsv(new Blob([text]).stream());
}

function told({ rows }: Pushed): unknown[] {
  return rows.map(({ line, status, field, reason }) =>
    [line, status, field, reason].filter((part) => part !== undefined)
  );
}

function nodes(): OdooSimulator {
  const models = {
    "x.node": {
      fields: {
        name: { type: "char", required: true },
        count: { type: "integer" },
        next_id: { type: "many2one", relation: "x.node" },
      },
    },
  } as const;
  return new OdooSimulator({}, { models });
}

Deno.test("`push()` takes the rows of `readCsv()` as they are, with their lines and errors", async () => {
  const server = new OdooSimulator();
  const file = "nr,name,city\nA,Ana,Ghent\nB,Ben\n,Cleo,Lyon\nD,Dan,Paris,x\n";
  const report = await run(server, csv(file), { key: ["nr"] });
  assertEquals(told(report), [
    [4, "failed", "nr", "the key is empty"],
    [3, "failed", "", "has 2 cells where the header has 3"],
    [5, "failed", "", 'has 4 cells where the header has 3; left over: "x"'],
    [2, "created"],
  ]);
  assertEquals(report.rows.at(-1)?.row, { nr: "A", name: "Ana", city: "Ghent" });
});

Deno.test("`push()` gives `map`, `line` and `groupBy` a row as its source has it", async () => {
  const server = new OdooSimulator();
  const report = await run(server, csv("nr,who\nA,Ana\n"), {
    key: ["nr"],
    map: ({ values }) => ({ name: values["who"] }),
    line: ({ line }) => line + 100,
    groupBy: ({ values }) => values["nr"],
  });
  assertEquals(told(report), [[102, "created"]]);
  assertEquals(report.rows[0]?.row, { nr: "A", who: "Ana" });
});

Deno.test("`push()` passes over the columns that a file of failed rows has beside its own", async () => {
  const file = "nr,name,odeno_line,odeno_field,odeno_reason\nA,Ana,2,name,It was bad\n";
  assertEquals(told(await run(new OdooSimulator(), csv(file), { key: ["nr"] })), [[2, "created"]]);
});

Deno.test("`push()` takes no other row for one of a file, though it has columns of such names", async () => {
  const rows = [{ key: "1", line: 7, values: { name: "A" }, name: "B" }];
  const report = await run(new OdooSimulator(), rows, { map: ({ name }) => ({ name }) });
  assertEquals(told(report), [[1, "created"]]);
  assertEquals(report.rows[0]?.row, rows[0]);
});

Deno.test("`upsert()` takes the rows of `readCsv()`, and those of an interface", async () => {
  interface Contact {
    key: string;
    name: string;
    city?: string;
  }
  const odoo = await new OdooSimulator().connect();
  const rows: Contact[] = [{ key: "1", name: "A" }, { key: "2", name: "B", city: "Lyon" }];
  const [first] = await Array.fromAsync(upsert(odoo, "res.partner", rows, { key: ["key"] }));
  assertEquals([first?.row.name, first?.status], ["A", "created"]);
  const file = csv("key,name\n1,A\n3\n");
  const [one, two] = await Array.fromAsync(upsert(odoo, "res.partner", file, { key: ["key"] }));
  assertEquals([one?.row.line, one?.status], [2, "unchanged"]);
  assertEquals([two?.status, two?.reason], ["failed", "has 1 cells where the header has 2"]);
  const sets = [{ key: "1", name: new Set(["A"]) }];
  // @ts-expect-error: no field has such values
  await Array.fromAsync(upsert(odoo, "res.partner", sets, { key: ["key"] }));
});

Deno.test("`push()` and `upsert()` refuse a key column that no row has, before anything is sent", async () => {
  const server = new OdooSimulator();
  const message =
    'No row has the key column "nr": the first one has no, name, city; did you mean "no"?';
  const rows = [{ no: "1", name: "A", city: "B" }, { no: "2", name: "C" }];
  const told: PushEvent[] = [];
  const onEvent = (event: PushEvent) => void told.push(event);
  await assertRejects(() => run(server, rows, { key: ["nr"], onEvent }), OdooConfigError, message);
  assertEquals(told, []);
  await assertRejects(
    () => run(server, csv("no,name,city\n1,A,B\n"), { key: ["nr"] }),
    OdooConfigError,
    message,
  );
  const many = Array.from({ length: 3000 }, (_, index) => ({ no: index, name: "A", city: "B" }));
  await assertRejects(
    () => run(server, many, { key: ["nr"], onEvent }),
    OdooConfigError,
    message.replace("row", "row of the first 500"),
  );
  assertEquals(told, []);
  const odoo = await server.connect();
  const upserting = upsert(odoo, "res.partner", rows, { key: ["nr"] });
  await assertRejects(() => Array.fromAsync(upserting), OdooConfigError, message);
  assertEquals(server.calls.filter(({ method }) => method === "load"), []);
});

Deno.test("`push()` takes a key column that only some rows have", async () => {
  const rows = [{ name: "A" }, { key: "2", name: "B" }];
  assertEquals(told(await run(new OdooSimulator(), rows)), [
    [1, "failed", "key", "the key is empty"],
    [2, "created"],
  ]);
});

Deno.test("`push()` and `upsert()` refuse a key that is no list", async () => {
  const options: Parameters<typeof push>[1] = JSON.parse(
    '{"model": "res.partner", "job": "j", "key": "no", "source": [{"no": "1", "name": "A"}]}',
  );
  const odoo = await new OdooSimulator().connect();
  const message = 'The key is to be a list of columns, such as ["no"]';
  await assertRejects(() => push(odoo, options), OdooConfigError, message);
  const upserting = upsert(odoo, "res.partner", [], options);
  await assertRejects(() => Array.fromAsync(upserting), OdooConfigError, message);
});

Deno.test("`push()` names only the column of a key that is empty", async () => {
  const rows = [{ a: "1", b: "", name: "A" }, { a: "", b: "", name: "A" }, {
    a: "1",
    b: "2",
    name: "B",
  }];
  assertEquals(told(await run(new OdooSimulator(), rows, { key: ["a", "b"] })), [
    [1, "failed", "b", "the key is empty"],
    [2, "failed", "a, b", "the key is empty"],
    [3, "created"],
  ]);
});

Deno.test("`push()` warns of an archived record that it takes for a row, but where the row says whether it is active", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const refs = ["R1", "R2", "R3"];
  await odoo.executeKw("res.partner", "create", [
    refs.map((ref) => ({ name: `N ${ref}`, ref, active: false })),
  ]);
  const rows = [
    { key: "1", name: "N R1", ref: "R1" },
    { key: "2", name: "New", ref: "R2" },
    { key: "3", name: "N R3", ref: "R3", active: true },
  ];
  for (const dryRun of [true, false]) {
    const report = await run(server, rows, { match: ["ref"], dryRun });
    assertEquals(report.rows.map(({ key, status, warning }) => [key, status, warning]).sort(), [
      ["1", "unchanged", "it is archived in Odoo"],
      ["2", "updated", "it is archived in Odoo"],
      ["3", "updated", undefined],
    ]);
    assertEquals(report.account.warned, 2);
  }
});

Deno.test("`push()` says of a row in a circle that it was made, though not with all of it", async () => {
  const server = nodes();
  const rows = [
    { key: "a", name: "A", next_id: { key: "b" } },
    { key: "b", name: "", next_id: { key: "a" } },
    { key: "c", name: "C", next_id: { key: "d" } },
    { key: "d", name: "D", next_id: { key: "c" } },
  ];
  const report = await run(server, rows, { model: "x.node" });
  assertEquals(report.rows.map(({ key, status }) => [key, status]).sort(), [
    ["a", "failed"],
    ["b", "failed"],
    ["c", "created"],
    ["d", "created"],
  ]);
  const a = report.rows.find(({ key }) => key === "a");
  assertEquals([a?.field, a?.reason], [
    "next_id",
    'made, but without next_id: row "b" did not go in',
  ]);
  assert(server.records("x.node").some(({ id, name }) => id === a?.id && name === "A"));
  const again = await run(server, [{ ...rows[0], name: "New" }, ...rows.slice(1)], {
    model: "x.node",
  });
  assertEquals(
    again.rows.find(({ key }) => key === "a")?.reason,
    'changed, but without next_id: row "b" did not go in',
  );
});

Deno.test("`push()` says in the words of the source which row is missing", async () => {
  const report = await run(new OdooSimulator(), [
    { key: "B 4", name: "B", color: "red" },
    { key: "1", name: "A", parent_id: { key: "B 4" } },
    { key: "2", name: "A", parent_id: { key: "B005" } },
    { key: "2 x", name: "A", parent_id: { key: "dup" } },
    { key: "3", name: "A", parent_id: { key: ["x", "y"], namespace: "odeno_other" } },
    { key: "dup", name: "A" },
    { key: "dup", name: "A" },
  ]);
  const reasons = Object.fromEntries(report.rows.map(({ key, reason }) => [key, reason]));
  assertEquals([reasons["1"], reasons["2"], reasons["2_20x"], reasons["3"]], [
    'row "B 4" did not go in',
    'no row and no record has the key "B005"',
    'row "dup" did not go in',
    'no record has the key "x, y" (odeno_other.res_partner.x.y)',
  ]);
});

Deno.test("`push()` takes digits for the database id of a record, as a file has them", async () => {
  const server = new OdooSimulator();
  const { id } = server.records("res.country")[0] ?? {};
  const rows = [
    { key: "1", name: "A", country_id: String(id) },
    { key: "2", name: "B", country_id: "99999999999" },
    { key: "3", name: "C", country_id: "987654" },
  ];
  const report = await run(server, rows);
  assertEquals(report.rows.map(({ key, status }) => [key, status]).sort(), [
    ["1", "created"],
    ["2", "failed"],
    ["3", "failed"],
  ]);
  const made = server.records("res.partner").find(({ name }) => name === "A");
  assertEquals([made?.["country_id"]].flat()[0], id);
});

Deno.test("`push()` tells of a row what there is to tell, and nothing else", async () => {
  const server = nodes();
  const rows = [
    { key: "a", name: "A", next_id: { key: "b" } },
    { key: "b", name: "B", next_id: { key: "a" } },
    { key: "c", name: "C", count: "x" },
  ];
  const { rows: events } = await run(server, rows, { model: "x.node" });
  const common = ["type", "key", "line", "row", "status", "altered"];
  assertEquals(events.map((event) => Object.keys(event).sort()), [
    [...common, "field", "reason"].sort(),
    [...common, "id"].sort(),
    [...common, "id"].sort(),
  ]);
});

async function withMirror(
  test: (
    server: OdooSimulator,
    options: { state: ReturnType<typeof sqliteStore> },
  ) => Promise<void>,
): Promise<void> {
  await withState(async (state) => {
    const server = new OdooSimulator();
    await run(server, contacts(20), { state });
    await test(server, { state });
  });
}

async function withState(
  test: (state: ReturnType<typeof sqliteStore>) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder();
  await using state = sqliteStore(`${folder.path}/state.db`);
  await test(state);
}

function contacts(count: number) {
  return Array.from({ length: count }, (_, index) => ({ key: `C ${index}`, name: `N ${index}` }));
}

Deno.test("`push()` as a mirror tells of each record that it archives or deletes, or would", () =>
  withMirror(async (server, { state }) => {
    const idOf = (name: string) =>
      server.records("res.partner").find((row) => row["name"] === name)?.["id"];
    const event = { type: "gone", key: "C_200", id: idOf("N 0"), name: "N 0" };
    const rows = contacts(20).slice(1);
    const dry = await run(server, rows, { state, mirror: true, dryRun: true });
    assertEquals(dry.gone, [{ ...event, status: "archived" } as const] as unknown[]);
    const plan: PlannedRow[] = dry.gone.map(planned);
    assertEquals(plan, [
      { line: 0, key: "C_200", action: "archive", id: event.id, name: "N 0" } as const,
    ] as unknown[]);
    assertEquals(
      planTable(plan).split("\n").map((line) => line.split(/ +/).join(" ")),
      ["line key action field from to", " C_200 archive N 0"],
    );
    assertEquals((await state.outcomes("test", 2)).length, 0);
    const real = await run(server, rows, { state, mirror: true });
    assertEquals([real.gone, real.account.archived], [dry.gone, 1]);
    assertEquals(await state.outcomes("test", 3), [{
      key: "C_200",
      line: 0,
      status: "archived",
      field: "",
      reason: `its row is gone from the source (record ${event.id}, N 0)`,
    }]);
    const off = await run(server, rows.slice(1), { state, mirror: false });
    assertEquals(off.gone, []);
    const deleted = await run(server, rows.slice(1), { state, mirror: "delete" });
    assertEquals(deleted.gone.map(({ name, status }) => [name, status]), [["N 1", "deleted"]]);
  }));

Deno.test("`push()` as a mirror that is stopped says what became of the rows that it had", () =>
  withMirror(async (server, { state }) => {
    const rows = [...contacts(10), { key: "new", name: "New" }];
    const error = await assertRejects(
      () => run(server, rows, { state, mirror: true }),
      MirrorLimitError,
    );
    const { run: number, account, notMirrored } = error.report;
    assertEquals([number, account.rows, account.created, account.unchanged], [2, 11, 1, 10]);
    assertStringIncludes(String(notMirrored), "has lost 10 of its rows");
  }));

Deno.test("`push()` passes over no column of a file but those of failed rows", async () => {
  const file = csv("nr,name,odeno_code,odeno_line\nA,Ana,x,7\n");
  await assertRejects(
    () => run(new OdooSimulator(), file, { key: ["nr"] }),
    OdooConfigError,
    '"odeno_code"',
  );
});

Deno.test("`push()` takes rows that JSON cannot carry as they are", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const category = await odoo.executeKw("res.partner.category", "create", [{ name: "Tag" }]);
  const circle: Record<string, unknown> = { name: "Ben" };
  circle["self"] = circle;
  const rows = [
    { key: "1", name: "Ana", category_id: [BigInt(Number(category))], circle: undefined },
    { key: "2", name: "Ben", category_id: [], circle },
  ];
  const report = await run(server, rows, {
    map: ({ name, category_id }) => ({ name, category_id }),
  });
  assertEquals(report.rows.map(({ row }) => row), [
    { key: "1", name: "Ana", category_id: [String(category)] },
    { key: "2", name: "Ben", category_id: [] },
  ]);
  assertEquals(report.account.created, 2);
});

Deno.test("`push()` counts once how a row in a circle was found", async () => {
  const rows = [{ key: "1", name: "A", next_id: { key: "2" } }, {
    key: "2",
    name: "B",
    next_id: { key: "1" },
  }];
  const server = nodes();
  const made = await run(server, rows, { model: "x.node" });
  assertEquals([made.account.created, Object.values(made.foundBy)], [2, [0, 0, 0, 0, 0]]);
});

Deno.test("`push()` calls no row changed whose record was deleted meanwhile, also where Odoo takes the write", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const rows = (city: string) => ["1", "2"].map((key) => ({ key, name: `N ${key}`, city }));
  await run(server, rows("Ghent"));
  const [gone] = server.records("res.partner").filter(({ name }) => name === "N 1");
  // As Odoo does for models whose write looks at no value of the record
  const caller: Caller = {
    call: async (call, options) => {
      if (call.method !== "write") return await odoo.call(call, options);
      await odoo.call({ model: "res.partner", method: "unlink", args: [[Number(gone?.["id"])]] });
      return true;
    },
  };
  const told: unknown[] = [];
  const { account } = await push(caller, {
    model: "res.partner",
    job: "test",
    key: ["key"],
    source: rows("Lyon").slice(0, 1),
    onEvent: (event) => {
      if (event.type === "row") told.push([event.key, event.status, event.reason]);
    },
  });
  assertEquals(told, [["1", "failed", `the record ${gone?.["id"]} was deleted meanwhile`]]);
  assertEquals([account.updated, account.failed, account.warned], [0, 1, 0]);
  assertEquals((await run(server, rows("Lyon"))).account.created, 1);
});

Deno.test("`push()` as a mirror keeps in mind, and tells of, records that a rule hides, and takes those without a name", () =>
  withState(async (state) => {
    const server = new OdooSimulator();
    const odoo = await server.connect();
    const rows = ["1", "2", "3"].map((key) => ({ key, name: `N ${key}` }));
    await run(server, rows, { state });
    const refusing = (
      isRefused: (fields: string) => boolean,
      kind: "access" | "user" = "access",
    ): Caller => ({
      call: async (call, options) => {
        const [ids] = call.args ?? [];
        const isAbout = call.method === "read" && [ids].flat().length > 0;
        if (!isAbout || !isRefused(JSON.stringify(call.kwargs?.["fields"]))) {
          return await odoo.call(call, options);
        }
        const details = {
          kind,
          model: "",
          method: "",
          exception: "",
          debug: "",
        } as const;
        throw new OdooServerError("not you", details);
      },
    });
    const mirrored = async (caller: Caller, source: typeof rows) => {
      const gone: unknown[] = [];
      const { account, notMirrored } = await push(caller, {
        model: "res.partner",
        job: "test",
        key: ["key"],
        source,
        state,
        mirror: true,
        onEvent: (event) => {
          if (event.type === "gone") gone.push([event.key, event.status, event.name]);
        },
      });
      return { archived: account.archived, notMirrored, gone };
    };
    const hidden = refusing((fields) => !fields.includes('"name"'));
    assertEquals(await mirrored(hidden, rows.slice(1)), {
      archived: 0,
      notMirrored:
        "1 records remain; the first: not archived: a rule hides the record from this user",
      gone: [["1", "failed", undefined]],
    });
    const nameless = refusing((fields) => fields.includes("display_name"));
    assertEquals(await mirrored(nameless, rows.slice(1)), {
      archived: 1,
      notMirrored: undefined,
      gone: [["1", "archived", undefined]],
    });
    const broken = refusing((fields) => fields.includes("display_name"), "user");
    assertEquals(await mirrored(broken, rows.slice(2)), {
      archived: 1,
      notMirrored: undefined,
      gone: [["2", "archived", undefined]],
    });
  }));

Deno.test("`push()` as a mirror takes what is gone behind any number of records that have other keys now", () =>
  withState(async (state) => {
    const server = new OdooSimulator();
    const odoo = await server.connect();
    const rows = Array.from({ length: 2100 }, (_, index) => {
      const key = `A${String(index).padStart(4, "0")}`;
      return { key, name: key, ref: `R${index}` };
    });
    const gone = { key: "Z", name: "Gone", ref: "Z" };
    await run(server, [...rows, gone], { state });
    const ids = await odoo.model("ir.model.data").search([["name", "like", "A"], [
      "module",
      "=",
      "odeno_test",
    ]]);
    await odoo.executeKw("ir.model.data", "unlink", [ids]);
    const others = rows.map((row) => ({ ...row, key: `B${row.key}` }));
    const options = { state, match: ["ref"], mirror: true, mirrorLimit: 5 } as const;
    const report = await run(server, others, options);
    assertEquals([report.account.unchanged, report.account.archived], [2100, 1]);
  }));
