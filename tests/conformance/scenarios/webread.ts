/**
 * Reading and saving as the web client does it, which scripts have taken over.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of `web_search_read`, `web_read` and `web_save`. */
export const webread: Record<string, Scenario> = {
  "a search with its length": async (odoo) => {
    await family(odoo);
    await search(odoo, ["name", "city"], {});
    await search(odoo, ["name"], { limit: 2 });
    await search(odoo, ["name"], { limit: 2, offset: 2 });
    await search(odoo, ["name"], { limit: 10, offset: 1 });
    await search(odoo, ["name"], { order: "name desc", limit: 1 });
  },

  "a search that counts no further than told": async (odoo) => {
    await family(odoo);
    for (const [limit, most] of [[1, 2], [2, 2], [1, 10], [10, 1]]) {
      await search(odoo, ["name"], { limit: limit ?? 0, count_limit: most ?? 0 });
    }
  },

  "a search that finds nothing": async (odoo) => {
    const nothing = [["ref", "=", `${odoo.tag} nobody`]];
    const fields = odoo.version === 14 ? ["name"] : { name: {} };
    await odoo.call("res.partner", "web_search_read", [nothing, fields]);
    await odoo.call("res.partner", "web_search_read", [[["nope", "=", 1]], fields]);
  },

  "a search with arguments of another version": async (odoo) => {
    await odoo.call("res.partner", "web_search_read", [], {
      domain: [["ref", "=", odoo.tag]],
      fields: ["name"],
    });
    await odoo.call("res.partner", "web_search_read", [[["ref", "=", odoo.tag]]], {
      specification: { name: {} },
    });
    await odoo.call("res.partner", "web_search_read", [[["ref", "=", odoo.tag]]]);
  },

  "a many2one is an id, or what its specification says": async (odoo) => {
    const [company, ana] = await family(odoo);
    await read(odoo, [ana ?? 0], { name: {}, parent_id: {}, country_id: {} });
    await read(odoo, [ana ?? 0], { parent_id: { fields: {} } });
    await read(odoo, [ana ?? 0], { parent_id: { fields: { display_name: {} } } });
    await read(odoo, [ana ?? 0], {
      parent_id: { fields: { name: {}, ref: {}, country_id: { fields: { code: {} } } } },
    });
    await read(odoo, [company ?? 0], { parent_id: { fields: { display_name: {} } } });
  },

  "an x2many is ids, or what its specification says": async (odoo) => {
    const [company] = await family(odoo);
    const ids = [company ?? 0];
    await read(odoo, ids, { child_ids: {} });
    await read(odoo, ids, { child_ids: { fields: {} } });
    await read(odoo, ids, { child_ids: { fields: { name: {}, type: {} } } });
    await read(odoo, ids, { child_ids: { fields: { name: {} }, order: "name desc" } });
    await read(odoo, ids, { child_ids: { fields: { name: {} }, order: "name", limit: 1 } });
    await read(odoo, ids, { category_id: { fields: { display_name: {} } } });
    await read(odoo, ids, {
      child_ids: { fields: { parent_id: { fields: { name: {} } } }, limit: 1, order: "name" },
    });
  },

  "a read of several records keeps their order": async (odoo) => {
    const [company = 0, ana = 0, bob = 0] = await family(odoo);
    await read(odoo, [bob, company, ana], { name: {} });
    await read(odoo, [ana, ana], { name: {} });
    await read(odoo, [ana], {});
    await read(odoo, [ana], { id: {} });
    await read(odoo, [ana], { display_name: {} });
    await read(odoo, [], { name: {} });
  },

  "a read of what is not there": async (odoo) => {
    const [, ana = 0, bob = 0] = await family(odoo);
    await odoo.get("res.partner", "unlink", [[bob]]);
    await read(odoo, [ana, bob], { name: {} });
    await read(odoo, [bob], {});
    await read(odoo, [ana], { nope: {} });
    await read(odoo, [ana], { parent_id: { fields: { nope: {} } } });
    await read(odoo, [ana], ["name"]);
    await odoo.call("res.partner", "web_read", [[ana]]);
  },

  "values read as the fields have them": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag, partner_latitude: 1.25 });
    await read(odoo, [id], {
      ref: {},
      active: {},
      type: {},
      color: {},
      partner_latitude: {},
      create_date: {},
      parent_id: {},
      child_ids: {},
    });
  },

  "a save makes a record and reads it": async (odoo) => {
    const saved = await odoo.call("res.partner", "web_save", [[], {
      name: odoo.tag,
      child_ids: [[0, 0, { name: `${odoo.tag} child` }]],
    }], { specification: { name: {}, child_ids: { fields: { name: {} } } } });
    remember(odoo, saved);
    remember(odoo, await odoo.call("res.partner", "web_save", [[], { name: odoo.tag }, {}]));
  },

  "a save writes records and reads them": async (odoo) => {
    const [company = 0, ana = 0, bob = 0] = await family(odoo);
    const specification = { name: {}, city: {} };
    await odoo.call("res.partner", "web_save", [[ana, bob], { city: "Ghent" }, specification]);
    await odoo.call("res.partner", "web_save", [[ana], { city: "Liege" }, specification], {
      next_id: company,
    });
    await odoo.call("res.partner", "web_save", [[ana], { nope: 1 }, specification]);
    await odoo.call("res.partner", "web_save", [[ana], { city: "Mons" }, { nope: {} }]);
    await odoo.call("res.partner", "read", [[ana], ["city"]]);
  },

  "a save that a rule refuses": async (odoo) => {
    await odoo.call("res.partner", "web_save", [[], { ref: odoo.tag }, { name: {} }]);
    await odoo.call("res.partner", "web_save", [[], { name: odoo.tag, type: "nope" }, {
      name: {},
    }]);
  },

  "names with what else is wanted": async (odoo) => {
    await family(odoo);
    await odoo.call("res.partner", "web_name_search", [], {
      name: `${odoo.tag} Ana`,
      specification: { display_name: {}, city: {} },
      domain: [["ref", "=", odoo.tag]],
      limit: 1,
    });
  },
};

/** Searches the scenario's own records. Odoo 14 takes a list of fields, the others a specification. */
async function search(
  odoo: Session,
  fields: string[],
  kwargs: Record<string, RpcValue>,
): Promise<void> {
  const what = odoo.version === 14
    ? fields
    : Object.fromEntries(fields.map((field) => [field, {}]));
  await odoo.call("res.partner", "web_search_read", [[["ref", "=", odoo.tag]], what], {
    order: "name",
    ...kwargs,
  });
}

async function read(odoo: Session, ids: number[], specification: RpcValue): Promise<void> {
  await odoo.call("res.partner", "web_read", [ids, specification]);
}

function remember(odoo: Session, saved: RpcValue | undefined): void {
  const [first] = Array.isArray(saved) ? saved : [];
  if (typeof first === "object" && first !== null && "id" in first) {
    odoo.made("res.partner", Number(first["id"]));
  }
}

/** A company, then two contacts of it. */
async function family(odoo: Session): Promise<number[]> {
  const tag = await odoo.make("res.partner.category", { name: odoo.tag });
  const company = await odoo.make("res.partner", {
    name: `${odoo.tag} Co`,
    ref: odoo.tag,
    is_company: true,
    country_id: await odoo.ref("base.be"),
    category_id: [[6, 0, [tag]]],
  });
  const ids = [company];
  for (const name of ["Ana", "Bob"]) {
    ids.push(
      await odoo.make("res.partner", {
        name: `${odoo.tag} ${name}`,
        ref: odoo.tag,
        city: "Ghent",
        type: name === "Bob" ? "invoice" : "contact",
        parent_id: company,
      }),
    );
  }
  return ids;
}
