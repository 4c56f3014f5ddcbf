/**
 * What Python says of a text that is no JSON. Only looked for when the text is known to be broken.
 *
 * @module
 */

/** The message of the `JSONDecodeError` for a text. */
export function jsonProblem(text: string): string {
  const [message, index] = new Scanner(text).problem() ?? ["Expecting value", 0];
  const before = text.slice(0, index);
  const line = before.split("\n").length;
  const column = index - before.lastIndexOf("\n");
  return `${message}: line ${line} column ${column} (char ${index})`;
}

type Problem = readonly [message: string, index: number];

/** Walks through a text in the order in which Python's decoder does, and stops where that does. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  problem(): Problem | undefined {
    if (this.#text.startsWith("\ufeff")) {
      return ["Unexpected UTF-8 BOM (decode using utf-8-sig)", 0];
    }
    this.#blank();
    const problem = this.#value();
    if (problem) return problem;
    this.#blank();
    return this.#at < this.#text.length ? ["Extra data", this.#at] : undefined;
  }

  #value(): Problem | undefined {
    switch (this.#text[this.#at]) {
      case '"':
        return this.#string();
      case "{":
        return this.#object();
      case "[":
        return this.#array();
    }
    const atom = /(?:null|true|false|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)/y;
    return this.#take(atom) ? undefined : ["Expecting value", this.#at];
  }

  #object(): Problem | undefined {
    this.#at++;
    this.#blank();
    if (this.#take(/\}/y)) return undefined;
    while (true) {
      if (this.#text[this.#at] !== '"') {
        return ["Expecting property name enclosed in double quotes", this.#at];
      }
      const name = this.#string();
      if (name) return name;
      this.#blank();
      if (!this.#take(/:/y)) return ["Expecting ':' delimiter", this.#at];
      this.#blank();
      const problem = this.#value();
      if (problem) return problem;
      this.#blank();
      if (this.#take(/\}/y)) return undefined;
      if (!this.#take(/,/y)) return ["Expecting ',' delimiter", this.#at];
      this.#blank();
    }
  }

  #array(): Problem | undefined {
    this.#at++;
    this.#blank();
    if (this.#take(/\]/y)) return undefined;
    while (true) {
      const problem = this.#value();
      if (problem) return problem;
      this.#blank();
      if (this.#take(/\]/y)) return undefined;
      if (!this.#take(/,/y)) return ["Expecting ',' delimiter", this.#at];
      this.#blank();
    }
  }

  #string(): Problem | undefined {
    const start = this.#at++;
    while (true) {
      // deno-lint-ignore no-control-regex
      this.#take(/[^"\\\x00-\x1f]+/y);
      const next = this.#text[this.#at];
      if (next === undefined) return ["Unterminated string starting at", start];
      if (next === '"') {
        this.#at++;
        return undefined;
      }
      if (next !== "\\") return ["Invalid control character at", this.#at];
      if (this.#take(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y)) continue;
      const escape = this.#text[this.#at + 1];
      if (escape === undefined) return ["Unterminated string starting at", start];
      return escape === "u"
        ? ["Invalid \\uXXXX escape", this.#at + 1]
        : ["Invalid \\escape", this.#at];
    }
  }

  #blank(): void {
    this.#take(/[ \t\n\r]*/y);
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at += match[0].length;
    return match !== null;
  }
}
