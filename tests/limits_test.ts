import { assertEquals, assertRejects } from "@std/assert";
import type { Clock } from "../lib/clock.ts";
import { type LimitOptions, Limits } from "../lib/transport/limits.ts";
import type { Fetch } from "../lib/values.ts";

const ORIGIN = "https://erp.example";

function someFetch(): Fetch {
  return () => Promise.resolve(new Response());
}

/** A clock whose sleepers wake when it is moved. */
class FakeClock implements Clock {
  time = 0;
  looks = 0;
  sleepers: { due: number; wake: () => void }[] = [];

  now() {
    this.looks++;
    return this.time;
  }

  random() {
    return 0;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve: wake, reject } = Promise.withResolvers<void>();
    const sleeper = { due: this.time + ms, wake };
    this.sleepers.push(sleeper);
    signal?.addEventListener("abort", () => {
      this.sleepers = this.sleepers.filter((other) => other !== sleeper);
      reject(signal.reason);
    });
    return promise;
  }

  async moveTo(time: number): Promise<void> {
    this.time = time;
    const due = this.sleepers.filter((sleeper) => sleeper.due <= time);
    this.sleepers = this.sleepers.filter((sleeper) => sleeper.due > time);
    for (const { wake } of due) wake();
    await settled();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Notes who has entered, and when. */
class Door {
  readonly clock = new FakeClock();
  readonly entered: [name: string, time: number][] = [];
  readonly lanes = new Map<string, Disposable>();
  readonly limits: Limits;

  constructor(fetch = someFetch(), origin = ORIGIN) {
    this.limits = new Limits(fetch, origin, this.clock);
  }

  async enter(name: string, options: Partial<LimitOptions> = {}): Promise<void> {
    const lane = await this.limits.enter({ concurrency: 1, ...options });
    this.entered.push([name, this.clock.time]);
    this.lanes.set(name, lane);
  }

  async leave(name: string): Promise<void> {
    this.lanes.get(name)?.[Symbol.dispose]();
    await settled();
  }

  get names(): string {
    return this.entered.map(([name]) => name).join("");
  }
}

Deno.test("no more than `concurrency` are under way, and the others enter in the order in which they came", async () => {
  const door = new Door();
  const all = [..."abcde"].map((name) => door.enter(name, { concurrency: 2 }));
  await settled();
  assertEquals(door.names, "ab");
  await door.leave("b");
  assertEquals(door.names, "abc");
  await door.leave("a");
  await door.leave("c");
  assertEquals(door.names, "abcde");
  await Promise.all(all);
});

Deno.test("connections with the same `fetch` and host share the count, others do not", async () => {
  const fetch = someFetch();
  const first = new Door(fetch);
  await first.enter("a");
  const same = new Door(fetch);
  const waiting = same.enter("b");
  for (const other of [new Door(fetch, "https://other.example"), new Door()]) {
    await other.enter("c");
  }
  await settled();
  assertEquals(same.names, "");
  await first.leave("a");
  await waiting;
  assertEquals(same.names, "b");
});

Deno.test("each is held to its own `concurrency`, and nobody is overtaken", async () => {
  const door = new Door();
  await door.enter("a", { concurrency: 3 });
  await door.enter("b", { concurrency: 3 });
  const slow = door.enter("c", { concurrency: 1 });
  const later = door.enter("d", { concurrency: 3 });
  await door.leave("a");
  assertEquals(door.names, "ab");
  await door.leave("b");
  assertEquals(door.names, "abcd");
  await Promise.all([slow, later]);
});

Deno.test("a lane that is left twice is free once", async () => {
  const door = new Door();
  await door.enter("a");
  const others = [door.enter("b"), door.enter("c")];
  await door.leave("a");
  await door.leave("a");
  assertEquals(door.names, "ab");
  await door.leave("b");
  await Promise.all(others);
});

Deno.test("who is aborted while waiting does not enter, and the next takes the turn", async () => {
  const door = new Door();
  const controller = new AbortController();
  await door.enter("a");
  const second = door.enter("b", { signal: controller.signal });
  const third = door.enter("c");
  controller.abort(new RangeError("enough"));
  await assertRejects(() => second, RangeError, "enough");
  await assertRejects(() => door.enter("d", { signal: controller.signal }), RangeError, "enough");
  await door.leave("a");
  await third;
  assertEquals(door.names, "ac");
});

Deno.test("who holds up others is aborted, and they enter at once", async () => {
  const door = new Door();
  const controller = new AbortController();
  await door.enter("a", { concurrency: 2 });
  const slow = door.enter("b", { concurrency: 1, signal: controller.signal });
  const quick = door.enter("c", { concurrency: 2 });
  controller.abort(new RangeError("enough"));
  await assertRejects(() => slow, RangeError);
  await quick;
  assertEquals(door.names, "ac");
});

Deno.test("who is aborted just as the turn comes gives it to the next", async () => {
  const door = new Door();
  const controller = new AbortController();
  await door.enter("a");
  const second = door.enter("b", { signal: controller.signal });
  const third = door.enter("c");
  door.lanes.get("a")?.[Symbol.dispose]();
  controller.abort(new RangeError("enough"));
  await assertRejects(() => second, RangeError);
  await third;
  assertEquals(door.names, "ac");
});

Deno.test("starts are spaced as `callsPerSecond` allows, from the last start at the host", async () => {
  const door = new Door();
  const options = { concurrency: 9, callsPerSecond: 4 };
  const all = [..."abc"].map((name) => door.enter(name, options));
  for (const time of [0, 100, 249, 250, 400, 499.5, 510]) await door.clock.moveTo(time);
  await Promise.all(all);
  assertEquals(door.entered, [["a", 0], ["b", 250], ["c", 510]]);
  // One without a limit of its own starts at once, and counts as the last start
  await door.clock.moveTo(600);
  await door.enter("d", { concurrency: 9 });
  const last = door.enter("e", options);
  for (const time of [760, 849, 850]) await door.clock.moveTo(time);
  await last;
  assertEquals(door.entered.slice(3), [["d", 600], ["e", 850]]);
  assertEquals(door.clock.sleepers, []);
});

Deno.test("the spacing holds after everybody has left", async () => {
  const fetch = someFetch();
  const door = new Door(fetch);
  await door.enter("a", { callsPerSecond: 1 });
  await door.leave("a");
  await new Door(fetch, "https://other.example").enter("x");
  const second = door.enter("b", { callsPerSecond: 1 });
  await door.clock.moveTo(999);
  assertEquals(door.names, "a");
  await door.clock.moveTo(1000);
  await second;
});

Deno.test("who is aborted while waiting for the spacing leaves no timer, and takes no start", async () => {
  const door = new Door();
  const controller = new AbortController();
  const options = { concurrency: 9, callsPerSecond: 1 };
  await door.enter("a", options);
  const second = door.enter("b", { ...options, signal: controller.signal });
  const third = door.enter("c", options);
  await door.clock.moveTo(500);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => second, RangeError);
  assertEquals(door.clock.sleepers.length, 1);
  await door.clock.moveTo(1000);
  await third;
  assertEquals([door.entered, door.clock.sleepers], [[["a", 0], ["c", 1000]], []]);
});

Deno.test("a clock that is set back holds nobody longer than the spacing", async () => {
  const door = new Door();
  await door.clock.moveTo(3_600_000);
  await door.enter("a", { concurrency: 9, callsPerSecond: 2 });
  door.clock.time = 0;
  const second = door.enter("b", { concurrency: 9, callsPerSecond: 2 });
  await settled();
  assertEquals(door.clock.sleepers.map(({ due }) => due), [500]);
  door.clock.time = 3_600_500;
  await door.clock.moveTo(3_600_500);
  await second;
});

Deno.test("hosts with nothing under way are forgotten", async () => {
  const fetch = someFetch();
  const clock = new FakeClock();
  const visit = async (host: number) => {
    clock.looks = 0;
    const limits = new Limits(fetch, `https://${host}.example`, clock);
    (await limits.enter({ concurrency: 1, callsPerSecond: 10 }))[Symbol.dispose]();
    clock.time += 1000;
    return clock.looks;
  };
  // Each host that is still remembered costs a new one a look at the clock
  const looks: number[] = [];
  for (let host = 0; host < 5; host++) looks.push(await visit(host));
  assertEquals(looks, [1, 2, 2, 2, 2]);
});
