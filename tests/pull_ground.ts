/**
 * A simulated Odoo with rows, and a job of `pull()` that copies them into memory.
 *
 * @module
 */
import { connect, type Odoo } from "../mod.ts";
import { pull, type PullEvent, type PullOptions } from "../lib/sync/pull.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { FIELDS, ITEM, MemorySink, MemoryStore, MODELS, PLACE } from "./pull_support.ts";

/** When the world of these tests begins, in milliseconds. */
export const START = Date.parse("2026-03-02T08:00:00Z");

/** A server with rows of one model, and a job that copies them. */
export async function start(version: 14 | 17 | 19 = 17, rows = 0) {
  let now = START;
  const server = new OdooSimulator({
    [PLACE]: [1, 2, 3].map((id) => ({ id, name: `Place ${id}` })),
    [ITEM]: Array.from({ length: rows }, (_, index) => ({
      id: index + 1,
      name: `Item ${index + 1}`,
      size: index,
      place_id: 1 + index % 3,
    })),
  }, { version, models: MODELS, clock: () => new Date(now) });
  const odoo = await server.connect();
  const demo = await connect({
    ...server.config,
    username: "demo",
    apiKey: server.addApiKey("demo", "x"),
  });
  const state = new MemoryStore();
  const sink = new MemorySink();
  const events: PullEvent[] = [];
  const run = (more: Partial<PullOptions> = {}, caller = odoo as Parameters<typeof pull>[0]) =>
    pull(caller, {
      model: ITEM,
      fields: FIELDS,
      sink,
      job: "items",
      state,
      onEvent: (event) => events.push(event),
      ...more,
    });
  // The rows are older than any overlap
  now += 3_600_000;
  return { server, odoo, demo, state, sink, events, run, tick: (ms: number) => now += ms };
}

/** All that a user can see, as a copy has it. */
export async function source(odoo: Odoo): Promise<unknown[]> {
  const rows = await odoo.model(ITEM).searchRead([], {
    fields: FIELDS,
    order: "id",
    context: { active_test: false },
  });
  return rows.map((row) => ({
    ...row,
    place_id: Array.isArray(row["place_id"]) ? row["place_id"][0] : null,
  }));
}

/** Hides secret items from the user demo, until they are to be shown again. */
export async function hide(server: OdooSimulator): Promise<() => Promise<void>> {
  using transaction = server.begin();
  const model = await transaction.executeKw("ir.model", "search", [[["model", "=", ITEM]]]);
  const users = await transaction.executeKw("res.users", "search", [[["login", "=", "demo"]]]);
  const group = await transaction.executeKw("res.groups", "create", [{ name: "No secrets" }]);
  const groups = [[6, 0, [Number(group)]]];
  const field = server.records("res.users")[0]?.["group_ids"] ? "group_ids" : "groups_id";
  await transaction.executeKw("res.users", "write", [users, { [field]: [[4, Number(group), 0]] }]);
  const id = await transaction.executeKw("ir.rule", "create", [{
    name: "No secrets",
    model_id: Array.isArray(model) ? model[0]! : 0,
    groups,
    domain_force: "[('is_secret', '=', False)]",
  }]);
  await transaction.commit();
  return async () => {
    using transaction = server.begin();
    await transaction.executeKw("ir.rule", "unlink", [[Number(id)]]);
    await transaction.commit();
  };
}
