import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { odeno, ofDemo } from "./cli_support.ts";

const NEEDS_GIT = { ignore: !await isGitThere() };

async function isGitThere(): Promise<boolean> {
  return await new Deno.Command("git", { args: ["version"] }).output().then(
    ({ success }) => success,
    () => false,
  );
}

/** Runs git in a folder, whatever the machine's settings are. */
async function git(cwd: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", {
    args: ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args],
    cwd,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

for (const format of [2, 4]) {
  const name = `a key is not written to a file that git keeps, with an index of version ${format}`;
  Deno.test(name, NEEDS_GIT, async () => {
    await using env = await ofDemo();
    const app = `${env.folder}/app`;
    await Deno.mkdir(`${app}/deploy`, { recursive: true });
    await git(env.folder, "init", "-q", "app");
    await git(app, "config", "index.version", String(format));
    const files = [".dockerignore", ".env", ".envrc", "a", "deploy/prod.env", "deploy/x"];
    for (const file of files) await Deno.writeTextFile(`${app}/${file}`, "A=1\n");
    await git(app, "add", "-A", "-f");
    await Deno.symlink(".env", `${app}/link.env`);
    await git(app, "update-index", "--skip-worktree", ".dockerignore");
    const before = env.odoo.calls.length;
    const paths = [[".env", ".env"], ["deploy/prod.env", "deploy/prod.env"], ["link.env", ".env"]];
    for (const [path, name] of paths) {
      for (const command of [["init"], ["keys", "new", "x"], ["keys", "rotate", "x"]]) {
        const { code, err } = await odeno(...command, "--save", `${app}/${path}`, env.flag);
        assertEquals(code, 2);
        assertStringIncludes(err, `git keeps that file, so the key would go into the next commit`);
        assertStringIncludes(err, `"git rm --cached ${name}" in `);
      }
    }
    assertEquals(env.odoo.calls.length, before);
    await git(app, "rm", "-q", "--cached", ".env");
    const { code, err } = await odeno("init", "--save", `${app}/.env`, env.flag);
    assertEquals(code, 0, err);
    assertStringIncludes(err, "Added .env to ");
  });
}

Deno.test("a linked work tree is looked at in its own index", NEEDS_GIT, async () => {
  await using env = await ofDemo();
  const app = `${env.folder}/app`;
  await git(env.folder, "init", "-q", "app");
  await Deno.writeTextFile(`${app}/.env`, "A=1\n");
  await git(app, "add", ".env");
  await git(app, "commit", "-q", "-m", "x");
  await git(app, "worktree", "add", "-q", "../other");
  const { code, err } = await odeno("init", "--save", `${env.folder}/other/.env`, env.flag);
  assertEquals(code, 2);
  assertStringIncludes(err, "git rm --cached .env");
});

Deno.test("no .gitignore is written where one from further up leaves the file out", async () => {
  await using env = await ofDemo();
  await Deno.mkdir(`${env.folder}/.git`);
  await Deno.mkdir(`${env.folder}/a/b`, { recursive: true });
  const cases: [list: string, isCovered: boolean][] = [
    [".env", true],
    ["/a/b/.env", true],
    ["a/b/", true],
    ["b/", true],
    ["*.env\n", true],
    [".env*\r\n!.env.example", true],
    ["/.env", false],
    [".env\n!.env", false],
    ["# .env", false],
    [".env/", false],
    ["/b/.env", false],
    [".envrc", false],
    [".en[v]", false],
  ];
  for (const [list, isCovered] of cases) {
    await Deno.writeTextFile(`${env.folder}/.gitignore`, list);
    const { err } = await odeno("init", "--save", `${env.folder}/a/b/.env`, env.flag);
    assertEquals(!err.includes("Added .env to"), isCovered, list);
    await Deno.remove(`${env.folder}/a/b/.gitignore`).catch(() => {});
  }
});

Deno.test("a folder that is not there is told before a key is made, with the name of the file", async () => {
  await using env = await ofDemo();
  await Deno.mkdir(`${env.folder}/.git`);
  const path = `${env.folder}/secrets/prod.env`;
  const { code, err } = await odeno("init", "--save", path, env.flag);
  assertEquals([code, err], [2, `Cannot write ${path}: there is no such file or folder`]);
  assertEquals(env.odoo.calls.length, 0);
});
