import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type Domain,
  OdooConfigError,
  OdooServerError,
  type RpcInput,
  type RpcValue,
} from "../mod.ts";
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

Deno.test("iterate() passes over as many records as `offset` says, in any order", async () => {
  const { model, ids, domain } = await withPartners(25);
  for (const [order, expected] of [[undefined, ids], ["id desc", ids.toReversed()]] as const) {
    const options = { fields: [], pageSize: 5, order, offset: 7, limit: 12 };
    const rows = await Array.fromAsync(model.iterate(domain, options));
    assertEquals(rows.map(({ id }) => id), expected.slice(7, 19));
  }
  assertThrows(() => model.iterate(domain, { fields: [], offset: -1 }), OdooConfigError, "of -1");
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

Deno.test("a pageSize or limit that is no whole number above 0 is refused", async () => {
  const { model } = await withPartners(1);
  for (const wrong of [{ pageSize: 0 }, { pageSize: 1.5 }, { limit: -1 }, { limit: NaN }]) {
    const rows = model.iterate([], { fields: [], ...wrong });
    await assertRejects(() => rows.next(), OdooConfigError, "must be a whole number above 0");
  }
});

/** An Odoo that takes what the user may not see out of a page after it has cut it, as `mail.message` does. */
function withLateRule(count: number, hidden: (id: number) => boolean): OdooSimulator {
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  const find = (domain: RpcInput, { limit, offset }: { [name: string]: RpcValue }) => {
    const after = Number(JSON.stringify(domain).match(/">",(\d+)/)?.[1] ?? 0);
    const start = Number(offset ?? 0);
    const page = ids.filter((id) => id > after).slice(start, limit ? start + Number(limit) : count);
    return page.filter((id) => !hidden(id));
  };
  return new OdooSimulator({}, {
    models: { "x.note": { fields: { name: { type: "char" } } } },
    methods: {
      "x.note": {
        search: ({ args: [domain = []], kwargs }) => find(domain, kwargs),
        search_read: ({ args: [domain = []], kwargs }) =>
          find(domain, kwargs).map((id) => ({ id })),
      },
    },
  });
}

Deno.test("a short or empty page is no end: some models hide records after they have cut the page", async () => {
  const isHidden = (id: number) => id === 2 || (id > 5 && id < 40) || id > 44;
  const notes = (await withLateRule(60, isHidden).connect()).model("x.note");
  const visible = [1, 3, 4, 5, 40, 41, 42, 43, 44];
  for (const order of [undefined, "name"]) {
    for (const pageSize of [1, 3, 7, 1000]) {
      const all = notes.iterate([], { fields: [], pageSize, order });
      assertEquals((await Array.fromAsync(all)).map(({ id }) => id), visible);
      const some = notes.iterate([], { fields: [], pageSize, order, limit: 6 });
      assertEquals((await Array.fromAsync(some)).map(({ id }) => id), visible.slice(0, 6));
    }
  }
});

Deno.test("an order is made total by the id, unless it has the id itself", async () => {
  const { model, searches, domain } = await withPartners(1);
  const orders = ["id desc", "name,id", "parent_id", "country_id desc", "name ,  id asc"];
  for (const order of orders) {
    await Array.fromAsync(model.iterate(domain, { fields: [], pageSize: 1, limit: 1, order }));
  }
  assertEquals(searches().map(({ kwargs }) => kwargs["order"]), [
    "id desc",
    "name,id",
    "parent_id, id",
    "country_id desc, id",
    "name ,  id asc",
  ]);
});

Deno.test("the id of another record makes no order total, and an empty order is none", async () => {
  const server = withLateRule(3, () => false);
  const notes = (await server.connect()).model("x.note");
  for (const order of ["parent_id.id", "properties.id desc", ""]) {
    await Array.fromAsync(notes.iterate([], { fields: [], limit: 1, order }));
  }
  const searches = server.calls.filter(({ method }) => method === "search_read");
  assertEquals(searches.map(({ kwargs }) => kwargs["order"]), [
    "parent_id.id, id",
    "properties.id desc, id",
    "id",
  ]);
});

Deno.test("an abort ends the loop at the next record, also within a page that is there", async () => {
  const { model, domain } = await withPartners(30);
  for (const limit of [undefined, 10]) {
    const controller = new AbortController();
    const seen: number[] = [];
    const loop = async () => {
      const { signal } = controller;
      for await (
        const { id } of model.iterate(domain, { fields: [], pageSize: 10, signal, limit })
      ) {
        if (seen.push(id) === 3) controller.abort(new Error("enough"));
      }
    };
    await assertRejects(loop, Error, "enough");
    assertEquals(seen, [1001, 1002, 1003]);
  }
});

Deno.test("what is no domain is refused before anything is sent", async () => {
  const { server, model } = await withPartners(1);
  const before = server.calls.length;
  const rows = model.iterate([["name", "==="]], { fields: [] });
  await assertRejects(() => rows.next(), OdooConfigError, "domain[0] has 2 parts");
  assertEquals(server.calls.length, before);
});

Deno.test("attachments are the same on every page: a domain with an id would bring those of fields", async () => {
  const files = [false, "image_128", false, "image_128", false].map((res_field, index) => ({
    id: 501 + index,
    name: `File ${index}`,
    res_model: "res.partner",
    res_id: 1,
    res_field,
  }));
  const server = new OdooSimulator({ "ir.attachment": files });
  const model = (await server.connect()).model("ir.attachment");
  const idsOf = async (domain: Domain) =>
    (await Array.fromAsync(model.iterate(domain, { fields: [], pageSize: 1 }))).map(({ id }) => id);
  assertEquals(await idsOf([["id", ">", 500]]), [501, 502, 503, 504, 505]);
  assertEquals(await idsOf([["res_field", "!=", false]]), [502, 504]);
  assertEquals(await idsOf([["name", "like", "File"]]), [501, 503, 505]);
});

Deno.test("with an order no record comes twice, though others shift the pages", async () => {
  const { model, ids, domain } = await withPartners(30);
  const seen: number[] = [];
  for await (
    const { id } of model.iterate(domain, { fields: [], pageSize: 5, order: "name, id" })
  ) {
    seen.push(id);
    // Each comes before all others, and shifts them towards the pages that are to come
    if (seen.length <= 10) await model.create({ name: "Partner !" });
  }
  assertEquals(new Set(seen).size, seen.length);
  assertEquals(seen.filter((id) => ids.includes(id)).length, ids.length);
});

Deno.test("a signal that outlives its loops keeps nothing of them, and an abort reaches the page under way", async () => {
  const { server, model, domain } = await withPartners(30);
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners.add(given[1]);
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listeners.delete(given[1]);
    removeEventListener.apply(signal, given);
  };
  const options = { fields: [], pageSize: 10, signal } as const;
  await Array.fromAsync(model.iterate(domain, options));
  for await (const _row of model.iterate(domain, options)) break;
  await assertRejects(() => Array.fromAsync(model.iterate([["nope", "=", 1]], options)));
  assertEquals(listeners.size, 0);

  server.failNext({ kind: "timeout" }, { method: "search_read" });
  const rows = Array.fromAsync(model.iterate(domain, options));
  controller.abort(new Error("enough"));
  await assertRejects(() => rows, Error, "enough");
  assertEquals(listeners.size, 0);
});
