/**
 * The parts of a response that all endpoints share: headers, and the HTML pages that are not for programs.
 *
 * @module
 */
import type { Database } from "./services.ts";
import { sessionId } from "./sessions.ts";

/** What `fetch` throws when the other side hangs up. */
export class Disconnected extends TypeError {
  override name = "TypeError";

  /** Says what `fetch` says. */
  constructor(message = "error sending request: connection closed before message completed") {
    super(message);
  }
}

/** A response with the headers that Odoo's server always sends. */
export function respond(
  { clock }: Database,
  status: number,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
): Response {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return new Response(bytes.length === 0 ? null : bytes, {
    status,
    headers: {
      server: "Werkzeug/2.2.2 Python/3.11.2",
      date: clock().toUTCString(),
      "content-type": "text/html; charset=utf-8",
      "content-length": String(bytes.length),
      connection: "close",
      ...headers,
    },
  });
}

/** An error page of Werkzeug. */
export function page(
  database: Database,
  status: number,
  title: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
  head = false,
): Response {
  return respond(database, status, head ? "" : pageText(status, title, text), headers);
}

function pageText(status: number, title: string, text: string): string {
  return "<!doctype html>\n<html lang=en>\n" +
    `<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`;
}

/** The text of the page for what nobody has expected. */
export const INTERNAL = pageText(
  500,
  "Internal Server Error",
  "The server encountered an internal error and was unable to complete your request. Either the server is " +
    "overloaded or there is an error in the application.",
);

/** The page for what nobody has expected. */
export function internal(database: Database): Response {
  return respond(database, 500, INTERNAL, {});
}

/** The page for what stops the simulator itself. Its title says it too: that is all of a page that clients show. */
export function stopped(database: Database, text: string): Response {
  const title = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return respond(
    database,
    500,
    "<!doctype html>\n<html lang=en>\n" +
      `<title>${title}</title>\n<h1>Internal Server Error</h1>\n<p>${escapeHtml(text)}</p>\n`,
    {},
  );
}

/** The page for a database that is not there. */
export function noDatabase(database: Database): Response {
  const html =
    "<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>No database is selected and " +
    "the requested URL was not found in the server-wide controllers.</p>\n<p>Please verify the hostname, " +
    "<a href=/web/login>login</a> and try again.</p>\n\n<!-- Alternatively, use the X-Odoo-Database header. -->\n";
  return respond(database, 404, html, {});
}

/** A text as it stands on a page. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll("'", "&#39;").replaceAll('"', "&#34;");
}

/** The page of the website for an address that leads nowhere. It sets a cookie. */
export function notFound(database: Database): Response {
  const html = '<!DOCTYPE html>\n<html>\n    <head>\n        <meta charset="utf-8"/>\n' +
    "        <title>Odoo</title>\n    </head>\n    <body>\n        <h1>404</h1>\n" +
    "        <p>Page not found!</p>\n    </body>\n</html>\n";
  return respond(database, 404, html, {
    "content-type": "text/html;charset=utf-8",
    "set-cookie": `session_id=${sessionId(database.version)}; Path=/; HttpOnly`,
  });
}
