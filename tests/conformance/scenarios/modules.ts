/**
 * Which modules there are, and who may ask.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario } from "../session.ts";

const MODEL = "ir.module.module";

/** Scenarios of the list of modules. */
export const modules: Record<string, Scenario> = {
  "a name is that of a module, or of none": async (odoo) => {
    for (const name of ["base", "sale", "stock", "web_studio", "odeno", odoo.tag]) {
      await odoo.call(MODEL, "search_count", [[["name", "=", name]]]);
    }
    await odoo.call(MODEL, "search_count", [[["name", "in", ["crm", "mrp", "nothing"]]]]);
    await odoo.call(MODEL, "search_count", [[["name", "=like", "sale_%"]]]);
  },

  "modules are installed, or not": async (odoo) => {
    const known: RpcValue = [["name", "in", ["base", "contacts", "stock", "web_studio"]]];
    await odoo.call(MODEL, "search_read", [known, ["name", "state"]], { order: "name" });
    for (const state of ["installed", "uninstalled", "uninstallable", "to install"]) {
      await odoo.call(MODEL, "search_count", [[["state", "=", state]]]);
    }
    await odoo.call(MODEL, "search_count", [[]]);
    const installed: RpcValue = [["state", "=", "installed"]];
    await odoo.call(MODEL, "search_read", [installed, ["name", "application", "sequence"]]);
    await odoo.call(MODEL, "search_read", [installed, ["name"]], { limit: 3, offset: 5 });
    await odoo.call(MODEL, "search_read", [[["name", "=", "crm"]], ["nonsense"]]);
  },

  "the fields of modules": async (odoo) => {
    const attributes = ["type", "string", "required", "readonly", "store", "selection"];
    const fields = ["name", "state", "application", "sequence", "shortdesc"];
    await odoo.call(MODEL, "fields_get", [fields, attributes]);
  },

  "who may ask for modules": async (odoo) => {
    const demo = odoo.as("demo");
    const named: RpcValue = [["name", "=", "stock"]];
    await demo.call(MODEL, "search_count", [named]);
    await demo.call(MODEL, "search_read", [named, ["name", "state"]]);
    const found = await odoo.get(MODEL, "search", [named]);
    await demo.call(MODEL, "read", [found, ["name"]]);
    await demo.call(MODEL, "write", [found, { sequence: 1 }]);
    await demo.call(MODEL, "create", [{ name: odoo.tag }]);
    await demo.call(MODEL, "unlink", [found]);
  },
};
