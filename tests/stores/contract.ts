/**
 * What every store of state must do, as tests.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { JobBusyError, OdooConfigError, OdooError } from "../../lib/errors.ts";
import { thisProcess } from "../../lib/sync/jobs.ts";
import type { Entry, StateStore } from "../../lib/sync/state.ts";
import { runDeno } from "../support.ts";
import { emptyAccount } from "../../lib/sync/push/account.ts";

/** A kind of store. */
export interface Kind {
  /** Name, for the tests. */
  name: string;
  /** Why it cannot be tried here; then its tests are left out. */
  missing?: string | undefined;
  /** A place that holds nothing yet. */
  place(): Promise<Place>;
}

/** Where one test keeps its state. */
export interface Place extends AsyncDisposable {
  /** A store on the place, like one of another process. */
  store(): StateStore;
  /** A script beside this one that saves there, and its first argument. */
  readonly script: readonly string[];
  /** The permissions that the child needs. */
  readonly permissions: readonly string[];
}

/** An entry whose every part is told by its key. */
export function entry(key: string, run = 1): Entry {
  return { key, id: key.length, stamp: `stamp ${key}`, hash: `hash ${key}`, kept: "{}", run };
}

/** Declares the tests of a kind of store. */
export function testStore(kind: Kind): void {
  const test = (name: string, act: (place: Place) => Promise<void>) => {
    Deno.test({
      name: `${kind.name} ${name}`,
      ignore: kind.missing !== undefined,
      fn: async () => {
        await using place = await kind.place();
        await act(place);
      },
    });
  };
  testKeeping(test);
  testRuns(test);
  testLock(test);
  testProcesses(test);
}

type Test = (name: string, act: (place: Place) => Promise<void>) => void;

function testKeeping(test: Test): void {
  test("keeps values, entries and rows for the next process", async (place) => {
    {
      await using store = place.store();
      await using state = await store.open("contacts");
      assertEquals([state.job, state.run], ["contacts", 1]);
      assertEquals(await state.get("checkpoint"), undefined);
      await state.save({
        values: { checkpoint: "1", identity: '{"a": "é 漢 😀"}' },
        entries: [entry("b"), entry("a"), entry("é 漢 😀")],
        rows: [
          { key: "z", line: 9, status: "failed", field: "name", reason: "No." },
          { key: "y", line: 2, status: "altered", field: "", reason: "So." },
        ],
      });
      await state.save({ values: { checkpoint: "2" }, entries: [{ ...entry("a"), id: 7 }] });
    }
    await using store = place.store();
    await using state = await store.open("contacts");
    assertEquals(state.run, 2);
    assertEquals(await state.get("checkpoint"), "2");
    assertEquals(await state.get("identity"), '{"a": "é 漢 😀"}');
    assertEquals(
      await state.entries(["a", "é 漢 😀", "c"]),
      new Map([["a", { ...entry("a"), id: 7 }], ["é 漢 😀", entry("é 漢 😀")]]),
    );
    assertEquals(await store.outcomes("contacts", 1), [
      { key: "y", line: 2, status: "altered", field: "", reason: "So." },
      { key: "z", line: 9, status: "failed", field: "name", reason: "No." },
    ]);
    assertEquals(await store.outcomes("contacts", 2), []);
    assertEquals(await store.outcomes("others", 1), []);
  });

  test("keeps jobs apart, also two at once", async (place) => {
    await using store = place.store();
    await using one = await store.open("one");
    await using two = await store.open("Two / \\ : * é");
    await Promise.all([
      one.save({ values: { a: "1" }, entries: [entry("k", 1)] }),
      two.save({ values: { a: "2" }, entries: [entry("k", 5), entry("l", 5)] }),
    ]);
    assertEquals([await one.get("a"), await two.get("a")], ["1", "2"]);
    assertEquals((await one.entries(["k", "l"])).size, 1);
    assertEquals((await two.entries(["k", "l"])).get("k")?.run, 5);
  });

  test("keeps all of a save or nothing", async (place) => {
    await using store = place.store();
    await using state = await store.open("contacts");
    await state.save({ values: { a: "1" }, entries: [entry("a")] });
    await assertRejects(() =>
      state.save({
        values: { a: "2" },
        remove: ["a"],
        entries: [entry("b"), entry("")],
        rows: [{ key: "b", line: 1, status: "failed", field: "", reason: "" }],
      })
    );
    assertEquals(await state.get("a"), "1");
    assertEquals([...(await state.entries(["a", "b"])).keys()], ["a"]);
    assertEquals(await store.outcomes("contacts", state.run), []);
    await state.save({ values: { a: "3" }, remove: ["a", "none"] });
    assertEquals((await state.entries(["a"])).size, 0);
  });

  test("gives all entries in the order of their keys, page by page, while they are changed", async (place) => {
    await using store = place.store();
    await using state = await store.open("contacts");
    const keys = Array.from({ length: 2500 }, (_, n) => `k${n}`);
    await state.save({
      entries: [...keys.map((key, n) => entry(key, n % 2)), entry("A"), entry("é")],
    });
    const found: string[] = [];
    const sizes: number[] = [];
    for await (const page of state.allEntries()) {
      found.push(...page.map(({ key }) => key));
      sizes.push(page.length);
      await state.save({ entries: page.map((each) => ({ ...each, run: 9 })) });
    }
    assertEquals(found, ["A", ...keys.toSorted(), "é"]);
    assertEquals(Math.max(...sizes) <= 1000, true);
    await state.save({ entries: [entry("k7", 3)] });
    const others = await Array.fromAsync(state.allEntries({ notInRun: 9 }));
    assertEquals(others.flat(), [entry("k7", 3)]);
  });

  test("takes thousands of keys at once, and none", async (place) => {
    await using store = place.store();
    await using state = await store.open("contacts");
    const keys = Array.from({ length: 40_000 }, (_, n) => `k${n}`);
    await state.save({ entries: keys.map((key) => entry(key)), rows: [], remove: [] });
    assertEquals((await state.entries(keys)).size, 40_000);
    await state.save({ remove: keys.slice(1) });
    assertEquals([...(await state.entries(keys)).keys()], ["k0"]);
    assertEquals((await state.entries([])).size, 0);
    await state.save({});
  });
}

function testRuns(test: Test): void {
  test("remembers runs with their account, the newest first", async (place) => {
    await using store = place.store();
    for (const [job, status] of [["a", "done"], ["b", "failed"], ["a", "failed"]] as const) {
      await using state = await store.open(job);
      await state.end(status, { ...emptyAccount(), rows: 3, created: 2, failed: 1, left: 4 });
      await assertRejects(() => state.save({}), OdooError, "has ended");
      await assertRejects(() => state.end("done", emptyAccount()), OdooError, "has ended");
    }
    const runs = await store.runs("a");
    assertEquals(runs.map(({ job, run, status }) => [job, run, status]), [
      ["a", 2, "failed"],
      ["a", 1, "done"],
    ]);
    assertEquals(runs[0]?.account, { ...emptyAccount(), rows: 3, created: 2, failed: 1, left: 4 });
    assertEquals(runs[0]?.pid, Deno.pid);
    assertEquals(new Date(runs[0]?.ended ?? "") >= new Date(runs[0]?.started ?? ""), true);
    assertEquals((await store.runs()).length, 3);
    assertEquals((await store.runs(undefined, 1)).length, 1);
    assertEquals(await store.runs("nobody"), []);
  });

  test("calls a run that was let go without an account interrupted, at once and later", async (place) => {
    await using store = place.store();
    {
      await using state = await store.open("a");
      assertEquals((await store.runs("a"))[0]?.status, "running");
      await state.save({ values: { a: "1" } });
    }
    assertEquals((await store.runs("a"))[0]?.status, "interrupted");
    await using state = await store.open("a");
    assertEquals((await store.runs()).map(({ status }) => status), ["running", "interrupted"]);
    assertEquals(await state.get("a"), "1");
  });

  test("refuses names of jobs that cannot be kept, and use after the end", async (place) => {
    const store = place.store();
    for (const name of ["", "x".repeat(61), "a\0b", "\ud800"]) {
      await assertRejects(() => store.open(name), OdooConfigError, "as the name of a job");
    }
    const state = await store.open("x".repeat(60));
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await assertRejects(() => state.get("a"), OdooError, "was let go");
    await assertRejects(() => store.open("b"), OdooError, "has been closed");
    await assertRejects(() => store.runs(), OdooError, "has been closed");
  });
}

function testLock(test: Test): void {
  test("gives a job to one at a time and tells who has it", async (place) => {
    await using store = place.store();
    await using other = place.store();
    const state = await store.open("contacts");
    for (const each of [store, other]) {
      const error = await assertRejects(() => each.open("contacts"), JobBusyError);
      assertEquals(error.job, "contacts");
      assertEquals(error.holder?.pid, Deno.pid);
      const { pid, host } = thisProcess();
      const process = host === "" ? `process ${pid}` : `process ${pid} on ${host}`;
      assertEquals(
        error.message.split(", since")[0],
        `Another run holds the job "contacts": ${process}`,
      );
    }
    await using elsewhere = await other.open("others");
    assertEquals(elsewhere.run, 1);
    await state[Symbol.asyncDispose]();
    await state[Symbol.asyncDispose]();
    await using next = await other.open("contacts");
    assertEquals(next.run, 2);
  });
}

function testProcesses(test: Test): void {
  test("made by eight processes at once counts every run once", async (place) => {
    const ended = await Promise.all(Array.from(
      { length: 8 },
      (_, n) => runDeno(scriptOf(place, n % 2 === 0 ? "shared" : `own${n}`, "5")),
    ));
    const busy = ended.filter(({ code }) => code === 3);
    assertEquals(
      ended.filter(({ code }) => code !== 3 && code !== 0).map((each) => each.stderr),
      [],
    );
    for (const { stderr } of busy) {
      assertEquals(/^Another run holds the job "shared"/.test(stderr), true, stderr);
    }
    await using store = place.store();
    assertEquals((await store.runs()).length, 8 - busy.length);
    assertEquals((await store.runs()).every(({ status }) => status === "done"), true);
  });

  test("loses nothing to kill -9 in the middle of saves", async (place) => {
    const random = seeded(6);
    for (let round = 1; round <= 10; round++) {
      const told = await killedAfter(place, 1 + Math.floor(random() * 40));
      await using store = place.store();
      const newest = (await store.runs("contacts"))[0];
      assertEquals([newest?.run, newest?.status], [round * 2 - 1, "interrupted"]);
      await using state = await store.open("contacts");
      const saved = Number(await state.get("saved"));
      assertEquals(saved === told || saved === told + 1, true, `told ${told}, saved ${saved}`);
      const pages = await Array.fromAsync(state.allEntries());
      const hashes = pages.flat().map(({ hash }) => hash);
      assertEquals(hashes, Array.from({ length: 20 }, () => `${saved}`));
      assertEquals((await store.outcomes("contacts", round * 2 - 1)).length, saved);
      await state.end("done", emptyAccount());
    }
  });
}

/** Starts a child that saves without end, kills it at the given save, and tells the last save it knew of. */
async function killedAfter(place: Place, saves: number): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: scriptOf(place, "contacts", "1000000"),
    cwd: new URL("../../", import.meta.url),
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  let killed = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (killed || !text.includes(`saved ${saves}\n`)) continue;
    killed = true;
    child.kill("SIGKILL");
  }
  await child.status;
  return Number(text.matchAll(/^saved (\d+)\n/gm).toArray().at(-1)?.[1]);
}

function scriptOf(place: Place, job: string, saves: string): string[] {
  const [script, argument = ""] = place.script;
  const flags = ["--no-config", "--no-prompt", ...place.permissions];
  return ["run", ...flags, `tests/stores/${script}`, argument, job, saves];
}

/** Numbers from 0 to 1 that are the same in every run (Park and Miller). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = state * 48271 % 0x7fffffff) / 0x7fffffff;
}
