/**
 * What makes a job the same job in every run: what it reads, from where, and through whose eyes.
 *
 * @module
 */
import { normalizeDomain } from "../../domain.ts";
import { Model, withoutFiles } from "../../model.ts";
import type { PullOptions } from "../pull.ts";
import { PullStoppedError } from "../sinks/sink.ts";
import type { JobState } from "../state.ts";
import type { Caller, CallOptions, RpcInput } from "../../values.ts";
import type { PulledField } from "./rows.ts";

type Context = Readonly<Record<string, RpcInput>>;

/** The domain as it is sent. Conditions on the id are added later: what they change for files is settled before. */
export function domainOf({ model, domain = [] }: PullOptions): readonly RpcInput[] {
  return normalizeDomain(withoutFiles(model, domain));
}

/** The context of all calls, which must not depend on what the user has chosen in the web. */
export function contextOf({ context }: PullOptions): Context {
  return { lang: "en_US", tz: "UTC", active_test: false, ...context };
}

/**
 * The context with the companies of the user: those of the first run stay those of the job. Without them, values that
 * differ from company to company would follow whichever the user has chosen as the main one.
 */
export async function withCompanies(
  caller: Caller,
  context: Context,
  state: JobState,
  options: CallOptions,
): Promise<{ context: Context; companies: string | undefined }> {
  if (context["allowed_company_ids"] !== undefined || caller.uid === undefined) {
    return { context, companies: undefined };
  }
  const companies = await state.get("companies") ??
    JSON.stringify(await companiesOf(caller, caller.uid, options));
  return { context: { ...context, allowed_company_ids: JSON.parse(companies) }, companies };
}

/** The main company first: new records and values of companies go by it. */
async function companiesOf(caller: Caller, uid: number, options: CallOptions): Promise<number[]> {
  const users = new Model(caller, "res.users");
  const [user] = await users.read([uid], { ...options, fields: ["company_id", "company_ids"] });
  const { company_id, company_ids } = user ?? {};
  const main = Array.isArray(company_id) ? Number(company_id[0]) : Number(company_id);
  const all = Array.isArray(company_ids) ? company_ids.map(Number) : [];
  return [main, ...all.filter((id) => id !== main).sort((one, two) => one - two)];
}

/**
 * Compares the job with what it was in the last run, and answers with what the state is to keep of it.
 *
 * @throws {PullStoppedError} It reads something else, or from elsewhere.
 */
export async function checkJob(
  caller: Caller,
  options: PullOptions,
  state: JobState,
): Promise<string> {
  const kept = await state.get("job");
  if (await state.get("push") !== undefined) {
    const message = `The job "${state.job}" is that of a push: take another name`;
    throw new PullStoppedError(message, "job");
  }
  const before: Readonly<Record<string, RpcInput>> = kept === undefined ? {} : JSON.parse(kept);
  const now: Record<string, RpcInput> = {
    // Not every caller tells where it leads to
    server: caller.url?.replace(/\/+$/, "") ?? before["server"] ?? "",
    database: caller.db ?? before["database"] ?? "",
    model: options.model,
    domain: domainOf(options),
    context: sorted(contextOf(options)),
  };
  for (const [name, value] of Object.entries(now)) {
    const [was, is] = [JSON.stringify(before[name] ?? ""), JSON.stringify(value)];
    if (was === '""' || was === is) continue;
    throw new PullStoppedError(
      `The job "${state.job}" had the ${name} ${was} in its last run, and now has ${is}: ` +
        "change it back, or give it another name and an empty copy",
      "job",
    );
  }
  return JSON.stringify(now);
}

/**
 * Compares the fields with those of the last run. Answers whether there are more of them.
 *
 * @throws {PullStoppedError} One has another type, is asked for no more, or is new and must not be added.
 */
export async function checkFields(
  fields: readonly PulledField[],
  state: JobState,
  addColumns: boolean,
): Promise<boolean> {
  const kept = await state.get("fields");
  if (kept === undefined) return false;
  const before: PulledField[] = JSON.parse(kept);
  const refuse = (what: string) => {
    throw new PullStoppedError(`Cannot go on with the job "${state.job}": ${what}`, "schema");
  };
  const now = new Map(fields.map((field) => [field.name, field]));
  for (const { name, type, relation } of before) {
    const field = now.get(name);
    if (!field) {
      refuse(`the field "${name}" is asked for no more; give it another name and an empty copy`);
    } else if (field.type !== type || field.relation !== relation) {
      refuse(
        `the field "${name}" was ${shown(type, relation)} and is ${
          shown(field.type, field.relation)
        }; ` +
          "give the job another name and an empty copy",
      );
    }
  }
  const added = fields.filter(({ name }) => before.every((field) => field.name !== name));
  if (added.length > 0 && !addColumns) {
    const names = added.map(({ name }) => `"${name}"`).join(", ");
    refuse(`the field ${names} is new; set addColumns: true to have it added to the copy`);
  }
  return added.length > 0;
}

function shown(type: string, relation: string): string {
  return relation === "" ? type : `${type} of ${relation}`;
}

function sorted(context: Context): { [key: string]: RpcInput } {
  const names = Object.keys(context).sort();
  return Object.fromEntries(names.map((name) => [name, context[name] ?? null]));
}
