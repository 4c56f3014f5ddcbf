import { askVersion } from "../../transport/version.ts";
import { checkNoMore, type Command } from "../command.ts";
import { formatOf, printFacts } from "../output.ts";
import { addressBy, timeoutOf } from "../settings.ts";
import { VERSION } from "../version.ts";

/** It is a small question: a server that does not answer by then does not at all. */
const TIMEOUT_MS = 20_000;

/** Says which Odoo the server is. */
export const version: Command = {
  usage: "version",
  details:
    "Takes the address alone, from ODOO_URL: no database, user or key. It waits 20 seconds for an answer. The version of odeno: odeno --version.",
  examples: ["odeno version", "odeno version --profile prod --json"],
  async run({ args, flags, io, signal }) {
    checkNoMore(args);
    const url = await addressBy(flags);
    const timeoutMs = timeoutOf(flags) ?? TIMEOUT_MS;
    const odoo = await askVersion(url, { signal, timeoutMs });
    printFacts(io, formatOf(flags, io), { odoo, url, odeno: VERSION });
    return 0;
  },
};
