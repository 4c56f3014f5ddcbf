import type { ChaosRule, GivenModel, OdooSimulator, SimulatorConfig } from "../../testing/mod.ts";
import { OdooConfigError } from "../../errors.ts";
import { isStruct } from "../../values.ts";
import { checkNoMore, type Command, type Flags, listOf, textOf, UsageError } from "../command.ts";
import { readText } from "../files.ts";
import type { Io } from "../io.ts";
import { valueOf } from "../json.ts";
import { aborted, listen, portOf } from "../ports.ts";
import { readSeeds } from "../seed.ts";

/** Runs the simulated Odoo on a port. */
export const simulate: Command = {
  usage: "simulate [--port N] [--version 14|17|19] [--seed FILE]... [--models FILE] [--chaos]",
  details: "The settings for it are written as lines for a shell.",
  options: {
    port: "the port to listen on, 8069 by default; 0 for any that is free",
    version: "the version to simulate: 14, 17 (the default) or 19",
    seed:
      "records in place of the demo records of their models: JSON, or CSV that is named after its " +
      "model, such as res.partner.csv; can be given again",
    models: 'models of a real database, as "odeno schema" writes them',
    "chaos-rules": "calls that fail, as a JSON list of rules, in place of those of --chaos",
    "chaos-seed":
      "the number that chance follows from, so that a run can be repeated; 1 by default",
  },
  repeatable: ["seed"],
  switches: { chaos: "let some calls fail, in the ways of a bad network and a busy server" },
  examples: [
    "odeno simulate --version 19 --port 8019 --chaos",
    "odeno simulate --seed data.json --seed res.partner.csv --models schema.json",
  ],
  async run({ args, flags, io, signal }) {
    checkNoMore(args);
    const { port, version } = settingsOf(flags);
    const rules = await rulesOf(flags);
    const simulator = await simulatorOf(flags, version);
    if (rules !== undefined) asked(() => simulator.chaos(rules, { seed: seedOf(flags) }));
    await using server = listen(() => simulator.serve({ port }), port);
    tell(io, server.config);
    const chaos = rules === undefined ? "" : ", and some calls fail";
    io.err(`A simulated Odoo ${version} listens on ${server.url}${chaos}. Ctrl-C ends it.`);
    await aborted(signal);
    return 0;
  },
};

const VERSIONS = [14, 17, 19] as const;

/** What a client has to live with: waits, lost requests, lost answers, conflicts. Some 15 % of all calls. */
const RULES: readonly ChaosRule[] = [
  { failure: { kind: "latency", ms: 800 }, rate: 0.05 },
  { failure: { kind: "disconnect" }, rate: 0.03 },
  { failure: { kind: "disconnect", afterCommit: true }, rate: 0.02 },
  { failure: { kind: "bad-gateway" }, rate: 0.02 },
  { failure: { kind: "gateway-timeout", afterCommit: true }, rate: 0.01 },
  { failure: { kind: "too-many-requests", retryAfter: 1 }, rate: 0.01 },
  { failure: { kind: "serialization" }, match: { service: "object" }, rate: 0.01 },
  { failure: { kind: "truncated" }, rate: 0.01 },
];

function settingsOf(flags: Flags): { port: number; version: (typeof VERSIONS)[number] } {
  const port = portOf(flags, 8069);
  const text = textOf(flags, "version") ?? "17";
  const version = VERSIONS.find((each) => String(each) === text);
  if (version === undefined) throw new UsageError("--version must be 14, 17 or 19");
  return { port, version };
}

function seedOf(flags: Flags): number {
  const seed = Number(textOf(flags, "chaos-seed") ?? 1);
  if (Number.isSafeInteger(seed)) return seed;
  throw new UsageError("--chaos-seed must be a whole number");
}

async function simulatorOf(flags: Flags, version: (typeof VERSIONS)[number]) {
  const { OdooSimulator } = await import("../../testing/mod.ts");
  const models = await modelsOf(flags);
  const records = await readSeeds(listOf(flags, "seed"), async (model) => {
    return await typesBy(asked(() => new OdooSimulator({}, { version, models })), model);
  });
  return asked(() => new OdooSimulator(records, { version, models }));
}

/** The fields of a model, as the simulator will have them. */
async function typesBy(simulator: OdooSimulator, model: string) {
  const odoo = await simulator.connect();
  const kwargs = { attributes: ["type"] };
  const fields = await odoo.call({ model, method: "fields_get", kwargs }).catch((cause) => {
    throw new OdooConfigError(
      `The simulated Odoo has no model "${model}": give its fields with --models`,
      { cause },
    );
  });
  const described = isStruct(fields) ? Object.entries(fields) : [];
  return Object.fromEntries(
    described.map(([name, field]) => [name, isStruct(field) ? String(field["type"]) : ""]),
  );
}

async function modelsOf(flags: Flags): Promise<Readonly<Record<string, GivenModel>>> {
  const path = textOf(flags, "models");
  if (path === undefined) return {};
  const value = valueOf(await readText(path), path, false);
  if (isModels(value)) return value;
  throw new OdooConfigError(
    `Cannot use the models of ${path}: it must be a file that "odeno schema" has written`,
  );
}

async function rulesOf(flags: Flags): Promise<readonly ChaosRule[] | undefined> {
  const path = textOf(flags, "chaos-rules");
  if (path === undefined) return flags["chaos"] === true ? RULES : undefined;
  const value = valueOf(await readText(path), path, false);
  if (isRules(value)) return value;
  throw new OdooConfigError(
    `Cannot use the rules of ${path}: it must be a list such as ` +
      '[{ "failure": { "kind": "disconnect" }, "rate": 0.1 }]',
  );
}

/** What is in them the simulator checks. */
function isModels(value: unknown): value is Readonly<Record<string, GivenModel>> {
  return isObject(value) && Object.values(value).every(isObject);
}

function isRules(value: unknown): value is readonly ChaosRule[] {
  return Array.isArray(value) && value.every((rule) => isObject(rule) && "failure" in rule);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whatever the simulator refuses of what it was given is for the user to set right. */
function asked<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new OdooConfigError(error.message, { cause: error });
  }
}

/** The key opens nothing but this process. */
function tell(io: Io, { url, db, username, apiKey }: SimulatorConfig): void {
  const settings = { URL: url, DB: db, USERNAME: username, API_KEY: apiKey };
  for (const [name, value] of Object.entries(settings)) io.out(`export ODOO_${name}=${value}`);
}
