/**
 * Whose state it is that a push is given.
 *
 * @module
 */
import { OdooConfigError } from "../../errors.ts";
import type { Engine } from "../engine.ts";
import type { JobState } from "../state.ts";

/**
 * What the state remembers holds only for the model, the external ids and the database that it was made with: ids of
 * another database would lead to wrong records.
 */
export async function checkState(engine: Engine, state: JobState): Promise<void> {
  const identity = identityOf(engine);
  const known = await state.get("push");
  if (await state.get("job") !== undefined) {
    throw new OdooConfigError(`The job "${state.job}" is that of a pull: take another name`);
  }
  if (known !== undefined && known !== identity) {
    throw new OdooConfigError(
      `Cannot push the job "${state.job}": its state is of ${known}, and not of ${identity}; ` +
        "take another name for the job",
    );
  }
  for await (const page of state.allEntries()) {
    const sample = [page[0], page[page.length >> 1], page.at(-1)].filter((each) => each?.id);
    const names = sample.map((entry) => engine.drafter.nameOf(entry?.key ?? ""));
    const { found } = await engine.externalIds.find(engine.options.model, names);
    const there = sample.filter((_, index) => found.has(names[index] ?? ""));
    const isOther = there.every((entry) =>
      found.get(engine.drafter.nameOf(entry?.key ?? ""))?.id !== entry?.id
    );
    if (there.length > 0 && isOther) {
      throw new OdooConfigError(
        `Cannot push the job "${state.job}": its state is of another database, where its records have other ids`,
      );
    }
    return;
  }
}

/** What a state has to be of, as it stands in it. */
export function identityOf({ options: { model, namespace, key } }: Engine): string {
  return JSON.stringify({ model, namespace, key });
}
