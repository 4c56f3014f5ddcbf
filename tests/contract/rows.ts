/**
 * Answers that are read in pieces.
 *
 * @module
 */
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { OdooProtocolError, OdooServerError, type RpcCall } from "../../mod.ts";
import type { Case, Ground } from "./ground.ts";

const COUNTRIES: RpcCall = {
  model: "res.country",
  method: "search_read",
  kwargs: { domain: [], fields: ["code", "name", "currency_id", "state_ids"], order: "id" },
};

/** Cases of rows. */
export const rows: Record<string, Case> = {
  "rows() gives the rows that call() gives": async ({ odoo }) => {
    const all = await Array.fromAsync(odoo.rows(COUNTRIES));
    assertEquals(all.flat(), await odoo.call(COUNTRIES));
    assert(all.flat().length > 200, "many countries");
  },

  "rows() of other lists": async ({ odoo }) => {
    const call = { model: "res.country", method: "search", args: [[["code", "in", ["BE", "FR"]]]] };
    assertEquals((await Array.fromAsync(odoo.rows(call))).flat(), await odoo.call(call));
  },

  "rows() of an empty list gives no row": async ({ odoo }) => {
    const call = { model: "res.country", method: "search", args: [[["id", "=", 0]]] };
    assertEquals((await Array.fromAsync(odoo.rows(call))).flat(), []);
  },

  "rows() throws what call() throws": async ({ odoo, demo }) => {
    const unknown = { ...COUNTRIES, kwargs: { fields: ["nope"] } };
    const wrong = await refusal(demo.rows({ model: "ir.config_parameter", method: "search_read" }));
    assertInstanceOf(wrong, OdooServerError);
    assertEquals([wrong.kind, wrong.model], ["access", "ir.config_parameter"]);
    const [one, two] = [
      await refusal(odoo.rows(unknown)),
      await assertRejects(() => odoo.call(unknown), OdooServerError),
    ];
    assertInstanceOf(one, OdooServerError);
    assertEquals([one.message, one.kind, one.exception], [two.message, two.kind, two.exception]);
  },

  "rows() of an answer that is no list is an error, and is not asked for again": async (ground) => {
    const { odoo, count } = await ground.counted();
    const before = count();
    for (const [method, args] of [["search_count", [[]]], ["fields_get", [["code"]]]] as const) {
      const error = await refusal(odoo.rows({ model: "res.country", method, args }));
      assertInstanceOf(error, OdooProtocolError);
      assertEquals(error.outcome, "committed");
    }
    assertEquals(count(), before + 2);
  },

  "rows() of a method that returns nothing gives no row": async (ground) => {
    const id = await ground.make("res.partner", { name: ground.tag() });
    const call = { model: "res.partner", method: "action_archive", ids: [id] };
    assertEquals(await Array.fromAsync(ground.odoo.rows(call)), []);
    assertEquals(await ground.read("res.partner", id, ["active"]), { active: false });
  },

  "rows() that are left in the middle free the connection": async (ground) => {
    const { odoo } = ground;
    // More often than requests may be under way at once
    for (let turn = 0; turn < 6; turn++) {
      for await (const piece of odoo.rows(COUNTRIES)) {
        assert(piece.length > 0, "a piece has rows");
        break;
      }
    }
    assertEquals(await odoo.executeKw("res.country", "search_count", [[["code", "=", "BE"]]]), 1);
  },

  "rows() that nobody reads ask nothing": async (ground) => {
    const { odoo, count } = await ground.counted();
    const before = count();
    const unread = odoo.rows(COUNTRIES);
    await unread.return(undefined);
    assertEquals(count(), before);
  },

  "an aborted call rejects with the reason of its signal": async (ground) => {
    const { odoo, count } = await ground.counted();
    const before = count();
    const reason = new Error("enough");
    const options = { signal: AbortSignal.abort(reason) };
    assertEquals(await assertRejects(() => odoo.call(COUNTRIES, options)), reason);
    assertEquals(await refusal(odoo.rows(COUNTRIES, options)), reason);
    assertEquals(count(), before);
  },

  "rows() that are aborted in the middle reject with the reason of their signal": async (
    ground,
  ) => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const read = async () => {
      for await (const _piece of ground.odoo.rows(COUNTRIES, { signal: stop.signal })) {
        stop.abort(reason);
      }
    };
    // A short answer may have come as a whole
    await read().catch((error) => assertEquals(error, reason));
    const { odoo } = ground;
    assertEquals(await odoo.executeKw("res.country", "search_count", [[["code", "=", "BE"]]]), 1);
  },

  "many calls at once get their own answers": async ({ odoo }) => {
    const ids = await odoo.executeKw<number[]>("res.country", "search", [[]], { limit: 20 });
    const rows = await Promise.all(
      ids.map((id) => odoo.executeKw<{ id: number }[]>("res.country", "read", [[id], ["code"]])),
    );
    assertEquals(rows.flat().map(({ id }) => id), ids);
  },

  "rows() carry the context": async (ground: Ground) => {
    const id = await ground.make("res.partner", { name: ground.tag(), active: false });
    const call = { model: "res.partner", method: "search", args: [[["id", "=", id]]] };
    const found = ground.odoo.withContext({ active_test: false }).rows(call);
    assertEquals((await Array.fromAsync(found)).flat(), [id]);
  },
};

async function refusal(rows: AsyncGenerator<unknown>): Promise<Error> {
  return await assertRejects(() => Array.fromAsync(rows), Error);
}
