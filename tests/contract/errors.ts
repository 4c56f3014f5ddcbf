/**
 * What Odoo refuses, and as which error.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { OdooServerError, type RpcCall, type RpcInput, type ServerErrorKind } from "../../mod.ts";
import type { Case, Ground } from "./ground.ts";

const PARTNER = "res.partner";

/** Cases of errors. */
export const errors: Record<string, Case> = {
  "no access to a model": async ({ demo }) => {
    const error = await refused(demo, "res.country", "create", [{ name: "Contractia" }]);
    assertEquals(told(error), ["access", "odoo.exceptions.AccessError"]);
  },

  "no access to a field of another's": async ({ odoo, demo }) => {
    const error = await refused(demo, "res.users", "write", [[odoo.uid], { login: "mine" }]);
    assertEquals(told(error), ["access", "odoo.exceptions.AccessError"]);
  },

  "a private method": async (ground) => {
    const id = await ground.make(PARTNER, { name: ground.tag() });
    const error = await refused(ground.odoo, PARTNER, "_write", [[id], {}]);
    assertEquals(told(error), ["access", "odoo.exceptions.AccessError"]);
  },

  "a record that is gone": async (ground) => {
    const id = await ground.make(PARTNER, { name: ground.tag() });
    await ground.odoo.executeKw(PARTNER, "unlink", [[id]]);
    const error = await refused(ground.odoo, PARTNER, "write", [[id], { ref: "x" }]);
    assertEquals(told(error), ["missing", "odoo.exceptions.MissingError"]);
    assertStringIncludes(error.message, `res.partner(${id},)`);
  },

  "an unknown model": async ({ odoo }) => {
    assertEquals((await refused(odoo, "no.model", "search", [[]])).kind, "user");
    assertEquals((await refused(odoo, "no model?a=b#c%20", "search", [[]])).kind, "user");
  },

  "an unknown method": async (ground) => {
    const id = await ground.make(PARTNER, { name: ground.tag() });
    assertEquals((await refused(ground.odoo, PARTNER, "no_method", [[id]])).kind, "server");
    assertEquals((await refused(ground.odoo, PARTNER, "no_method", [])).kind, "server");
  },

  "an unknown method, with arguments": async (ground) => {
    const id = await ground.make(PARTNER, { name: ground.tag() });
    assertEquals((await refused(ground.odoo, PARTNER, "no_method", [[id], 5])).kind, "server");
  },

  "an unknown field, read": async (ground) => {
    const id = await ground.make(PARTNER, { name: ground.tag() });
    const error = await refused(ground.odoo, PARTNER, "read", [[id], ["nope"]]);
    assertEquals(told(error), ["server", "ValueError"]);
    assertStringIncludes(error.message, "nope");
    assertStringIncludes(error.debug, "Traceback (most recent call last)");
  },

  "an unknown field, in a domain": async ({ odoo }) => {
    const error = await refused(odoo, PARTNER, "search", [[["nope", "=", 1]]]);
    assertEquals(told(error), ["server", "ValueError"]);
  },

  "a domain that is none": async ({ odoo }) => {
    assertEquals((await refused(odoo, PARTNER, "search", [[["name"]]])).kind, "server");
    assertEquals((await refused(odoo, PARTNER, "search", [["&"]])).kind, "server");
  },

  "a value that is not in a selection": async ({ odoo }) => {
    const error = await refused(odoo, PARTNER, "create", [{ name: "x", type: "nope" }]);
    assertEquals(told(error), ["server", "ValueError"]);
  },

  "an argument that is missing": async (ground) => {
    const id = await ground.make(PARTNER, { name: ground.tag() });
    assertEquals((await refused(ground.odoo, PARTNER, "write", [[id]])).kind, "server");
  },

  "a keyword that the method does not have": async ({ odoo }) => {
    const error = await refused(odoo, PARTNER, "search", [[]], { nope: 1 });
    assertEquals(error.kind, "server");
    assertStringIncludes(error.message, "nope");
  },

  "a constraint of the database": async (ground) => {
    const error = await refused(ground.odoo, PARTNER, "create", [{ ref: ground.tag() }]);
    assertEquals(told(error), ["validation", "odoo.exceptions.ValidationError"]);
  },

  "a value that must be unique": async ({ odoo }) => {
    const given = { name: "Contractia", code: "BE" };
    const error = await refused(odoo, "res.country", "create", [given]);
    assertEquals(told(error), ["validation", "odoo.exceptions.ValidationError"]);
  },

  "a constraint of a model": async (ground) => {
    const id = await ground.make(PARTNER, { name: ground.tag() });
    const error = await refused(ground.odoo, PARTNER, "write", [[id], { parent_id: id }]);
    assertEquals(told(error), ["validation", "odoo.exceptions.ValidationError"]);
  },

  "a word to the user": async ({ odoo }) => {
    const error = await refused(odoo, "res.users", "unlink", [[1]]);
    assertEquals(told(error), ["user", "odoo.exceptions.UserError"]);
    assertStringIncludes(error.message, "You can not remove the admin user");
  },

  "a refusal that shows the way elsewhere": async (ground) => {
    const { odoo } = ground;
    const [user] = await odoo.executeKw<{ partner_id: [number, string] }[]>("res.users", "read", [
      [odoo.uid],
      ["partner_id"],
    ]);
    const ids = [user?.partner_id[0] ?? 0];
    const error = await refused(odoo, PARTNER, "write", [ids, { active: false }]);
    assertEquals(told(error), ["redirect", "odoo.exceptions.RedirectWarning"]);
    assertStringIncludes(error.message, "You cannot archive contacts linked to an active user");
  },

  "nothing is kept of a call that fails": async (ground) => {
    const ref = ground.tag();
    const given: RpcInput = [{ name: "good", ref }, { ref }];
    await refused(ground.odoo, PARTNER, "create", [given]);
    assertEquals(await ground.odoo.executeKw(PARTNER, "search_count", [[["ref", "=", ref]]]), 0);
  },
};

/** Makes a call that has to be refused, and looks at what every error has. */
async function refused(
  odoo: Ground["odoo"],
  model: string,
  method: string,
  args: readonly RpcInput[],
  kwargs: RpcCall["kwargs"] = {},
): Promise<OdooServerError> {
  const error = await assertRejects(
    () => odoo.executeKw(model, method, args, kwargs),
    OdooServerError,
    `Odoo refused ${model}.${method}: `,
  );
  assertEquals([error.model, error.method], [model, method]);
  return error;
}

function told({ kind, exception }: OdooServerError): [ServerErrorKind, string] {
  return [kind, exception];
}
