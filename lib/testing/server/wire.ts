/**
 * HTTP: from a request to the endpoint that answers it, as Odoo's server does.
 *
 * @module
 */
import { answerDoc } from "./doc.ts";
import { answerJson2 } from "./json2.ts";
import { answerJsonRpc, answerNowhere, isJsonRpc } from "./jsonrpc.ts";
import { notFound } from "./responses.ts";
import type { Watcher } from "./run.ts";
import type { Database } from "./services.ts";
import { answerWeb } from "./web.ts";
import { answerXmlRpc } from "./xmlrpc.ts";

/** Answers a request. */
export async function answer(
  database: Database,
  watcher: Watcher,
  request: Request,
): Promise<Response> {
  const path = new URL(request.url).pathname.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
  const [, two, service] = /^\/xmlrpc\/(2\/)?([^/]+)$/.exec(path) ?? [];
  if (service !== undefined) {
    return await answerXmlRpc(database, watcher, request, two ? 2 : 1, service);
  }
  if (path === "/jsonrpc") return await answerJsonRpc(database, watcher, request);
  if (/^\/json\/2(\/|$)/.test(path) && database.version === 19) {
    return await answerJson2(database, watcher, request, path);
  }
  const [, doc] = /^\/doc-bearer\/([^/]+)\.json$/.exec(path) ?? [];
  if (doc !== undefined && database.version === 19) return answerDoc(database, request, doc);
  const found = await answerWeb(database, watcher, request, path);
  if (found) return found;
  return database.version === 14 && isJsonRpc(request)
    ? await answerNowhere(database, request)
    : notFound(database);
}
