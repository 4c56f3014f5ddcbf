/**
 * What the codec is compared with: general XML parsers, each with the little that makes values of its tags, and the
 * npm package `xmlrpc`, which Odoo scripts use.
 *
 * The packages are imported by name when they are wanted, so that nothing else needs them.
 *
 * @module
 */
import { Readable } from "node:stream";

/** Makes values of the bytes of an XML-RPC answer. */
export type Decode = (xml: Uint8Array) => unknown;

/** Said where a package cannot be had. */
export class Absent extends Error {}

/** Imports a package of npm. */
export async function npm(specifier: string) {
  try {
    return await import(`npm:${specifier}`);
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : `${error}`).split("\n");
    throw new Absent(line);
  }
}

/** npm `xmlrpc`, which parses with `sax`. */
export async function xmlrpc(): Promise<Decode> {
  const { default: Deserializer } = await npm("xmlrpc@1.3.2/lib/deserializer.js");
  return (xml) =>
    new Promise((resolve, reject) => {
      const done = (error: unknown, value: unknown) => error ? reject(error) : resolve(value);
      new Deserializer().deserializeMethodResponse(Readable.from([xml]), done);
    });
}

/** npm `easysax`, the fastest of the general parsers, with a builder. */
export async function easysax(): Promise<Decode> {
  const { default: EasySax } = await npm("easysax@0.4.0");
  return (xml) => {
    const [parser, builder] = [new EasySax(), new Builder()];
    parser.on("startNode", (name: string) => builder.start(name));
    parser.on("textNode", (text: string) => builder.text += text);
    parser.on("endNode", (name: string) => builder.end(name));
    parser.parse(new TextDecoder().decode(xml));
    return builder.value;
  };
}

/** Makes a value of tags and texts. */
class Builder {
  /** The text of the element at hand. */
  text = "";
  /** The value that was completed last. */
  value: unknown;
  #isTyped = false;
  readonly #open: { into: unknown[] | Record<string, unknown>; key: string }[] = [];

  start(name: string): void {
    this.text = "";
    if (name === "value") this.#isTyped = false;
    else if (name === "array") this.#open.push({ into: [], key: "" });
    else if (name === "struct") this.#open.push({ into: {}, key: "" });
  }

  end(name: string): void {
    const around = this.#open.at(-1);
    if (name === "name" && around !== undefined) around.key = this.text;
    else if (name === "value") {
      if (!this.#isTyped) this.value = this.text;
      if (around !== undefined) this.#put(around.into, around.key);
      this.#isTyped = true;
    } else if (name === "array" || name === "struct") {
      this.value = this.#open.pop()?.into;
      this.#isTyped = true;
    } else if (name in SCALARS) {
      this.value = SCALARS[name]?.(this.text);
      this.#isTyped = true;
    }
  }

  #put(into: unknown[] | Record<string, unknown>, key: string): void {
    if (Array.isArray(into)) into.push(this.value);
    else into[key] = this.value;
  }
}

const SCALARS: Record<string, (text: string) => unknown> = {
  string: (text) => text,
  int: Number,
  double: Number,
  boolean: (text) => text === "1",
};

/** An element of `fast-xml-parser`, by the names of those in it; one without any is its text. */
type Element = string | { [name: string]: Element | Element[] };

/** npm `fast-xml-parser`, with a walk over its tree. */
export async function fastXmlParser(): Promise<Decode> {
  const { XMLParser } = await npm("fast-xml-parser@5.12.1");
  const isArray = (name: string) => name === "value" || name === "member";
  const parser = new XMLParser({ parseTagValue: false, trimValues: false, isArray });
  return (xml) => {
    const { methodResponse } = parser.parse(new TextDecoder().decode(xml));
    return valueOf(inside(inside(methodResponse, "params")[0], "param")[0]);
  };
}

/** The value of an element that holds a `<value>`. */
function valueOf(element: Element | undefined): unknown {
  const [value = ""] = inside(element, "value");
  return contentOf(value);
}

function contentOf(value: Element): unknown {
  if (typeof value === "string") return value;
  const [array] = inside(value, "array");
  if (array !== undefined) return inside(inside(array, "data")[0], "value").map(contentOf);
  const [struct] = inside(value, "struct");
  if (struct !== undefined) {
    const members = inside(struct, "member").map((
      member,
    ) => [inside(member, "name")[0], valueOf(member)]);
    return Object.fromEntries(members);
  }
  for (const name in SCALARS) if (name in value) return SCALARS[name]?.(`${value[name]}`);
  throw new TypeError(`Cannot read <value> with ${Object.keys(value)}`);
}

function inside(element: Element | undefined, name: string): Element[] {
  if (element === undefined || typeof element === "string") return [];
  const found = element[name] ?? [];
  return Array.isArray(found) ? found : [found];
}
