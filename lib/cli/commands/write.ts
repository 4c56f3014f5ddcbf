import { type Command, UsageError } from "../command.ts";
import { objectOf } from "../json.ts";
import { checkingNames } from "../names.ts";
import { phrasing } from "../phrases.ts";
import { checkReferences } from "../references.ts";
import { countedRecords, findRecords, writing } from "../records.ts";
import { connectBy } from "../settings.ts";
import { contentOf, idsFrom, modelIn, nameOf } from "../words.ts";

/** Gives records values. */
export const write: Command = {
  usage: "write MODEL ID...|- VALUES",
  details:
    `VALUES is a JSON object, or - for one on the standard input; - in the place of ids takes these from there, as "odeno
search" writes records, or as numbers. Records that are missing or hidden are left out and told of, and the exit code
is 1; all others get the values, or none. A many2one is given as an id, such as "odeno ref base.be" tells.`,
  examples: [
    `odeno write res.partner 49 '{"email": "ana@example.com"}'`,
    `odeno write res.partner 49 50 '{"active": false}'`,
  ],
  async run(invocation) {
    const { args, io, signal } = invocation;
    const [model, ...words] = modelIn(args);
    const text = words.pop();
    if (text === undefined || words.length === 0) {
      throw new UsageError('Ids and values are needed, such as: 49 50 {"active": false}');
    }
    if (text === "-" && words.includes("-")) {
      throw new UsageError("Only one of the ids and the values can be -, the standard input");
    }
    const where = nameOf(text, "the values");
    const values = objectOf(await contentOf(text, invocation), where, text !== "-");
    const ids = await idsFrom(words, invocation);
    if (ids.length === 0) return 0;
    const odoo = await connectBy(invocation);
    const names = { model, fields: Object.keys(values) };
    return await checkingNames(odoo, names, signal, async () => {
      await checkReferences(odoo, model, [values], signal);
      // Most models answer to a missing id as if it had been written
      const found = await findRecords(odoo.model(model), ids, invocation);
      if (found.length > 0) {
        const written = found.map(({ id }) => id);
        const send = () => odoo.model(model).write(written, values, { signal });
        await phrasing(invocation, () => writing(send));
        io.err(`Wrote ${countedRecords(found.length, model)}`);
      }
      return found.length === new Set(ids).size ? 0 : 1;
    });
  },
};
