/**
 * The jobs of a file.
 *
 * @module
 */
import { OdooConfigError } from "../../errors.ts";
import { isList, isStruct, type RpcInput } from "../../values.ts";
import { folderOf, type Job, jobOf, type PushJob, stemOf } from "./job.ts";

/** The jobs of a file: one, or a list of them, which run one after another. Each has a name of its own. */
export function jobsOf(value: RpcInput, path: string): Job[] {
  const error = (message: string) => new OdooConfigError(`${path}: ${message}`);
  const list = isList(value) ? value : [value];
  const jobs = list.map((each, index) => {
    const root = isList(value) ? `$[${index}]` : "$";
    if (!isStruct(each)) {
      throw error(
        `${root} must be an object such as { "push": "res.partner", "source": "contacts.csv" }`,
      );
    }
    return jobOf(each, { at: (word) => `${root}.${word}`, error }, folderOf(path));
  });
  if (jobs.length === 0) throw error("the list has no job in it");
  for (const [index, { name, state, metrics }] of jobs.entries()) {
    const first = jobs.findIndex((job) => job.name === name && job.state === state);
    if (first < index) {
      throw error(`$[${index}].job must be another than that of $[${first}]: "${name}"`);
    }
    const same = metrics === undefined ? index : jobs.findIndex((job) => job.metrics === metrics);
    if (same < index) {
      throw error(
        `$[${index}].metrics must be another than that of $[${same}]: a file is of one job`,
      );
    }
  }
  const inputs = jobs.filter((job) => job.kind === "push" && job.source === "-");
  if (inputs.length > 1) throw error("only one source can be -, the standard input");
  return jobs;
}

/** The job with other rows, such as a mended file of failed ones. They are not the whole source: nothing is mirrored. */
export function withSource(job: PushJob, source: string): PushJob {
  const failed = { path: job.failed.path, stem: source === "-" ? job.failed.stem : stemOf(source) };
  return { ...job, source, failed, mirror: undefined, mirrorLimit: undefined };
}
