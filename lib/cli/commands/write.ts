import { type Command, UsageError } from "../command.ts";
import { objectOf } from "../json.ts";
import { checkingNames } from "../names.ts";
import { checkReferences } from "../references.ts";
import { countedRecords, findRecords, writing } from "../records.ts";
import { connectBy } from "../settings.ts";
import { contentOf, idsOf, modelIn } from "../words.ts";

/** Gives records values. */
export const write: Command = {
  usage: "write MODEL ID... VALUES",
  details:
    "VALUES is a JSON object, or - for one on the standard input. All records get them, or none.",
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
    const ids = idsOf(words);
    const values = objectOf(await contentOf(text, invocation), "the values");
    const odoo = await connectBy(invocation);
    const names = { model, fields: Object.keys(values) };
    return await checkingNames(odoo, names, signal, async () => {
      await checkReferences(odoo, model, [values], signal);
      // Most models answer to a missing id as if it had been written
      const found = await findRecords(odoo.model(model), ids, invocation);
      if (found.length > 0) {
        const written = found.map(({ id }) => id);
        await writing(() => odoo.model(model).write(written, values, { signal }));
        io.err(`Wrote ${countedRecords(found.length, model)}`);
      }
      return found.length === new Set(ids).size ? 0 : 1;
    });
  },
};
