import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMANDS, GROUPS } from "../lib/cli/commands.ts";
import { type CommandWords, SHELLS, wordsOfAll } from "../lib/cli/shells.ts";
import { odeno } from "./cli_support.ts";
import { temporaryFolder } from "./support.ts";

/** What a shell prints for a script. */
async function shell(name: string, script: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(name, {
    args: [
      ...(name === "fish" ? ["--no-config"] : name === "zsh" ? ["-f"] : ["--norc"]),
      "-c",
      script,
    ],
    stdin: "null",
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout);
}

/** How each shell is asked for what it offers after a command line: its last word is the one to complete. */
const ASK: Record<string, (file: string, line: string[]) => string> = {
  bash: (file, line) =>
    `source '${file}'; COMP_WORDS=(${line.map((word) => `'${word}'`).join(" ")}); ` +
    `COMP_CWORD=${line.length - 1}; _odeno; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (file, line) =>
    `compdef() { :; }; _files() { print FILES; }; _describe() { print -l -- "\${offers[@]}"; }; ` +
    `source '${file}'; words=(${line.map((word) => `'${word}'`).join(" ")}); ` +
    `CURRENT=${line.length}; _odeno`,
  fish: (file, line) => `source '${file}'; complete -C '${line.join(" ")}'`,
};

function isInstalled(name: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${name}`).isFile;
    } catch {
      return false;
    }
  });
}

const GROUPED: CommandWords[] = [
  {
    name: "keys new",
    text: "make: a key",
    flags: [{ name: "days", text: "it's so many", takesValue: true }],
  },
  { name: "keys list", text: "list keys", flags: [] },
];

for (const name of Object.keys(SHELLS)) {
  Deno.test({
    name: `the completions for ${name} know commands, flags and what belongs to a flag`,
    ignore: !isInstalled(name),
    async fn() {
      await using folder = await temporaryFolder();
      const file = `${folder.path}/completions`;
      const { code, out } = await odeno("completions", name);
      assertEquals(code, 0);
      await Deno.writeTextFile(file, out);
      const offers = async (...line: string[]) => {
        const text = await shell(name, ASK[name]!(file, ["odeno", ...line]));
        return text.split("\n").map((offer) => offer.split(/[:\t ]/)[0]!).filter((word) => word);
      };

      const all = await offers("");
      const first = Object.keys(COMMANDS).filter((command) => !command.includes(" "));
      for (const word of [...first, ...Object.keys(GROUPS), "help"]) {
        assert(all.includes(word), word);
      }
      for (const group of Object.keys(GROUPS)) {
        const inGroup = Object.keys(COMMANDS).filter((each) => each.startsWith(`${group} `));
        const words = await offers(group, "");
        for (const each of inGroup) assert(words.includes(each.slice(group.length + 1)), each);
      }
      assert((await offers("help", "si")).includes("simulate"));
      const flags = await offers("types", "--");
      assert(flags.includes("--check") && flags.includes("--env-file"));
      assert(!flags.includes("--chaos"));
      assert((await offers("--profile", "prod", "simulate", "--")).includes("--chaos"));
      assert(!(await offers("--profile", "types", "")).includes("--check"));
      assert((await offers("--profile", "x", "")).includes("simulate"));
      assert(!(await offers("types", "--out", "si")).includes("simulate"));
    },
  });

  Deno.test({
    name: `the completions for ${name} know commands of two words, and texts with quotes`,
    ignore: !isInstalled(name),
    async fn() {
      await using folder = await temporaryFolder();
      const file = `${folder.path}/completions`;
      await Deno.writeTextFile(file, SHELLS[name]!(GROUPED));
      const text = async (...line: string[]) =>
        (await shell(name, ASK[name]!(file, ["odeno", ...line]))).trim();
      assertMatch(await text("keys", "n"), name === "zsh" ? /^new:make: a key\n/ : /^new/);
      assertMatch(await text("help", "keys", "l"), /^(new.*\n)?list/);
      const flags = await text("keys", "new", "--");
      assertStringIncludes(flags, "--days");
      if (name !== "bash") assertStringIncludes(flags, "it's so many");
      assertFalse((await text("keys", "list", "--")).includes("--days"));
    },
  });
}

Deno.test("completions are made of what the commands themselves say", async () => {
  const words = await wordsOfAll();
  assertEquals(words.map(({ name }) => name), Object.keys(COMMANDS));
  const simulate = words.find(({ name }) => name === "simulate");
  const version = simulate?.flags.filter(({ name }) => name === "version");
  assertEquals(version?.map(({ takesValue }) => takesValue), [true]);
});

Deno.test("`odeno completions` names the shells that it knows", async () => {
  for (
    const [argv, sentence] of [
      [["completions"], "One shell is needed: bash, zsh or fish"],
      [["completions", "bahs"], 'There are no completions for "bahs"; did you mean "bash"?'],
      [["completions", "bash", "zsh"], "One shell is needed"],
    ] as const
  ) {
    const { code, err } = await odeno(...argv);
    assertEquals(code, 2);
    assertStringIncludes(err, sentence);
  }
});
