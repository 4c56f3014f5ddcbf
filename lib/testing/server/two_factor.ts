/**
 * Two-factor authentication: the page of the web client that asks for the code of an authenticator app.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { PythonValue } from "../python.ts";
import type { Row } from "../orm/store.ts";
import { digest } from "./digests.ts";
import { escapeHtml, internal, page, respond } from "./responses.ts";
import { runCall, type Watcher } from "./run.ts";
import { type Database, environment } from "./services.ts";
import type { UserSession } from "./sessions.ts";

/** Where the code is given. */
export const TWO_FACTOR_PATH = "/web/login/totp";

/** Column of the secret, beside the fields, where no call can read it. */
export const TWO_FACTOR_COLUMN = "totp_key";

/** The code of a moment. */
export function codeAt(key: string, time: Date): string {
  return codeOf(key, Math.floor(time.getTime() / STEP_MS));
}

/** Answers a request for the page, or with its form. */
export async function answerTwoFactor(
  database: Database,
  watcher: Watcher,
  request: Request,
): Promise<Response> {
  const session = database.accounts.sessions.waiting(database.store, request);
  const form = request.method === "POST"
    ? Object.fromEntries(new URLSearchParams(await request.text()))
    : undefined;
  let response: Response | undefined;
  const call = { service: "web", method: TWO_FACTOR_PATH, params: [form ?? {}] };
  const outcome = await runCall(watcher, call, (): PythonValue => {
    response = session
      ? answerForm(database, session, form)
      : redirect(database, "/web/login", undefined);
    return null;
  });
  if (outcome.kind === "http") {
    return respond(database, outcome.status, outcome.body ?? "", outcome.headers ?? {});
  }
  return outcome.kind === "value" && response ? response : internal(database);
}

const STEP_MS = 30_000;
/** Codes that 19 looks at in an hour, until one of them is right. */
const CHECKS = 5;
const HOUR_MS = 3_600_000;

function answerForm(
  database: Database,
  session: UserSession,
  form: Readonly<Record<string, string>> | undefined,
): Response {
  const { accounts, store, version } = database;
  if (form === undefined) return formPage(database, session);
  if (form["csrf_token"] !== tokenOf(session)) {
    return page(database, 400, "Bad Request", "Session expired (invalid CSRF token)");
  }
  const user = store.get("res.users", session.uid);
  const complaint = user && complaintAbout(database, user, form["totp_token"] ?? "");
  if (!user || complaint !== undefined) return formPage(database, session, complaint);
  accounts.sessions.close(session);
  const { id } = accounts.sessions.open(version, user);
  return redirect(database, version === 19 ? "/odoo" : "/web", id);
}

/** What is wrong with a code, or `undefined`. 19 takes no code twice, and looks at few of them. */
function complaintAbout(database: Database, user: Row, token: string): string | undefined {
  const { accounts, clock, store, version } = database;
  const given = token.replace(/\s/g, "");
  if (!/^\d+$/.test(given)) return "Invalid authentication code format.";
  const now = clock().getTime();
  if (version === 19 && !accounts.countCode(user.id, now, { most: CHECKS, within: HOUR_MS })) {
    return "You reached the limit of code verifications for your account, please try again later.";
  }
  const step = Math.floor(now / STEP_MS);
  const key = String(user[TWO_FACTOR_COLUMN]);
  const match = [step - 1, step, step + 1].find((each) =>
    Number(codeOf(key, each)) === Number(given)
  );
  if (match === undefined) return "Verification failed, please double-check the 6-digit code";
  if (version !== 19) return undefined;
  if (match <= Number(user["totp_last"] ?? 0)) {
    return "Verification failed, please use the latest 6-digit code";
  }
  environment(database, 1, true).store.update("res.users", user.id, { totp_last: match });
  store.commit();
  accounts.forgetCodes(user.id);
  return undefined;
}

function codeOf(key: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", Buffer.from(key, "hex")).update(counter).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

function formPage(database: Database, session: UserSession, complaint?: string): Response {
  const error = complaint === undefined
    ? ""
    : `<p class="alert alert-danger" role="alert">\n    ${escapeHtml(complaint)}\n</p>\n`;
  const html = "<!DOCTYPE html>\n<html>\n<head><title>Odoo</title></head>\n<body>\n" +
    '<form method="POST" action="" class="">\n' +
    `<input type="hidden" name="csrf_token" value="${tokenOf(session)}"/>\n` +
    '<input type="hidden" name="redirect"/>\n' +
    '<input id="totp_token" name="totp_token" required="required"/>\n' +
    `${error}<button type="submit">Log in</button>\n</form>\n</body>\n</html>\n`;
  return respond(database, 200, html, cookieOf(session.id));
}

function redirect(database: Database, to: string, id: string | undefined): Response {
  const html = "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n" +
    `<h1>Redirecting...</h1>\n<p>You should be redirected automatically to the target URL: ` +
    `<a href="${to}">${to}</a>. If not, click the link.\n`;
  return respond(database, 303, html, { location: to, ...(id !== undefined && cookieOf(id)) });
}

function cookieOf(id: string): Record<string, string> {
  return { "set-cookie": `session_id=${id}; Max-Age=604800; HttpOnly; Path=/` };
}

function tokenOf({ id }: UserSession): string {
  return digest(id).slice(0, 40);
}
