/**
 * Conditions of domains that look at other records: relational fields, paths, hierarchies, archived records.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";
import { each, search } from "./conditions.ts";

/** Scenarios of conditions across records. */
export const paths: Record<string, Scenario> = {
  "a many2one compared with ids": async (odoo) => {
    const { all, top, middle } = await family(odoo);
    await each(odoo, all, "parent_id", ["=", "!="], [top, false, null, 0, true, 2 ** 31 - 1]);
    await each(odoo, all, "parent_id", ["in", "not in"], [[top], [top, false], [false], [], [
      top,
      middle,
    ]]);
    await each(odoo, all, "parent_id", ["=", "!="], [[top], []]);
    await each(odoo, all, "parent_id", ["<", ">="], [middle]);
  },

  "a many2one compared with what is no id": async (odoo) => {
    const { all, top } = await family(odoo);
    await each(odoo, all, "parent_id", ["=", "in"], [String(top), [String(top)]]);
    await each(odoo, all, "parent_id", ["="], [1.5]);
    await each(odoo, all, "parent_id", ["in"], [5, true, [top, "x"]]);
    await each(odoo, all, "parent_id", [">"], ["x"]);
  },

  "a many2one compared with names": async (odoo) => {
    const { all } = await family(odoo);
    const name = `${odoo.tag} Top`;
    await each(odoo, all, "parent_id", ["=", "!=", "ilike", "not ilike", "like"], [name]);
    await each(odoo, all, "parent_id", ["=ilike", "=like", "not like"], [`${odoo.tag} t%`]);
    await each(odoo, all, "parent_id", ["in", "not in"], [[name], [name, "nope"], [name, false]]);
    await each(odoo, all, "parent_id", ["=", "!=", "ilike", "not ilike"], ["", "nope"]);
    await each(odoo, all, "parent_id", ["ilike", "not ilike"], [false]);
  },

  "a one2many compared with ids": async (odoo) => {
    const { all, top, middle, leaf } = await family(odoo);
    await each(odoo, all, "child_ids", ["=", "!="], [middle, false, null, true, leaf]);
    await each(odoo, all, "child_ids", ["in", "not in"], [[middle], [middle, leaf], [], [false], [
      middle,
      false,
    ], [top]]);
    await each(odoo, all, "child_ids", ["in"], [middle]);
    await each(odoo, all, "child_ids", [">"], [middle]);
  },

  "a one2many compared with names": async (odoo) => {
    const { all } = await family(odoo);
    const name = `${odoo.tag} Leaf`;
    await each(odoo, all, "child_ids", ["=", "!=", "ilike", "not ilike", "=ilike"], [name]);
    await each(odoo, all, "child_ids", ["ilike", "not ilike"], ["leaf", "", "nope"]);
    await each(odoo, all, "child_ids", ["in", "not in"], [[`${odoo.tag} Middle, ${name}`]]);
  },

  "a many2many compared with ids": async (odoo) => {
    const { all, red, green, blue } = await tagged(odoo);
    await each(odoo, all, "category_id", ["=", "!="], [red, false, null, true]);
    await each(odoo, all, "category_id", ["in", "not in"], [[red], [red, green], [blue], [], [
      false,
    ], [green, false]]);
    await each(odoo, all, "category_id", ["in", "="], [red, [red]]);
    await search(odoo, ["!", ["category_id", "in", [red]], ["id", "in", all]]);
  },

  "a many2many compared with names": async (odoo) => {
    const { all } = await tagged(odoo);
    const name = `${odoo.tag} Red`;
    await each(odoo, all, "category_id", ["=", "!=", "ilike", "not ilike", "=like"], [name]);
    await each(odoo, all, "category_id", ["ilike", "not ilike"], ["nope", ""]);
    await each(odoo, all, "category_id", ["in", "not in"], [[name], [name, false]]);
    await each(odoo, all, "category_id", ["ilike"], [`${odoo.tag} Colour`, "Colour / Red"]);
  },

  "a path through a many2one": async (odoo) => {
    const { all } = await family(odoo);
    await each(odoo, all, "parent_id.ref", ["=", "!=", "in", "not in"], [["T"]]);
    await each(odoo, all, "parent_id.ref", ["=", "!=", "ilike", "not ilike"], ["T", false]);
    await each(odoo, all, "parent_id.parent_id.ref", ["=", "!="], ["T", false]);
    await each(odoo, all, "parent_id.id", ["=", "!="], [false]);
    await each(odoo, all, "parent_id.is_company", ["=", "!="], [true, false]);
  },

  "a path that is turned around": async (odoo) => {
    const { all } = await family(odoo);
    for (const operator of ["=", "!=", "ilike", "not ilike"]) {
      await search(odoo, ["!", ["parent_id.ref", operator, "T"], ["id", "in", all]]);
      await search(odoo, ["!", ["child_ids.ref", operator, "L"], ["id", "in", all]]);
    }
    await search(odoo, ["!", ["parent_id", "=", false], ["id", "in", all]]);
  },

  "a path through a list": async (odoo) => {
    const { all } = await family(odoo);
    await each(odoo, all, "child_ids.ref", ["=", "!="], ["L", "M", false]);
    await each(odoo, all, "child_ids.child_ids.ref", ["=", "ilike"], ["L"]);
    await each(odoo, all, "child_ids.parent_id.ref", ["="], ["T"]);
    await each(odoo, all, "child_ids.child_ids", ["=", "!="], [false]);
    await search(odoo, [["child_ids.ref", "=", "L"], ["child_ids.ref", "=", "M"]]);
  },

  "a path through tags": async (odoo) => {
    const { all, red } = await tagged(odoo);
    await each(odoo, all, "category_id.color", ["=", "!=", ">"], [1, 0]);
    await each(odoo, all, "category_id.name", ["ilike", "not ilike"], ["red"]);
    await each(odoo, all, "category_id.parent_id.name", ["=", "!="], [`${odoo.tag} Colour`]);
    await search(odoo, [["category_id.id", "=", red], ["id", "in", all]]);
  },

  "any": async (odoo) => {
    const { all } = await family(odoo);
    await each(odoo, all, "parent_id", ["any", "not any"], [[["ref", "=", "T"]], [], [
      ["ref", "!=", "T"],
    ]]);
    await each(odoo, all, "child_ids", ["any", "not any"], [[["ref", "=", "L"]], [], [
      "|",
      ["ref", "=", "L"],
      ["child_ids", "any", [["ref", "=", "L"]]],
    ]]);
    await search(odoo, ["!", ["parent_id", "any", [["ref", "=", "T"]]], ["id", "in", all]]);
  },

  "any of what is none": async (odoo) => {
    const { all } = await family(odoo);
    await each(odoo, all, "name", ["any"], [[["ref", "=", "T"]], "x"]);
    await each(odoo, all, "parent_id", ["any"], ["x", 5, [["nope", "=", 1]], ["ref"]]);
    await each(odoo, all, "parent_id", ["any!", "not any!"], [[["ref", "=", "T"]]]);
    await each(odoo, all, "id", ["any"], [[["ref", "=", "T"]]]);
  },

  "child_of": async (odoo) => {
    const { all, top, middle, leaf, other } = await family(odoo);
    const values = [top, middle, [middle], [middle, other], [], false, 2 ** 31 - 1, [leaf, top]];
    await each(odoo, all, "id", ["child_of"], values);
    await each(odoo, all, "parent_id", ["child_of"], [top, middle, false]);
    await each(odoo, all, "child_ids", ["child_of"], [leaf, middle]);
  },

  "parent_of": async (odoo) => {
    const { all, top, middle, leaf, other } = await family(odoo);
    const values = [top, middle, [leaf], [leaf, other], [], false, [false]];
    await each(odoo, all, "id", ["parent_of"], values);
    await each(odoo, all, "parent_id", ["parent_of"], [leaf, top, false]);
  },

  "hierarchies by name": async (odoo) => {
    const { all, top } = await family(odoo);
    const name = `${odoo.tag} middle`;
    await each(odoo, all, "id", ["child_of", "parent_of"], [name, [name], "nope", [name, top]]);
    await each(odoo, all, "parent_id", ["child_of"], [name]);
    await search(odoo, ["!", ["id", "child_of", name], ["id", "in", all]]);
    await each(odoo, all, "name", ["child_of"], [name]);
    await each(odoo, all, "child_ids.id", ["child_of"], [top]);
  },

  "hierarchies of tags": async (odoo) => {
    const { all, colour, red, blue, shade } = await tagged(odoo);
    const ids = [colour, red, blue, shade];
    for (const operator of ["child_of", "parent_of"]) {
      for (const value of [colour, red, [shade], [shade, blue], `${odoo.tag} Red`, false]) {
        const domain = [["id", operator, value], ["id", "in", ids]];
        await odoo.call("res.partner.category", "search", [domain], { order: "id" });
      }
      await each(odoo, all, "category_id", [operator], [colour, red, shade, [blue], "nope", false]);
    }
    await each(odoo, all, "category_id", ["child_of"], [`${odoo.tag} Colour`]);
  },

  "hierarchies across archived records": async (odoo) => {
    const { all, top, middle, leaf } = await family(odoo);
    await odoo.get("res.partner", "write", [[middle], { active: false }]);
    await each(odoo, all, "id", ["child_of"], [top, middle, `${odoo.tag} Middle`]);
    await each(odoo, all, "id", ["parent_of"], [leaf, middle]);
    const context = { active_test: false };
    const domain = [["id", "child_of", top], ["id", "in", all]];
    await odoo.call("res.partner", "search", [domain], { order: "id", context });
  },

  "archived records are left out": async (odoo) => {
    const { all, top } = await family(odoo);
    await odoo.get("res.partner", "write", [[top], { active: false }]);
    const within = ["id", "in", all];
    await search(odoo, [within]);
    for (const value of [false, true, null]) {
      await odoo.call("res.partner", "search", [[within]], {
        order: "id",
        context: { active_test: value },
      });
    }
    await search(odoo, [within, ["active", "=", false]]);
    await search(odoo, [within, ["active", "!=", true]]);
    await search(odoo, [within, ["active", "in", [true, false]]]);
    await search(odoo, [within, "|", ["active", "=", true], ["ref", "=", "T"]]);
    await search(odoo, [within, "!", ["active", "=", true]]);
    await odoo.call("res.partner", "search_count", [[within]]);
    await odoo.call("res.partner", "read", [[top], ["name", "active"]]);
  },

  "archived records at the other end": async (odoo) => {
    const { all, top, leaf } = await family(odoo);
    await odoo.get("res.partner", "write", [[top, leaf], { active: false }]);
    await each(odoo, all, "parent_id", ["=", "ilike"], [top, `${odoo.tag} Top`]);
    await each(odoo, all, "parent_id.ref", ["="], ["T"]);
    await each(odoo, all, "parent_id.active", ["=", "!="], [true, false]);
    await each(odoo, all, "child_ids.ref", ["="], ["L"]);
    await each(odoo, all, "child_ids", ["=", "!=", "ilike"], [leaf, false, "Leaf"]);
    await each(odoo, all, "child_ids.active", ["="], [false, true]);
    await search(odoo, [["child_ids.active", "=", false], ["active", "in", [true, false]], [
      "id",
      "in",
      all,
    ]]);
    await odoo.call("res.partner", "search", [[["child_ids.ref", "=", "L"], ["id", "in", all]]], {
      order: "id",
      context: { active_test: false },
    });
  },

  "fields that are computed": async (odoo) => {
    const { all } = await family(odoo);
    await each(odoo, all, "company_type", ["="], ["company", "nope"]);
    await each(odoo, all, "commercial_partner_id", ["=", "ilike"], ["nope", `${odoo.tag} Top`]);
    await each(odoo, all, "commercial_company_name", ["ilike", "="], ["top", false]);
    await search(odoo, ["!", ["company_type", "=", "company"], ["id", "in", all]]);
    await search(odoo, ["|", ["company_type", "=", "person"], ["ref", "=", "T"], [
      "id",
      "in",
      all,
    ]]);
  },

  "fields that are those of another record": async (odoo) => {
    const { all } = await family(odoo);
    await each(odoo, all, "parent_name", ["=", "!="], [`${odoo.tag} Top`, false]);
    await each(odoo, all, "parent_name", ["ilike", "not ilike"], ["top"]);
    await each(odoo, all, "parent_name", ["in", "not in"], [[`${odoo.tag} Top`, false]]);
    await each(odoo, all, "image_128", ["=", "!="], [false]);
    await each(odoo, all, "image_1920", ["=", "!=", "like"], [false, "x"]);
  },

  "display names": async (odoo) => {
    const { all } = await family(odoo);
    const name = `${odoo.tag} Top`;
    await each(odoo, all, "display_name", ["=", "!=", "ilike", "not ilike", "=ilike"], [name]);
    await each(odoo, all, "display_name", ["in", "not in"], [[name], [`${name}, x`, false]]);
    await each(odoo, all, "display_name", ["ilike", "not ilike", "=", "!="], [false, ""]);
    await each(odoo, all, "display_name", ["ilike"], ["T", "Top, "]);
    await each(odoo, all, "parent_id.display_name", ["ilike", "="], [name]);
  },

  "display names of tags": async (odoo) => {
    const { colour, red, blue, shade } = await tagged(odoo);
    const ids = [colour, red, blue, shade];
    for (const operator of ["=", "ilike", "not ilike", "!=", "=ilike"]) {
      for (const value of [`${odoo.tag} Red`, `${odoo.tag} Colour / ${odoo.tag} Red`]) {
        const domain = [["display_name", operator, value], ["id", "in", ids]];
        await odoo.call("res.partner.category", "search", [domain], { order: "id" });
      }
    }
  },

  "who made a record": async (odoo) => {
    const { all } = await family(odoo);
    await each(odoo, all, "create_uid", ["=", "!="], [odoo.uid, 1, false]);
    await each(odoo, all, "create_uid.login", ["=", "!=", "in"], ["admin", ["admin", "demo"]]);
    await each(odoo, all, "create_uid.name", ["ilike"], ["nope", ""]);
    await each(odoo, all, "user_ids", ["=", "!="], [false]);
    await each(odoo, all, "user_ids.login", ["=", "!="], ["admin"]);
  },
};

/** A company, a company below it, a person below that, and one who stands alone. */
async function family(odoo: Session) {
  const make = (name: string, values: Record<string, RpcValue>) =>
    odoo.make("res.partner", { name: `${odoo.tag} ${name}`, ref: name[0] ?? "", ...values });
  const top = await make("Top", { is_company: true });
  const middle = await make("Middle", { is_company: true, parent_id: top });
  const leaf = await make("Leaf", { parent_id: middle });
  const other = await make("Other", { ref: false });
  return { top, middle, leaf, other, all: [top, middle, leaf, other] };
}

/** Tags in three levels, and contacts with two, one and none of them. */
async function tagged(odoo: Session) {
  const make = (name: string, values: Record<string, RpcValue>) =>
    odoo.make("res.partner.category", { name: `${odoo.tag} ${name}`, ...values });
  const colour = await make("Colour", { color: 5 });
  const red = await make("Red", { parent_id: colour, color: 1 });
  const green = await make("Green", { parent_id: colour, color: 2 });
  const blue = await make("Blue", { color: 3 });
  const shade = await make("Shade", { parent_id: red, color: 4 });
  const all: number[] = [];
  for (const tags of [[red, green], [green], [shade], []]) {
    const name = `${odoo.tag} ${all.length + 1}`;
    const category_id = [[6, 0, tags]];
    all.push(
      await odoo.make("res.partner", { name, ref: String(all.length + 1), category_id }),
    );
  }
  return { colour, red, green, blue, shade, all };
}
