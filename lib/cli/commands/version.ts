import { askVersion } from "../../transport/version.ts";
import { checkNoMore, type Command } from "../command.ts";
import { formatOf, printFacts } from "../output.ts";
import { addressBy } from "../settings.ts";
import { VERSION } from "../version.ts";

/** Says which Odoo the server is. */
export const version: Command = {
  usage: "version",
  details:
    "Takes the address alone, from ODOO_URL: no database, user or key. The version of odeno: odeno --version.",
  examples: ["odeno version", "odeno version --profile prod --json"],
  async run({ args, flags, io, signal }) {
    checkNoMore(args);
    const url = await addressBy(flags);
    const odoo = await askVersion(url, { signal });
    printFacts(io, formatOf(flags, io), { odoo, url, odeno: VERSION });
    return 0;
  },
};
