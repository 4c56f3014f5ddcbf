import { assertEquals } from "@std/assert";
import { ROOT } from "./support.ts";

/** Layers from the bottom up. A file may import what is below it, and its neighbours in the same entry. */
const LAYERS: readonly (readonly RegExp[])[] = [
  [/^lib\/(values|errors|clock|nearest|pieces|table)\.ts$/],
  [/^lib\/sendable\.ts$/],
  [/^lib\/xmlrpc\//, /^lib\/json\//, /^lib\/(domain|links|dates|xmlid|config|secrets)\.ts$/],
  [/^lib\/transport\//],
  [/^lib\/(client|model|pages|reading|refs|attachments|helpers)\.ts$/],
  [
    /^lib\/bulk\.ts$|^lib\/sync\//,
    /^lib\/keys(\.ts$|\/)/,
    /^lib\/codegen(\.ts$|\/)/,
    /^lib\/files\//,
  ],
  [/^mod\.ts$/],
  [/^cli\.ts$|^lib\/cli\//, /^lib\/testing\//],
];
/** What the simulated Odoo may see beside its own files: the words, the codecs, and what users see. */
const SEEN_BY_TESTING = [...LAYERS.slice(0, 3).flat(), /^mod\.ts$/, /^lib\/testing\//];

interface Dependency {
  from: string;
  to: string;
  isDynamic: boolean;
  /** Nothing but types come from it. */
  isType?: boolean;
}

async function graphOf(root: string): Promise<Dependency[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", root],
    cwd: ROOT,
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  return modules.flatMap((module: InfoModule) =>
    (module.dependencies ?? []).map((dependency) => ({
      from: shorten(module.specifier),
      to: shorten((dependency.code ?? dependency.type)?.specifier ?? dependency.specifier),
      isDynamic: dependency.isDynamic === true,
      isType: dependency.code === undefined,
    }))
  );
}

interface InfoModule {
  specifier: string;
  dependencies?: {
    specifier: string;
    isDynamic?: boolean;
    code?: { specifier?: string };
    type?: { specifier?: string };
  }[];
}

function shorten(specifier: string): string {
  return specifier.startsWith(ROOT.href) ? specifier.slice(ROOT.href.length) : specifier;
}

function placeOf(file: string): [layer: number, entry: number] {
  const layer = LAYERS.findIndex((entries) => entries.some((entry) => entry.test(file)));
  return [layer, LAYERS[layer]?.findIndex((entry) => entry.test(file)) ?? -1];
}

function isAllowed({ from, to, isDynamic, isType = false }: Dependency): boolean {
  if (to.startsWith("node:")) return true;
  if (!to.startsWith("lib/") && to !== "mod.ts") return /^lib\/(cli|files)\/deps\.ts$/.test(from);
  if (/^lib\/testing\//.test(from)) return SEEN_BY_TESTING.some((seen) => seen.test(to));
  if (/^lib\/cli\//.test(from) && to === "lib/testing/mod.ts") return isDynamic || isType;
  const [fromLayer, fromEntry] = placeOf(from);
  const [toLayer, toEntry] = placeOf(to);
  if (fromLayer < 0 || toLayer < 0) return false;
  return toLayer < fromLayer || (toLayer === fromLayer && toEntry === fromEntry);
}

for (
  const root of [
    "mod.ts",
    "cli.ts",
    "lib/testing/mod.ts",
    "lib/files/mod.ts",
    "lib/keys.ts",
    "lib/sync/mod.ts",
  ]
) {
  Deno.test(`the imports under ${root} point downwards only`, async () => {
    const dependencies = await graphOf(root);
    assertEquals(
      dependencies.filter(({ from }) =>
        !/^(npm|jsr|https?):/.test(from) && !from.startsWith("file:")
      ).filter((each) => !isAllowed(each)),
      [],
    );
  });
}

for (const root of ["mod.ts", "lib/testing/mod.ts", "lib/keys.ts", "lib/sync/mod.ts"]) {
  Deno.test(`${root} reaches nothing but relative files and node: built-ins`, async () => {
    const targets = (await graphOf(root)).map(({ to }) => to);
    assertEquals(targets.filter((to) => !/^(lib\/|mod\.ts$|node:)/.test(to)), []);
  });
}

Deno.test("the import test refuses an import that points upwards, and a bare specifier", () => {
  assertEquals(isAllowed({ from: "lib/errors.ts", to: "lib/client.ts", isDynamic: false }), false);
  assertEquals(
    isAllowed({ from: "lib/config.ts", to: "lib/transport/http.ts", isDynamic: false }),
    false,
  );
  assertEquals(
    isAllowed({ from: "lib/testing/server/wire.ts", to: "lib/client.ts", isDynamic: false }),
    false,
  );
  assertEquals(isAllowed({ from: "lib/client.ts", to: "npm:left-pad", isDynamic: false }), false);
  assertEquals(
    isAllowed({ from: "lib/client.ts", to: "lib/transport/http.ts", isDynamic: false }),
    true,
  );
});

Deno.test("lib/sync/mod.ts loads SQLite only when it is used", async () => {
  const loads = (await graphOf("lib/sync/mod.ts")).filter(({ to }) => to === "node:sqlite");
  assertEquals(loads.filter(({ isDynamic, isType }) => !isDynamic && !isType), []);
});
