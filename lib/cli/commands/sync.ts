import { OdooConfigError } from "../../errors.ts";
import { isList, type RpcInput } from "../../values.ts";
import { checkNoMore, type Command, textOf, UsageError } from "../command.ts";
import { readText } from "../files.ts";
import { faultIn } from "../json.ts";

/** Runs the jobs of a file. */
export const sync: Command = {
  usage: "sync JOB.json [--source FILE] [--dry-run]",
  details:
    `The file has a JSON object with the flags of "odeno push" or "odeno pull" as its words, such as
  { "push": "res.partner", "source": "contacts.csv", "key": ["nr"], "map": { "name": "Name" } }
  { "pull": "sale.order", "fields": ["name", "amount_total"], "out": "orders.csv" }
or a list of such objects, which run one after another. Paths are relative to the file.`,
  options: {
    source:
      "rows for the push in place of its own, such as a mended file of failed rows; nothing is mirrored or pulled then",
  },
  switches: {
    "dry-run": "of pushes: write nothing, and print what would be done",
  },
  examples: [
    "odeno sync nightly.json",
    "odeno sync nightly.json --source contacts.failed.csv --dry-run",
  ],
  async run(invocation) {
    const [path, ...rest] = invocation.args;
    if (path === undefined) {
      throw new UsageError("A file with a job is needed, such as nightly.json");
    }
    checkNoMore(rest);
    const value = parsed(await readText(path), path);
    const { jobsOf, withSource } = await import("../jobs/job_file.ts");
    const jobs = jobsOf(value, path);
    const source = textOf(invocation.flags, "source");
    if (source !== undefined) {
      const [job, ...others] = jobs.filter((each) => each.kind === "push");
      if (job === undefined || others.length > 0) {
        throw new UsageError(`--source is for a file with one push, which ${path} is not`);
      }
      jobs.splice(0, jobs.length, withSource(job, source));
    }
    const { runJobs } = await import("../jobs/run.ts");
    return await runJobs(jobs, isList(value), invocation);
  },
};

function parsed(text: string, path: string): RpcInput {
  // Some editors begin a file with a byte order mark
  const json = text.replace(/^\ufeff/, "");
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new OdooConfigError(`${path} is no JSON: ${faultIn(json).why}`, { cause: error });
  }
}
