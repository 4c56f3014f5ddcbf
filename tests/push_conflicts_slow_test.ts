/**
 * Pushes that meet others, and rows that Odoo refuses: what they cost, and whom they are held against.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { push, type PushOptions } from "../lib/sync/push.ts";
import { isStruct, type RpcCall, type RpcValue, structs } from "../lib/values.ts";
import { type Odoo, OdooSimulator } from "../lib/testing/mod.ts";
import { type Caller, OdooServerError } from "../mod.ts";

const VERSIONS = [14, 17, 19] as const;
const FRENCH = "n'a pas pu sérialiser un accès à cause d'une mise à jour en parallèle\n";

type Row = Record<string, string>;

/** Makes calls, and counts the messages of conflicts among their answers; as a French database has them when told to. */
function watched(odoo: Odoo, isFrench: boolean): Caller & { conflicts: number } {
  const watching = {
    conflicts: 0,
    call: async (...[call, options]: Parameters<Odoo["call"]>) => {
      const answer = await odoo.call(call, options);
      if (call.method !== "load" || !isStruct(answer)) return answer;
      const messages = structs(answer["messages"] ?? []).map((message) => {
        if (!String(message["message"]).includes("serialize access")) return message;
        watching.conflicts++;
        return isFrench ? { ...message, message: FRENCH } : message;
      });
      return { ...answer, messages };
    },
  };
  return watching;
}

async function run(
  caller: Caller,
  source: Row[],
  options: Partial<PushOptions<Row>> = {},
): Promise<Record<string, number>> {
  let now = 0;
  const clock = {
    now: () => now,
    // Pauses stay longer than the calls of others, though much shorter than they are
    sleep: (ms: number) => {
      now += ms;
      return new Promise<void>((resolve) => setTimeout(resolve, ms / 50));
    },
    random: Math.random,
  };
  const { account } = await push<Row>(caller, {
    model: "res.partner",
    job: "test",
    key: ["key"],
    source,
    clock,
    ...options,
  });
  return Object.fromEntries(Object.entries(account).filter(([, count]) => count !== 0));
}

function contacts(count: number, city = "Lyon"): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `C${index}`,
    name: `Contact ${index}`,
    city: city === "" ? `City ${index}` : city,
  }));
}

/** Calls that write take their time, so that their transactions overlap. */
function slowly(server: OdooSimulator): Disposable {
  return server.chaos({ failure: { kind: "latency", ms: 3 }, match: { method: "load" } });
}

/** How many calls have come that write. */
function writesOf(server: OdooSimulator): number {
  return server.calls.filter(({ method }) => ["load", "write", "create"].includes(method)).length;
}

for (const isFrench of [false, true]) {
  const where = isFrench ? "where the database speaks French" : "where the database speaks English";

  Deno.test(`\`push()\` of one source twice at once calls no row bad and makes none twice, ${where}`, async () => {
    for (const version of VERSIONS) {
      const server = new OdooSimulator({}, { version });
      using _slow = slowly(server);
      const callers = [1, 2].map(async () => watched(await server.connect(), isFrench));
      const [one, two] = await Promise.all(callers);
      assert(one && two);
      const options = { chunkSize: 20, concurrency: 2 };
      const accounts = await Promise.all(
        [one, two].map((each) => run(each, contacts(60), options)),
      );
      assertEquals(accounts.map(({ rows, failed, unknown }) => [rows, failed, unknown]), [
        [60, undefined, undefined],
        [60, undefined, undefined],
      ]);
      assert(one.conflicts + two.conflicts > 0, `no conflict on Odoo ${version}`);
      const names = server.records("res.partner").map(({ name }) => String(name))
        .filter((name) => name.startsWith("Contact "));
      assertEquals([names.length, new Set(names).size], [60, 60]);
    }
  });

  Deno.test(`\`push()\` of children of one parent down four lanes calls no row bad, ${where}`, async () => {
    for (const version of VERSIONS) {
      const server = new OdooSimulator({}, { version });
      using _slow = slowly(server);
      const caller = watched(await server.connect(), isFrench);
      const rows = (text: string) => [
        { key: "p", name: "Parent", lane: "0", parent: "", text: "" },
        ...Array.from({ length: 80 }, (_, index) => ({
          key: `c${index}`,
          name: `Child ${index}`,
          lane: String(index % 4),
          parent: "p",
          text: `${text} ${index}`,
        })),
      ];
      const options: Partial<PushOptions<Row>> = {
        concurrency: 4,
        chunkSize: 10,
        groupBy: ({ lane }) => lane,
        map: ({ name, parent, text }) => ({
          name,
          // Odoo 19 writes that of a contact into its company
          street: text || undefined,
          parent_id: parent ? { key: parent } : undefined,
        }),
      };
      const first = await run(caller, rows("Main"), options);
      assertEquals([first["created"], first["failed"], first["unknown"]], [
        81,
        undefined,
        undefined,
      ]);
      const again = await run(caller, rows("Side"), options);
      assertEquals([again["updated"], again["failed"], again["unknown"]], [
        80,
        undefined,
        undefined,
      ]);
      if (version === 19) assert(caller.conflicts > 0, "no conflict");
    }
  });
}

Deno.test("`push()` calls no row bad for calls that Odoo gave up for others, several times", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const odoo = await server.connect();
    const fail = (method: string) => {
      for (let times = 0; times < 4; times++) {
        server.failNext({ kind: "serialization" }, { method });
      }
    };
    fail("load");
    assertEquals(await run(odoo, contacts(20)), { rows: 20, created: 20 });
    fail("write");
    assertEquals(await run(odoo, contacts(20, "Ghent")), { rows: 20, updated: 20 });
    fail("load");
    assertEquals(await run(odoo, contacts(20, "")), { rows: 20, updated: 20 });
  }
});

for (const version of VERSIONS) {
  Deno.test(`a bad row of a thousand costs three calls more at most, new or changed, on Odoo ${version}`, async () => {
    // Codes of states are unique in a country; the bad row has that of another
    const states = (name: string, bad: boolean): Row[] =>
      Array.from({ length: 1000 }, (_, index) => ({
        key: `S${index}`,
        name: `${name} ${index}`,
        code: bad && index === 577 ? "C3" : `C${index}`,
        country_id: "base.be",
      }));
    const calls: number[] = [];
    for (const isBad of [false, true]) {
      const server = new OdooSimulator({}, { version });
      const odoo = await server.connect();
      const options = { model: "res.country.state" };
      await run(odoo, states("New", isBad), options);
      calls.push(writesOf(server));
      // Where it did not go in at first, it does now
      await run(odoo, states("New", false), options);
      const before = writesOf(server);
      const account = await run(odoo, states("Changed", isBad), options);
      assertEquals(account["updated"], isBad ? 999 : 1000);
      calls.push(writesOf(server) - before);
    }
    const [created = 0, changed = 0, createdWithBad = 0, changedWithBad = 0] = calls;
    assert(createdWithBad - created <= 3, `new: ${createdWithBad} calls, and not ${created}`);
    assert(changedWithBad - changed <= 3, `changed: ${changedWithBad} calls, and not ${changed}`);
  });
}

for (const version of VERSIONS) {
  Deno.test(`a bad row of a thousand that change alike costs three calls more at most beside its tries, on Odoo ${version}`, async () => {
    const states = (country: string): Row[] =>
      Array.from({ length: 1000 }, (_, index) => ({
        key: `S${index}`,
        name: `State ${index}`,
        code: `C${index}`,
        country_id: country,
      }));
    const costs: { calls: number; alone: number }[] = [];
    for (const isBad of [false, true]) {
      const server = new OdooSimulator({}, { version });
      const odoo = await server.connect();
      const options = { model: "res.country.state" };
      await run(odoo, states("base.be"), options);
      // A code is there once in a country
      if (isBad) {
        const taken = { key: "taken", name: "Taken", code: "C577", country_id: "base.fr" };
        await run(odoo, [taken], { ...options, job: "other" });
      }
      const before = server.calls.length;
      const account = await run(odoo, states("base.fr"), options);
      assertEquals(
        account,
        isBad ? { rows: 1000, updated: 999, failed: 1 } : { rows: 1000, updated: 1000 },
      );
      const writing = server.calls.slice(before).filter(({ method }) =>
        ["load", "write"].includes(method)
      );
      const alone = writing.filter(({ args }) => [args.at(-1)].flat().length === 1);
      costs.push({ calls: writing.length, alone: alone.length });
    }
    const [good, bad] = costs;
    assert(good && bad && bad.alone > 0);
    const more = bad.calls - bad.alone - good.calls;
    assert(more <= 3, `${bad.calls} calls, ${bad.alone} of them alone, and not ${good.calls}`);
  });
}

Deno.test("a bad row of a thousand that change alike is found by halving where nothing names it", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  await run(odoo, contacts(1000));
  const isBad = ({ name }: { name?: unknown }) => name === "Contact 577";
  const bad = Number(server.records("res.partner").find(isBad)?.["id"]);
  const refusing = {
    call: (call: RpcCall, options?: Parameters<Odoo["call"]>[1]): Promise<RpcValue> => {
      const [ids, rows] = call.args ?? [];
      const named = call.method === "load" ? [rows].flat(2).map(Number) : [ids].flat();
      if (!["write", "load"].includes(call.method) || !named.includes(bad)) {
        return odoo.call(call, options);
      }
      writes++;
      const details = {
        kind: "validation",
        model: "",
        method: "",
        exception: "",
        debug: "",
      } as const;
      return Promise.reject(new OdooServerError("not this one", details));
    },
  };
  let writes = 0;
  const before = writesOf(server);
  const account = await run(refusing, contacts(1000, "Paris"));
  assertEquals(account, { rows: 1000, updated: 999, failed: 1 });
  const calls = writesOf(server) - before + writes;
  assert(calls <= 6 + 2 * 10, `${calls} calls, more than halving takes`);
});

Deno.test("rows that the database refuses in one line are not taken for conflicts for ever", async () => {
  const odoo = await new OdooSimulator().connect();
  let calls = 0;
  const message = "value too long for type character varying(3)\n";
  const refusing = {
    call: async (call: RpcCall, options?: Parameters<Odoo["call"]>[1]): Promise<RpcValue> => {
      const [, rows] = call.args ?? [];
      if (call.method !== "load" || !Array.isArray(rows)) return await odoo.call(call, options);
      calls++;
      const bad = rows.flatMap((row, index) => JSON.stringify(row).includes("Bad") ? [index] : []);
      if (bad.length === 0) return await odoo.call(call, options);
      const messages = bad.slice(0, 10).map((record) => ({
        type: "error",
        message,
        record,
        rows: { from: record, to: record },
      }));
      return { ids: false, messages };
    },
  };
  const rows = contacts(200).map((row, index) => index % 2 === 0 ? row : { ...row, name: "Bad" });
  const account = await run(refusing, rows);
  assertEquals(account, { rows: 200, created: 100, failed: 100 });
  // Each bad row once among others and once alone, and a few of each more often, as they may be conflicts
  assert(calls < 150, `${calls} calls`);
});
