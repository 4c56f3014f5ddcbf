import type { RpcValue } from "../../../mod.ts";
import { isConfirmed } from "../ask.ts";
import { type Command, UsageError } from "../command.ts";
import { checkingNames } from "../names.ts";
import { countedRecords, findRecords, writing } from "../records.ts";
import { connectBy } from "../settings.ts";
import { harmless } from "../../table.ts";
import { idsOf, modelIn } from "../words.ts";

/** How many records the question names. */
const NAMED = 5;

/** Deletes records. */
export const unlink: Command = {
  usage: "unlink MODEL ID... [--yes]",
  details:
    `Names the records, and asks first; where nobody can be asked, --yes is needed. All of them are deleted, or none. Exits 1
where a record is missing or hidden, or the answer is no. To archive records: odeno write MODEL ID... '{"active": false}'.`,
  switches: { yes: "do not ask" },
  examples: ["odeno unlink res.partner 49", "odeno unlink res.partner 49 50 --yes"],
  async run(invocation) {
    const { args, flags, io, signal } = invocation;
    const [model, ...words] = modelIn(args);
    const ids = idsOf(words);
    if (ids.length === 0) throw new UsageError("At least one id is needed");
    if (!flags["yes"] && !io.isAsking) {
      throw new UsageError("Nobody can be asked here whether to delete: say so with --yes");
    }
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
