import { assertEquals } from "@std/assert";
import { ROOT } from "./support.ts";

const FILE_LINES = 350;
const FUNCTION_LINES = 40;
/** Files and functions that are longer, and why that is better than to cut them. */
const LONGER: Readonly<Record<string, string>> = {
  "lib/testing/models/base.ts irModelData": "declares fields: a table, no steps",
  "lib/testing/models/companies.ts company": "declares fields: a table, no steps",
  "lib/testing/models/groups.ts groupFields": "declares fields: a table, no steps",
  "lib/testing/models/partner.ts addressFields": "declares fields: a table, no steps",
  "lib/testing/models/partner.ts companyFields": "declares fields: a table, no steps",
  "lib/testing/models/partner.ts identityFields": "declares fields: a table, no steps",
  "lib/testing/models/partner.ts otherFields": "declares fields: a table, no steps",
  "lib/testing/models/partner_tags.ts partnerCategory": "declares fields: a table, no steps",
  "lib/testing/models/users.ts userFields": "declares fields: a table, no steps",
  "lib/testing/orm/methods.ts technicalMethods": "declares methods: a table, each of a few lines",
  "lib/testing/orm/orm.ts nameMethods": "declares methods: a table, each of a few lines",
};

/** The files that are the product. */
async function sources(folder = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(`./${folder}`, ROOT))) {
    const path = `${folder}${name}`;
    if (isDirectory && /^(lib|examples|tasks|\.ci)(\/|$)/.test(path)) {
      found.push(...await sources(`${path}/`));
    } else if (/\.ts$/.test(name)) found.push(path);
  }
  return found.toSorted();
}

/** What is longer than it should be, such as `lib/model.ts` or `lib/model.ts searchRead`, with its lines. */
function longParts(path: string, text: string): [part: string, lines: number][] {
  const lines = text.trimEnd().split("\n").length;
  const parts: [string, number][] = lines > FILE_LINES ? [[path, lines]] : [];
  const measure = (node: Deno.lint.Node, name: string) => {
    const [start, end] = node.range;
    const length = text.slice(start, end).split("\n").length;
    if (length > FUNCTION_LINES) parts.push([`${path} ${name}`, length]);
  };
  const rule: Deno.lint.Rule = {
    create: () => ({
      FunctionDeclaration: (node) => measure(node, node.id?.name ?? "default"),
      FunctionExpression: (node) => measure(node, nameOf(node.parent)),
      ArrowFunctionExpression: (node) => measure(node, nameOf(node.parent)),
    }),
  };
  // Of any file, this kind of test is the one thing that Deno shows its syntax tree
  Deno.lint.runPlugin({ name: "house", rules: { length: rule } }, path, text);
  return parts;
}

function nameOf(node: Deno.lint.Node): string {
  const key = node.type === "VariableDeclarator" ? node.id : "key" in node ? node.key : undefined;
  return key && "name" in key ? String(key.name) : "(without a name)";
}

Deno.test("no file is over 350 lines and no function over 40, but for those with a reason", async () => {
  const long: string[] = [];
  for (const path of await sources()) {
    const parts = longParts(path, await Deno.readTextFile(new URL(path, ROOT)));
    long.push(...parts.map(([part, lines]) => `${part}: ${lines}`));
  }
  assertEquals(long.filter((part) => LONGER[part.replace(/: \d+$/, "")] === undefined), []);
  const known = Object.keys(LONGER);
  assertEquals(known.filter((part) => !long.some((each) => each.startsWith(`${part}: `))), []);
});

Deno.test("the lines of files, functions, methods and arrow functions are counted", () => {
  const body = "\n".repeat(40);
  const text = `function a() {${body}}
class C {
  b() {${body}}
  #c = () => {${body}};
}
const d = () => {${body.slice(1)}};
${"\n".repeat(250)}export {};`;
  const found = longParts("x.ts", text).map(([part, lines]) => `${part}: ${lines}`);
  assertEquals(found, ["x.ts: 416", "x.ts a: 41", "x.ts b: 41", "x.ts c: 41"]);
});
