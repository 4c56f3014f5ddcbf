/**
 * The contract of the three protocols: what a program may rely on, whichever of them carries its calls.
 *
 * @module
 */
import { access } from "./access.ts";
import { errors } from "./errors.ts";
import { exceptionOf } from "./exceptions.ts";
import { type Case, type Ground, Skipped } from "./ground.ts";
import { refused } from "./refused.ts";
import { rows } from "./rows.ts";
import { shapes } from "./shapes.ts";
import { values } from "./values.ts";

/** All cases, by the sentence that each is about. */
export const CASES: Readonly<Record<string, Case>> = {
  ...values,
  ...shapes,
  ...rows,
  ...errors,
  ...access,
  ...refused,
};

/** Runs a case, or what holds in its place; throws where it does not hold, or leaves records behind. */
export async function play(name: string, ground: Ground): Promise<void> {
  const play = CASES[name];
  if (play === undefined) throw new TypeError(`There is no case "${name}"`);
  const exception = exceptionOf(name, ground);
  try {
    if (exception === undefined) return await play(ground);
    if (await holds(play, ground)) {
      throw new Error(`It does hold on ${ground.version} over ${ground.protocol}`);
    }
    await exception.instead(ground);
  } finally {
    const left = await ground.cleanUp();
    if (left.length > 0) console.error(left.join("\n"));
  }
}

async function holds(play: Case, ground: Ground): Promise<boolean> {
  try {
    await play(ground);
    return true;
  } catch (error) {
    if (error instanceof Skipped) throw error;
    return false;
  }
}
