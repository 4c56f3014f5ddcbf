/**
 * Runs a deno subcommand: with the real `@std` packages where JSR (or Deno's cache of it) has them, and otherwise with
 * the adapters in `.ci/std`, through Deno's own `links` setting. It says in one line when it took the adapters.
 *
 * ```sh
 * deno run --no-config --allow-read --allow-write=. --allow-run .ci/deno.ts test tests/
 * ```
 *
 * @module
 */

const ADAPTERS = ["assert", "cli", "dotenv", "testing"].map((name) => `.ci/std/${name}`);
const OFFLINE_CONFIG = "deno.offline.json";
const PATIENCE_MS = 20_000;

if (import.meta.main) {
  Deno.chdir(new URL("../", import.meta.url));
  const [subcommand, ...args] = Deno.args;
  if (subcommand === undefined) {
    console.error("Usage: .ci/deno.ts SUBCOMMAND [ARGS...], for example: .ci/deno.ts test tests/");
    Deno.exit(2);
  }
  const config = await stdIsAtHand() ? "deno.json" : await writeOfflineConfig();
  // Tests start programs of their own, which then need not find out again
  const env = { CI_DENO_CONFIG: config };
  const { code } = await deno([subcommand, "--config", config, ...args], "inherit", env).status;
  Deno.exit(code);
}

/** Whether Deno finds in its cache, or can fetch, every entry point of `@std` that the adapters stand in for. */
async function stdIsAtHand(): Promise<boolean> {
  const entries = (await Promise.all(ADAPTERS.map(entryPoints))).flat();
  return await canCache(["--cached-only", ...entries]) || await canCache(entries);
}

async function entryPoints(adapter: string): Promise<string[]> {
  const { name, version, exports } = await readJson(`${adapter}/deno.json`);
  return Object.keys(exports).map((path) => `jsr:${name}@^${version}${path.slice(1)}`);
}

async function canCache(args: string[]): Promise<boolean> {
  const child = deno(["cache", "--no-config", "--no-lock", "--quiet", ...args], "null");
  const timer = setTimeout(() => child.kill(), PATIENCE_MS);
  const { success } = await child.status;
  clearTimeout(timer);
  return success;
}

/** Writes the project's own configuration with the adapters linked in, and answers with its name. */
async function writeOfflineConfig(): Promise<string> {
  const config = await readJson("deno.json");
  // A dry run of publishing wants every linked module to be a part of the package
  const exclude = config.publish.exclude.filter((path: string) => path !== ".ci");
  const offline = { ...config, publish: { ...config.publish, exclude }, links: ADAPTERS };
  const draft = `${OFFLINE_CONFIG}.${Deno.pid}`;
  await Deno.writeTextFile(draft, JSON.stringify(offline, null, 2) + "\n");
  await Deno.rename(draft, OFFLINE_CONFIG);
  console.error("JSR cannot be reached: @std comes from the adapters in .ci/std");
  return OFFLINE_CONFIG;
}

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(path));
}

function deno(
  args: string[],
  stdio: "inherit" | "null",
  env: Record<string, string> = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args,
    env,
    stdin: stdio,
    stdout: stdio,
    stderr: stdio,
  }).spawn();
}
