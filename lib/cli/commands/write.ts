import { type Command, UsageError } from "../command.ts";
import { objectOf } from "../json.ts";
import { checkingNames } from "../names.ts";
import { countedRecords, writing } from "../records.ts";
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
    await checkingNames(
      odoo,
      names,
      signal,
      () => writing(() => odoo.model(model).write(ids, values, { signal })),
    );
    io.err(`Wrote ${countedRecords(new Set(ids).size, model)}`);
    return 0;
  },
};
