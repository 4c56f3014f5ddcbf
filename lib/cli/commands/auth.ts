import { OdooAuthError } from "../../errors.ts";
import { checkNoMore, type Command } from "../command.ts";
import { formatOf, printFacts } from "../output.ts";
import { connectBy } from "../settings.ts";

/** Signs in and says as whom. */
export const auth: Command = {
  usage: "auth",
  details: "Exits 1, with a sentence, where Odoo does not take the user or the key.",
  examples: ["odeno auth", "odeno auth --profile prod --json"],
  async run(invocation) {
    const { args, flags, io } = invocation;
    checkNoMore(args);
    try {
      const odoo = await connectBy(invocation);
      const [user] = await odoo.model("res.users").read([odoo.uid], { fields: ["login"] });
      printFacts(io, formatOf(flags, io), {
        uid: odoo.uid,
        login: user?.["login"] ?? "",
        db: odoo.db,
        version: odoo.version.text,
        protocol: odoo.protocol,
      });
      return 0;
    } catch (error) {
      if (!(error instanceof OdooAuthError) || flags["verbose"]) throw error;
      io.err(error.message);
      return 1;
    }
  },
};
