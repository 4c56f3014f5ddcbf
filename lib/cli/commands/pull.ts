import { checkNoMore, type Command } from "../command.ts";
import { FLAGS, givenBy } from "../jobs/from_flags.ts";
import { flagsOf, PULL_OPTIONS, PULL_SWITCHES } from "../jobs/words.ts";
import { phrasing } from "../phrases.ts";
import { modelIn, valueIn } from "../words.ts";

/** Keeps a copy of records. */
export const pull: Command = {
  usage: "pull MODEL [DOMAIN] --fields NAMES --out FILE [FLAGS...]",
  details:
    `FILE ends with .csv, .ndjson or .sqlite; FILE.sqlite#TABLE names the table. The first run copies all records, later
ones what has changed, and what is gone goes. Nothing is lost when a run is interrupted.`,
  options: flagsOf(PULL_OPTIONS),
  switches: flagsOf(PULL_SWITCHES),
  examples: [
    "odeno pull res.partner --fields name,email,country_id,write_date --out partners.csv",
    `odeno pull sale.order '[["state", "=", "sale"]]' --fields name,amount_total --out erp.sqlite#orders --deleted mark`,
  ],
  async run(invocation) {
    const { args, flags } = invocation;
    const [model, word, ...rest] = modelIn(args);
    checkNoMore(rest);
    const given = givenBy(flags, PULL_OPTIONS, PULL_SWITCHES);
    if (word !== undefined) {
      given["domain"] = await valueIn(word, "the domain", invocation);
    }
    const { jobOf } = await import("../jobs/job.ts");
    const job = jobOf({ pull: model, ...given }, FLAGS);
    const { runJobs } = await import("../jobs/run.ts");
    return await phrasing(invocation, (said) => runJobs([job], false, said));
  },
};
