import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { PROCESS, readAll } from "../lib/cli/io.ts";
import { ground, ODENO, shell } from "./cli_support.ts";
import { runDeno, temporaryFolder } from "./support.ts";

const PARTNERS = Array.from({ length: 3000 }, (_, index) => ({
  id: 1001 + index,
  name: index === 0 ? "東京支店" : `Shop ${index + 1}`,
  email: "shop@example.com",
}));
const SHOPS = `'[["email", "=", "shop@example.com"]]'`;

const OPTIONS = { ignore: Deno.build.os !== "linux" };

Deno.test(
  "a reader that has had enough ends a search quietly, in any format",
  OPTIONS,
  async () => {
    await using env = await ground({ "res.partner": PARTNERS });
    for (const format of ["", "--ndjson", "--csv", "--json"]) {
      const line = `$ODENO search res.partner ${SHOPS} ${format} $FLAG | head -c 20 | wc -c`;
      const { code, out, err } = await shell(line, env.flag);
      assertEquals([code, out.trim(), err], [0, "20", ""], format);
    }
  },
);

Deno.test("commands are put together by pipes", OPTIONS, async () => {
  await using env = await ground({ "res.partner": PARTNERS });
  const copy = `$ODENO search res.partner ${SHOPS} --fields name,email --limit 3 $FLAG | ` +
    `sed 's/"id":[0-9]*,//; s/shop@/copy@/' | $ODENO create res.partner - $FLAG | ` +
    `xargs $ODENO read res.partner --fields name,email --csv $FLAG`;
  const { code, out, err } = await shell(copy, env.flag);
  assertEquals([code, err], [0, ""]);
  assertMatch(out, /^id,name,email\n\d+,東京支店,copy@example.com\n\d+,Shop 2,copy@example.com\n/);
});

Deno.test("on a terminal rows are a table, in which wide characters align", OPTIONS, async () => {
  await using env = await ground({ "res.partner": PARTNERS });
  const search = `$ODENO search res.partner ${SHOPS} --fields name,email --limit 2 $FLAG`;
  const { code, out } = await shell(
    `script -qec "$(echo ${JSON.stringify(search)})" /dev/null`,
    env.flag,
  );
  assertEquals(code, 0);
  assertEquals(out.trimEnd().split("\n"), [
    "id    name      email",
    "1001  東京支店  shop@example.com",
    "1002  Shop 2    shop@example.com",
  ]);
});

Deno.test("where no job has run `odeno runs` says so", OPTIONS, async () => {
  await using env = await ground();
  const at = { cwd: env.folder };
  const none = await shell("$ODENO runs", "", at);
  assertEquals([none.code, none.out, none.err], [0, "", "No job has run here\n"]);
  assertEquals((await shell("$ODENO runs --json", "", at)).out, "[]\n");
  const named = await shell("$ODENO runs contacts", "", at);
  assertEquals(named.code, 2);
  assertStringIncludes(named.err, "odeno.sqlite: there is no such file or folder");
});

Deno.test("on a terminal `odeno unlink` asks, and does as it is told", OPTIONS, async () => {
  await using env = await ground({ "res.partner": PARTNERS });
  const line = 'script -qec "$ODENO unlink res.partner 1002 $FLAG" /dev/null';
  const no = await shell(line, env.flag, { dialogue: [["[y/N]", "n\n"]] });
  assertEquals(no.code, 1);
  assertStringIncludes(no.out, "Delete 1 record of res.partner: 1002 Shop 2? [y/N]");
  assertStringIncludes(no.out, "Nothing was deleted");
  const yes = await shell(line, env.flag, { dialogue: [["[y/N]", "y\n"]] });
  assertEquals(yes.code, 0);
  assertStringIncludes(yes.out, "Deleted 1 record of res.partner");
});

Deno.test(
  "Ctrl-C at a question ends the command",
  OPTIONS,
  async () => {
    await using env = await ground({ "res.partner": PARTNERS });
    const question = 'script -qec "$ODENO unlink res.partner 1002 $FLAG" /dev/null';
    const asked = await shell(question, env.flag, { dialogue: [["[y/N]", "\x03"]] });
    assertEquals(asked.code, 130);
    assertStringIncludes(asked.out, "Interrupted");
    const count = await shell('$ODENO count res.partner \'[["id", "=", 1002]]\' $FLAG', env.flag);
    assertEquals(count.out, "1\n");
  },
);

Deno.test("the wait for the standard input ends with the signal", async () => {
  const end = new AbortController();
  let isCancelled = false;
  const input = () => new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });
  const reading = readAll(Object.assign(Object.create(PROCESS), { input }), end.signal);
  end.abort("over");
  assertEquals(await reading.catch((reason) => reason), "over");
  assertEquals(isCancelled, true);
});

Deno.test(
  "a full disk is told in one sentence, and messages that it has no room for stop no work",
  OPTIONS,
  async () => {
    await using env = await ground({ "res.partner": PARTNERS });
    for (const format of ["", "--json"]) {
      const line = `$ODENO search res.partner ${SHOPS} ${format} $FLAG >/dev/full`;
      const { code, err } = await shell(line, env.flag);
      assertEquals([code, err.split("\n").length], [2, 2], err);
      assertMatch(err, /^Cannot write to the standard output: No space left on device/);
    }
    const values = `'{"name": "Full"}'`;
    const { code, out } = await shell(
      `$ODENO create res.partner ${values} --verbose $FLAG 2>/dev/full`,
      env.flag,
    );
    assertEquals(code, 0);
    assertMatch(out, /^\d+\n$/);
  },
);

Deno.test("a part of odeno that cannot be fetched is told in one sentence", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/x.csv`, "ref\n1\n");
  const { code, stderr } = await runDeno(
    [...ODENO.slice(1), "push", "res.partner", `${folder.path}/x.csv`, "--key=ref"],
    { DENO_DIR: `${folder.path}/cache`, NPM_CONFIG_REGISTRY: "http://127.0.0.1:1" },
  );
  assertEquals(code, 2);
  assertEquals(
    stderr.split("\n").filter((line) => !line.startsWith("Download "))
      // Either may be the first that fails
      .map((line) => line.replace("csv-stringify", "csv-parse")),
    [
      "A part of odeno is not in Deno's cache, and cannot be fetched: csv-parse of npm. Run this once as the same user where npm can be reached, or take a bundle",
      "",
    ],
  );
});
