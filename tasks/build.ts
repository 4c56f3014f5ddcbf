/**
 * Builds the programs of this repository: the command, and the examples.
 *
 * ```sh
 * deno task bundle                                        # one JavaScript file each, for machines with Deno
 * deno task compile                                       # one binary each for every platform
 * deno task compile odeno x86_64-unknown-linux-gnu        # this one only
 * ```
 *
 * A program is a file that begins with a shebang. The permissions and V8 flags in it are those that it is built with.
 *
 * @module
 */
import { didYouMean } from "../lib/nearest.ts";

/** What {@linkcode programs} finds. */
export interface Program {
  /** As it is called, such as `odeno`. */
  name: string;
  /** From the top of the repository. */
  path: string;
  /** Flags of its shebang: permissions, and V8's. */
  flags: readonly string[];
}

/** What `deno compile` can build for; a test holds it against that. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
] as const;

const ROOT = new URL("../", import.meta.url);
const USAGE = `Usage: build.ts bundle|compile [--out=FOLDER] [PROGRAM...] [TARGET...]

Builds all programs unless some are named; compile: for all targets unless some are named. The default folders are
dist/bundle and dist/compile, which are emptied first.`;
/** Where Deno would take its runtime part from, in the error that says that it could not. */
const RUNTIME_URL = /https?:\/\/\S+\/denort-[\w.-]+?\.zip/;

/** What cannot be built, and why, in one sentence. */
class BuildError extends Error {}

/** A file to be written. */
interface Built {
  file: string;
  program: Program;
  /** Of Deno. */
  args: readonly string[];
}

/** All programs of the repository: the command first. */
export async function programs(): Promise<Program[]> {
  const examples = (await Array.fromAsync(Deno.readDir(new URL("examples/", ROOT))))
    .map(({ name }) => `examples/${name}`).filter((path) => path.endsWith(".ts")).toSorted();
  const found = await Promise.all(["cli.ts", ...examples].map(async (path) => {
    const [shebang = ""] = (await Deno.readTextFile(new URL(path, ROOT))).split("\n");
    const name = path === "cli.ts" ? "odeno" : path.slice("examples/".length, -".ts".length);
    const flags = shebang.split(" ").filter((word) => word.startsWith("--"));
    return shebang.startsWith("#!") ? [{ name, path, flags }] : [];
  }));
  return found.flat();
}

/** The exit code. */
async function main([kind, ...args]: readonly string[]): Promise<number> {
  const all = await programs();
  const out = args.find((arg) => arg.startsWith("--out="))?.slice("--out=".length);
  const words = args.filter((arg) => !arg.startsWith("--out="));
  const chosen = all.filter(({ name }) => words.includes(name));
  const targets = kind === "compile" ? TARGETS.filter((target) => words.includes(target)) : [];
  const names = all.map(({ name }) => name);
  const [sort, known] = kind === "compile"
    ? ["program or target", [...names, ...TARGETS]]
    : ["program", names];
  const unknown = words.find((word) => !known.includes(word));
  if (!["bundle", "compile"].includes(kind ?? "") || unknown !== undefined) {
    const what = unknown === undefined
      ? ""
      : `There is no ${sort} "${unknown}"${didYouMean(unknown, known) || "."}\n\n`;
    console.error(
      `${what}${USAGE}\n\nPrograms: ${names.join(", ")}\nTargets: ${TARGETS.join(", ")}`,
    );
    return 2;
  }
  const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const wanted = chosen.length > 0 ? chosen : all;
  const plans = kind === "bundle"
    ? wanted.map((program) => bundled(program, version))
    : wanted.flatMap((program) =>
      (targets.length > 0 ? targets : TARGETS).map((target) => compiled(program, version, target))
    );
  try {
    await build(plans, out ?? `dist/${kind}`);
    return 0;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    return 1;
  }
}

function bundled(program: Program, version: string): Built {
  // The shebang stays, so the file also runs by its own name
  const args = ["bundle", "--platform=deno"];
  return { file: `${program.name}-${version}.js`, program, args };
}

function compiled(program: Program, version: string, target: string): Built {
  // Never --env-file: it would build the key into the binary
  const args = ["compile", "--no-check", `--target=${target}`, ...program.flags];
  const ending = target.includes("windows") ? ".exe" : "";
  return { file: `${program.name}-${version}-${target}${ending}`, program, args };
}

async function build(plans: readonly Built[], folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.mkdir(folder, { recursive: true });
  // All at once: each by itself would check what they share again
  await runDeno(["check", ...new Set(plans.map(({ program }) => program.path))]);
  const sums: string[] = [];
  for (const { file, program, args } of plans) {
    const path = `${folder}/${file}`;
    await runDeno([...args, `--output=${path}`, program.path]);
    if (Deno.build.os !== "windows") await Deno.chmod(path, 0o755);
    sums.push(`${await sha256(path)}  ${file}`);
    const start = file.endsWith(".js")
      ? ["deno", "run", ...program.flags.map(quoted), path]
      : [path];
    console.log(start.join(" "));
  }
  await Deno.writeTextFile(`${folder}/SHA256SUMS`, sums.map((line) => `${line}\n`).join(""));
}

/** As a shell takes it: zsh looks for files where a `*` stands, and runs nothing where there are none. */
function quoted(flag: string): string {
  return flag.includes("*") ? flag.replace(/=(.*)/, '="$1"') : flag;
}

async function runDeno([subcommand = "", ...args]: readonly string[]): Promise<void> {
  const config = Deno.env.get("CI_DENO_CONFIG") ?? "deno.json";
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [subcommand, "--quiet", "--no-lock", "--config", config, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  if (success) return;
  const reason = new TextDecoder().decode(stderr);
  const [runtime] = RUNTIME_URL.exec(reason) ?? [];
  throw new BuildError(
    runtime === undefined
      ? reason.trim()
      : `Nothing was compiled: Deno cannot fetch its runtime part from ${runtime}. Compile where it can, or take deno task bundle`,
  );
}

async function sha256(path: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(hash).toHex();
}

if (import.meta.main) Deno.exit(await main(Deno.args));
