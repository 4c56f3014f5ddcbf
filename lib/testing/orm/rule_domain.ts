/**
 * The domain of a record rule: a Python expression that may speak of the user and the companies.
 *
 * @module
 */
import type { Env } from "./env.ts";
import { lacking, PythonError } from "../faults.ts";
import { activeCompanies, activeCompany } from "./groups.ts";
import type { Model } from "./models.ts";
import { type PythonValue, truthy } from "../python.ts";

/** Works out the domain of a rule for whoever calls. */
export function evaluateDomain(env: Env, text: string): PythonValue {
  const parser = new Parser(text);
  const value = parser.read(env);
  if (value instanceof Records) throw lacking(`a record rule such as ${text}`);
  return value;
}

/** Records that an expression is about, such as `user.partner_id`. */
class Records {
  constructor(readonly model: Model, readonly ids: readonly number[]) {}
}

type Value = PythonValue | Records;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|([A-Za-z_]\w*)|(\S))/y;

class Parser {
  readonly #text: string;
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    const trimmed = text.trim();
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < trimmed.length) {
      const match = TOKEN.exec(trimmed);
      if (!match) break;
      this.#tokens.push(match[0].trim());
    }
  }

  read(env: Env): Value {
    const value = this.#sum(env);
    if (this.#at < this.#tokens.length) throw this.#lacking();
    return value;
  }

  #sum(env: Env): Value {
    let value = this.#attributes(env);
    while (this.#take("+")) {
      const other = this.#attributes(env);
      if (!Array.isArray(value) || !Array.isArray(other)) throw this.#lacking();
      value = [...value, ...other];
    }
    return value;
  }

  #attributes(env: Env): Value {
    let value = this.#atom(env);
    while (this.#take(".")) {
      const name = this.#next();
      if (!(value instanceof Records)) throw this.#lacking();
      value = attribute(env, value, name);
    }
    return value;
  }

  #atom(env: Env): Value {
    const token = this.#next();
    if (token === "[") return this.#items(env, "]");
    if (token === "(") return this.#group(env);
    if (token === "-") return -Number(this.#next());
    if (/^\d/.test(token)) return Number(token);
    if (/^['"]/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, "$1");
    if (/^[A-Za-z_]/.test(token)) return this.#name(env, token);
    throw this.#lacking();
  }

  #name(env: Env, name: string): Value {
    switch (name) {
      case "True":
        return true;
      case "False":
        return false;
      case "None":
        return null;
      case "user":
        return new Records(env.model("res.users"), [env.uid]);
      case "company_ids":
        return activeCompanies(env);
      case "company_id":
        return activeCompany(env) ?? false;
      case "time":
        throw this.#lacking();
    }
    throw new PythonError("NameError", `name '${name}' is not defined`);
  }

  /** A tuple, or an expression in brackets. */
  #group(env: Env): Value {
    if (this.#take(")")) return [];
    const first = this.#sum(env);
    if (this.#take(")")) return first;
    if (!this.#take(",")) throw this.#lacking();
    return [plainly(first), ...this.#items(env, ")")];
  }

  #items(env: Env, end: string): PythonValue[] {
    const items: PythonValue[] = [];
    while (!this.#take(end)) {
      items.push(plainly(this.#sum(env)));
      if (this.#take(",")) continue;
      if (!this.#take(end)) throw this.#lacking();
      break;
    }
    return items;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? "";
  }

  #lacking(): PythonError {
    return lacking(`a record rule such as ${this.#text.trim()}`);
  }
}

function attribute(env: Env, { model, ids }: Records, name: string): Value {
  if (name === "ids") return [...ids];
  const [id] = ids;
  if (name === "id") return id ?? false;
  const field = model.fields.get(name);
  if (!field) {
    throw new PythonError("AttributeError", `'${model.name}' object has no attribute '${name}'`);
  }
  const values = ids.flatMap((id) => {
    const row = env.row(model.name, id);
    return row ? [env.value(model, row, field)] : [];
  });
  if (!field.relation) return values[0] ?? false;
  const found = values.flat().filter((value) => typeof value === "number");
  return new Records(env.model(field.relation), [...new Set(found)]);
}

/** A record in a domain stands for its id. */
function plainly(value: Value): PythonValue {
  if (!(value instanceof Records)) return value;
  return truthy(value.ids.length) ? [...value.ids] : [];
}
