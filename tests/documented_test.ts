import { assert, assertEquals } from "@std/assert";
import { ROOT, runDeno, temporaryFolder } from "./support.ts";

const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
const FILES: readonly string[] = Object.values<string>(exports).map((path) => path.slice(2));

/** What is public and has no example of its own, and why. Types have none, nor have errors: see OdooError. */
const WITHOUT: Readonly<Record<string, string>> = {
  FAILURE_COLUMNS: "names only; FailedRows writes them",
  NewApiKey: "made by ApiKeys, whose example makes one",
  SimulatorTransaction: "begun by OdooSimulator.begin(), whose page of docs shows it",
};

interface Documented {
  name: string;
  declarations: readonly { kind: string; jsDoc?: { doc?: string; tags?: { doc?: string }[] } }[];
}

async function publicOnes(): Promise<Documented[]> {
  const { stdout } = await runDeno(["doc", "--json", "--no-lock", ...FILES]);
  const { nodes } = JSON.parse(stdout);
  return Object.values<{ symbols: Documented[] }>(nodes).flatMap(({ symbols }) => symbols);
}

function needsExample({ name, declarations }: Documented): boolean {
  // A reference is to another export, which is among them
  const isType = declarations.every(({ kind }) =>
    ["interface", "typeAlias", "reference"].includes(kind)
  );
  return !isType && (name === "OdooError" || !/(Error|Fault)$/.test(name));
}

function hasExample({ declarations }: Documented): boolean {
  const texts = declarations.flatMap(({ jsDoc }) => [jsDoc, ...jsDoc?.tags ?? []]);
  return texts.some((text) => text?.doc?.includes("```ts") ?? false);
}

Deno.test("all that is public has an example, or a reason to have none", async () => {
  const all = await publicOnes();
  assert(all.length > 150, `${all.length} public symbols`);
  const bare = new Set(
    all.filter((each) => needsExample(each) && !hasExample(each))
      .map(({ name }) => name),
  );
  assertEquals([...bare].toSorted(), Object.keys(WITHOUT).toSorted());
});

Deno.test("deno task gate lints the docs of every export", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const [, linted = ""] = /deno doc --lint ([^&]*)/.exec(tasks.gate.command) ?? [];
  assertEquals(linted.trim().split(" ").toSorted(), FILES.toSorted());
  const [, built = ""] = /--output=\S+ ([^&]*)/.exec(tasks.reference.command) ?? [];
  assertEquals(built.trim().split(" ").toSorted(), FILES.toSorted());
});

Deno.test("the reference of all exports is built as pages", async () => {
  await using folder = await temporaryFolder();
  const args = ["doc", "--html", "--name=odeno", "--no-lock", `--output=${folder.path}`, ...FILES];
  const { code, stderr } = await runDeno(args);
  assertEquals(code, 0, stderr);
  const index = await Deno.readTextFile(`${folder.path}/index.html`);
  assert(index.includes("odeno"));
});
