/**
 * `ir.module.module`: which modules there are, and which of them are installed. They can be looked at, and not changed.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { boolean, char, integer, selection } from "./define.ts";
import { lacking, type Version } from "../faults.ts";
import { MODULES } from "./modules_data.ts";
import type { BuiltInModel } from "../orm/models.ts";

/** `ir.module.module`. */
export const irModule: BuiltInModel = {
  description: "Module",
  order: "application desc, sequence, name",
  recName: "shortdesc",
  readsFirst: ["unlink"],
  fields: {
    name: char("Technical Name", { required: true, readonly: true }),
    state: selection("Status", [
      ["uninstallable", "Uninstallable"],
      ["uninstalled", "Not Installed"],
      ["installed", "Installed"],
      ["to upgrade", "To be upgraded"],
      ["to remove", "To be removed"],
      ["to install", "To be installed"],
    ], { readonly: true, default: "uninstallable" }),
    application: boolean("Application", { readonly: true }),
    sequence: integer("Sequence", { default: 100 }),
    shortdesc: char("Module Name", { readonly: true, translate: true, unknown: true }),
  },
  displayName() {
    throw lacking("the titles of modules");
  },
  beforeCreate: refuse,
  beforeWrite: refuse,
  beforeUnlink: refuse,
};

/** The modules of a version. */
export function modules(
  version: Version,
): ({ readonly [field: string]: RpcValue } & { readonly id: number })[] {
  const lines = MODULES.trim().replaceAll("\n  ", " ").split("\n");
  const records = lines.flatMap((line) => {
    const [, versions = "", state = "", application = "", sequence = "", names = ""] =
      /^(\S+) (\w+)( app)? (\d+): (.*)$/.exec(line) ?? [];
    if (!versions.split(",").includes(String(version))) return [];
    const values = { state, application: application !== "", sequence: Number(sequence) };
    return names.split(" ").map((name) => ({ name, ...values }));
  });
  return records.map((record, index) => ({ ...record, id: index + 1 }));
}

function refuse(): never {
  throw lacking("changes of modules");
}
