import { assert, assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { OdooSimulator } from "../lib/testing/mod.ts";
import {
  OdooAuthError,
  OdooConfigError,
  OdooError,
  OdooNetworkError,
  OdooProtocolError,
  OdooServerError,
  OdooTimeoutError,
} from "../mod.ts";
import {
  type Cell,
  OPERATIONS,
  RECORDS,
  refusedConnection,
  run,
  runRows,
  type Seen,
  type Trouble,
  TROUBLES,
} from "./chaos/cells.ts";
import { errorOf, tableOf } from "./chaos/table.ts";
import { wiresOf } from "./conformance/wires.ts";
import { ROOT } from "./support.ts";

const VERSIONS = [17, 19] as const;
/** `retries` is 3 where the configuration does not say. All of them have as much time together as the first try. */
const ALL_TRIES = 4;

Deno.test("chaos: no write is done twice", async () => {
  check((await matrix()).seen, ({ cell, runs, done }, expect) => {
    if (cell.operation.isRead) return;
    expect(runs <= 1, `ran ${runs} times`);
    expect(done === runs, `ran ${runs} times, and the records say ${done}`);
  });
});

Deno.test("chaos: no success is told that did not happen", async () => {
  const { seen, undisturbed } = await matrix();
  check(seen, ({ cell: { version, protocol, operation }, end, runsThen }, expect) => {
    if ("error" in end) return;
    expect(runsThen > 0, "told as done, and did not run");
    const well = undisturbed.find(({ cell }) =>
      cell.version === version && cell.protocol === protocol && cell.operation === operation
    );
    expect(Deno.inspect(end) === Deno.inspect(well?.end), `ends in ${Deno.inspect(end)}`);
  });
});

Deno.test("chaos: no failure is told as certain while the call has run, or may still run", async () => {
  check((await matrix()).seen, ({ end, runs }, expect) => {
    if (!("error" in end)) return;
    expect(isKnown(end.error), `ends in ${errorOf(end.error)}`);
    if (saysNotDone(end.error)) expect(runs === 0, `${errorOf(end.error)}, and it ran`);
    if (saysDone(end.error)) expect(runs > 0, `${errorOf(end.error)}, and it did not run`);
  });
});

Deno.test("chaos: a read ends well where the failure passes, and is tried a bounded number of times", async () => {
  check((await matrix()).seen, ({ cell, end, requests }, expect) => {
    const { operation, trouble, stays } = cell;
    if (!operation.isRead) return;
    const isLate = "error" in end && end.error instanceof OdooTimeoutError;
    const tries = trouble.lasts ? 1 : !stays || isLate ? 2 : ALL_TRIES;
    expect(requests === tries, `${requests} requests in place of ${tries}`);
    const isWell = !stays && !trouble.lasts;
    if ("error" in end) expect(!isWell, `ends in ${errorOf(end.error)}`);
    else expect(isWell, "ends well");
  });
});

Deno.test("chaos: a write is sent again only where its request surely never came to Odoo", async () => {
  check((await matrix()).seen, ({ cell, end, requests }, expect) => {
    const { operation, trouble, stays } = cell;
    if (operation.isRead) return;
    const tries = !trouble.isNeverSent ? 1 : stays ? ALL_TRIES : 2;
    expect(requests === tries, `${requests} requests in place of ${tries}`);
    const isWell = trouble.isNeverSent && !stays;
    if (!("error" in end)) return expect(isWell === true, "ends well");
    expect(!isWell, `ends in ${errorOf(end.error)}`);
    expect(requests === 1 || saysNotDone(end.error), `sent again after ${errorOf(end.error)}`);
  });
});

Deno.test("chaos: rows in pieces are all of them, or end in an error, and no row comes twice", async () => {
  const refusal = await refusedConnection();
  using time = new FakeTime();
  const version = 19;
  const partners = Array.from({ length: 300 }, (_, index) => ({ name: `Partner ${index}` }));
  const server = new OdooSimulator({ "res.partner": partners }, { version });
  for (const protocol of wiresOf(version)) {
    for (const { trouble, failure, stays } of failuresOf(TROUBLES)) {
      const cell = { version, protocol, trouble, failure, stays } as const;
      const { rows, end } = await runRows(cell, { server, time, refusal });
      const expected = server.records("res.partner").filter(({ active }) => active)
        .map(({ id = 0, name = "" }) => ({ id, name }));
      const name = nameOf(cell);
      assertEquals(rows, expected.slice(0, rows.length), name);
      if (!("error" in end)) assertEquals(rows.length, expected.length, name);
      else assert(isKnown(end.error), `${name}: ${errorOf(end.error)}`);
      // What was handed out cannot be taken back, so a call is repeated before that only
      if (!stays && !trouble.lasts && rows.length === 0) assert("value" in end, name);
    }
  }
});

Deno.test("chaos: docs/failures.md shows what happens", async () => {
  const file = new URL("docs/failures.md", ROOT);
  const text = await Deno.readTextFile(file);
  const [start, end] = ["<!-- table: written by UPDATE_DOCS=1 -->\n\n", "\n\n<!-- /table -->"];
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)];
  assert(from >= start.length && to >= 0, "docs/failures.md has lost the marks of its table");
  const table = tableOf((await matrix()).seen);
  if (Deno.env.get("UPDATE_DOCS") === "1") {
    await Deno.writeTextFile(file, text.slice(0, from) + table + text.slice(to));
  } else {
    assertEquals(
      text.slice(from, to),
      table,
      "To write what was seen: UPDATE_DOCS=1 deno task test --filter chaos",
    );
  }
});

/** What was seen in all cells, and of the same calls where nothing fails. */
interface Matrix {
  seen: Seen[];
  undisturbed: Seen[];
}

let matrixRun: Promise<Matrix> | undefined;

/** Each failure, for each call, over each protocol: made once, and looked at by all tests. */
function matrix(): Promise<Matrix> {
  return matrixRun ??= runMatrix();
}

async function runMatrix(): Promise<Matrix> {
  const refusal = await refusedConnection();
  using time = new FakeTime();
  const seen: Seen[] = [];
  for (const version of VERSIONS) {
    const server = new OdooSimulator(RECORDS, { version });
    for (const cell of cellsOf(version)) seen.push(await run(cell, { server, time, refusal }));
  }
  return {
    seen: seen.filter(({ cell }) => cell.failure !== undefined),
    undisturbed: seen.filter(({ cell }) => cell.failure === undefined),
  };
}

function cellsOf(version: Cell["version"]): Cell[] {
  const well = { name: "nothing", failures: [] };
  return wiresOf(version).flatMap((protocol) =>
    OPERATIONS.flatMap((operation) => {
      const base = { version, protocol, operation };
      return [
        { ...base, trouble: well, failure: undefined, stays: false },
        ...failuresOf(TROUBLES).map((failing) => ({ ...base, ...failing })),
      ];
    })
  );
}

/** All failures, each once and for good. */
function failuresOf(troubles: readonly Trouble[]) {
  return troubles.flatMap((trouble) =>
    trouble.failures.flatMap((failure) =>
      [false, true].map((stays) => ({ trouble, failure, stays }))
    )
  );
}

/** Whether an error is one of odeno's, and says what it knows of a call that was sent. */
function isKnown(error: unknown): boolean {
  if (error instanceof OdooProtocolError) return error.outcome !== undefined;
  return error instanceof OdooError;
}

/** Whether an error says that Odoo has not made the change. */
function saysNotDone(error: unknown): boolean {
  return error instanceof OdooServerError || error instanceof OdooAuthError ||
    error instanceof OdooConfigError ||
    (error instanceof OdooNetworkError && error.outcome === "not-sent");
}

/** Whether an error says that Odoo has made the change. */
function saysDone(error: unknown): boolean {
  return error instanceof OdooProtocolError && error.outcome === "committed";
}

/** Looks at all cells, and shows all that are wrong at once. */
function check(
  seen: readonly Seen[],
  look: (seen: Seen, expect: (isTrue: boolean, otherwise: string) => void) => void,
): void {
  const problems: string[] = [];
  for (const one of seen) {
    look(one, (isTrue, otherwise) => {
      if (!isTrue) problems.push(`${nameOf(one.cell)}: ${otherwise}`);
    });
  }
  assertEquals(problems, []);
}

function nameOf(cell: Omit<Cell, "operation"> & Partial<Cell>): string {
  const { version, protocol, trouble, failure, operation, stays } = cell;
  const kind = typeof failure === "object" ? failure.kind : failure;
  const what = [operation?.name ?? "rows", trouble.name, kind, stays ? "stays" : "once"];
  return [version, protocol, ...what].join(", ");
}
