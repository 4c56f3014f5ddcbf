import { type Command, connectByFlags, UsageError } from "./command.ts";

/** Signs in and says as whom. */
export const auth: Command = {
  summary: "sign in, and say as whom, where and how",
  usage: "auth [--json]",
  options: {},
  examples: ["odeno auth", "odeno auth --profile prod --json"],
  async run({ args, flags, out }) {
    if (args.length > 0) throw new UsageError(`Nothing is known of "${args[0]}"`);
    const odoo = await connectByFlags(flags);
    const [user] = await odoo.executeKw<{ login: string }[]>("res.users", "read", [[odoo.uid], [
      "login",
    ]]);
    const facts = {
      uid: odoo.uid,
      login: user?.login ?? "",
      version: odoo.version.text,
      protocol: odoo.protocol,
    };
    if (flags["json"]) out(JSON.stringify(facts));
    else for (const [name, value] of Object.entries(facts)) out(`${name.padEnd(9)} ${value}`);
    return 0;
  },
};
