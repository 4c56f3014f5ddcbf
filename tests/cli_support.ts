/**
 * What several tests of the command need.
 *
 * @module
 */
import type { Io } from "../lib/cli/io.ts";
import { run } from "../lib/cli/run.ts";
import { checkKey } from "../lib/keys.ts";
import { OdooSimulator, type Records, type SimulatorOptions } from "../lib/testing/mod.ts";
import { CONFIG, ROOT, temporaryFolder } from "./support.ts";

/** What a command line came to. */
export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs a command line in this process, as in a pipe. */
export async function odeno(...argv: string[]): Promise<Outcome> {
  return await odenoAt({}, ...argv);
}

/** {@linkcode odeno} with other ends than those of a pipe. */
export async function odenoAt(ends: Partial<Io>, ...argv: string[]): Promise<Outcome> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(argv, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    ask: (question) => err.push(question),
    hide: () => {},
    isTerminal: false,
    isErrTerminal: false,
    isAsking: false,
    ...ends,
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

/** A standard input. */
export function typed(text: string): Pick<Io, "input"> {
  return { input: () => ReadableStream.from([new TextEncoder().encode(text)]) };
}

/** How a command line of a shell is run. */
export interface ShellOptions {
  /** What is typed, each once the text before it was seen. */
  dialogue?: readonly (readonly [seen: string, answer: string])[];
  /** Variables of the environment. */
  env?: Readonly<Record<string, string>>;
  /** The folder. */
  cwd?: string | URL;
}

/** The real process, as a shell calls it. */
export const ODENO = [Deno.execPath(), "run", "-q", "--config", new URL(CONFIG, ROOT).pathname]
  .concat(["--no-check", "--no-prompt", "--allow-net", "--allow-env", "--allow-read"])
  .concat(["--allow-write", new URL("cli.ts", ROOT).pathname]);

/** Runs a command line of a shell, in which `$ODENO` is the real process and `$FLAG` a flag for it. */
export async function shell(
  line: string,
  flag: string,
  { dialogue = [], env = {}, cwd = ROOT }: ShellOptions = {},
): Promise<Outcome> {
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => !/^ODOO_/.test(name));
  const child = new Deno.Command("bash", {
    args: ["-o", "pipefail", "-c", line],
    cwd,
    clearEnv: true,
    env: {
      ...Object.fromEntries(inherited),
      // What `script` starts differs from machine to machine otherwise
      SHELL: "/bin/sh",
      ...{ ODENO: ODENO.join(" "), FLAG: flag, NO_COLOR: "1", TERM: "dumb" },
      ...env,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdin = child.stdin.getWriter();
  const left = [...dialogue];
  const written = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    let [text, read] = ["", 0];
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const [seen, answer] = left[0] ?? [];
      if (seen === undefined || !text.includes(seen, read)) continue;
      left.shift();
      read = text.length;
      await stdin.write(new TextEncoder().encode(answer));
    }
    return text.replaceAll("\r\n", "\n");
  };
  const [out, err] = await Promise.all([written(child.stdout), written(child.stderr)]);
  await stdin.close().catch(() => {});
  return { code: (await child.status).code, out, err };
}

/** A simulator that listens on a port, and a folder with a file of its settings. */
export async function ground(records: Records = {}, options: SimulatorOptions = {}) {
  const odoo = new OdooSimulator(records, options);
  const server = odoo.serve();
  const folder = await temporaryFolder();
  const { url, db, username, apiKey } = server.config;
  let files = 0;
  /** Writes a file of settings, of this server but for what is given, and answers with the flag for it. */
  const settings = async (given: Record<string, string | undefined> = {}): Promise<string> => {
    const path = `${folder.path}/env${files++}`;
    const all = { URL: url, DB: db, USERNAME: username, API_KEY: apiKey, ...given };
    const lines = Object.entries(all).filter(([, value]) => value !== undefined)
      .map(([name, value]) => `ODOO_${name}="${value}"\n`);
    await Deno.writeTextFile(path, lines.join(""));
    return `--env-file=${path}`;
  };
  return {
    odoo,
    url,
    db,
    apiKey,
    folder: folder.path,
    flag: await settings(),
    settings,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A simulator in which `demo` has no key, with a flag for its settings with the password. */
export async function ofDemo(options: SimulatorOptions = {}) {
  const env = await ground({}, options);
  const account = { USERNAME: "demo", API_KEY: undefined, PASSWORD: "demo" };
  return Object.assign(env, {
    flag: await env.settings(account),
    withoutPassword: await env.settings({ ...account, PASSWORD: undefined }),
    withKey: (key: string) => env.settings({ ...account, PASSWORD: undefined, API_KEY: key }),
    names: () =>
      env.odoo.records("res.users.apikeys").filter(({ id }) => id !== 1).map(({ name }) => name),
    isGood: async (apiKey: string) =>
      (await checkKey({ ...env.odoo.config, username: "demo", apiKey })).ok,
  });
}

/** A terminal at which lines are typed. */
export function terminal(...lines: string[]): Partial<Io> {
  return { isAsking: true, isTerminal: true, ...typed(lines.map((line) => `${line}\n`).join("")) };
}

/** The key that a file has. */
export async function savedIn(path: string): Promise<string> {
  return /^ODOO_API_KEY=(\w+)$/m.exec(await Deno.readTextFile(path))?.[1] ?? "";
}
