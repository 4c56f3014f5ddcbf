import type { RpcInput } from "../values.ts";
import { type Command, connectByFlags, UsageError } from "./command.ts";

/** Calls any public method. */
export const call: Command = {
  summary: "call a method of a model, and print its answer as JSON",
  usage: "call MODEL METHOD [ARGS...] [--kw JSON]",
  options: { kw: "named arguments, as a JSON object" },
  examples: [
    `odeno call res.partner search_count '[["is_company", "=", true]]'`,
    `odeno call res.partner search_read '[]' --kw '{"fields": ["name"], "limit": 3}'`,
  ],
  async run({ args: [model, method, ...rest], flags, out }) {
    if (model === undefined || method === undefined) {
      throw new UsageError("A model and a method are needed");
    }
    const args = rest.map((text, index) => parseJson(text, `argument ${index + 1}`));
    const kwargs = flags["kw"] === undefined ? {} : parseJson(String(flags["kw"]), "--kw");
    if (!isObject(kwargs)) throw new UsageError("--kw must be a JSON object");
    const odoo = await connectByFlags(flags);
    out(JSON.stringify(await odoo.call({ model, method, args, kwargs })));
    return 0;
  },
};

function parseJson(text: string, where: string): RpcInput {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(
      `Cannot read ${where} as JSON: ${text} (a text needs quotes inside the quotes of the shell)`,
    );
  }
}

function isObject(value: RpcInput): value is { readonly [key: string]: RpcInput } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
