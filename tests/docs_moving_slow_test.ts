import { assert, assertEquals } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { readPage } from "./docs_support.ts";
import { CONFIG, ROOT, temporaryFolder } from "./support.ts";

/** How the calls of a client are run. */
interface Client {
  /** Name of its file. */
  file: string;
  /** What its calls take for granted. */
  prelude: string;
  /** What runs the file, the first of them that has the client is taken. */
  commands: string[][];
}

const DENO = [Deno.execPath(), "run", "--config", new URL(CONFIG, ROOT).pathname, "--quiet"]
  .concat(["--allow-net=127.0.0.1", "--allow-env"]);
const PYTHON = [["python3"], ["/usr/bin/python3"]];
const PYTHON_SECRETS = 'import os\nkey = os.environ["ODOO_API_KEY"]\npassword = "admin"\n';

const CLIENTS: Readonly<Record<string, Client>> = {
  "odeno": {
    file: "odeno.ts",
    prelude: `import { connect, link, OdooServerError, upsert } from "${new URL("mod.ts", ROOT)}";`,
    commands: [[...DENO, "--check"]],
  },
  "`xmlrpc.client`": {
    file: "plain.py",
    prelude:
      `import functools\nimport xmlrpc.client\nfrom xmlrpc.client import ServerProxy\n${PYTHON_SECRETS}`,
    commands: PYTHON,
  },
  "`odoorpc`": {
    file: "rpc.py",
    prelude: `import odoorpc\n${PYTHON_SECRETS}`,
    commands: PYTHON,
  },
  "`odooly`": { file: "ly.py", prelude: `import odooly\n${PYTHON_SECRETS}`, commands: PYTHON },
  "`odoo-await`": {
    file: "await.ts",
    prelude: 'import OdooAwait from "npm:odoo-await@3.4.1";\n' +
      'const key = Deno.env.get("ODOO_API_KEY");',
    commands: [[...DENO, "--no-check"]],
  },
};

const { prose } = await readPage("docs/moving.md");
const SECTIONS = prose.split(/^## /m).filter((section) => section.includes("| client "));

Deno.test("each section of docs/moving.md has the calls of every client", () => {
  for (const section of SECTIONS) {
    assertEquals(cellsOf(section).map(([client]) => client), Object.keys(CLIENTS), section);
  }
  assert(SECTIONS.length > 10);
});

for (const [name, { file, prelude, commands }] of Object.entries(CLIENTS)) {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/${file}`, prelude);
  const command = await firstThatRuns(commands, `${folder.path}/${file}`);
  if (!command) console.error(`${name} cannot be installed here: not tried`);
  Deno.test({
    name: `the calls of ${name.replaceAll("`", "")} in docs/moving.md do what they say`,
    ignore: !command,
    fn: async () => {
      await using folder = await temporaryFolder();
      const odoo = new OdooSimulator({}, { db: "prod" });
      await using server = odoo.serve();
      const path = `${folder.path}/${file}`;
      await Deno.writeTextFile(path, `${prelude}\n${callsOf(name, server.url)}\n`);
      const { url, db, username, apiKey } = server.config;
      const env = { ODOO_URL: url, ODOO_DB: db, ODOO_USERNAME: username, ODOO_API_KEY: apiKey };
      const { code, text } = await run([...command ?? [], path], env);
      assertEquals(code, 0, text);
      // What any of them has to leave behind
      const partners = odoo.records("res.partner");
      assertEquals(partners.find(({ name }) => name === "Ana")?.["city"], "Ghent", text);
      assertEquals(partners.filter(({ ref }) => ref === "C-1").length, 1);
      assertEquals(partners.filter(({ name }) => name === "Ben" || name === "Cleo"), []);
      assertEquals(odoo.records("res.partner.category").at(-1)?.["name"], "VIP");
    },
  });
}

/** The rows of a section: a client, and its calls. */
function cellsOf(section: string): [client: string, calls: string][] {
  const rows = [...section.matchAll(/^\| (\S+) +\| (.+?) +\|$/gm)];
  return rows.map(([, client = "", calls = ""]): [string, string] => [client, calls])
    .filter(([client, calls]) => client !== "client" && !/^-+$/.test(calls));
}

/** All calls of a client, in the order of the page, for a server at this address. */
function callsOf(client: string, url: string): string {
  const cells = SECTIONS.flatMap(cellsOf).filter(([name]) => name === client);
  const lines = cells.flatMap(([, calls]) => [...calls.matchAll(/`([^`]+)`/g)]);
  const { hostname, port } = new URL(url);
  return lines.map(([, code]) => code).join("\n")
    .replaceAll("https://erp.example.com", url)
    .replace(
      '"erp.example.com", protocol="jsonrpc+ssl", port=443',
      `"${hostname}", protocol="jsonrpc", port=${port}`,
    );
}

async function firstThatRuns(commands: string[][], path: string): Promise<string[] | undefined> {
  for (const command of commands) {
    const { code } = await run([...command, path]).catch(() => ({ code: 127 }));
    if (code === 0) return command;
  }
  return undefined;
}

async function run([command = "", ...args]: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    env: { ODOO_API_KEY: "none", NO_COLOR: "1", ...env },
    cwd: ROOT,
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}
