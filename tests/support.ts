/**
 * What several tests need.
 *
 * @module
 */

/** The top of the repository. */
export const ROOT = new URL("../", import.meta.url);

/** How a process ended, and what it wrote. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs Deno without any of this process's `ODOO_*` variables, at the top of the repository. */
export async function runDeno(
  args: string[],
  env: Record<string, string> = {},
  cwd: string | URL = ROOT,
): Promise<Ended> {
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) =>
    !name.startsWith("ODOO_")
  );
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    clearEnv: true,
    env: { ...Object.fromEntries(inherited), NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** The configuration with which a program finds `@std` on this machine, as `.ci/deno.ts` has found out. */
export const CONFIG = Deno.env.get("CI_DENO_CONFIG") ?? "deno.json";

/** Runs a script of this repository with the permissions in its shebang, and no others. */
export async function runExample(
  path: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const [shebang = ""] = (await Deno.readTextFile(new URL(path, ROOT))).split("\n");
  const flags = shebang.split(" ").filter((word) => word.startsWith("--"));
  return await runDeno(["run", "--config", CONFIG, "--no-prompt", ...flags, path, ...args], env);
}

/** A folder that is removed with all that is in it. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
