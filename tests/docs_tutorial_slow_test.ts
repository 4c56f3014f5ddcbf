import { assert, assertEquals } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { ODENO, shell } from "./cli_support.ts";
import { type Block, readPage } from "./docs_support.ts";
import { CONFIG, ROOT, temporaryFolder } from "./support.ts";

/** What fetches from elsewhere; it is there already. */
const FETCHES = /^(curl|npm|deno install|deno add) /m;
/** The release, in whose place the working tree is. That of a file would take the settings beside it, too. */
const TAGGED = "https://raw.githubusercontent.com/odeno/odeno/v0.1.0/";
const HERE = `--config deno.json ${ROOT}`;

Deno.test("the tutorial does what it says, line by line", async () => {
  const { blocks } = await readPage("docs/tutorial.md");
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/deno.json`, await afterAdding());
  const real = new OdooSimulator({}, { version: 19 });
  await using server = real.serve();
  const { url, db, username } = server.config;
  const typed = { ODOO_URL: url, ODOO_DB: db, ODOO_USERNAME: username, ODOO_PASSWORD: username };
  const start = blocks.find(({ text }) => text.startsWith("odeno simulate "))?.text ?? "";
  await using simulated = await started(start, folder.path);

  let runs = 0;
  for (const [index, { info, text, before }] of blocks.entries()) {
    if (["ts ignore", "csv", "json"].includes(info)) {
      const [, name] = /`(\w+\.\w+)`/.exec(before) ?? [];
      assert(name !== undefined, `Nothing says where to write this:\n${text}`);
      await Deno.writeTextFile(`${folder.path}/${name}`, `${text}\n`);
    }
    if (info !== "sh" || FETCHES.test(text) || text === start) continue;
    const env = text.includes("odeno init") ? typed : {};
    const script = text.replaceAll("8069", simulated.port).replaceAll(TAGGED, HERE);
    const said = await run(script, folder.path, env);
    const shown = shownAfter(blocks, index);
    assertEquals(said.code, shown?.includes(" 1 failed") ? 1 : 0, `${text}\n${said.text}`);
    if (shown !== undefined) assertEquals(linesOf(said.text), linesOf(shown), text);
    runs++;
  }
  assertEquals(runs, 10);
  const cities = real.records("res.partner").slice(-4).map(({ city }) => city).toSorted();
  assertEquals(cities, ["Cairo", "Ghent", "Lyon", "Turin"]);
});

/** What `deno add` writes, with the working tree in the place of the registry. */
async function afterAdding(): Promise<string> {
  const { exports, imports, links = [] } = JSON.parse(
    await Deno.readTextFile(new URL(CONFIG, ROOT)),
  );
  const own = Object.entries<string>(exports).map(([name, path]) =>
    [`@odeno/odeno${name.slice(1)}`, new URL(path, ROOT).href] as const
  );
  return JSON.stringify({
    imports: { ...imports, ...Object.fromEntries(own) },
    links: links.map((path: string) => new URL(path, ROOT).pathname),
    lock: false,
  });
}

/** A simulated Odoo on any port, started by its line. */
async function started(line: string, cwd: string) {
  const words = line.replace("8069", "0").split(" ").slice(1);
  const [command = "", ...args] = ODENO;
  const child = new Deno.Command(command, { args: [...args, ...words], cwd, stderr: "piped" })
    .spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("Ctrl-C ends it")) {
    const { done, value } = await reader.read();
    assert(!done, `It does not start: ${text}`);
    text += value;
  }
  return {
    port: /http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1] ?? "",
    async [Symbol.asyncDispose]() {
      child.kill("SIGINT");
      await child.status;
      await reader.cancel();
    },
  };
}

/** Runs lines of a shell at a terminal, at which nobody types. */
async function run(script: string, cwd: string, env: Record<string, string>) {
  const prelude = 'odeno() { $ODENO "$@"; }\ndeno() { "$DENO" "$@"; }\nset -e\n';
  await Deno.writeTextFile(`${cwd}/lines.sh`, prelude + script);
  // A terminal for the messages as well would show a bar of progress
  const line = "script -qec 'bash lines.sh 2>messages </dev/null' /dev/null";
  const { code, out } = await shell(line, "", { cwd, env: { DENO: Deno.execPath(), ...env } });
  return { code, text: `${await Deno.readTextFile(`${cwd}/messages`)}${out}` };
}

/** What the tutorial shows of what a block says; nothing where it shows none of it. */
function shownAfter(blocks: readonly Block[], index: number): string | undefined {
  const [block, next] = blocks.slice(index, index + 2);
  return next?.info === "" && next.before === block?.before ? next.text : undefined;
}

/** The lines, whichever of the two streams was faster, without what differs each time. */
function linesOf(text: string): string[] {
  const moment = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
  return text.split("\n").map((line) => line.replace(moment, "(moment)").trimEnd())
    .filter((line) => line !== "").toSorted();
}
