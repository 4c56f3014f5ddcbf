/**
 * The database and the credential.
 *
 * @module
 */
import type { OdooConfig, Protocol } from "../../config.ts";
import { OdooAuthError } from "../../errors.ts";
import { isKeyShaped } from "../../secrets.ts";
import { byNearness } from "../../nearest.ts";
import { type Check, failed, type Finding, ok, type Patient, skipped, warning } from "./check.ts";
import { TITLES } from "./odoo.ts";
import type { Server } from "./server.ts";

/** So many databases are named. */
const NAMED = 5;

/** Whether the database is there. */
export const database: Check = {
  name: "database",
  needs: ["odoo"],
  async run({ server, settings: { config } }) {
    if (config === undefined) {
      const names = await namesOf(server);
      const advice = names.length > 0
        ? `Set ODOO_DB; the server has ${listed(names)}`
        : "Set ODOO_DB";
      return skipped("The settings do not name it", advice);
    }
    const { db } = config;
    const isThere = await server.databases("db_exist", [db]);
    if (isThere === true) return ok(`"${db}" is there`);
    if (isThere !== false) {
      return skipped("The server does not tell of its databases; the sign-in will show it");
    }
    const names = byNearness(db, await namesOf(server));
    return failed(
      `There is no database "${db}", or it cannot be opened`,
      names.length > 0 ? `Set ODOO_DB; the server has ${listed(names)}` : "Check ODOO_DB",
    );
  },
};

/** Whether the credential works, and what it is. */
export const credential: Check = {
  name: "credential",
  needs: ["settings", "database"],
  async run(patient) {
    const { config } = patient.settings;
    const secret = config?.apiKey ?? config?.password;
    if (config === undefined || typeof secret !== "string") return skipped("There is none");
    const open = await protocolsOf(patient);
    const protocol = open.find((each) => each !== "json2" || config.apiKey !== undefined);
    if (protocol === undefined) return await noWay(open, patient);
    try {
      const uid = await patient.server.signIn(protocol, secret);
      return signedIn(config, secret, { uid, protocol });
    } catch (error) {
      if (!(error instanceof OdooAuthError)) throw error;
      const other = open.find((each) => each !== "json2");
      const mayBePassword = protocol === "json2" && error.wrong !== "user" && !isKeyShaped(secret);
      if (mayBePassword && other && await isTaken(patient.server, other, secret)) {
        return failed("ODOO_API_KEY has a password, which JSON-2 does not take", AS_PASSWORD);
      }
      return refusal(error, config, (await patient.server.version())?.major ?? 0);
    }
  },
};

const NEW_KEY = 'Make an API key with "odeno keys new" and set ODOO_API_KEY';
const AS_PASSWORD = `Put it into ODOO_PASSWORD. Better: make an API key with "odeno keys new"`;

/** The protocols that answer, in the order in which a connection takes them. */
async function protocolsOf({ server, settings: { config } }: Patient): Promise<Protocol[]> {
  const open = (await server.wires()).filter(({ version }) => version !== undefined)
    .map(({ protocol }) => protocol);
  const { protocol: asked = "auto" } = config ?? {};
  if (asked !== "auto") return open.filter((each) => each === asked);
  const order: readonly Protocol[] = ["json2", "xmlrpc", "jsonrpc"];
  return order.filter((each) => open.includes(each));
}

/** Why there is no protocol to sign in over. */
async function noWay(open: readonly Protocol[], { server, settings }: Patient): Promise<Finding> {
  if (open.length > 0) {
    return failed("Odoo answers over JSON-2 only, which takes no passwords", NEW_KEY);
  }
  const { protocol = "auto" } = settings.config ?? {};
  if (protocol === "auto") return failed("Odoo answers over none of the protocols");
  const version = (await server.version())?.text;
  return failed(
    `Odoo ${version} does not answer over ${TITLES[protocol]}, which ODOO_PROTOCOL asks for`,
    protocol === "json2"
      ? "JSON-2 comes with Odoo 19; below, leave ODOO_PROTOCOL out"
      : "Leave ODOO_PROTOCOL out",
  );
}

/** What is known of a secret that Odoo has taken: JSON-2 takes keys only, the others take both without a word. */
function signedIn(
  { username, apiKey }: OdooConfig,
  secret: string,
  { uid, protocol }: { uid: number; protocol: Protocol },
): Finding {
  const who = `"${username}" (uid ${uid}) is let in over ${TITLES[protocol]}`;
  if (protocol === "json2") return ok(`${who}, with an API key`);
  if (!isKeyShaped(secret)) {
    const where = apiKey === undefined ? "" : ", though it is in ODOO_API_KEY";
    return warning(
      `${who}, with a password${where}`,
      `${NEW_KEY}: a key opens no web session and can be revoked by itself`,
    );
  }
  if (apiKey !== undefined) return ok(`${who}, with an API key, by its looks`);
  return warning(
    `${who}, with what looks like an API key in ODOO_PASSWORD`,
    "Put it into ODOO_API_KEY: JSON-2, which Odoo has from 19 on, is for keys only",
  );
}

function refusal({ message, reason }: OdooAuthError, { apiKey }: OdooConfig, major: number) {
  if (reason === "cooldown") return failed(message, "Wait a minute");
  const limit = major < 17 ? "; after ten wrong tries it refuses all for a minute" : "";
  const secret = apiKey === undefined ? "ODOO_PASSWORD" : "ODOO_API_KEY";
  return failed(`${message}${limit}`, `Check ODOO_USERNAME and ${secret}, or make a new API key`);
}

async function isTaken(server: Server, protocol: Protocol, secret: string): Promise<boolean> {
  try {
    return await server.signIn(protocol, secret) > 0;
  } catch (error) {
    if (error instanceof OdooAuthError) return false;
    throw error;
  }
}

async function namesOf(server: Server): Promise<string[]> {
  const names = await server.databases("list", []);
  return Array.isArray(names) ? names.map(String) : [];
}

function listed(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return names.slice(0, NAMED).map((name) => `"${name}"`).join(", ") + more;
}
