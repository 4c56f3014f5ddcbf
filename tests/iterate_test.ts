import { assert, assertEquals, assertRejects } from "@std/assert";
import { OdooConfigError, OdooServerError } from "../mod.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";

/** An Odoo with so many partners of its own, and their ids. */
async function withPartners(count: number) {
  const ids = Array.from({ length: count }, (_, index) => 1001 + index);
  const records = ids.map((id) => ({ id, name: `Partner ${id % 7}` }));
  const server = new OdooSimulator({ "res.partner": records });
  const model = (await server.connect()).model("res.partner");
  const searches = () => server.calls.filter(({ method }) => method === "search_read");
  return { server, model, ids, searches, domain: [["name", "like", "Partner "]] };
}

Deno.test("iterate() yields each record once, by id, in pages", async () => {
  const { model, ids, searches, domain } = await withPartners(25);
  const rows = await Array.fromAsync(model.iterate(domain, { fields: ["name"], pageSize: 10 }));
  assertEquals(rows.map(({ id }) => id), ids);
  assertEquals(rows[0], { id: 1001, name: "Partner 0" });
  assertEquals(searches().map(({ kwargs }) => kwargs["limit"]), [10, 10, 10, 10]);
});

Deno.test("a loop that archives what it iterates visits every record once", async () => {
  for (const order of [undefined, "id"]) {
    const { model, ids, domain } = await withPartners(60);
    const seen: number[] = [];
    for await (const { id } of model.iterate(domain, { fields: [], pageSize: 7, order })) {
      seen.push(id);
      await model.write([id], { active: false });
    }
    // By offset some are passed over, which is why an order has its warning
    if (order === undefined) assertEquals(seen, ids);
    else assert(seen.length < ids.length);
    assertEquals(new Set(seen).size, seen.length);
  }
});

Deno.test("records that others delete, archive or create under the loop shift none of the others", async () => {
  const { server, model, ids, domain } = await withPartners(40);
  const other = (await server.connect()).model("res.partner");
  const seen: number[] = [];
  for await (const { id } of model.iterate(domain, { fields: [], pageSize: 5 })) {
    seen.push(id);
    if (id === 1012) await other.unlink([1001, 1002, 1003]);
    if (id === 1020) await other.write([1005, 1006], { active: false });
    if (id === 1025) ids.push(await other.create({ name: "Partner late" }));
  }
  assertEquals(seen, ids);
});

Deno.test("the next page is asked for while the current one is used", async () => {
  const { model, searches, domain } = await withPartners(30);
  const asked: number[] = [];
  for await (const { id } of model.iterate(domain, { fields: [], pageSize: 10 })) {
    if (id % 10 !== 1) continue;
    await model.searchCount([]); // What a loop does with the first record of a page
    asked.push(searches().length);
  }
  assertEquals(asked, [2, 3, 4]);
});

Deno.test("leaving the loop cancels the page that is under way", async () => {
  const { server, model, searches, domain } = await withPartners(30);
  // No answer, ever: a page that was not cancelled would keep this test waiting
  server.failNext({ kind: "timeout" }, ({ args }) => JSON.stringify(args).includes('">",1010'));
  const seen: number[] = [];
  for await (const { id } of model.iterate(domain, { fields: [], pageSize: 10 })) {
    seen.push(id);
    await model.searchCount([]);
    if (seen.length === 10) break;
  }
  const [, second] = searches();
  assertEquals(second?.failure?.kind, "timeout");
});

Deno.test("a page that fails ends the loop when it is reached, not before", async () => {
  const { server, model, domain } = await withPartners(30);
  const failure = { kind: "exception", type: "odoo.exceptions.UserError", message: "no" } as const;
  server.failNext(failure, ({ args }) => JSON.stringify(args).includes('">",1010'));
  const seen: number[] = [];
  const loop = async () => {
    for await (const { id } of model.iterate(domain, { fields: [], pageSize: 10 })) seen.push(id);
  };
  await assertRejects(loop, OdooServerError, "no");
  assertEquals(seen.length, 10);
});

Deno.test("iterate() keeps to a limit, and asks for no more than is left of it", async () => {
  const { model, ids, searches, domain } = await withPartners(30);
  const options = { fields: [], pageSize: 10, limit: 12 } as const;
  const rows = await Array.fromAsync(model.iterate(domain, options));
  assertEquals(rows.map(({ id }) => id), ids.slice(0, 12));
  assertEquals(searches().map(({ kwargs }) => kwargs["limit"]), [10, 2]);
});

Deno.test("with an order the pages are counted off, and equal records come by id", async () => {
  const { model, ids, searches, domain } = await withPartners(30);
  const options = { fields: ["name"], pageSize: 8, order: "name desc" } as const;
  const rows = await Array.fromAsync(model.iterate(domain, options));
  const expected = ids.toSorted((a, b) => b % 7 - a % 7 || a - b);
  assertEquals(rows.map(({ id }) => id), expected);
  assertEquals(searches().map(({ kwargs }) => kwargs["order"])[0], "name desc, id");
  assertEquals(searches().map(({ kwargs }) => kwargs["offset"]), [0, 8, 16, 24, 32]);
});

Deno.test("a domain with an OR is taken as a whole, on each page", async () => {
  const { model, domain } = await withPartners(30);
  const either = ["|", ["id", "<", 1004], ["id", ">", 1028], ...domain];
  const rows = await Array.fromAsync(model.iterate(either, { fields: [], pageSize: 2 }));
  assertEquals(rows.map(({ id }) => id), [1001, 1002, 1003, 1029, 1030]);
});

Deno.test("a short page is no end: some models hide records after they have cut the page", async () => {
  const server = new OdooSimulator({}, {
    models: { "x.note": { fields: { name: { type: "char" } } } },
    methods: {
      "x.note": {
        // As mail.message does, whose own search takes out what the user may not see
        search_read: ({ args, kwargs }) => {
          const after = JSON.stringify(args).match(/">",(\d+)/)?.[1] ?? 0;
          const page = [1, 2, 3, 4, 5, 6].filter((id) => id > Number(after));
          return page.slice(0, Number(kwargs["limit"])).filter((id) => id !== 2).map((id) => ({
            id,
          }));
        },
      },
    },
  });
  const notes = (await server.connect()).model("x.note");
  const rows = await Array.fromAsync(notes.iterate([], { fields: [], pageSize: 3 }));
  assertEquals(rows.map(({ id }) => id), [1, 3, 4, 5, 6]);
});

Deno.test("a pageSize or limit that is no whole number above 0 is refused", async () => {
  const { model } = await withPartners(1);
  for (const wrong of [{ pageSize: 0 }, { pageSize: 1.5 }, { limit: -1 }, { limit: NaN }]) {
    const rows = model.iterate([], { fields: [], ...wrong });
    await assertRejects(() => rows.next(), OdooConfigError, "must be a whole number above 0");
  }
});
