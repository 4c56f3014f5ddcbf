import { READING_METHODS } from "../../transport/retry.ts";
import { isList, isStruct, type RpcInput, type RpcValue } from "../../values.ts";
import { type Command, type Invocation, textOf, UsageError } from "../command.ts";
import { objectOf } from "../json.ts";
import { checkingNames } from "../names.ts";
import { formatOf, isCsv, jsonOf, RowPrinter } from "../output.ts";
import { writing } from "../records.ts";
import { connectBy } from "../settings.ts";
import { idsOf, valueIn } from "../words.ts";

/** Calls any public method. */
export const call: Command = {
  usage: "call MODEL METHOD [ARGS...] [--ids LIST] [--kw JSON]",
  details:
    `ARGS are JSON, each an argument by its position; one of them may be - for the standard input. A method that runs on
records takes them by --ids, or as the first argument, a list of ids. The answer is one JSON value; with --ndjson a
list is written one element a line, and with --csv rows are.`,
  options: {
    ids: "ids of the records that the method runs on, with commas between them",
    kw: "named arguments, as a JSON object",
  },
  examples: [
    `odeno call res.partner search_read '[]' --kw '{"fields": ["name"], "limit": 3}'`,
    "odeno call sale.order action_confirm --ids 7,8",
  ],
  async run(invocation) {
    const { args: [model, method, ...rest], flags, signal } = invocation;
    if (!model || !method) throw new UsageError("A model and a method are needed");
    const list = textOf(flags, "ids");
    const ids = list === undefined ? undefined : idsOf([list], "in --ids");
    const kwargs = objectOf(textOf(flags, "kw") ?? "{}", "--kw");
    const args = await argumentsOf(rest, invocation);
    const odoo = await connectBy(invocation);
    const send = () => odoo.call({ model, method, ids, args, kwargs }, { signal });
    const isReading = READING_METHODS.has(method);
    const answer = await checkingNames(
      odoo,
      {
        model,
        fields: WRITING.has(method) ? fieldsIn([...args, kwargs["vals"], kwargs["vals_list"]]) : [],
      },
      signal,
      isReading ? send : () => writing(send),
    );
    print(answer, invocation);
    return 0;
  },
};

const WRITING: ReadonlySet<string> = new Set(["create", "write"]);

/** The fields of values among arguments. */
function fieldsIn(args: readonly (RpcInput | undefined)[]): string[] {
  return args.flatMap((value) => {
    if (isList(value)) return value.flatMap((each) => isStruct(each) ? Object.keys(each) : []);
    return isStruct(value) ? Object.keys(value) : [];
  });
}

async function argumentsOf(
  words: readonly string[],
  invocation: Invocation,
): Promise<RpcInput[]> {
  if (words.filter((word) => word === "-").length > 1) {
    throw new UsageError("Only one argument can be -, the standard input");
  }
  const values: RpcInput[] = [];
  for (const [index, word] of words.entries()) {
    values.push(await valueIn(word, `argument ${index + 1}`, invocation));
  }
  return values;
}

/** Writes an answer. It is JSON where nothing else is asked for, and where it is nothing else. */
function print(answer: RpcValue, { flags, io }: Invocation): void {
  const format = formatOf(flags, io);
  const rows = isList(answer) ? answer.filter((row) => isStruct(row)) : [];
  if (flags["ndjson"] && isList(answer)) {
    for (const each of answer) io.out(jsonOf(each));
  } else if (isCsv(format) && isList(answer) && rows.length === answer.length) {
    const printer = new RowPrinter(io, format, Object.keys(rows[0] ?? {}));
    printer.add(rows);
    printer.end();
  } else {
    if (isCsv(format)) io.err("The answer is no list of rows: it comes as JSON");
    io.out(jsonOf(answer, format === "table" ? 2 : undefined));
  }
}
