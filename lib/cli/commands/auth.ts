import { OdooAuthError, OdooServerError } from "../../errors.ts";
import type { ApiKey } from "../../keys.ts";
import { candidatesOf } from "../../keys/check.ts";
import { isKeyShaped } from "../../secrets.ts";
import { checkNoMore, type Command } from "../command.ts";
import { keyFacts } from "../keys.ts";
import { formatOf, printFacts } from "../output.ts";
import { configBy, connectBy } from "../settings.ts";

/** Signs in and says as whom. */
export const auth: Command = {
  usage: "auth",
  details:
    `Exits 1, with a sentence, where Odoo does not take the user or the key. Odoo does not say which key of the user it was:
where there are several, all that it may be are named, and the end is that of the first to end.`,
  examples: ["odeno auth", "odeno auth --profile prod --json"],
  async run(invocation) {
    const { args, flags, io, signal } = invocation;
    checkNoMore(args);
    try {
      const odoo = await connectBy(invocation);
      const [user] = await odoo.model("res.users").read([odoo.uid], { fields: ["login"], signal });
      const { apiKey, password } = await configBy(invocation);
      const isKey = odoo.protocol === "json2" || isKeyShaped(String(apiKey ?? password));
      const keys = isKey
        ? await candidatesOf(odoo, odoo.uid, undefined, { signal }).catch(none)
        : [];
      const format = formatOf(flags, io);
      printFacts(io, format, {
        uid: odoo.uid,
        login: user?.["login"] ?? "",
        db: odoo.db,
        version: odoo.version.text,
        protocol: odoo.protocol,
        ...keyFacts(keys, format, isKey),
      });
      return 0;
    } catch (error) {
      if (!(error instanceof OdooAuthError) || flags["verbose"]) throw error;
      io.err(error.message, { level: "error", error: error.name, code: 1 });
      return 1;
    }
  },
};

/** An Odoo that is older has no keys. */
function none(error: unknown): ApiKey[] {
  if (error instanceof OdooServerError) return [];
  throw error;
}
