import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ground, ODENO, ofDemo, shell } from "./cli_support.ts";

const OPTIONS = { ignore: Deno.build.os !== "linux" };

Deno.test("ODOO_READ_ONLY=1 counts from wherever it is set", OPTIONS, async () => {
  await using env = await ofDemo();
  const profile = (await Deno.readTextFile(env.flag.slice(11))).replaceAll("ODOO_", "ODOO_PROD_");
  await Deno.writeTextFile(`${env.folder}/prod`, profile);
  const prod = `--env-file=${env.folder}/prod --profile=prod`;
  const cases: [flag: string, variables: Record<string, string>][] = [
    [env.flag, { ODOO_READ_ONLY: "1" }],
    [
      await env.settings({
        USERNAME: "demo",
        PASSWORD: "demo",
        API_KEY: undefined,
        READ_ONLY: "0",
      }),
      {
        ODOO_READ_ONLY: "1",
      },
    ],
    [
      await env.settings({
        USERNAME: "demo",
        PASSWORD: "demo",
        API_KEY: undefined,
        READ_ONLY: "1",
      }),
      {},
    ],
    [prod, { ODOO_READ_ONLY: "1" }],
    [prod, { ODOO_PROD_READ_ONLY: "1" }],
  ];
  for (const [flag, variables] of cases) {
    const write = await shell("$ODENO write res.partner 1 '{}' $FLAG", flag, { env: variables });
    assertEquals(write.code, 2, flag);
    assertStringIncludes(write.err, "the connection is read-only");
    const key = await shell("$ODENO keys new x $FLAG", flag, { env: variables });
    assertStringIncludes(key.err, "Cannot change API keys: the settings are read-only");
  }
  const other = await shell("$ODENO count res.partner $FLAG", env.flag, {
    env: { ODOO_READ_ONLY: "1" },
  });
  assertEquals(other.code, 0, other.err);
});

Deno.test("where settings are missing, it is said where they can come from", OPTIONS, async () => {
  await using env = await ground();
  const line = "$ODENO count res.partner $FLAG";
  const at = { cwd: env.folder };
  const none = await shell(line, "", at);
  assertEquals(none.code, 2);
  assertMatch(none.err, /: set what is missing; "odeno init" asks for them, and writes them to /);
  const doctor = await shell("$ODENO doctor", "", at);
  assertStringIncludes(doctor.out, String.raw`\"odeno init\" asks for them`);
  const init = await shell("$ODENO init", "", at);
  assertMatch(init.err, /: set what is missing; in a terminal it asks for them\n$/);

  await Deno.writeTextFile(`${env.folder}/.env`, "OTHER=1\n");
  assertStringIncludes((await shell(line, "", at)).err, '"odeno init"');
  const file = await shell(line, "--env-file .env", at);
  assertMatch(
    file.err,
    /^Cannot connect to Odoo without ODOO_URL.* set what is missing in \.env\n$/,
  );
  await Deno.writeTextFile(`${env.folder}/.env`, "export ODOO_URL=https://erp.example.com\n");
  const there = await shell(line, "", at);
  assertMatch(there.err, /: set what is missing; those of \.env are read with --env-file \.env\n$/);
  const blind = ODENO.map((word) => word.replace("--allow-read", "--allow-read=/usr,/lib,/etc"));
  const unread = await shell(`${blind.join(" ")} count res.partner`, "", at);
  assertStringIncludes(unread.err, '"odeno init"');
});

Deno.test(
  "a password of the environment counts beside a file, where both are about one user",
  OPTIONS,
  async () => {
    await using env = await ofDemo();
    const flag = env.withoutPassword;
    const { url } = env;
    const list = (variables: Record<string, string>) =>
      shell("$ODENO keys list $FLAG", flag, { env: variables });
    assertEquals((await list({ ODOO_PASSWORD: "demo" })).code, 0);
    const same = { ODOO_URL: url, ODOO_USER: "demo", ODOO_PASSWORD: "demo" };
    assertEquals((await list(same)).code, 0);
    const before = env.odoo.calls.length;
    for (
      const other of [{ ODOO_URL: "https://erp.example.com" }, { ODOO_LOGIN: "admin" }, {
        ODOO_DB: "x",
      }]
    ) {
      const { code, err } = await list({ ...other, ODOO_PASSWORD: "demo" });
      assertEquals(code, 2);
      assertStringIncludes(err, "without the password: set ODOO_PASSWORD");
    }
    assertEquals(env.odoo.calls.length, before);
    const own = await shell("$ODENO keys list $FLAG", env.flag, {
      env: { ODOO_PASSWORD: "wrong" },
    });
    assertEquals(own.code, 0, own.err);
  },
);
