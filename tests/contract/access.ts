/**
 * Who is let in.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connect, OdooAuthError, OdooConfigError } from "../../mod.ts";
import { type Case, Skipped } from "./ground.ts";

/** Forty digits, as a key has, which nobody was given. */
const WRONG = "0123456789abcdef0123456789abcdef01234567";

/** Cases of signing in. */
export const access: Record<string, Case> = {
  "the connection knows user, version and protocol": async ({ odoo, demo, chosen, protocol }) => {
    assert(odoo.uid > 0 && demo.uid > 0 && odoo.uid !== demo.uid, "two users");
    assertStringIncludes(odoo.version.text, String(odoo.version.major));
    if (chosen !== "auto") assertEquals(protocol, chosen);
    assertEquals(
      await demo.executeKw("res.users", "search", [[["login", "=", "demo"]]]),
      [demo.uid],
    );
  },

  "a wrong key": async ({ config }) => {
    const error = await assertRejects(() => connect({ ...config, apiKey: WRONG }), OdooAuthError);
    assertEquals(error.reason, "credentials");
    assert(!Deno.inspect(error).includes(WRONG), "the key is not told");
  },

  "a key of another user": async ({ config }) => {
    const error = await assertRejects(
      () => connect({ ...config, username: "demo" }),
      OdooAuthError,
      "demo",
    );
    assertEquals(error.reason, "credentials");
  },

  "a user who is not there": async ({ config }) => {
    await assertRejects(() => connect({ ...config, username: "nobody" }), OdooAuthError, "nobody");
  },

  "a wrong database": async ({ config }) => {
    const error = await assertRejects(
      () => connect({ ...config, db: "no-such-database" }),
      OdooConfigError,
      "ODOO_DB",
    );
    assert(!Deno.inspect(error).includes(config.apiKey), "the key is not told");
  },

  "a function that gives the key is asked again after a refusal": async ({ config }) => {
    const keys = [WRONG, config.apiKey];
    const odoo = await connect({ ...config, apiKey: () => keys.shift() ?? "" });
    assertEquals(await odoo.executeKw("res.country", "search_count", [[["code", "=", "BE"]]]), 1);
    assertEquals(keys, []);
  },

  "a password": async ({ config, protocol, host: { password } }) => {
    if (password === undefined) throw new Skipped("no password is given");
    const { apiKey: _key, ...rest } = { ...config, protocol };
    const odoo = await connect({ ...rest, password });
    assertEquals(await odoo.executeKw("res.country", "search_count", [[["code", "=", "BE"]]]), 1);
    await assertRejects(() => connect({ ...rest, password: "wrong-password" }), OdooAuthError);
  },

  "a key that is deleted": async ({ config, host: { keys } }) => {
    if (keys === undefined) throw new Skipped("no keys can be made");
    const apiKey = keys.add();
    const odoo = await connect({ ...config, apiKey });
    assertEquals(await odoo.executeKw("res.country", "search_count", [[["code", "=", "BE"]]]), 1);
    keys.revoke(apiKey);
    const call = () => odoo.executeKw("res.country", "search_count", [[]]);
    assertEquals((await assertRejects(call, OdooAuthError)).reason, "credentials");
    await assertRejects(() => connect({ ...config, apiKey }), OdooAuthError);
  },
};
