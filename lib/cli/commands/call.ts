import { type Command, textOf, UsageError } from "../command.ts";
import { objectOf, valueOf } from "../json.ts";
import { connectBy } from "../settings.ts";

/** Calls any public method. */
export const call: Command = {
  usage: "call MODEL METHOD [ARGS...] [--kw JSON]",
  options: { kw: "named arguments, as a JSON object" },
  examples: [
    `odeno call res.partner search_count '[["is_company", "=", true]]'`,
    `odeno call res.partner search_read '[]' --kw '{"fields": ["name"], "limit": 3}'`,
  ],
  async run(invocation) {
    const { args: [model, method, ...rest], flags, io, signal } = invocation;
    if (model === undefined || method === undefined) {
      throw new UsageError("A model and a method are needed");
    }
    const args = rest.map((text, index) => valueOf(text, `argument ${index + 1}`));
    const kwargs = objectOf(textOf(flags, "kw") ?? "{}", "--kw");
    const odoo = await connectBy(invocation);
    io.out(JSON.stringify(await odoo.call({ model, method, args, kwargs }, { signal })));
    return 0;
  },
};
