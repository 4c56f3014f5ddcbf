import { checkNoMore, type Command } from "../command.ts";
import { checkingNames } from "../names.ts";
import { connectBy } from "../settings.ts";
import { checkOperators, domainOf, fieldsIn, modelIn } from "../words.ts";

/** Counts records. */
export const count: Command = {
  usage: "count MODEL [DOMAIN]",
  details:
    `DOMAIN is JSON, or - for the standard input; without it, all records count that are not archived.`,
  examples: [
    "odeno count res.partner",
    `odeno count res.partner '[["active", "in", [true, false]]]'`,
  ],
  async run(invocation) {
    const { flags, io, signal } = invocation;
    const [model, word, ...rest] = modelIn(invocation.args);
    checkNoMore(rest);
    const domain = await domainOf(word, invocation);
    const odoo = await connectBy(invocation);
    checkOperators(domain, odoo.version);
    const names = { model, fields: fieldsIn(domain) };
    const number = await checkingNames(
      odoo,
      names,
      signal,
      () => odoo.model(model).searchCount(domain, { signal }),
    );
    if (flags["csv"] === true) io.out("count");
    io.out(String(number));
    return 0;
  },
};
