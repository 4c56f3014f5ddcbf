/**
 * What Python's XML parser, expat, says of a text that is no XML. Only looked for when a call could not be read.
 *
 * @module
 */

/** What is wrong with a text, and at which character; `undefined` where it is well-formed. */
export function xmlProblem(text: string): { message: string; index: number } | undefined {
  return new Scanner(text).problem();
}

type Problem = { message: string; index: number };

const NAME = "[A-Za-z_:\\u0080-\\uffff][-\\w.:\\u0080-\\uffff]*";
const INVALID = "not well-formed (invalid token)";

/** Walks through a document, and stops where expat does. */
class Scanner {
  readonly #text: string;
  readonly #open: string[] = [];
  #at = 0;
  #root = false;

  constructor(text: string) {
    this.#text = text.startsWith("\ufeff") ? text.slice(1) : text;
  }

  problem(): Problem | undefined {
    while (this.#at < this.#text.length) {
      const problem = this.#text[this.#at] === "<" ? this.#markup() : this.#content();
      if (problem) return problem;
    }
    const done = this.#root && this.#open.length === 0;
    return done ? undefined : this.#problem("no element found", this.#text.length);
  }

  #content(): Problem | undefined {
    const start = this.#at;
    const inside = this.#open.length > 0;
    if (!inside) {
      this.#take(/[ \t\r\n]+/y);
      if (this.#at > start) return undefined;
      return this.#problem(this.#root ? "junk after document element" : "syntax error", start);
    }
    if (this.#take(/[^<&\]]+/y)) return undefined;
    if (this.#text.startsWith("]]>", start)) return this.#problem(INVALID, start + 2);
    if (this.#take(/\]/y)) return undefined;
    return this.#reference();
  }

  #reference(): Problem | undefined {
    const start = this.#at;
    if (this.#take(/&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);/y)) return undefined;
    if (this.#take(new RegExp(`&${NAME};`, "y"))) return this.#problem("undefined entity", start);
    const rest = new RegExp(`&(?:#x?[\\da-fA-F]*|${NAME})?`, "y");
    this.#take(rest);
    return this.#at >= this.#text.length
      ? this.#problem("unclosed token", start)
      : this.#problem(INVALID, this.#at);
  }

  #markup(): Problem | undefined {
    const start = this.#at;
    if (this.#text.startsWith("</", start)) return this.#end();
    if (this.#text.startsWith("<!--", start)) return this.#until("-->", 4);
    if (this.#text.startsWith("<?", start)) return this.#instruction();
    if (this.#text.startsWith("<![CDATA[", start) && this.#open.length > 0) {
      return this.#until("]]>", 9);
    }
    if (this.#root && this.#open.length === 0) {
      return this.#problem("junk after document element", start);
    }
    return this.#begin();
  }

  #instruction(): Problem | undefined {
    const start = this.#at;
    if (/^<\?xml\s/.test(this.#text.slice(start, start + 6)) && start > 0) {
      return this.#problem("XML or text declaration not at start of entity", start);
    }
    return this.#until("?>", 2);
  }

  #begin(): Problem | undefined {
    const start = this.#at;
    const tag = new RegExp(
      `<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`,
      "y",
    );
    const found = this.#take(tag);
    if (!found) return this.#brokenTag(start);
    this.#root = true;
    if (found[3] !== "/") this.#open.push(found[1] ?? "");
    return undefined;
  }

  #end(): Problem | undefined {
    const start = this.#at;
    const found = this.#take(new RegExp(`</(${NAME})\\s*>`, "y"));
    if (!found) return this.#brokenTag(start);
    if (this.#open.length === 0) return this.#problem(INVALID, start + 1);
    if (this.#open.pop() !== found[1]) return this.#problem("mismatched tag", start + 2);
    return undefined;
  }

  /** A tag that ends too early, or that has something in it that does not belong there. */
  #brokenTag(start: number): Problem {
    this.#at = start;
    this.#take(
      new RegExp(
        `</?(?:${NAME}(?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*(?:\\s+${NAME}(?:\\s*=)?)?\\s*)?`,
        "y",
      ),
    );
    return this.#at >= this.#text.length
      ? this.#problem("unclosed token", start)
      : this.#problem(INVALID, this.#at);
  }

  #until(end: string, skip: number): Problem | undefined {
    const start = this.#at;
    const found = this.#text.indexOf(end, start + skip);
    if (found < 0) {
      const message = end === "]]>" ? "unclosed CDATA section" : "unclosed token";
      return this.#problem(message, end === "]]>" ? this.#text.length : start);
    }
    this.#at = found + end.length;
    return undefined;
  }

  #problem(message: string, index: number): Problem {
    return { message, index };
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at += match[0].length;
    return match;
  }
}
