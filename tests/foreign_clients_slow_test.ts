import { assertEquals } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { CONFIG, ROOT } from "./support.ts";

/** A client that somebody else wrote, and the script that puts it through its paces. */
interface Client {
  name: string;
  /** Ways to run Python or Deno, the first that has the client is taken. */
  commands: string[][];
  /** What has to work for the client to be there. */
  probe: string[];
  script: string[];
}

const PYTHON = [["python3"], ["/usr/bin/python3"]];
const DENO = [[Deno.execPath()]];
const RUN = ["run", "--config", CONFIG, "--no-check", "--allow-net=127.0.0.1", "--allow-env"];

const CLIENTS: Client[] = [
  {
    name: "Python's xmlrpc.client",
    commands: PYTHON,
    probe: ["-c", "import xmlrpc.client"],
    script: ["tests/foreign/xmlrpc_client.py"],
  },
  {
    name: "Python's odoorpc",
    commands: PYTHON,
    probe: ["-c", "import odoorpc"],
    script: ["tests/foreign/odoorpc_client.py"],
  },
  ...["odoo_await", "odoo_jsonrpc"].map((name) => ({
    name: `npm's ${name}`,
    commands: DENO,
    probe: ["cache", "--config", CONFIG, `tests/foreign/${name}.ts`],
    script: [...RUN, `tests/foreign/${name}.ts`],
  })),
];

for (const { name, commands, probe, script } of CLIENTS) {
  const command = await firstThatRuns(commands, probe);
  if (!command) console.error(`${name} cannot be installed here: not tried`);
  for (const version of [14, 17, 19] as const) {
    Deno.test({
      name: `${name} works with the simulated Odoo ${version} as it is`,
      ignore: !command,
      fn: async () => {
        await using server = new OdooSimulator({}, { version }).serve();
        const { url, db, apiKey } = server.config;
        const { code, text } = await run([...command ?? [], ...script, url, db, apiKey, "admin"]);
        assertEquals({ code, text }, { code: 0, text: "ok\n" });
      },
    });
  }
}

async function firstThatRuns(commands: string[][], probe: string[]): Promise<string[] | undefined> {
  const codes = await Promise.all(commands.map((command) => exitCode([...command, ...probe])));
  return commands[codes.indexOf(0)];
}

async function exitCode(command: string[]): Promise<number> {
  return (await run(command).catch(() => ({ code: 127 }))).code;
}

async function run([command = "", ...args]: string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd: ROOT }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + (code === 0 ? "" : decoder.decode(stderr)) };
}
