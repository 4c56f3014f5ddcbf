import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { parse as parseYaml } from "npm:yaml@^2.9.1";
import { sqliteStore } from "../lib/sync/mod.ts";
import { ground, ODENO } from "./cli_support.ts";
import { checkCommand, commandsIn, readPage } from "./docs_support.ts";
import { CONFIG, ROOT, runDeno } from "./support.ts";

const PAGE = await readPage("docs/cron.md");
const JOB = blockOf("json");
const CRONTAB = PAGE.blocks.filter(({ info }) => info === "crontab").map(({ text }) => text);
const UNITS = PAGE.blocks.filter(({ info }) => info === "ini");
const UNIX = { ignore: Deno.build.os === "windows" };

/** The one block of a kind, of which something tells it from others. */
function blockOf(info: string, mark = ""): string {
  const found = PAGE.blocks.filter((block) => block.info === info && block.text.includes(mark));
  assertEquals(found.length, 1, `${info} with "${mark}"`);
  return found[0]?.text ?? "";
}

/** A home as the page describes it, with a simulated Odoo and a service that is pinged. */
async function home() {
  const there = await ground();
  const pings: string[] = [];
  const service = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    pings.push(new URL(request.url).pathname);
    return new Response("OK");
  });
  const local = (text: string) =>
    text.replaceAll("https://hc-ping.com", `http://127.0.0.1:${service.addr.port}`);
  const folder = `${there.folder}/sync`;
  const bin = `${there.folder}/bin`;
  for (const path of [folder, bin]) await Deno.mkdir(path);
  const key = there.odoo.addApiKey("admin", "nightly sync");
  const settings = (await there.settings({ API_KEY: key })).replace("--env-file=", "");
  await Deno.rename(settings, `${folder}/.env`);
  await Deno.writeTextFile(`${folder}/nightly.json`, local(JOB));
  const shim = `#!/bin/sh\nDENO_DIR='${await denoDir()}' exec ${ODENO.join(" ")} "$@"\n`;
  await Deno.writeTextFile(`${bin}/odeno`, shim, { mode: 0o755 });
  const contacts = (...rows: string[]) =>
    Deno.writeTextFile(`${folder}/contacts.csv`, `nr,Name,Mail\n${rows.join("\n")}\n`);
  await contacts("1,Ana,ana@example.com", "2,Bob,");
  return {
    ...{ odoo: there.odoo, top: there.folder, folder, bin, pings, local, contacts, key },
    names: () => there.odoo.records("res.partner").map(({ name }) => name),
    async [Symbol.asyncDispose]() {
      await service.shutdown();
      await there[Symbol.asyncDispose]();
    },
  };
}

/** Where Deno keeps its packages, which does not change with the home of a process. */
async function denoDir(): Promise<string> {
  return JSON.parse((await runDeno(["info", "--json"])).stdout).denoDir;
}

/** Runs a command under /bin/sh with an environment that has nothing else. */
async function bare(command: string, env: Record<string, string>, cwd: string) {
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", command],
    ...{ cwd, env, clearEnv: true, stdin: "null" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, text: `${out}${err}` };
}

/** A crontab: its variables, and its commands with when they run. */
function cronOf(text: string) {
  const variables: Record<string, string> = {};
  const entries: { when: string; command: string }[] = [];
  for (const line of text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))) {
    const [, name, value = ""] = /^([A-Z]+)=(.*)$/.exec(line) ?? [];
    const [, when = "", command = ""] = /^((?:\S+\s+){5})(.+)$/.exec(line) ?? [];
    if (name !== undefined) variables[name] = value;
    else entries.push({ when: when.trim(), command });
  }
  return { variables, entries };
}

/** Refuses what no cron takes for a time. */
function checkTime(when: string): void {
  const limits = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 7]] as const;
  const fields = when.split(/\s+/);
  assertEquals(fields.length, 5, when);
  for (const [index, [least, most]] of limits.entries()) {
    const field = fields[index] ?? "";
    assertMatch(field, /^(\*|\d+(-\d+)?)(\/\d+)?(,\d+(-\d+)?)*$/, when);
    for (const [number] of field.matchAll(/\d+/g)) {
      assert(Number(number) >= least && Number(number) <= most, when);
    }
  }
}

/** As cron runs a command, but for where odeno is. */
async function asCron(
  command: string,
  place: { top: string; bin: string },
): Promise<{ code: number; text: string }> {
  const { PATH = "", SHELL = "" } = cronOf(CRONTAB[0] ?? "").variables;
  assertStringIncludes(PATH, "/home/odeno/.deno/bin");
  const env = {
    PATH: PATH.replace("/home/odeno/.deno/bin", place.bin),
    ...{ HOME: place.top, LOGNAME: "odeno", SHELL },
  };
  return await bare(command, env, place.top);
}

Deno.test(
  "the lines for cron run under /bin/sh with the environment of cron, and say nothing when all is well",
  UNIX,
  async () => {
    await using place = await home();
    const entries = CRONTAB.flatMap((text) => cronOf(place.local(text)).entries);
    assertEquals(entries.length, 4);
    for (const { when, command } of entries) {
      checkTime(when);
      assertFalse(/(?<!\\)%/.test(command), "cron takes % for a new line");
      for (const words of commandsIn(command)) await checkCommand(words);
      assertEquals(await asCron(command, place), { code: 0, text: "" }, command);
    }
    assert(place.names().includes("Ana"));
    const log = (await Deno.readTextFile(`${place.folder}/nightly.log`)).trimEnd().split("\n");
    assertEquals(log.map((line) => JSON.parse(line).code), [0]);
    assertMatch(await Deno.readTextFile(`${place.folder}/partners.csv`), /^id,name,email\n/);
    assertMatch(await Deno.readTextFile(`${place.folder}/contacts.prom`), /_exit_code\{.*\} 0\n/);
    assertMatch(await Deno.readTextFile(`${place.folder}/key.prom`), /_exit_code\{.*\} 0\n/);
    assertEquals(place.pings.length, 2);
    const { path } = /^(?<path>\/\S+) \{\n(?: {2}[a-z]+(?: \w+)*\n)+\}$/.exec(blockOf("logrotate"))
      ?.groups ?? {};
    assertEquals(path, "/home/odeno/sync/nightly.log");
  },
);

Deno.test(
  "the line for a job prints one line where it fails, and none where another run holds the job",
  UNIX,
  async () => {
    await using place = await home();
    const { command = "" } = cronOf(CRONTAB[0] ?? "").entries[0] ?? {};
    {
      await using store = sqliteStore(`${place.folder}/odeno.sqlite`);
      await using _held = await store.open("contacts");
      assertEquals(await asCron(command, place), { code: 0, text: "" });
    }
    assertEquals(place.pings, []);
    await place.contacts("1,,");
    const { text } = await asCron(command, place);
    assertEquals(text, "nightly.json failed: see nightly.log\n");
    assertMatch(place.pings.join(), /^\/[0-9a-f-]{36}\/fail$/);
    const log = (await Deno.readTextFile(`${place.folder}/nightly.log`)).trimEnd().split("\n");
    const codes = log.map((line) => JSON.parse(line).code).filter((code) => code !== undefined);
    assertEquals(codes, [3, 1]);
  },
);

Deno.test(
  "the units for systemd are taken by systemd, and their command runs with the credential",
  UNIX,
  async () => {
    await using place = await home();
    const paths: string[] = [];
    for (const { text, before } of UNITS) {
      const [name = ""] = /[^/`]+\.(service|timer)(?=`:$)/.exec(before) ?? [];
      assert(name !== "", before);
      for (const line of text.split("\n")) assertMatch(line, /^$|^\[[A-Z]\w+\]$|^[A-Z]\w+=.*$/);
      const path = `${place.top}/${name}`;
      await Deno.writeTextFile(path, text.replace("/usr/local/bin/odeno", "/bin/true"));
      paths.push(path);
    }
    assertEquals(paths.length, 2);
    const [, command = ""] = /^ExecStart=\/usr\/local\/bin\/(.*)$/m.exec(UNITS[0]?.text ?? "") ??
      [];
    const [words = []] = commandsIn(command);
    await checkCommand(words);
    const { folder, bin, top } = place;
    await Deno.mkdir(`${top}/credentials`);
    await Deno.rename(`${folder}/.env`, `${top}/credentials/odeno.env`);
    const env = { PATH: `${bin}:/usr/bin:/bin`, CREDENTIALS_DIRECTORY: `${top}/credentials` };
    const { code, text } = await bare(command, env, folder);
    assertEquals([code, JSON.parse(text).counts.created], [0, 2]);
    await checkUnits(paths);
  },
);

/** Has systemd look at the units where it is there. */
async function checkUnits(paths: readonly string[]): Promise<void> {
  const [service = ""] = paths;
  const calls = [
    ["verify", ...paths],
    // From 0 for a service that may do nothing to 100
    ["security", "--offline=true", "--threshold=40", "--no-pager", service],
  ];
  for (const args of calls) {
    const ended = await new Deno.Command("systemd-analyze", { args }).output().catch((error) => {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    });
    if (ended === undefined) {
      return console.log("systemd-analyze is not here: units are not verified");
    }
    assertEquals(ended.code, 0, new TextDecoder().decode(ended.stderr));
  }
}

Deno.test("the workflow for GitHub has a time, one run at once, no secret in it, and commands that there are", async () => {
  const text = blockOf("yaml", "runs-on");
  const { on, concurrency, permissions, jobs: { sync } } = parseYaml(text);
  checkTime(on.schedule[0].cron);
  assertEquals(concurrency, { group: "nightly", "cancel-in-progress": false });
  assertEquals([permissions, typeof sync["timeout-minutes"]], [{ contents: "read" }, "number"]);
  const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const [install, run] = sync.steps.filter((step: { run?: string }) => step.run !== undefined);
  assertMatch(install.run, /^deno install -g --name odeno (--allow-\S+ )+jsr:\S+$/);
  assertStringIncludes(install.run, `jsr:@odeno/odeno@${version}/cli`);
  for (const words of commandsIn(run.run)) await checkCommand(words);
  // A cache is kept where all went well only, unless it is said: a run with failed rows has a state as well
  const [restored, saved] = ["restore", "save"].map((what) =>
    sync.steps.find(({ uses }: { uses?: string }) => uses === `actions/cache/${what}@v4`)
  );
  assertEquals(saved.if, "always()");
  assertEquals([saved.with.path, saved.with.key], [restored.with.path, restored.with.key]);
  assertEquals(run.env.ODOO_API_KEY, "${{ secrets.ODOO_API_KEY }}");
  assertEquals(Object.keys(run.env), ["ODOO_URL", "ODOO_DB", "ODOO_USERNAME", "ODOO_API_KEY"]);
});

Deno.test(
  "the CronJob for Kubernetes lets no two runs meet, and its container does the job with its permissions",
  UNIX,
  async () => {
    await using place = await home();
    const { kind, spec } = parseYaml(blockOf("yaml", "CronJob"));
    const { schedule, timeZone, concurrencyPolicy, jobTemplate } = spec;
    checkTime(schedule);
    assert(Intl.supportedValuesOf("timeZone").includes(timeZone));
    assertEquals([kind, concurrencyPolicy, jobTemplate.spec.backoffLimit], [
      "CronJob",
      "Forbid",
      0,
    ]);
    const { containers: [container], volumes, restartPolicy } = jobTemplate.spec.template.spec;
    assertEquals(restartPolicy, "Never");
    assertEquals(container.volumeMounts[0].name, volumes[0].name);
    const [program, cli, ...words] = [...container.command.slice(1), ...container.args];
    await checkCommand(container.args.slice(1));
    assertEquals([program, container.command[0]], ["run", "deno"]);
    const flags = container.command.slice(2).map((flag: string) =>
      flag.replace("/data", place.folder)
    );
    assertMatch(container.args[0], /^jsr:@odeno\/odeno@[\d.]+\/cli$/);
    assert(words.length > 0 && cli.startsWith("--"));
    const settings = Object.fromEntries(
      (await Deno.readTextFile(`${place.folder}/.env`)).trimEnd().split("\n").map((line) =>
        line.replaceAll('"', "").split("=")
      ),
    );
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-check", "--config", new URL(CONFIG, ROOT).pathname, ...flags]
        .concat(new URL("cli.ts", ROOT).pathname, container.args.slice(1)),
      cwd: place.folder,
      env: settings,
    }).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals([code, JSON.parse(text).counts.created], [0, 2], text);
  },
);

Deno.test(
  "the script for Deno.cron type-checks, is taken by Deno.cron, and its job runs with its flags",
  UNIX,
  async () => {
    await using place = await home();
    const modules = { "": "mod.ts", "/files": "lib/files/mod.ts", "/sync": "lib/sync/mod.ts" };
    const script = blockOf("ts ignore").replace(
      /"@odeno\/odeno(\/\w+)?"/g,
      (_, name = "") =>
        JSON.stringify(
          new URL(Object.entries(modules).find(([key]) => key === name)?.[1] ?? "none", ROOT).href,
        ),
    );
    assertStringIncludes(script, "if (import.meta.main) Deno.cron(");
    const [, when = ""] = /Deno\.cron\("contacts", "([^"]+)"/.exec(script) ?? [];
    // By number they would be from Sunday to Thursday: for Deno, a week begins with day 1, and that is Sunday
    assertMatch(when, / MON-FRI$/);
    checkTime(when.replace("MON-FRI", "1-5"));
    const path = `${place.folder}/nightly.ts`;
    await Deno.writeTextFile(path, `${script}\nawait contacts();\nDeno.exit();\n`);
    const [, flags = ""] = /`deno run (--unstable-cron .*) nightly\.ts`/.exec(PAGE.prose) ?? [];
    const config = new URL(CONFIG, ROOT).pathname;
    const ping = place.local("PING_URL=https://hc-ping.com/c0\n");
    await Deno.writeTextFile(`${place.folder}/.env`, ping, { append: true });
    const run = async (check: string, wanted = 0) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-q",
          check,
          "--no-prompt",
          "--config",
          config,
          // The shell takes the quotes away
          ...flags.replaceAll('"', "").split(" "),
          path,
        ],
        cwd: place.folder,
      }).output();
      assertEquals(code, wanted, new TextDecoder().decode(stderr));
      return JSON.parse(new TextDecoder().decode(stdout) || "{}");
    };
    assertEquals((await run("--check")).created, 2);
    await place.contacts("1,Ana,ana@example.com", "3,,");
    assertEquals((await run("--no-check")).failed, 1);
    await Deno.remove(`${place.folder}/contacts.csv`);
    await run("--no-check", 1);
    assertEquals(place.pings, ["/c0", "/c0/fail", "/c0/fail"]);
  },
);

Deno.test("the lines for Windows start a command that there is, and none while another is at work", async () => {
  const text = blockOf("powershell");
  for (const line of text.split("\n")) assertEquals(line.split('"').length % 2, 1, line);
  const [, command = ""] = /-Argument "\/c ([^"]+)"/.exec(text) ?? [];
  const [words = []] = commandsIn(command);
  assertEquals(words[0], "sync");
  await checkCommand(words);
  assertStringIncludes(text, "-MultipleInstances IgnoreNew");
});

Deno.test("the table of metrics has all that are written, and alarms look at no others", async () => {
  const sources = ["lib/cli/jobs/ending.ts", "lib/cli/key_watch.ts"];
  const texts = await Promise.all(sources.map((path) => Deno.readTextFile(new URL(path, ROOT))));
  const names = (text: string, pattern: RegExp) =>
    [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].toSorted();
  const written = names(texts.join(), /name: "(odeno_\w+)"/g);
  assertEquals(names(PAGE.prose, /^\| `(odeno_\w+)`/gm), written);
  const { groups: [{ rules }] } = parseYaml(blockOf("yaml", "groups:"));
  assertEquals(rules.length, 5);
  for (const { alert, expr } of rules) {
    assertMatch(alert, /^Odeno\w+$/);
    for (const name of names(expr, /(odeno_\w+)/g)) assert(written.includes(name), name);
  }
});
