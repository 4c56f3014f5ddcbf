/**
 * Holds generated types against the server that they are made from: the same bytes over every protocol, formatted as
 * `deno fmt` does, every record of a real `search_read` is accepted, by a check at run time and (a part of them) by the
 * compiler, a record can be made with exactly what `create` demands, and how long checking takes.
 *
 * @module
 */
import { connect, type Odoo, OdooServerError, type RpcInput } from "../../mod.ts";
import { generateTypes } from "../../lib/codegen.ts";
import { structs } from "../../lib/values.ts";
import type { Host } from "../contract/ground.ts";
import { protocolsOf } from "../contract/run.ts";
import { runDeno, temporaryFolder } from "../support.ts";
import {
  literals,
  misfits,
  type ModelSource,
  readSource,
  type RecordValues,
} from "./type_source.ts";

/** Thirty models of sales, invoices and what these need. */
const MODELS = [
  "account.account",
  "account.journal",
  "account.move",
  "account.move.line",
  "account.payment",
  "account.tax",
  "calendar.event",
  "crm.lead",
  "crm.stage",
  "crm.team",
  "ir.attachment",
  "ir.cron",
  "ir.sequence",
  "mail.activity",
  "product.category",
  "product.pricelist",
  "product.pricelist.item",
  "product.product",
  "product.supplierinfo",
  "product.template",
  "res.company",
  "res.country",
  "res.currency",
  "res.groups",
  "res.partner",
  "res.partner.bank",
  "res.users",
  "sale.order",
  "sale.order.line",
  "uom.uom",
];
/** What is made of these cannot be taken away again, or leaves something behind: sequences, pricelists. */
const LASTING = ["account.journal", "ir.cron", "res.company", "res.currency", "res.partner.bank"];
/** So many records of a model go to the compiler; all of them are checked at run time. */
const MOST_LITERALS = 20;
const MOST_RECORDS = 2000;

/** Runs it all, prints what holds, and answers whether all does. Without models, thirty of them. */
export async function checkTypes({ admin }: Host, only: readonly string[]): Promise<boolean> {
  const models = only.length > 0 ? only : MODELS;
  const odoo = await connect({ ...admin, protocol: "jsonrpc" });
  const { version } = odoo;
  const options = { version: version.major, command: "odeno types", specifier: "../mod.ts" };
  const source = await generateTypes(odoo, models, options);
  const failures: string[] = [];
  for (const protocol of protocolsOf(version.major)) {
    const other = await generateTypes(await connect({ ...admin, protocol }), models, options);
    if (other !== source) failures.push(`The types are not the same over ${protocol}`);
  }
  const types = readSource(source);
  const records = new Map<string, RecordValues[]>();
  for (const [model, type] of types) {
    records.set(model, await readAll(odoo, model, [...type.read.keys()]));
    const wrong = records.get(model)!.flatMap((record) => misfits(type, record));
    failures.push(...[...new Set(wrong)].slice(0, 5).map((each) => `${model}: ${each}`));
    failures.push(...await tryCreate(odoo, model, type));
  }
  failures.push(...await compile(source, literals(types, records, MOST_LITERALS)));
  const count = [...records.values()].reduce((sum, { length }) => sum + length, 0);
  console.log([version.text, `${types.size} models`, `${count} records`].join("\t"));
  for (const failure of failures) console.log(`\tfailed: ${failure}`);
  return failures.length === 0;
}

/** All fields of the records, but for those that Odoo itself cannot answer, which are named. */
async function readAll(odoo: Odoo, model: string, fields: string[]): Promise<RecordValues[]> {
  try {
    const rows = await odoo.executeKw(model, "search_read", [[]], {
      fields,
      limit: MOST_RECORDS,
      context: { active_test: false },
    });
    return structs(rows);
  } catch (error) {
    if (fields.length === 1) {
      const why = error instanceof Error ? error.message.slice(0, 120) : String(error);
      console.log(`\t${model}.${fields[0]} cannot be read: ${why}`);
      return [];
    }
    const middle = Math.floor(fields.length / 2);
    const [first, second] = [
      await readAll(odoo, model, fields.slice(0, middle)),
      await readAll(odoo, model, fields.slice(middle)),
    ];
    const [longer, other] = first.length >= second.length ? [first, second] : [second, first];
    const byId = new Map(other.map((record) => [record["id"], record]));
    return longer.map((record) => ({ ...byId.get(record["id"] ?? null), ...record }));
  }
}

/** Makes a record with what `create` demands and nothing else, and takes it away. */
async function tryCreate(odoo: Odoo, model: string, type: ModelSource): Promise<string[]> {
  if (LASTING.includes(model)) return [];
  const demanded = [...type.demanded.keys()];
  const values: { [field: string]: RpcInput } = {};
  for (const [field, alternatives] of type.demanded) {
    values[field] = await valueOf(odoo, model, field, alternatives);
  }
  const refusal = await refusalOf(odoo, model, values);
  const said = `create with ${demanded.join(", ") || "nothing"}`;
  console.log(`\t${model}: ${said}${refusal && ` is refused: ${refusal}`}`);
  const failures: string[] = [];
  for (const field of demanded) {
    const { [field]: _, ...others } = values;
    if (await refusalOf(odoo, model, others) === "") {
      failures.push(`${model}: create demands ${field}, and Odoo does not`);
    }
  }
  return failures;
}

/** Why Odoo does not make a record with these values; empty where it does. The record is taken away again. */
async function refusalOf(
  odoo: Odoo,
  model: string,
  values: { readonly [field: string]: RpcInput },
): Promise<string> {
  try {
    // Nobody has to be invited
    const context = { no_reset_password: true };
    const id = await odoo.executeKw<number>(model, "create", [values], { context });
    await remove(odoo, model, id).catch(() =>
      console.log(`\t${model}: ${id} could not be taken away`)
    );
    return "";
  } catch (error) {
    if (!(error instanceof OdooServerError)) throw error;
    return error.message.replaceAll("\n", " ").slice(0, 300);
  }
}

/** Removes a record; of a user also the contact that was made with it. */
async function remove(odoo: Odoo, model: string, id: number): Promise<void> {
  const [user] = model === "res.users"
    ? await odoo.model(model).read([id], { fields: ["partner_id"] })
    : [];
  await odoo.executeKw(model, "unlink", [[id]]);
  const contact = user?.["partner_id"];
  if (Array.isArray(contact)) await odoo.executeKw("res.partner", "unlink", [[contact[0] ?? 0]]);
}

async function valueOf(
  odoo: Odoo,
  model: string,
  field: string,
  [first = ""]: string[],
): Promise<RpcInput> {
  const fields = await odoo.executeKw(model, "fields_get", [[field]], { attributes: ["relation"] });
  const [{ [field]: described = null } = {}] = structs([fields]);
  const relation = structs([described])[0]?.["relation"];
  if (typeof relation === "string") {
    const ids = await odoo.executeKw<number[]>(relation, "search", [[]], { limit: 1 });
    return ids[0] ?? false;
  }
  if (first === "number") return 1;
  if (first === "string") return "ODE";
  return JSON.parse(first);
}

const USE = `import { connect } from "../mod.ts";
const odoo = await connect/*types*/();
await odoo.model("res.partner").searchRead([], { fields: ["name"] });
`;

/** Compiles under the strictest options, and prints how long the check of a short script takes with and without types. */
async function compile(source: string, records: string): Promise<string[]> {
  await using folder = await temporaryFolder();
  const write = (name: string, text: string) => Deno.writeTextFile(`${folder.path}/${name}`, text);
  const mod = new URL("../../mod.ts", import.meta.url).href;
  await write("models.ts", source.replace("../mod.ts", mod));
  await write("records.ts", records);
  await write("format.ts", source.replace("// deno-fmt-ignore-file\n", ""));
  await write("deno.json", JSON.stringify({ compilerOptions: STRICTEST, lock: false }));
  const config = ["--config", `${folder.path}/deno.json`];
  const failures: string[] = [];
  const run = async (...args: string[]) => {
    const { code, stderr, stdout } = await runDeno(args);
    if (code !== 0) failures.push(`deno ${args[0]}: ${(stderr + stdout).slice(0, 2000)}`);
  };
  await run("fmt", "--check", ...config, `${folder.path}/format.ts`);
  await run("check", ...config, `${folder.path}/records.ts`);
  const seconds: Record<string, number[]> = { without: [], with: [] };
  for (const round of [1, 2, 3, 4]) {
    for (const way of ["without", "with"]) {
      const head = way === "with" ? `import type { Models } from "./models.ts";\n` : "";
      const type = way === "with" ? "<Models>" : "";
      // Another text each time: what was checked once is not checked again
      await write(
        "use.ts",
        `${head}${
          USE.replace("../mod.ts", mod).replace("/*types*/", type)
        }// ${crypto.randomUUID()}\n`,
      );
      const start = performance.now();
      await run("check", ...config, `${folder.path}/use.ts`);
      if (round > 1) seconds[way]?.push((performance.now() - start) / 1000);
    }
  }
  const [without, typed] = [median(seconds["without"]), median(seconds["with"])];
  console.log(
    `\tchecking takes ${typed.toFixed(2)} s, ${
      without.toFixed(2)
    } s without the types of these models`,
  );
  return failures;
}

const STRICTEST = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
};

function median(values: number[] = []): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
