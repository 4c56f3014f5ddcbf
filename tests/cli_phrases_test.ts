import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { ground, odeno } from "./cli_support.ts";

const LIBRARY = /mirrorLimit|maxTombstones|addColumns|option "|args\[|vals_list/;

Deno.test("what the library says is said with flags", async () => {
  const partners = Array.from({ length: 30 }, (_, index) => ({
    id: 1001 + index,
    name: `Shop ${index + 1}`,
  }));
  await using env = await ground({ "res.partner": partners });
  const at = (name: string) => `${env.folder}/${name}`;
  const told = async (sentence: string, ...argv: string[]) => {
    const { code, err } = await odeno(...argv, env.flag);
    assertEquals(code === 0, false, argv.join(" "));
    assertStringIncludes(err, sentence);
    assertFalse(LIBRARY.test(err), err);
  };
  const shops = '[["name", "like", "Shop "]]';
  const pull = ["pull", "res.partner", shops, `--out=${at("p.csv")}`];
  assertEquals((await odeno(...pull, "--fields=name", env.flag)).code, 0);
  await told("set --add-columns to have it added", ...pull, "--fields=name,email");
  await told("give it another name with --job and", ...pull, "--fields=email");
  const odoo = await env.odoo.connect();
  await odoo.model("res.partner").unlink(partners.slice(0, 25).map(({ id }) => id));
  await told("If it is meant, set --max-tombstones 25", ...pull, "--fields=name");

  const rows = Array.from({ length: 30 }, (_, index) => `${index},New ${index}\n`);
  await Deno.writeTextFile(at("c.csv"), `nr,name\n${rows.join("")}`);
  const push = ["push", "res.partner", at("c.csv"), "--key=nr", "--mirror=delete"];
  assertEquals((await odeno(...push, env.flag)).code, 0);
  await Deno.writeTextFile(at("c.csv"), `nr,name\n${rows[0]}`);
  await told("set --mirror-limit if that is right", ...push);
  await Deno.writeFile(
    at("c.csv"),
    new TextEncoder().encode("nr,name\n1,é\n").map((byte) =>
      byte === 0xc3 ? 0xe9 : byte === 0xa9 ? 0x20 : byte
    ),
  );
  await told("name it with --encoding windows-1252", ...push);

  await Deno.writeTextFile(at("seed.json"), '{"x.thing": [{"name": "x"}]}');
  await told("define it with --models", "simulate", "--port=0", `--seed=${at("seed.json")}`);
  const huge = '{"color": 123456789012345678901234}';
  await told('Cannot send "color" of record 1', "create", "res.partner", huge);
  await told('Cannot send "color": it is', "write", "res.partner", "1030", huge);
});
