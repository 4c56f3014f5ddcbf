/**
 * What comes in place of rows: web pages, and other values.
 *
 * @module
 */
import { OdooProtocolError } from "../errors.ts";
import type { XmlScanner } from "./scan.ts";

const PAGE_BYTES = 1 << 16;
/** How a web page starts: a DOCTYPE or `<html>`, after comments and the like. */
const WEB_PAGE =
  /^\s*(?:<\?[^>]*>\s*|<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype\s+html|html)(?![\w:.-])/i;

/** Says so where the document is a web page, with its title: a proxy, a wrong address or an error page of the server. */
export function refuseWebPage(scanner: XmlScanner, { offset }: OdooProtocolError): void {
  const page = scanner.peek(PAGE_BYTES);
  if (!WEB_PAGE.test(page)) return;
  const title = /<title(?:\s[^<>]*)?>([^<]*)/i.exec(page)?.[1]
    ?.replace(/[\s\p{Cc}]+/gu, " ").trim().slice(0, 100);
  const named = title ? ` titled "${title}"` : "";
  const text = `A web page${named} came back in place of an ${scanner.subject}`;
  throw new OdooProtocolError(text, { offset });
}

/** The error for a value that is no array: it is the answer of a method that has run, too. */
export function asAnswered(error: unknown): unknown {
  if (!(error instanceof OdooProtocolError) || !/found <\/?\w/.test(error.message)) return error;
  const { message, offset } = error;
  return new OdooProtocolError(message, { offset, outcome: "committed" });
}
