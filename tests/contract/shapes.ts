/**
 * Arguments by place and by name, and the shape of what comes back.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { RpcInput } from "../../mod.ts";
import type { Case, Ground } from "./ground.ts";

const PARTNER = "res.partner";
const COUNTRY = "res.country";
const NEIGHBOURS = [["code", "in", ["BE", "FR", "LU", "NL"]]];

type Named = Readonly<Record<string, RpcInput>>;

/** The same call by place, and by each set of names. */
interface Ways {
  positional: (id: number) => readonly RpcInput[];
  named: readonly Named[];
  /** Models other than countries. */
  model?: string;
  /** Whether the method runs on records, which stand in the first place. */
  onRecords?: boolean;
}

const FEW = { offset: 1, limit: 2, order: "code desc" };
const CODE_TYPE = { allfields: ["code"], attributes: ["type", "string"] };

/** Reading methods of the ORM: whatever way they are called, they answer the same. */
const READING: Readonly<Record<string, Ways>> = {
  search: {
    positional: () => [NEIGHBOURS, 1, 2, "code desc"],
    named: [{ domain: NEIGHBOURS, ...FEW }, { args: NEIGHBOURS, ...FEW }],
  },
  search_count: {
    positional: () => [NEIGHBOURS],
    named: [{ domain: NEIGHBOURS }, { args: NEIGHBOURS }],
  },
  search_read: {
    positional: () => [NEIGHBOURS, ["code"], 1, 2, "code desc"],
    named: [{ domain: NEIGHBOURS, fields: ["code"], ...FEW }],
  },
  read: {
    positional: (id) => [[id], ["code", "currency_id"], ""],
    named: [{ fields: ["code", "currency_id"], load: "" }],
    onRecords: true,
  },
  name_search: {
    positional: () => ["Bel", [["code", "!=", "BY"]], "ilike", 5],
    named: [
      { name: "Bel", domain: [["code", "!=", "BY"]], operator: "ilike", limit: 5 },
      { name: "Bel", args: [["code", "!=", "BY"]], operator: "ilike", limit: 5 },
    ],
  },
  default_get: {
    positional: () => [["active", "type"]],
    named: [{ fields: ["active", "type"] }, { fields_list: ["active", "type"] }],
    model: PARTNER,
  },
  fields_get: { positional: () => [["code"], ["type", "string"]], named: [CODE_TYPE] },
  read_group: {
    positional: () => [NEIGHBOURS, ["phone_code:sum"], ["currency_id"], 0, 5, "currency_id", true],
    named: [{
      domain: NEIGHBOURS,
      fields: ["phone_code:sum"],
      groupby: ["currency_id"],
      offset: 0,
      limit: 5,
      orderby: "currency_id",
      lazy: true,
    }],
  },
  export_data: {
    positional: (id) => [[id], ["code", "name"]],
    named: [{ fields_to_export: ["code", "name"] }],
    onRecords: true,
  },
  get_metadata: { positional: (id) => [[id]], named: [{}], onRecords: true },
  check_access_rights: {
    positional: () => ["read", false],
    named: [{ operation: "read", raise_exception: false }],
  },
  check_object_reference: {
    positional: () => ["base", "be"],
    named: [{ module: "base", xml_id: "be" }],
    model: "ir.model.data",
  },
  get_param: {
    positional: () => ["no.such.parameter", "nothing"],
    named: [{ key: "no.such.parameter", default: "nothing" }],
    model: "ir.config_parameter",
  },
  context_get: { positional: () => [], named: [{}], model: "res.users" },
};

/** Cases of shapes. */
export const shapes: Record<string, Case> = {
  ...Object.fromEntries(
    Object.entries(READING).map(([method, ways]) => [
      `${method}: arguments by place and by name`,
      (ground: Ground) => eitherWay(ground, method, ways),
    ]),
  ),

  "has_access, on records and on none": async ({ odoo }) => {
    assertEquals(await odoo.executeKw(COUNTRY, "has_access", [[], "write"]), true);
    const call = { model: COUNTRY, method: "has_access", ids: [] };
    assertEquals(await odoo.call({ ...call, kwargs: { operation: "write" } }), true);
  },

  "create answers one with an id, a list with a list": async (ground) => {
    const create = async (given: RpcInput) =>
      await ground.odoo.executeKw<number | number[]>(PARTNER, "create", [given]);
    const one = ground.keep(PARTNER, await create({ name: ground.tag() }));
    assert(typeof one === "number", "an id for one");
    const list = ground.keep(PARTNER, await create([{ name: ground.tag() }]));
    assert(Array.isArray(list) && list.length === 1, "a list for a list of one");
    const two = await create([{ name: ground.tag() }, { name: ground.tag() }]);
    ground.keep(PARTNER, two);
    assert(Array.isArray(two) && two.length === 2, "a list for two");
    assertEquals(await create([]), []);
  },

  "create takes its values by name": async (ground) => {
    const { odoo } = ground;
    for (const keyword of ["vals_list", "vals"]) {
      const name = ground.tag();
      const create = async (given: RpcInput) =>
        ground.keep(
          PARTNER,
          await odoo.executeKw<number & number[]>(PARTNER, "create", [], { [keyword]: given }),
        );
      assertEquals(await ground.read(PARTNER, await create({ name }), ["name"]), { name });
      assertEquals((await create([{ name: ground.tag() }])).length, 1);
    }
  },

  "write takes its values by name": async (ground) => {
    const { odoo } = ground;
    const id = await ground.make(PARTNER, { name: ground.tag() });
    const call = { model: PARTNER, method: "write", ids: [id] };
    assertEquals(await odoo.call({ ...call, kwargs: { vals: { ref: "named" } } }), true);
    assertEquals(await ground.read(PARTNER, id, ["ref"]), { ref: "named" });
    assertEquals(await odoo.call({ ...call, args: [{ ref: "placed" }] }), true);
    assertEquals(await ground.read(PARTNER, id, ["ref"]), { ref: "placed" });
    assertEquals(await odoo.executeKw(PARTNER, "write", [id, { ref: "one id" }]), true);
    assertEquals(await ground.read(PARTNER, id, ["ref"]), { ref: "one id" });
  },

  "copy answers an id with an id, a list with a list": async (ground) => {
    const { odoo } = ground;
    const id = await ground.make(PARTNER, { name: ground.tag() });
    const copy = async (...args: RpcInput[]) =>
      ground.keep(PARTNER, await odoo.executeKw<number | number[]>(PARTNER, "copy", args));
    assert(typeof await copy(id) === "number", "an id for an id");
    const [second] = [await copy([id])].flat();
    assert(typeof second === "number" && second !== id, "an id in a list");
    const asList = await odoo.call({ model: PARTNER, method: "copy", ids: [id] });
    assert(Array.isArray(asList) && asList.length === 1, "a list for ids");
    ground.keep(PARTNER, asList.map(Number));
    const third = await copy(id, { ref: "copied" });
    assertEquals(await ground.read(PARTNER, Number(third), ["ref"]), { ref: "copied" });
    const fourth = await odoo.executeKw<number>(PARTNER, "copy", [id], {
      default: { ref: "by name" },
    });
    assertEquals(await ground.read(PARTNER, ground.keep(PARTNER, fourth), ["ref"]), {
      ref: "by name",
    });
  },

  "copy of several answers a list": async (ground) => {
    const ids = [
      await ground.make(PARTNER, { name: ground.tag() }),
      await ground.make(PARTNER, { name: ground.tag() }),
    ];
    const copies = await ground.odoo.executeKw<number[]>(PARTNER, "copy", [ids]);
    assertEquals(ground.keep(PARTNER, copies).length, 2);
  },

  "unlink, of one and of several": async (ground) => {
    const { odoo } = ground;
    const make = () => ground.make(PARTNER, { name: ground.tag() });
    const ids = [await make(), await make(), await make()];
    assertEquals(await odoo.executeKw(PARTNER, "unlink", [[ids[0] ?? 0]]), true);
    assertEquals(await odoo.call({ model: PARTNER, method: "unlink", ids: ids.slice(1) }), true);
    assertEquals(await odoo.executeKw(PARTNER, "search_count", [[["id", "in", ids]]]), 0);
  },

  "methods of records, on none": async ({ odoo }) => {
    assertEquals(await odoo.executeKw(PARTNER, "read", [[], ["name"]]), []);
    assertEquals(await odoo.call({ model: PARTNER, method: "read", ids: [] }), []);
    assertEquals(await odoo.executeKw(PARTNER, "write", [[], { ref: "x" }]), true);
    assertEquals(await odoo.executeKw(PARTNER, "unlink", [[]]), true);
    assertEquals(await odoo.call({ model: PARTNER, method: "action_archive", ids: [] }), null);
    assertEquals(await odoo.executeKw(PARTNER, "action_archive", [[]]), null);
  },

  "null for what may be left out": async ({ odoo }) => {
    const named = { domain: NEIGHBOURS, limit: null, order: null };
    assertEquals(
      await odoo.executeKw(COUNTRY, "search", [], named),
      await odoo.executeKw(COUNTRY, "search", [NEIGHBOURS, 0, null, null]),
    );
  },

  "name_create, by place and by name": async (ground) => {
    const name = ground.tag();
    for (const [args, kwargs] of [[[name], {}], [[], { name }]] as const) {
      const [id = 0, text] = await ground.odoo.executeKw<[number, string]>(
        PARTNER,
        "name_create",
        args,
        kwargs,
      );
      ground.keep(PARTNER, id);
      assertEquals(text, name);
    }
  },

  "load, by place and by name": async (ground) => {
    const rows = [[ground.tag(), "one"], [ground.tag(), "two"]];
    const fields = ["name", "ref"];
    for (const [args, kwargs] of [[[fields, rows], {}], [[], { fields, data: rows }]] as const) {
      const { ids, messages } = await ground.odoo.executeKw<{ ids: number[]; messages: unknown }>(
        PARTNER,
        "load",
        args,
        kwargs,
      );
      assertEquals([ground.keep(PARTNER, ids).length, messages], [2, []]);
    }
  },

  "methods of records that no list of names has": async (ground) => {
    const { odoo } = ground;
    const partner_id = await ground.make(PARTNER, { name: ground.tag() });
    const order = await ground.make("sale.order", { partner_id });
    await odoo.executeKw("sale.order", "action_cancel", [[order]]);
    assertEquals(await ground.read("sale.order", order, ["state"]), { state: "cancel" });
    assertEquals(await odoo.executeKw("sale.order", "action_draft", [[order]]), true);
    const lead = await ground.make("crm.lead", { name: ground.tag(), type: "opportunity" });
    await odoo.call({ model: "crm.lead", method: "action_set_won", ids: [lead] });
    assertEquals(await ground.read("crm.lead", lead, ["probability"]), { probability: 100 });
  },

  "a message on a record, by names": async (ground) => {
    const { odoo } = ground;
    const id = await ground.make(PARTNER, { name: ground.tag() });
    const body = ground.tag();
    await odoo.executeKw(PARTNER, "message_post", [[id]], { body });
    const found = await odoo.executeKw<{ body: string }[]>("mail.message", "search_read", [
      [["model", "=", PARTNER], ["res_id", "=", id], ["body", "ilike", body]],
      ["body"],
    ]);
    assertEquals(found.map((message) => message.body), [`<p>${body}</p>`]);
  },

  "has_group, which became a method of records": async ({ odoo, version }) => {
    const ids = version === 19 ? [[odoo.uid]] : [];
    assertEquals(await odoo.executeKw("res.users", "has_group", [...ids, "base.group_user"]), true);
    assertEquals(
      await odoo.executeKw("res.users", "has_group", [...ids, "base.group_portal"]),
      false,
    );
  },
};

async function eitherWay({ odoo }: Ground, method: string, ways: Ways): Promise<void> {
  const { positional, named, model = COUNTRY, onRecords = false } = ways;
  const [id = 0] = await odoo.executeKw<number[]>(COUNTRY, "search", [[["code", "=", "BE"]]]);
  const args = positional(id);
  const expected = await odoo.executeKw(model, method, args);
  assert(expected !== null && String(expected) !== "", `${method} answers something`);
  for (const kwargs of named) {
    const records = onRecords ? [[id]] : [];
    assertEquals(await odoo.executeKw(model, method, records, kwargs), expected);
  }
  if (!onRecords) return;
  assertEquals(await odoo.call({ model, method, ids: [id], args: args.slice(1) }), expected);
  for (const kwargs of named) {
    assertEquals(await odoo.call({ model, method, ids: [id], kwargs }), expected);
  }
}
