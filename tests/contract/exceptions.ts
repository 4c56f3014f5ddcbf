/**
 * Where the protocols and the versions are not alike, and why. There are no others.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  connect,
  OdooConfigError,
  OdooProtocolError,
  OdooServerError,
  type Protocol,
} from "../../mod.ts";
import type { Case, Ground } from "./ground.ts";

/** A case that does not hold somewhere. */
export interface Exception {
  /** The protocols that are meant; all of them by default. */
  protocols?: readonly Protocol[];
  /** The versions that are meant; all of them by default. */
  versions?: readonly number[];
  /** Why it does not hold. */
  why: string;
  /** What holds in its place. */
  instead: Case;
}

const PARTNER = "res.partner";

/** Exceptions by the name of the case. */
export const EXCEPTIONS: Readonly<Record<string, readonly Exception[]>> = {
  "carriage returns are kept": [{
    protocols: ["xmlrpc"],
    why: "Odoo writes them bare into XML, where they are line feeds; they do arrive at Odoo",
    instead: async (ground) => {
      const values = { name: ground.tag(), description_sale: "one\r\ntwo\rthree" };
      const id = await ground.make("product.template", values);
      assertEquals(await ground.read("product.template", id, ["description_sale"]), {
        description_sale: "one\ntwo\nthree",
      });
      const found = [["id", "=", id], ["description_sale", "=", values.description_sale]];
      assertEquals(await ground.odoo.executeKw("product.template", "search", [found]), [id]);
    },
  }],

  "control characters are kept": [{
    protocols: ["xmlrpc"],
    why: "XML has no way to write them",
    instead: async (ground) => {
      const error = await assertRejects(
        () => ground.make(PARTNER, { name: "x", street: "a bell \u0007" }),
        OdooProtocolError,
        "Cannot send args[0].street",
      );
      assertEquals(error.outcome, undefined);
    },
  }],

  "a dictionary whose keys are ids": [{
    protocols: ["xmlrpc"],
    why: "Odoo does not turn the keys into text, and fails after the call has been committed",
    instead: async ({ odoo }) => {
      const error = await assertRejects(
        () => odoo.executeKw("res.country", "get_external_id", [[1]]),
        OdooProtocolError,
        "JSON-RPC",
      );
      assertEquals(error.outcome, "committed");
      assertStringIncludes(error.message, "JSON-2");
    },
  }],

  "a constraint of a model": [{
    protocols: ["xmlrpc"],
    why: "a ValidationError and a UserError have the same code, and the text is any",
    instead: async (ground) => {
      const id = await ground.make(PARTNER, { name: ground.tag() });
      const call = () => ground.odoo.executeKw(PARTNER, "write", [[id], { parent_id: id }]);
      const { kind, exception } = await assertRejects(call, OdooServerError);
      assertEquals([kind, exception], ["user", "odoo.exceptions.UserError"]);
    },
  }],

  "a refusal that shows the way elsewhere": [{
    versions: [14],
    why: "it came later: 14 refuses by a ValidationError",
    instead: async (ground) => {
      const { kind } = await assertRejects(() => archiveOneself(ground), OdooServerError);
      assertEquals(kind, ground.protocol === "xmlrpc" ? "user" : "validation");
    },
  }],

  "an unknown method, with arguments": [{
    protocols: ["json2"],
    why: "arguments go by name there, and nobody knows those of a method that is not there",
    instead: async (ground) => {
      const id = await ground.make(PARTNER, { name: ground.tag() });
      const call = () => ground.odoo.executeKw(PARTNER, "no_method", [[id], 5]);
      const error = await assertRejects(call, OdooProtocolError, "res.partner.no_method by name");
      assertEquals(error.outcome, undefined);
    },
  }],

  "copy of several answers a list": [{
    versions: [14, 17],
    why: "copy is for one record there",
    instead: async (ground) => {
      const ids = [
        await ground.make(PARTNER, { name: ground.tag() }),
        await ground.make(PARTNER, { name: ground.tag() }),
      ];
      const call = () => ground.odoo.executeKw(PARTNER, "copy", [ids]);
      assertEquals((await assertRejects(call, OdooServerError)).kind, "server");
    },
  }],

  "has_access, on records and on none": [{
    versions: [14, 17],
    why: "it came with 18",
    instead: async ({ odoo }) => {
      const call = () => odoo.executeKw("res.country", "has_access", [[], "write"]);
      assertEquals((await assertRejects(call, OdooServerError)).kind, "server");
    },
  }],

  "a password": [{
    protocols: ["json2"],
    why: "JSON-2 takes API keys only",
    instead: async ({ config, host: { password = "any" } }) => {
      const { apiKey: _key, ...rest } = config;
      await assertRejects(
        () => connect({ ...rest, protocol: "json2", password }),
        OdooConfigError,
        "ODOO_API_KEY",
      );
    },
  }],
};

/** What holds in place of a case on this ground, if not the case. */
export function exceptionOf(name: string, { protocol, version }: Ground): Exception | undefined {
  return EXCEPTIONS[name]?.find(({ protocols = [protocol], versions = [version] }) =>
    protocols.includes(protocol) && versions.includes(version)
  );
}

async function archiveOneself({ odoo }: Ground): Promise<void> {
  const [user] = await odoo.executeKw<{ partner_id: [number, string] }[]>("res.users", "read", [
    [odoo.uid],
    ["partner_id"],
  ]);
  await odoo.executeKw(PARTNER, "write", [[user?.partner_id[0] ?? 0], { active: false }]);
}
