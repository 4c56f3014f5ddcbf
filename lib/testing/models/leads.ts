/**
 * Leads and opportunities. The probability that Odoo learns from all other leads is not simulated: it is 0 until somebody
 * gives one, or the lead is won or lost.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { ownCompany } from "./accounting.ts";
import { boolean, char, date, datetime, float, html, integer } from "./define.ts";
import { many2many, many2one, monetary, selection, text } from "./define.ts";
import type { Env } from "../orm/env.ts";
import { constraintError } from "../orm/constraints.ts";
import { lacking, type Version } from "../faults.ts";
import type { Method } from "../orm/methods.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import { isInteger, type PythonValue } from "../python.ts";
import { roundTo } from "../orm/fields.ts";
import { existing, writeRecords } from "../orm/records.ts";
import { fillFromContact, followContact, tellContact } from "./lead_contacts.ts";
import { cleanWebsite } from "./partner.ts";
import type { Row } from "../orm/store.ts";
import { number } from "./taxes.ts";
import { isOfTeam, teamOf } from "./teams.ts";

/** The models of the pipeline, of a version. */
export function leadModels(version: Version): Record<string, BuiltInModel> {
  return {
    "crm.lead": lead(version),
    "crm.stage": stage(version),
    "crm.tag": {
      description: "CRM Tag",
      unique: [{
        name: "crm_tag_name_uniq",
        fields: ["name"],
        message: "Tag name already exists!",
      }],
      fields: {
        name: char("Tag Name", { required: true, translate: true }),
        color: integer("Color", { defaultOf: (env) => env.store.changes("crm.tag") % 11 + 1 }),
      },
    },
    "crm.team": team(version),
    "crm.lost.reason": {
      description: "Opp. Lost Reason",
      fields: {
        name: char("Description", { required: true, translate: true }),
        active: boolean("Active", { default: true }),
      },
    },
  };
}

const lead = (version: Version): BuiltInModel => ({
  description: version === 19 ? "Lead" : "Lead/Opportunity",
  order: "priority desc, id desc",
  fields: {
    ...mainFields(version),
    ...contactFields(version),
    ...revenueFields(version),
    ...dateFields(),
  },
  beforeCreate: complete,
  completeGiven(env, values) {
    values["stage_id"] ??= firstStage(env);
    values["team_id"] ??= teamOf(env, values["user_id"]);
    values["date_last_stage_update"] ??= env.now.slice(0, 19);
  },
  beforeWrite: follow,
  afterCreate: (env, id, values) => tellContact(env, [id], values),
  afterWrite(env, ids, values) {
    followContact(env, ids, values);
    followUser(env, ids, values);
    tellContact(env, ids, values);
  },
  indexes: [["partner_id"]],
  check(env, row) {
    const probability = number(row["probability"]);
    if (probability >= 0 && probability <= 100) return;
    const message = "The probability of closing the deal should be between 0% and 100%!";
    throw constraintError(env, "crm_lead_check_probability", message);
  },
});

type Changes = { readonly [field: string]: RpcValue };

function mainFields(version: Version): Record<string, BuiltInField> {
  const reason = version === 14 ? "lost_reason" : "lost_reason_id";
  return {
    name: char("Opportunity", { required: true, depends: ["partner_id"] }),
    type: selection("Type", [["lead", "Lead"], ["opportunity", "Opportunity"]], {
      required: true,
      default: "opportunity",
    }),
    active: boolean("Active", { default: true }),
    stage_id: many2one("crm.stage", "Stage", { copy: false, ondelete: "restrict" }),
    priority: selection("Priority", [
      ["0", "Low"],
      ["1", "Medium"],
      ["2", "High"],
      ["3", "Very High"],
    ], { default: "0" }),
    user_id: many2one("res.users", "Salesperson", { defaultOf: (env) => env.uid }),
    team_id: many2one("crm.team", "Sales Team"),
    company_id: many2one("res.company", "Company", {
      ...(version === 14 && { defaultOf: ownCompany }),
    }),
    tag_ids: many2many("crm.tag", "Tags"),
    description: (version === 14 ? text : html)("Notes"),
    [reason]: many2one("crm.lost.reason", "Lost Reason", { ondelete: "restrict" }),
    color: integer("Color Index", { default: 0 }),
    lang_id: many2one("res.lang", "Language"),
    referred: char("Referred By"),
  };
}

function contactFields(version: Version): Record<string, BuiltInField> {
  return {
    partner_id: many2one("res.partner", version === 19 ? "Contact" : "Customer"),
    partner_name: char("Company Name"),
    contact_name: char("Contact Name"),
    email_from: char("Email"),
    email_cc: char("Email cc"),
    phone: char("Phone"),
    ...(version !== 19 && { mobile: char("Mobile") }),
    function: char("Job Position"),
    website: char("Website"),
    street: char("Street"),
    street2: char("Street2"),
    city: char("City"),
    zip: char("Zip"),
    state_id: many2one("res.country.state", "State"),
    country_id: many2one("res.country", "Country"),
  };
}

function revenueFields(version: Version): Record<string, BuiltInField> {
  return {
    expected_revenue: monetary("Expected Revenue"),
    probability: float("Probability", { copy: false }),
    prorated_revenue: monetary("Prorated Revenue", {
      readonly: true,
      store: true,
      compute: (_env, row) =>
        roundTo(number(row["expected_revenue"]) * number(row["probability"]) / 100, 2),
    }),
    company_currency: many2one("res.currency", "Currency", {
      readonly: true,
      ...(version === 14 ? { related: "company_id.currency_id" } : { compute: currencyOf }),
    }),
  };
}

function currencyOf(env: Env, row: Row): RpcValue {
  const company = row["company_id"] ?? ownCompany(env);
  return typeof company === "number"
    ? env.row("res.company", company)?.["currency_id"] ?? null
    : null;
}

function dateFields(): Record<string, BuiltInField> {
  return {
    date_deadline: date("Expected Closing"),
    date_open: datetime("Assignment Date", { readonly: true, copy: false }),
    date_closed: datetime("Closed Date", { readonly: true, copy: false }),
    date_last_stage_update: datetime("Last Stage Update", { readonly: true, copy: false }),
  };
}

const stage = (version: Version): BuiltInModel => ({
  description: "CRM Stages",
  order: "sequence, name, id",
  fields: {
    name: char("Stage Name", { required: true, translate: true }),
    sequence: integer("Sequence", { default: 1 }),
    is_won: boolean("Is Won Stage?"),
    requirements: text("Requirements"),
    ...(version === 19
      ? { team_ids: many2many("crm.team", "Sales Teams") }
      : { team_id: many2one("crm.team", "Sales Team") }),
    fold: boolean("Folded in Pipeline"),
  },
});

const team = (version: Version): BuiltInModel => ({
  description: "Sales Team",
  order: version === 14 ? "sequence" : "sequence ASC, create_date DESC, id DESC",
  fields: {
    name: char("Sales Team", { required: true, translate: true }),
    sequence: integer("Sequence", { default: 10 }),
    active: boolean("Active", { default: true }),
    user_id: many2one("res.users", "Team Leader"),
    member_ids: many2many("res.users", version === 14 ? "Channel Members" : "Salespersons"),
    company_id: many2one("res.company", "Company", {
      ...(version !== 19 && { defaultOf: ownCompany }),
    }),
    color: integer("Color Index"),
    use_leads: boolean("Leads"),
    use_opportunities: boolean("Pipeline", { default: true }),
  },
});

/** Methods of `crm.lead`. */
export function leadMethods(version: Version): Record<string, Method> {
  const reason = version === 14 ? "lost_reason" : "lost_reason_id";
  return {
    action_set_won: {
      kind: "multi",
      parameters: "",
      access: "write",
      run: ({ env, model, ids }): PythonValue => {
        const rows = existing(env, model, ids.filter(isInteger));
        const won = wonStage(env);
        for (const { id } of rows) {
          writeRecords(env, model, [id], { active: true, stage_id: won, probability: 100 });
        }
        return true;
      },
    },
    action_set_lost: {
      kind: "multi",
      parameters: `${reason}=None`,
      access: "write",
      run: ({ env, model, ids, get }): PythonValue => {
        const rows = existing(env, model, ids.filter(isInteger));
        const given = get(reason);
        for (const { id } of rows) {
          writeRecords(env, model, [id], {
            active: false,
            probability: 0,
            ...(given !== undefined && { [reason]: given }),
          });
        }
        return null;
      },
    },
  };
}

function wonStage(env: Env): number {
  const stages = [...env.store.rows("crm.stage")].filter((row) => row["is_won"] === true);
  const [first] = stages.sort((one, two) => number(one["sequence"]) - number(two["sequence"]));
  if (!first) throw lacking("a pipeline without a stage that is won");
  return first.id;
}

/** Fills in what follows from the contact and the salesperson, and the first stage. */
function complete(env: Env, values: { [field: string]: RpcValue }): void {
  const now = env.now.slice(0, 19);
  if (!("stage_id" in values)) values["stage_id"] = firstStage(env);
  values["date_last_stage_update"] = now;
  const user = values["user_id"];
  if (user) values["date_open"] ??= now;
  if (values["team_id"] === undefined) {
    values["team_id"] = user ? leadTeam(env, user, values) : null;
  }
  if (values["company_id"] === undefined && env.version !== 14) {
    values["company_id"] = leadCompany(env, values);
  }
  fillFromContact(env, values);
  values["website"] = cleanWebsite(values["website"] ?? null);
  if (isWon(env, values)) {
    values["probability"] = 100;
    if (env.version === 19) values["date_closed"] = now;
  }
}

/** What a new salesperson brings along. */
function followUser(env: Env, ids: readonly number[], values: Changes): void {
  const user = values["user_id"];
  if (user === undefined) return;
  for (const id of ids) {
    const lead = env.row("crm.lead", id);
    if (!lead) continue;
    const known = typeof lead["team_id"] === "number"
      ? env.row("crm.team", lead["team_id"])
      : undefined;
    const stays = !user || values["team_id"] !== undefined || (known && isOfTeam(known, user));
    if (!stays) env.store.update("crm.lead", id, { team_id: leadTeam(env, user, lead) });
    const moved = env.row("crm.lead", id);
    if (!moved || env.version === 14 || values["company_id"] !== undefined) continue;
    env.store.update("crm.lead", id, { company_id: leadCompany(env, moved) });
  }
}

function leadTeam(env: Env, user: RpcValue, lead: Changes): RpcValue {
  const use = lead["type"] === "lead" ? "use_leads" : "use_opportunities";
  return teamOf(env, user, (team) => team[use] === true);
}

/** The company of the team, of the salesperson, or of the contact. */
function leadCompany(env: Env, lead: Changes): RpcValue {
  const of = (model: string, id: RpcValue | undefined) =>
    typeof id === "number" ? env.row(model, id)?.["company_id"] ?? null : null;
  const team = of("crm.team", lead["team_id"]);
  if (team) return team;
  const { user_id: user } = lead;
  if (!user) return of("res.partner", lead["partner_id"]);
  const current = ownCompany(env);
  const companies = typeof user === "number" ? env.row("res.users", user)?.["company_ids"] : [];
  return Array.isArray(companies) && companies.includes(current) ? current : of("res.users", user);
}

function isWon(env: Env, values: Changes): boolean {
  const stage = values["stage_id"];
  return typeof stage === "number" && env.row("crm.stage", stage)?.["is_won"] === true;
}

function firstStage(env: Env): RpcValue {
  const stages = [...env.store.rows("crm.stage")].filter((row) => row["fold"] !== true);
  stages.sort((one, two) => number(one["sequence"]) - number(two["sequence"]) || one.id - two.id);
  return stages[0]?.id ?? null;
}

/** What a new stage, and a probability, bring along. */
function follow(
  env: Env,
  ids: readonly number[],
  values: { [field: string]: RpcValue },
): void {
  const now = env.now.slice(0, 19);
  if (values["website"] !== undefined) values["website"] = cleanWebsite(values["website"]);
  const revenue = values["expected_revenue"];
  const isNew = env.version !== 19 ||
    ids.some((id) => env.row("crm.lead", id)?.["expected_revenue"] !== revenue);
  if (typeof revenue === "number" && isNew) values["expected_revenue"] = roundTo(revenue, 2);
  const user = values["user_id"];
  if (user === null) values["date_open"] = null;
  else if (user !== undefined && ids.some((id) => env.row("crm.lead", id)?.["user_id"] !== user)) {
    values["date_open"] = now;
  }
  const id = values["stage_id"];
  if (typeof id === "number") {
    values["date_last_stage_update"] = now;
    if (isWon(env, values)) {
      Object.assign(values, { probability: 100, date_closed: now });
    } else if (!("date_closed" in values)) values["date_closed"] = null;
  }
  if (values["active"] === false || number(values["probability"]) >= 100) {
    values["date_closed"] = now;
  }
}
