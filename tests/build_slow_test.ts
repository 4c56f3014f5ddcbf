import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { type Program, programs, TARGETS } from "../tasks/build.ts";
import { CONFIG, type Ended, ROOT, runDeno, temporaryFolder } from "./support.ts";

const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
const PROGRAMS = await programs();
const LINUX = { ignore: Deno.build.os !== "linux" };

/** Runs the task that builds, as `deno task bundle` and `deno task compile` do. */
async function build(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return await runDeno(["run", "--no-config", "-A", "tasks/build.ts", ...args], {
    CI_DENO_CONFIG: CONFIG,
    ...env,
  });
}

/** What a text that is run reaches for beside itself: files by its own place, and modules that are only known then. */
function reachesOf(text: string): string[] {
  const own = text.matchAll(/\bimport\.meta\b(?!\.main\b).*/g);
  const computed = text.matchAll(/\bimport\((?!\s*["']).*/g);
  return [...own, ...computed].map(([reach]) => reach);
}

Deno.test("every example and the command are programs that are built, tests are not", async () => {
  const examples = (await Array.fromAsync(Deno.readDir(new URL("examples/", ROOT))))
    .map(({ name }) => name).filter((name) => /(?<!_test)\.ts$/.test(name));
  const names = ["odeno", ...examples.map((name) => name.replace(".ts", "")).toSorted()];
  assertEquals(PROGRAMS.map(({ name }) => name), names);
});

Deno.test("programs are built for every platform that Deno compiles for", async () => {
  const { stderr } = await runDeno(["compile", "--target=none", "cli.ts"]);
  const [, possible = ""] = /possible values: (.*)/.exec(stderr) ?? [];
  assertEquals(possible.split(", ").toSorted(), TARGETS.toSorted());
});

Deno.test("README installs the command with the permissions of its shebang", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const [line = ""] = /^deno install .*$/m.exec(readme) ?? [];
  const flags = line.replaceAll('"', "").split(" ").filter((word) => word.startsWith("--allow"));
  assertEquals(flags.toSorted(), PROGRAMS[0]?.flags.toSorted());
});

Deno.test("the tasks of deno.json run examples with the permissions of their shebangs", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  for (const [task, name] of [["demo", "demo"], ["sync", "sync_partners"]] as const) {
    const flags = PROGRAMS.find((program) => program.name === name)?.flags ?? [];
    assertStringIncludes(tasks[task].command, ["run", ...flags, `examples/${name}.ts`].join(" "));
  }
});

Deno.test("a program that reaches for what lies beside it is found", () => {
  assertEquals(reachesOf('if (import.meta.main) await import("node:sqlite");'), []);
  assertEquals(reachesOf('new URL("data.csv", import.meta.url)'), ["import.meta.url)"]);
  assertEquals(reachesOf("import.meta.dirname"), ["import.meta.dirname"]);
  assertEquals(reachesOf("await import(name)"), ["import(name)"]);
  assertEquals(reachesOf("await import(`./${name}`)"), ["import(`./${name}`)"]);
});

Deno.test("bundled programs have all that they need in them, and run from anywhere with no more than they declare", async () => {
  await using folder = await temporaryFolder();
  const out = `${folder.path}/bundle`;
  const { code, stdout, stderr } = await build(["bundle", `--out=${out}`]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.trim().split("\n").length, PROGRAMS.length);
  await holdSums(out);
  for (const { name, path, flags } of PROGRAMS) {
    const text = await Deno.readTextFile(`${out}/${name}-${version}.js`);
    const [source = ""] = (await Deno.readTextFile(new URL(path, ROOT))).split("\n");
    assertEquals(text.split("\n")[0], source);
    // Quoted where a shell would look for files
    const quoted = flags.map((flag) => flag.replace(/=(.*\*.*)/, '="$1"'));
    assertStringIncludes(
      stdout,
      `${["deno", "run", ...quoted, out].join(" ")}/${name}-${version}.js`,
    );
    assertEquals(reachesOf(text), [], name);
    const modules = [
      ...text.matchAll(/^\s*(?:import|export)\b[^;]*?\bfrom\s*"([^"]+)"/gm),
      ...text.matchAll(/\bimport\(\s*"([^"]+)"/g),
    ];
    assertEquals(modules.map(([, module = ""]) => module).filter((it) => !/^node:/.test(it)), []);
  }
  await runBundles(out);
});

/** Every program does its work, in an empty folder, with permissions that end at that folder and the server. */
async function runBundles(out: string): Promise<void> {
  const simulator = new OdooSimulator();
  await using server = simulator.serve();
  await using work = await temporaryFolder();
  const { url, db, username, apiKey } = server.config;
  const run = async (name: string, args: string[]) => {
    const { flags } = PROGRAMS.find((program) => program.name === name) ?? { flags: [] };
    return await runDeno(
      [
        ...["run", "--no-config", "--no-prompt", "--no-remote", "--no-npm"],
        ...flags.map((flag) =>
          flag.replace(/^--allow-(read|write)$/, `$&=${work.path}`).replace(
            /^--allow-net$/,
            `$&=${new URL(url).host}`,
          )
        ),
        ...[`${out}/${name}-${version}.js`, ...args],
      ],
      { ODOO_URL: url, ODOO_DB: db, ODOO_USERNAME: username, ODOO_API_KEY: apiKey },
      work.path,
    );
  };
  const of = async (name: string, ...args: string[]) => {
    const { code, stdout, stderr } = await run(name, args);
    assertEquals([code, stderr], [0, ""], `${name} ${args.join(" ")}`);
    return stdout;
  };
  await Deno.writeTextFile(`${work.path}/p.csv`, "key,name\nA,Acme\nB,Ben\n");
  assertStringIncludes(await of("odeno", "--help"), "count the records");
  assertEquals(await of("odeno", "--version"), `odeno ${version}\n`);
  assertStringIncludes(await of("odeno", "version"), url);
  assertMatch(await of("odeno", "count", "res.partner"), /^\d+\n$/);
  assertEquals(await of("authenticate"), "2\n");
  assertEquals(await of("cancel_quotations"), "[]\n");
  assertEquals((await of("demo")).split("\n").length, 9);
  assertMatch(await of("export_partners"), /^id,name,/);
  assertStringIncludes(await of("mirror_orders", "orders.sqlite"), "sale_order: ");
  assertStringIncludes(await of("nightly_contacts", "p.csv"), "2 rows in = 2 created");
  assertStringIncludes(await of("sync_partners", "p.csv"), "2 rows in = 2 created");
  assertStringIncludes(await of("odeno", "sync", "--help"), "odeno sync JOB.json");
  assert(simulator.calls.length > 0);
}

Deno.test(
  "a compiled program holds the permissions and V8 flags of its shebang, and no environment",
  LINUX,
  async () => {
    await using folder = await temporaryFolder();
    // Deno's runtime part comes from its project; Deno itself can stand in for it as far as building goes
    const env = { DENORT_BIN: Deno.execPath() };
    const target = `${Deno.build.arch}-unknown-linux-gnu`;
    for (const name of ["odeno", "nightly_contacts"]) {
      const ended = await build(["compile", name, target, `--out=${folder.path}`], env);
      assertEquals([ended.code, ended.stderr], [0, ""]);
      const path = `${folder.path}/${name}-${version}-${target}`;
      assertEquals(ended.stdout, `${path}\n`);
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o755);
      await holdSums(folder.path);
      const program = PROGRAMS.find((each) => each.name === name);
      assert(program);
      await holdBinary(path, program);
    }
  },
);

async function holdBinary(path: string, { flags }: Program): Promise<void> {
  const { Buffer } = await import("node:buffer");
  const bytes = Buffer.from((await Deno.readFile(path)).buffer);
  const start = bytes.lastIndexOf('"permissions":{"allow_env"');
  const text = bytes.subarray(start, start + 10_000).toString();
  const of = (pattern: RegExp) => JSON.parse(pattern.exec(text)?.[1] ?? "null");
  const permissions = of(/^"permissions":(\{[^}]*\})/);
  for (const kind of ["env", "net", "read", "write", "run", "sys", "ffi"]) {
    const flag = flags.find((each) => new RegExp(`^--allow-${kind}(=|$)`).test(each));
    const [, names = ""] = flag?.split("=") ?? [];
    const wanted = flag === undefined ? null : names.split(",").filter((each) => each !== "");
    assertEquals(permissions[`allow_${kind}`], wanted, kind);
  }
  const v8 = of(/"v8_flags":(\[[^\]]*\])/);
  assertEquals(
    v8.includes("--optimize-for-size"),
    flags.includes("--v8-flags=--optimize-for-size"),
  );
  assertStringIncludes(text, '"env_vars_from_env_file":{}');
}

async function holdSums(folder: string): Promise<void> {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name);
  const lines = (await Deno.readTextFile(`${folder}/SHA256SUMS`)).trimEnd().split("\n");
  const sums = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  assertEquals([...sums.keys()].toSorted(), files.filter((it) => it !== "SHA256SUMS").toSorted());
  for (const [name, sum] of sums) {
    const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${folder}/${name}`));
    assertEquals(sum, new Uint8Array(hash).toHex());
  }
}

Deno.test("compiling says in one line that Deno's runtime part cannot be fetched", async () => {
  await using folder = await temporaryFolder();
  const { code, stdout, stderr } = await build(
    ["compile", "authenticate", `--out=${folder.path}/out`],
    { DENO_DIR: `${folder.path}/cache`, HTTPS_PROXY: "http://127.0.0.1:1" },
  );
  assertEquals([code, stdout], [1, ""]);
  assertMatch(
    stderr,
    /^Nothing was compiled: Deno cannot fetch its runtime part from https:\S+\. .+\n$/,
  );
});

Deno.test("a program or target that is none is told with those that are", async () => {
  for (const args of [[], ["compile", "odoo"], ["bundle", "x86_64-apple-darwin"], ["--out=x"]]) {
    const { code, stderr } = await build(args);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "Programs: odeno, authenticate, ");
    assertFalse(stderr.includes("    at "), stderr);
  }
  const typo = await build(["compile", "odneo", "x86_64-apple-darwin"]);
  assertStringIncludes(
    typo.stderr,
    'There is no program or target "odneo"; did you mean "odeno"?\n',
  );
  const target = await build(["bundle", "x86_64-apple-darwin"]);
  assertStringIncludes(target.stderr, 'There is no program "x86_64-apple-darwin".\n');
});
