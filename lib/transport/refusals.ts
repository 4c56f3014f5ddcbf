/**
 * What came in place of an answer, told as an error: no connection, a redirect, a web page, an HTTP error of a proxy.
 *
 * @module
 */
import {
  OdooConfigError,
  OdooDatabaseError,
  type OdooError,
  OdooNetworkError,
  type OdooProtocolError,
} from "../errors.ts";

/** As much of a web page as is read to find its title. */
const PAGE_BYTES = 16_384;
const LONGEST_TITLE = 200;
const EMPTY = "answered with nothing";

/** A request that `fetch` could not make, or an answer that was cut off. */
export function unreachable(error: unknown, url: string): OdooError {
  if (error instanceof Deno.errors.NotCapable) {
    const { host } = new URL(url);
    return new OdooConfigError(
      `Cannot reach ${url} without permission: run with --allow-net=${host}`,
    );
  }
  // Deno wraps the reason in "fetch failed", and its innermost part stands last in the text
  const { cause = error } = error instanceof Error ? error : {};
  const text = cause instanceof Error ? cause.message : String(cause);
  const distrust = DISTRUST.exec(text)?.[1];
  if (distrust !== undefined) return distrusted(distrust, url, error);
  const wasSent = !/client error \(Connect\)|are blocked$/.test(text);
  const what = wasSent ? "was cut off before the answer was complete" : "could not be made";
  const why = text.split(": ").at(-1) ?? text;
  const hint = NO_TLS.test(text)
    ? "; where the server speaks plain http, ODOO_URL must begin with http://"
    : "";
  return new OdooNetworkError(`The connection to ${url} ${what}: ${why}${hint}`, {
    url,
    outcome: wasSent ? "unknown" : "not-sent",
    cause: error,
  });
}

/** What Deno says of a server that does not speak TLS. */
const NO_TLS = /client error \(Connect\): .*(?:handshake eof|InvalidContentType)/s;

/** What Deno says of a certificate that it does not take. */
const DISTRUST = /client error \(Connect\): invalid peer certificate: (.*)/s;
const NO_TRUST = "has a certificate that Deno does not trust";

function distrusted(why: string, url: string, cause: unknown): OdooNetworkError {
  const hint = /UnknownIssuer|CaUsedAsEndEntity/.test(why)
    ? "where a CA of your own has made it, give its file to --cert or DENO_CERT"
    : /Expired/i.test(why)
    ? "have it renewed, and see to the clock of this machine"
    : /not valid for|NotValidForName/.test(why)
    ? "ODOO_URL must have a name that the certificate is made for"
    : "odeno doctor tells more of it";
  return new OdooNetworkError(`${new URL(url).origin} ${NO_TRUST} (${why}): ${hint}`, {
    url,
    outcome: "not-sent",
    cause,
  });
}

/** Whether the server's certificate was refused, which it will be next time as well. */
export function isDistrusted({ message, url }: OdooNetworkError): boolean {
  return message.startsWith(`${new URL(url).origin} ${NO_TRUST} `);
}

/** Whether an answer was refused for its size or depth, which will be the same next time. */
export function isTooMuch({ message }: OdooProtocolError): boolean {
  return /\b(?:larger|longer|deeper|more) than \d+\b/.test(message);
}

/** An answer without a body. */
export function emptyAnswer(url: string, status: number): OdooNetworkError {
  return new OdooNetworkError(
    `${url} ${EMPTY} (HTTP ${status}); Odoo may have run the call all the same`,
    { url, status, outcome: "unknown" },
  );
}

/** Whether the answer had no body. Its status is the same as that of a web page, which will still be there next time. */
export function isEmptyAnswer({ message, url }: OdooNetworkError): boolean {
  return message.startsWith(`${url} ${EMPTY} `);
}

/** An answer that is not Odoo's, which is known by its status and type. */
export async function notAnAnswer(response: Response, url: string): Promise<OdooError> {
  const { status } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    return redirected(url, status, response.headers.get("location"));
  }
  const page = await startOf(response);
  // Odoo also says so of an address that it does not have, to a request that names no database
  if (page.includes("No database is selected") && /\/(json\/2|doc-bearer)\//.test(url)) {
    return new OdooDatabaseError(
      `Odoo at ${new URL(url).origin} does not know the database, or hides it: check ODOO_DB`,
    );
  }
  return strangeAnswer(url, status, response.headers, page);
}

/** An answer whose text, as far as it was read, is not Odoo's. */
export function strangeAnswer(
  url: string,
  status: number,
  headers: Headers,
  page: string,
): OdooNetworkError {
  const title = titleOf(page);
  const titled = title === undefined ? "" : ` and a page titled "${title}"`;
  const hint = HINTS[status] ?? "check ODOO_URL, and what stands between here and Odoo";
  // From 300 to 499 Odoo or a proxy refused the request before any method ran
  return new OdooNetworkError(
    `${url} answered with HTTP ${status}${titled} in place of RPC: ${hint}`,
    {
      url,
      status,
      outcome: status >= 500 || status < 300 || status === 408 ? "unknown" : "not-sent",
      retryAfterMs: retryAfter(headers.get("retry-after")),
    },
  );
}

const HINTS: Readonly<Record<number, string>> = {
  400: "ODOO_URL must be the address of Odoo itself, without /web or /odoo",
  403: "a proxy in front of Odoo refuses this address",
  404: "ODOO_URL must be the address of Odoo itself, without /web or /odoo",
  413: "the request is larger than the server or a proxy takes, so send smaller chunks",
  429: "the server asks for fewer calls, so wait, or set callsPerSecond",
  502: "the proxy in front of Odoo got no answer, and Odoo may have run the call",
  503: "Odoo is not available",
  504: "the proxy in front of Odoo lost patience, and Odoo may still be working on the call",
};

function redirected(url: string, status: number, location: string | null): OdooNetworkError {
  const { pathname } = new URL(url);
  const target = location === null ? null : URL.parse(location, url);
  const address = target === null ? "" : target.origin + target.pathname;
  const path = ENDPOINT.exec(pathname)?.[0] ?? "/";
  const what = target === null
    ? "that leads nowhere: check ODOO_URL"
    : target.pathname.endsWith(path)
    ? `to ${address}: set ODOO_URL=${address.slice(0, -path.length)}`
    : `to ${address}, which is not an RPC endpoint: check ODOO_URL`;
  return new OdooNetworkError(`${url} answered with a redirect ${what}`, {
    url,
    status,
    outcome: "not-sent",
  });
}

const ENDPOINT =
  /\/(xmlrpc\/2\/\w+|jsonrpc|json\/\S+|doc-bearer\/\S+|web\/(session|dataset|database|login)\/\w+)$/;

/** HTTP's `Retry-After`, in milliseconds: it is a number of seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function titleOf(page: string): string | undefined {
  const title = /<title[^<>]*>([^<]*)<\/title>/i.exec(page)?.[1]?.trim().replace(/\s+/g, " ");
  return title ? title.slice(0, LONGEST_TITLE) : undefined;
}

async function startOf(response: Response): Promise<string> {
  if (response.body === null) return "";
  let text = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.length > PAGE_BYTES) break;
  }
  return text.slice(0, PAGE_BYTES);
}
