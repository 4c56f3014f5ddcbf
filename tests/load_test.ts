import { assertEquals, assertRejects } from "@std/assert";
import type { Clock } from "../lib/clock.ts";
import { Loader, type LoadResult, type LoadRow } from "../lib/sync/load.ts";
import { Pace } from "../lib/sync/pace.ts";
import { PatientCaller } from "../lib/sync/patience.ts";
import {
  type Caller,
  OdooAuthError,
  OdooNetworkError,
  OdooServerError,
  OdooTimeoutError,
  type RpcInput,
  type RpcValue,
} from "../mod.ts";

type Answer = { ids: number[] | false; messages: RpcValue[] };

/** A server whose `load` is a function of the rows it is given; it keeps what each call held. */
function serverOf(load: (keys: string[]) => Answer) {
  const calls: string[][] = [];
  const caller: Caller = {
    call({ args = [] }) {
      const keys = (args[1] as RpcInput[][]).map(([id]) => String(id));
      calls.push(keys);
      return new Promise((resolve) => resolve(load(keys) as unknown as RpcValue));
    },
  };
  return { caller, calls };
}

function loaded(keys: string[]): Answer {
  return { ids: keys.map((key) => Number(key.slice(1))), messages: [] };
}

function refused(...errors: [index: number, message: string, field?: string][]): Answer {
  return {
    ids: false,
    messages: errors.map(([index, message, field]) => ({
      type: "error",
      message,
      record: index,
      rows: { from: index, to: index },
      ...(field === undefined ? {} : { field }),
    })),
  };
}

async function loadAll(
  caller: Caller,
  keys: string[],
  pauses: number[] = [],
  pace?: Pace,
): Promise<Record<string, LoadResult>> {
  const rows: LoadRow[] = keys.map((key) => ({ record: key, cells: ["x"] }));
  const clock = clockOf(pauses);
  const loader = new Loader(new PatientCaller(caller, clock), "x.thing", clock, pace);
  const results = await Array.fromAsync(loader.load(["id", "name"], rows));
  return Object.fromEntries(results.map(([row, result]) => [row.record, result]));
}

/** A clock that goes on only while somebody waits, and keeps how long. */
function clockOf(pauses: number[]): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: (ms) => {
      pauses.push(ms);
      now += ms;
      return Promise.resolve();
    },
    random: () => 0.5,
  };
}

const SOUND = (id: number): LoadResult => ({ status: "loaded", id, warning: undefined });

Deno.test("`load()` sends good rows in one call", async () => {
  const { caller, calls } = serverOf(loaded);
  assertEquals(await loadAll(caller, ["a1", "a2"]), { a1: SOUND(1), a2: SOUND(2) });
  assertEquals(calls, [["a1", "a2"]]);
});

Deno.test("`load()` takes the rows that the server names out, sends the rest at once, and tries each alone", async () => {
  const { caller, calls } = serverOf((keys) =>
    keys.includes("a2")
      ? refused([keys.indexOf("a2"), "No such country", "country_id"])
      : loaded(keys)
  );
  assertEquals(await loadAll(caller, ["a1", "a2", "a3"]), {
    a1: SOUND(1),
    a2: { status: "failed", field: "country_id", reason: "No such country" },
    a3: SOUND(3),
  });
  assertEquals(calls, [["a1", "a2", "a3"], ["a1", "a3"], ["a2"]]);
});

Deno.test("`load()` does not call a row bad that the server blamed for another one", async () => {
  const { caller } = serverOf((keys) =>
    keys.includes("a1")
      ? refused(...keys.map((_, index): [number, string] => [index, "Record does not exist"]))
      : loaded(keys)
  );
  const results = await loadAll(caller, ["a1", "a2", "a3"]);
  assertEquals([results["a2"], results["a3"]], [SOUND(2), SOUND(3)]);
  assertEquals(results["a1"]?.status, "failed");
});

Deno.test("`load()` tries a row again that only met a conflict, after growing pauses", async () => {
  let conflicts = 3;
  const { caller } = serverOf((keys) =>
    conflicts-- > 0
      ? refused([0, "could not serialize access due to concurrent update"])
      : loaded(keys)
  );
  const pauses: number[] = [];
  assertEquals(await loadAll(caller, ["a1", "a2"], pauses), { a1: SOUND(1), a2: SOUND(2) });
  assertEquals(pauses, [200, 400, 800]);
});

Deno.test("`load()` knows a conflict in any language by its being the database's own sentence", async () => {
  for (
    const text of [
      "n'a pas pu sérialiser un accès à cause d'une mise à jour en parallèle",
      "konnte Zugriff nicht serialisieren wegen gleichzeitiger Aktualisierung",
      "由于同步更新而无法串行访问",
    ]
  ) {
    const tries = new Map<string, number>();
    // Each row is refused three times for what others do, which only a patient one outlasts
    const { caller } = serverOf((keys) => {
      for (const key of keys) tries.set(key, (tries.get(key) ?? 0) + 1);
      const bad = keys.filter((key) => (tries.get(key) ?? 0) <= 4);
      return bad.length > 0
        ? refused(...bad.map((key): [number, string] => [keys.indexOf(key), `${text}\n`]))
        : loaded(keys);
    });
    const keys = Array.from({ length: 6 }, (_, index) => `a${index + 1}`);
    const results = await loadAll(caller, keys);
    assertEquals(Object.values(results).map(({ status }) => status), keys.map(() => "loaded"));
  }
});

Deno.test("`load()` tries a row that the database refuses for good no more often than any other", async () => {
  const text = "insert or update violates foreign key constraint\nDETAIL:  Key (a)=(1)\n";
  const { caller, calls } = serverOf((keys) =>
    keys.includes("a2") ? refused([keys.indexOf("a2"), text]) : loaded(keys)
  );
  const results = await loadAll(caller, ["a1", "a2", "a3"]);
  assertEquals(results["a2"]?.status, "failed");
  assertEquals(calls.length, 1 + 3);
});

Deno.test("`load()` does not try a row again for an error that has stayed for three others", async () => {
  const { caller, calls } = serverOf((keys) =>
    refused(...keys.map((_, i): [number, string] => [i, "Contacts require a name"]))
  );
  const pauses: number[] = [];
  const results = await loadAll(caller, ["a1", "a2", "a3", "a4", "a5"], pauses);
  assertEquals(Object.values(results).every((result) => result.status === "failed"), true);
  assertEquals([calls.length, pauses.length], [1 + 2 + 2 + 2 + 1 + 1, 3]);
});

Deno.test("`load()` gives up a row alone that others hold for good, and no other one", async () => {
  const { caller } = serverOf((keys) =>
    keys.includes("a1")
      ? refused([keys.indexOf("a1"), "could not serialize access due to concurrent update"])
      : loaded(keys)
  );
  const results = await loadAll(caller, ["a1", "a2", "a3"]);
  assertEquals([results["a1"]?.status, results["a2"], results["a3"]], [
    "failed",
    SOUND(2),
    SOUND(3),
  ]);
});

Deno.test("`load()` spends three more calls on a bad row of a thousand", async () => {
  const { caller, calls } = serverOf((keys) =>
    keys.includes("a500")
      ? refused([keys.indexOf("a500"), "Contacts require a name"])
      : loaded(keys)
  );
  const keys = Array.from({ length: 1000 }, (_, index) => `a${index + 1}`);
  const results = await loadAll(caller, keys);
  assertEquals(Object.values(results).filter(({ status }) => status === "failed").length, 1);
  assertEquals(calls.length, 1 + 3);
});

Deno.test("`load()` halves a batch that is too large for a proxy, without waiting", async () => {
  const { caller } = serverOf((keys) => {
    if (keys.length === 1) return loaded(keys);
    throw new OdooNetworkError("too large", {
      url: "https://erp.example",
      status: 413,
      outcome: "not-sent",
    });
  });
  const pauses: number[] = [];
  assertEquals(await loadAll(caller, ["a1", "a2", "a3"], pauses), {
    a1: SOUND(1),
    a2: SOUND(2),
    a3: SOUND(3),
  });
  assertEquals(pauses, []);
});

Deno.test("`load()` tells an unknown outcome when an earlier try may have gone through", async () => {
  for (
    const last of [
      new OdooNetworkError("refused", { url: "https://erp.example", outcome: "not-sent" }),
      new OdooAuthError("no", "credentials"),
    ]
  ) {
    let tries = 0;
    const { caller } = serverOf(() => {
      throw tries++ === 0
        ? new OdooNetworkError("cut", { url: "https://erp.example", outcome: "unknown" })
        : last;
    });
    const error = await assertRejects(() => loadAll(caller, ["a1"]), OdooNetworkError);
    assertEquals([error.outcome, error.message], ["unknown", last.message]);
  }
});

Deno.test("`load()` halves a batch whose failure names no row", async () => {
  const { caller } = serverOf((keys) => {
    if (!keys.includes("a3")) return loaded(keys);
    throw new OdooServerError("Odoo refused x.thing.load: ValueError: boom", {
      kind: "server",
      model: "x.thing",
      method: "load",
      exception: "ValueError",
      debug: "",
    });
  });
  const results = await loadAll(caller, ["a1", "a2", "a3", "a4"]);
  assertEquals(results["a3"], {
    status: "failed",
    field: undefined,
    reason: "Odoo refused x.thing.load: ValueError: boom",
  });
  assertEquals([results["a1"], results["a2"], results["a4"]], [SOUND(1), SOUND(2), SOUND(4)]);
});

Deno.test("`load()` keeps the warning of a row that went in", async () => {
  const { caller } = serverOf((keys) => ({
    ...loaded(keys),
    messages: [{
      type: "warning",
      message: "Unknown value 'n'",
      record: 1,
      rows: { from: 1, to: 1 },
    }],
  }));
  const results = await loadAll(caller, ["a1", "a2"]);
  assertEquals(results["a2"], { status: "loaded", id: 2, warning: "Unknown value 'n'" });
  assertEquals(results["a1"], SOUND(1));
});

Deno.test("`load()` sends the same rows again after an ambiguous failure", async () => {
  let failures = 2;
  const { caller, calls } = serverOf((keys) => {
    if (failures-- <= 0) return loaded(keys);
    throw new OdooNetworkError("cut", { url: "https://erp.example", outcome: "unknown" });
  });
  const pauses: number[] = [];
  assertEquals(await loadAll(caller, ["a1", "a2"], pauses), { a1: SOUND(1), a2: SOUND(2) });
  assertEquals(pauses, [1_000, 2_000]);
  assertEquals(calls, [["a1", "a2"], ["a1", "a2"], ["a1", "a2"]]);
});

Deno.test("`load()` gives up after 150 seconds without an answer, and at once when the credential is refused", async () => {
  const gone = serverOf(() => {
    throw new OdooNetworkError("gone", { url: "https://erp.example", outcome: "not-sent" });
  });
  const pauses: number[] = [];
  await assertRejects(() => loadAll(gone.caller, ["a1"], pauses), OdooNetworkError, "gone");
  assertEquals(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 23_000]);
  const refusing = serverOf(() => {
    throw new OdooAuthError("no", "credentials");
  });
  await assertRejects(() => loadAll(refusing.caller, ["a1"]), OdooAuthError, "no");
  assertEquals(refusing.calls.length, 1);
});

Deno.test("`load()` counts the time that tries beneath it take as part of its patience", async () => {
  const pauses: number[] = [];
  const clock = clockOf(pauses);
  const busy: Caller = {
    async call() {
      // As a transport that waits and tries again by itself
      await clock.sleep(40_000);
      throw new OdooNetworkError("busy", {
        url: "https://erp.example",
        status: 429,
        outcome: "not-sent",
        retryAfterMs: 10_000,
      });
    },
  };
  const loader = new Loader(new PatientCaller(busy, clock), "x.thing", clock);
  const row = { record: "a1", cells: ["x"] };
  await assertRejects(
    () => Array.fromAsync(loader.load(["id", "name"], [row])),
    OdooNetworkError,
    "busy",
  );
  assertEquals(pauses, [40_000, 10_000, 40_000, 10_000, 40_000, 10_000, 40_000]);
});

Deno.test("`load()` sends a chunk in smaller ones after two timeouts, and later chunks are smaller", async () => {
  const { caller, calls } = serverOf((keys) => {
    if (keys.length <= 10) return loaded(keys);
    throw new OdooTimeoutError("slow", { url: "https://erp.example", outcome: "unknown" });
  });
  const pace = new Pace(20, 100);
  const keys = Array.from({ length: 20 }, (_, index) => `a${index + 1}`);
  const results = await loadAll(caller, keys, [], pace);
  assertEquals(Object.values(results).every(({ status }) => status === "loaded"), true);
  assertEquals(calls.map(({ length }) => length), [20, 20, 10, 10]);
  assertEquals(pace.size, 20);
});

Deno.test("`load()` does not take an answer of another shape for success", async () => {
  const { caller } = serverOf(() => ({ ids: [1], messages: [] }));
  await assertRejects(
    () => loadAll(caller, ["a1", "a2"]),
    Error,
    "something else than one id a row",
  );
});
