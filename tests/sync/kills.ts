/**
 * Programs that are killed at random moments and started again until they come to their end.
 *
 * @module
 */
import { ROOT } from "../support.ts";

/** What is run, and how it is killed. */
export interface KillPlan {
  /** Arguments of `deno`. */
  readonly args: readonly string[];
  /** Variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** How often it is killed at work; it is then left alone. */
  readonly kills: number;
  /** From its first line of output on it lives so many milliseconds at most, and less once it has come to its end. */
  readonly longest: number;
  /** Decides about the moments. */
  readonly seed: number;
  /** Called behind each kill, with its number. */
  readonly onKill?: (kill: number) => void | Promise<void>;
  /** Begins the program again for the kills that are left, where it has come to its end before them. */
  readonly onEarlyEnd?: (line: string) => void | Promise<void>;
}

/** How it went. */
export interface Survived {
  /** How often it was killed at work. */
  readonly kills: number;
  /** How often it came to its end before the kill. */
  readonly ends: number;
  /** The last line that the last run has written. */
  readonly last: string;
}

/** A program that comes to its end is done sooner the next time: it then gets so much of its time. */
const SHORTER = 0.7;
/** So many more runs than kills may come to their end: what cannot be killed at work is not tried for ever. */
const MOST_ENDS = 20;

/**
 * Starts a program, and kills it with SIGKILL at a random moment after its first line of output, until it was killed at
 * work as often as planned. The run after that is waited for, and has to end well.
 */
export async function killAndRestart(plan: KillPlan): Promise<Survived> {
  const random = randomNumbers(plan.seed);
  let [kills, ends, longest] = [0, 0, plan.longest];
  while (kills < plan.kills && ends < plan.kills + MOST_ENDS) {
    const ended = await run(plan, random() * longest);
    if (ended === undefined) {
      kills++;
      await plan.onKill?.(kills);
    } else {
      ends++;
      longest *= SHORTER;
      await plan.onEarlyEnd?.(ended);
    }
  }
  const last = await run(plan, undefined);
  return { kills, ends, last: last ?? "" };
}

/** Runs it, for so long. The last line of its output, or `undefined` where it was killed. */
async function run({ args, env = {} }: KillPlan, life?: number): Promise<string | undefined> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaints = new Response(child.stderr).text();
  let [text, killed] = ["", false];
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (text === "" && life !== undefined) {
      timer = setTimeout(() => {
        killed = kill(child);
      }, life);
    }
    text += part;
  }
  clearTimeout(timer);
  const { success, code, signal } = await child.status;
  if (killed && signal === "SIGKILL") return undefined;
  if (!success) throw new Error(`the program ended with ${code}: ${await complaints}`);
  return text.trimEnd().split("\n").at(-1) ?? "";
}

/** Whether it was still there to be killed: its end may be on its way. */
function kill(child: Deno.ChildProcess): boolean {
  try {
    child.kill("SIGKILL");
    return true;
  } catch (error) {
    if (error instanceof TypeError || error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}
