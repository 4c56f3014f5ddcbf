/**
 * What Odoo's sanitizer does to markup, as far as simple markup goes: it is parsed as a browser would, and written
 * anew.
 *
 * @module
 */
import type { Version } from "../faults.ts";

/** A text of an html field as the database holds it. */
export function sanitized(version: Version, html: string): string {
  if (html === "") return html;
  const text = html.trimStart().replace(/&(?!#?\w+;)/g, "&amp;").replace(/<(?![a-z!/])/gi, "&lt;");
  const clean = text
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "")
    .replace(/<(br|hr|img)\b([^>]*?)\s*\/>/gi, "<$1$2>");
  const rooted = withRoot(withParagraph(clean));
  const bare = version === 19 ? rooted : rooted.replace(/^<div>([\s\S]*)<\/div>$/, "$1");
  return bare.replaceAll("\u00a0", "&nbsp;");
}

const BLOCK = /<(p|div|ul|ol|table|h[1-6]|pre|blockquote|section|hr)\b/i;

/** Text at the beginning opens a paragraph, which the first block closes. */
function withParagraph(html: string): string {
  if (html === "" || html.startsWith("<")) return html;
  const block = html.search(BLOCK);
  return block < 0 ? `<p>${html}</p>` : `<p>${html.slice(0, block)}</p>${html.slice(block)}`;
}

/** Several elements get one around them; where that is a `div`, it is taken away again. */
function withRoot(html: string): string {
  if (html === "" || BLOCK.test(html)) return html;
  const oneRoot = /^<(\w+)\b[^>]*>(?:(?!<\1\b|<\/\1>)[\s\S])*<\/\1>$/.test(html);
  return oneRoot ? html : `<span>${html}</span>`;
}
