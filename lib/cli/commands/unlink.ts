import type { RpcValue } from "../../../mod.ts";
import { isConfirmed } from "../ask.ts";
import { type Command, UsageError } from "../command.ts";
import { checkingNames } from "../names.ts";
import { countedRecords, findRecords, writing } from "../records.ts";
import { connectBy } from "../settings.ts";
import { harmless } from "../../table.ts";
import { idsFrom, modelIn } from "../words.ts";

/** How many records the question names. */
const NAMED = 5;

/** Deletes records. */
export const unlink: Command = {
  usage: "unlink MODEL ID...|- [--yes]",
  details:
    `Names the records, and asks first; where nobody can be asked, --yes is needed. Records that are missing or hidden are
left out and told of; all others are deleted, or none. With - the ids come from the standard input, as "odeno search"
writes records, or as numbers; that needs --yes. Exits 1 where a record was left out, or the answer is no.
To archive records: odeno write MODEL ID... '{"active": false}'.`,
  switches: { yes: "do not ask" },
  examples: ["odeno unlink res.partner 49", "odeno unlink res.partner 49 50 --yes"],
  async run(invocation) {
    const { args, flags, io, signal } = invocation;
    const [model, ...words] = modelIn(args);
    if (!flags["yes"] && (!io.isAsking || words.includes("-"))) {
      throw new UsageError("Nobody can be asked here whether to delete: say so with --yes");
    }
    const ids = await idsFrom(words, invocation);
    if (ids.length === 0) return 0;
    const odoo = await connectBy(invocation);
    return await checkingNames(odoo, { model }, signal, async () => {
      const records = await findRecords(odoo.model(model), ids, invocation);
      if (records.length === 0) return 1;
      const question = `Delete ${countedRecords(records.length, model)}: ${namesOf(records)}?`;
      if (!flags["yes"] && !await isConfirmed(invocation, question)) {
        io.err("Nothing was deleted");
        return 1;
      }
      const found = records.map(({ id }) => id);
      await writing(() => odoo.model(model).unlink(found, { signal }));
      io.err(`Deleted ${countedRecords(records.length, model)}`);
      return records.length === new Set(ids).size ? 0 : 1;
    });
  },
};

function namesOf(records: readonly { id: number; display_name: RpcValue }[]): string {
  const named = records.slice(0, NAMED);
  const names = named.map(({ id, display_name }) => harmless(`${id} ${display_name || ""}`.trim()));
  const more = records.length - named.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
