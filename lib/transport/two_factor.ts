/**
 * The second step of a sign-in to the web client: a page that asks for a code, of an authenticator app or a mail.
 *
 * @module
 */
import { OdooAuthError, OdooNetworkError } from "../errors.ts";
import type { CallOptions } from "../values.ts";
import { type HttpAnswer, type HttpRequest, race } from "./http.ts";

/** Asked for the code once Odoo wants it. */
export type AskForCode = () => string | Promise<string>;

/** Who signs in. */
export interface SecondFactor {
  /** Login of the user, for messages. */
  username: string;
  /** Tells the code. */
  code: AskForCode | undefined;
  /** Of the sign-in. */
  options: CallOptions;
}

type Send = (request: HttpRequest) => Promise<HttpAnswer<Uint8Array>>;

const PATH = "/web/login/totp";

/**
 * Gives the code on the page that asks for it. The page comes first: Odoo sends the mail with a code when it is shown.
 *
 * @throws {OdooAuthError} There is nobody to ask for the code, Odoo does not take it, or wants something else.
 */
export async function passSecondFactor(
  send: Send,
  { username, code, options: { signal, timeoutMs } }: SecondFactor,
): Promise<void> {
  if (code === undefined) {
    throw refused(
      `Odoo asks "${username}" for a two-factor code, and there is nobody to ask: ` +
        "give signIn() a `code`, or make the key in the web client, where it works for programs ever after",
    );
  }
  const token = tokenOf(await openPage(send, username, { signal, timeoutMs }));
  if (token === undefined) throw unknownFactor(username);
  const given = await race(Promise.resolve(code()), signal);
  const form = new URLSearchParams({ csrf_token: token, totp_token: given.replace(/\s/g, "") });
  const { status, body } = await send({
    path: PATH,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new TextEncoder().encode(form.toString()),
    // What was right leads on, by a redirect that nobody has to follow
    isAnswer: (status, type) => status === 303 || isPage(status, type),
    signal,
    timeoutMs,
  });
  if (status === 303) return;
  const why = complaintOf(new TextDecoder().decode(body)) ?? "Odoo does not say why";
  throw refused(`Odoo does not take the two-factor code of "${username}": ${why}`);
}

async function openPage(send: Send, username: string, options: CallOptions): Promise<string> {
  try {
    const { body } = await send({ path: PATH, headers: {}, isAnswer: isPage, ...options });
    return new TextDecoder().decode(body);
  } catch (error) {
    const { status = 0 } = error instanceof OdooNetworkError ? error : {};
    throw status >= 300 && status <= 404 ? unknownFactor(username, error) : error;
  }
}

function isPage(status: number, type: string): boolean {
  return status === 200 && /^text\/html\b/i.test(type);
}

/** Odoo takes a form only with the token that it was sent with. */
function tokenOf(page: string): string | undefined {
  const inputs = page.match(/<input\b[^<>]*>/g) ?? [];
  const input = inputs.find((tag) => /\bname="csrf_token"/.test(tag)) ?? "";
  return /\bvalue="([^"]+)"/.exec(input)?.[1];
}

/** What the page says was wrong. */
function complaintOf(page: string): string | undefined {
  const paragraphs = page.match(/<p\b[^<>]*>[^<]*/g) ?? [];
  const text = paragraphs.find((each) => /^[^>]*\balert-danger\b/.test(each))?.replace(
    /^[^>]*>/,
    "",
  );
  return text?.replaceAll("&#39;", "'").replaceAll("&#34;", '"').trim().replace(/\s+/g, " ") ||
    undefined;
}

function unknownFactor(username: string, cause?: unknown): OdooAuthError {
  return new OdooAuthError(
    `Odoo wants more of "${username}" than a password, and not a code that could be given at ${PATH}: ` +
      "make the key in the web client, under Preferences, Account Security " +
      "(in Odoo 19: My Preferences, Security)",
    "two-factor",
    cause === undefined ? {} : { cause },
  );
}

function refused(message: string): OdooAuthError {
  return new OdooAuthError(message, "two-factor");
}
