import type { ChaosRule, GivenModel, OdooSimulator, SimulatorConfig } from "../../testing/mod.ts";
import { OdooConfigError } from "../../errors.ts";
import { isStruct } from "../../values.ts";
import { checkNoMore, type Command, type Flags, listOf, textOf, UsageError } from "../command.ts";
import { readText, replaceFile, unreadable } from "../files.ts";
import { valueOf } from "../json.ts";
import { phrased } from "../phrases.ts";
import { aborted, listen, portOf } from "../ports.ts";
import { placeKey, type Places, readSeeds } from "../seed.ts";

/** Runs the simulated Odoo on a port. */
export const simulate: Command = {
  usage:
    "simulate [--port N] [--version 14|17|19] [--save FILE] [--seed FILE]... [--models FILE] [--chaos]",
  details:
    "The settings for it are written as lines for a shell. Its users are admin and demo, with these words as passwords.",
  options: {
    save:
      "write the settings to this file, which is not there yet, once it listens, and remove it at the end",
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
    const path = textOf(flags, "save");
    if (path !== undefined) await checkFree(path);
    await using server = listen(() => simulator.serve({ port }), port);
    await using _file = path === undefined
      ? undefined
      : await writtenFor(path, linesOf(server.config));
    if (path === undefined) io.out(linesOf(server.config));
    const chaos = rules === undefined ? "" : ", and some calls fail";
    io.err(`A simulated Odoo ${version} listens on ${server.url}${chaos}. Ctrl-C ends it.`);
    io.err('Its users are "admin" and "demo", each with the login as the password.');
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
  const places: Places = new Map();
  const records = await readSeeds(listOf(flags, "seed"), async (model) => {
    return await typesBy(asked(() => new OdooSimulator({}, { version, models })), model);
  }, places);
  try {
    return asked(() => new OdooSimulator(records, { version, models }));
  } catch (error) {
    throw atItsLine(error, places);
  }
}

/** The error for a reference to what is not there, with the line of a file. */
function atItsLine(error: unknown, places: Places): unknown {
  const { cause } = error instanceof OdooConfigError && error.cause instanceof Error
    ? error.cause
    : {};
  if (!isObject(cause) || !isDangling(cause)) return error;
  const { model, id, field, relation, missing } = cause;
  const where = places.get(placeKey(model, id));
  if (where === undefined) return error;
  return new OdooConfigError(
    `Cannot use the records of ${where}, "${field}": there is no "${relation}" with the id ${missing}; ` +
      "give its records with --seed as well, or leave the column out",
  );
}

/** What the simulator says of a reference. */
interface Dangling {
  readonly model: string;
  readonly id: number;
  readonly field: string;
  readonly relation: string;
  readonly missing: number;
}

function isDangling(cause: object): cause is Dangling {
  return "relation" in cause && "missing" in cause;
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
    throw new OdooConfigError(phrased(error.message), { cause: error });
  }
}

/** The key opens nothing but this process. */
function linesOf({ url, db, username, apiKey }: SimulatorConfig): string {
  const settings = { URL: url, DB: db, USERNAME: username, API_KEY: apiKey };
  return Object.entries(settings).map(([name, value]) => `export ODOO_${name}=${value}`).join("\n");
}

/** Settings of a real Odoo are not written over. */
async function checkFree(path: string): Promise<void> {
  const isThere = await Deno.lstat(path).then(() => true, (error) => {
    if (error instanceof Deno.errors.NotFound) return false;
    throw unreadable(path, error);
  });
  if (!isThere) return;
  throw new OdooConfigError(`Cannot write ${path}: it is there already, so remove it first`);
}

/** A file that is whole once it is there, and gone when nobody listens any more. */
async function writtenFor(path: string, lines: string): Promise<AsyncDisposable> {
  await replaceFile(path, `${lines}\n`);
  return { [Symbol.asyncDispose]: () => Deno.remove(path).catch(() => {}) };
}
