import { checkNoMore, type Command, UsageError } from "../command.ts";
import { FLAGS, givenBy } from "../jobs/from_flags.ts";
import { flagsOf, PUSH_OPTIONS, PUSH_SWITCHES } from "../jobs/words.ts";
import { phrasing } from "../phrases.ts";
import { modelIn } from "../words.ts";

/** Brings rows of a file into a model. */
export const push: Command = {
  usage: "push MODEL FILE|- --key COLUMNS [FLAGS...]",
  details:
    `FILE is CSV, or JSON where it ends with .json or .ndjson; - is the standard input, of either kind. Each row has an
external id, made of the job, the model and the key: as often as it is pushed, it is there once. What is equal is left
alone. Rows that did not go in are told with their reason, the others go in, and the exit code is 1.`,
  options: flagsOf(PUSH_OPTIONS),
  repeatable: ["map"],
  switches: {
    ...flagsOf(PUSH_SWITCHES),
    "dry-run": "write nothing, and print what would be done: a table on a terminal, else JSON",
  },
  examples: [
    "odeno push res.partner contacts.csv --key nr --map name=Name --map email=Mail --dry-run",
    `odeno push res.partner - --key nr --job contacts --map 'country_id={"column": "iso", "model": "res.country", "by": "code"}'`,
  ],
  async run(invocation) {
    const { args, flags } = invocation;
    const [model, source, ...rest] = modelIn(args);
    if (source === undefined) throw new UsageError("A file with the rows is needed, or -");
    checkNoMore(rest);
    const given = givenBy(flags, PUSH_OPTIONS, PUSH_SWITCHES);
    const { jobOf } = await import("../jobs/job.ts");
    const job = jobOf({ push: model, source, ...given }, FLAGS);
    const { runJobs } = await import("../jobs/run.ts");
    return await phrasing(invocation, (said) => runJobs([job], false, said));
  },
};
