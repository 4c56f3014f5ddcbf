import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { writeMetrics } from "../lib/cli/metrics.ts";
import { ping } from "../lib/cli/ping.ts";
import { PROCESS } from "../lib/cli/io.ts";
import { Endings } from "../lib/cli/jobs/ending.ts";
import { jobsOf } from "../lib/cli/jobs/job_file.ts";
import { noteOn } from "../lib/cli/log.ts";
import { sqliteStore } from "../lib/sync/mod.ts";
import { ground, ODENO, odeno } from "./cli_support.ts";

/** The part of an address that makes it one of its own. */
const UUID = "6f9b3c52-0d1e-4a57-8a55-5d0c2a1e77aa";

/** A service that is pinged: it notes what it is told, and answers with a status. */
function pinged(status = 200) {
  const told: { path: string; facts: Record<string, unknown>; text: string }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const text = await request.text();
    told.push({ path: new URL(request.url).pathname, facts: JSON.parse(text), text });
    const location = "http://127.0.0.1:1/login";
    return new Response("OK", { status, ...status === 302 && { headers: { location } } });
  });
  return {
    told,
    url: `http://127.0.0.1:${server.addr.port}/${UUID}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function contacts(folder: string, lines: string): Promise<string> {
  const path = `${folder}/contacts.csv`;
  await Deno.writeTextFile(path, `nr,name\n${lines}`);
  return path;
}

Deno.test("--ping tells an address that a job has ended well, and with /fail that rows failed, with the counts", async () => {
  await using env = await ground();
  await using service = pinged();
  const push = async (lines: string) => {
    const path = await contacts(env.folder, lines);
    const words = ["push", "res.partner", path, "--key", "nr", "--ping", service.url];
    const { code, err } = await odeno(...words, env.flag, "--verbose");
    assertFalse(err.includes(UUID));
    return code;
  };
  assertEquals(await push("1,Ana\n"), 0);
  assertEquals(await push("1,Ana\n2,\n"), 1);
  const [well, failed, ...more] = service.told;
  assertEquals(more, []);
  assertEquals([well?.path, failed?.path], [`/${UUID}`, `/${UUID}/fail`]);
  const { ms, ...facts } = well?.facts ?? {};
  assert(Number(ms) > 0);
  assertEquals(facts, {
    ...{ job: "contacts", kind: "push", model: "res.partner", code: 0, run: 1 },
    ...{ rows: 1, created: 1, updated: 0, unchanged: 0, failed: 0, unknown: 0 },
    ...{ altered: 0, warned: 0, archived: 0, deleted: 0 },
  });
  assertEquals([failed?.facts["code"], failed?.facts["failed"]], [1, 1]);
  for (const { text } of service.told) assertFalse(/Ana|contacts require/i.test(text));
});

Deno.test("each job of a file is told of once, also where none could run, and a dry run is told to nobody", async () => {
  await using env = await ground();
  await using service = pinged();
  const path = `${env.folder}/nightly.json`;
  const pull = (out: string) => ({
    ...{ pull: "res.partner", fields: ["name"], out },
    ...{ ping: `${service.url}/${out}`, metrics: `${out}.prom` },
  });
  const push = { push: "res.partner", source: "contacts.csv", key: ["nr"], ping: service.url };
  await contacts(env.folder, "1,Ana\n");
  await Deno.writeTextFile(path, JSON.stringify([pull("a.csv"), push, pull("b.csv")]));
  const paths = () => service.told.splice(0).map((told) => told.path.slice(UUID.length + 1));
  assertEquals((await odeno("sync", path, env.flag)).code, 0);
  assertEquals(paths(), ["/a.csv", "", "/b.csv"]);
  assertEquals((await odeno("sync", path, "--dry-run", env.flag)).code, 0);
  assertEquals(paths(), []);
  await Deno.remove(`${env.folder}/contacts.csv`);
  assertEquals((await odeno("sync", path, env.flag)).code, 2);
  assertEquals(paths().sort(), ["/a.csv/fail", "/b.csv/fail", "/fail"]);
  await contacts(env.folder, "1,Ana\n");
  const wrongKey = await env.settings({ API_KEY: "0".repeat(40) });
  assertEquals((await odeno("sync", path, wrongKey)).code, 2);
  const facts = service.told.map(({ facts }) => [facts["code"], facts["error"]]);
  assertEquals(facts, [[2, "OdooAuthError"], [2, "OdooAuthError"], [2, "OdooAuthError"]]);
  assertMatch(await Deno.readTextFile(`${env.folder}/b.csv.prom`), /^odeno_job_exit_code.* 2$/m);
});

Deno.test("a job that another run holds is told of by that run alone", async () => {
  await using env = await ground();
  await using service = pinged();
  const path = await contacts(env.folder, "1,Ana\n");
  await using store = sqliteStore(`${env.folder}/odeno.sqlite`);
  await using _held = await store.open("contacts");
  const metrics = `${env.folder}/contacts.prom`;
  const words = ["push", "res.partner", path, "--key", "nr", "--ping", service.url];
  const { code } = await odeno(...words, "--metrics", metrics, env.flag);
  assertEquals([code, service.told], [3, []]);
  assertEquals(await Deno.stat(metrics).catch(() => "none"), "none");
});

Deno.test("a ping that fails is a warning without the address, and changes nothing", async () => {
  await using env = await ground();
  await using service = pinged(404);
  await using moved = pinged(302);
  const gone = `http://127.0.0.1:1/${UUID}`;
  const path = await contacts(env.folder, "1,Ana\n");
  for (
    const [address, why] of [[service.url, "it answers with HTTP 404"], [
      moved.url,
      "it answers with HTTP 302",
    ], [
      gone,
      "there is no connection",
    ]]
  ) {
    const words = ["push", "res.partner", path, "--key", "nr", "--ping", address ?? ""];
    const { code, err } = await odeno(...words, env.flag);
    assertEquals(code, 0);
    assertStringIncludes(err, `Cannot ping ${new URL(address ?? "").host}: ${why}`);
    assertFalse(err.includes(UUID));
  }
});

Deno.test("what else goes wrong after a signal is told with the exit code of the signal", async () => {
  await using service = pinged();
  const signal = AbortSignal.abort(new DOMException("The command was interrupted", "AbortError"));
  noteOn(signal.reason, { code: 143 });
  const [job] = jobsOf(
    { pull: "res.partner", fields: ["name"], out: "a.csv", ping: service.url },
    "",
  );
  await new Endings(job ? [job] : [], PROCESS).fail(new Error("The disk is full"), signal);
  assertEquals(service.told.map(({ facts }) => [facts["code"], facts["error"]]), [[143, "Error"]]);
});

Deno.test("a ping without an answer is given up", async () => {
  const ended = Promise.withResolvers<Response>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => ended.promise);
  const told: string[] = [];
  const io = { ...PROCESS, err: (line: string) => told.push(line) };
  const address = `http://127.0.0.1:${server.addr.port}/${UUID}`;
  await ping(address, { isWell: true, facts: {} }, io, 20);
  assertMatch(told.join(), /^Cannot ping 127\.0\.0\.1:\d+: no answer within 0\.02 s$/);
  ended.resolve(new Response());
  await server.shutdown();
});

Deno.test("an address that is none is refused without being shown, and so are metrics under another name", async () => {
  await using env = await ground();
  const path = await contacts(env.folder, "1,Ana\n");
  const push = ["push", "res.partner", path, "--key", "nr", env.flag];
  const check = ["keys", "check", env.flag];
  for (const words of [push, check]) {
    const wrong = await odeno(...words, "--ping", `ftp://127.0.0.1/${UUID}`);
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.err, "--ping must be an address such as https://hc-ping.com/UUID");
    assertFalse(wrong.err.includes(UUID));
    const file = await odeno(...words, "--metrics", path);
    assertStringIncludes(file.err, "--metrics must end with .prom");
  }
  const job = `${env.folder}/job.json`;
  const pull = { pull: "res.partner", fields: ["name"], metrics: "a.prom" };
  await Deno.writeTextFile(
    job,
    JSON.stringify([{ ...pull, out: "a.csv" }, { ...pull, out: "b.csv" }]),
  );
  const { code, err } = await odeno("sync", job, env.flag);
  assertEquals(code, 2);
  assertStringIncludes(err, "$[1].metrics must be another than that of $[0]: a file is of one job");
});

Deno.test("--metrics writes what the last run was, in the format of Prometheus, and keeps when one has gone well", async () => {
  await using env = await ground();
  const file = `${env.folder}/contacts.prom`;
  const push = async (lines: string) => {
    const path = await contacts(env.folder, lines);
    const words = ["push", "res.partner", path, "--key", "nr", "--metrics", file];
    const { code } = await odeno(...words, env.flag);
    return { code, ...metricsIn(await Deno.readTextFile(file)) };
  };
  const begun = Date.now() / 1000;
  const well = await push("1,Ana\n2,Bob\n");
  const labels = '{job="contacts",model="res.partner"}';
  const [last, success] = ["run", "success"].map((what) =>
    `odeno_job_last_${what}_timestamp_seconds${labels}`
  );
  assert((well.values[last ?? ""] ?? 0) >= begun);
  assertEquals(well.values[last ?? ""], well.values[success ?? ""]);
  assertEquals(well.values[`odeno_job_exit_code${labels}`], 0);
  assert((well.values[`odeno_job_duration_seconds${labels}`] ?? 0) > 0);
  const created = '{job="contacts",model="res.partner",outcome="created"}';
  assertEquals(well.values[`odeno_job_rows${created}`], 2);
  const failed = await push("1,Ana\n3,\n4,\n");
  assertEquals([failed.code, failed.values[`odeno_job_exit_code${labels}`]], [1, 1]);
  assertEquals(failed.values[`odeno_job_rows${created.replace("created", "failed")}`], 2);
  assertEquals(failed.values[success ?? ""], well.values[success ?? ""]);
  assert((failed.values[last ?? ""] ?? 0) > (well.values[last ?? ""] ?? 0));
  const outcomes = Object.keys(failed.values).filter((name) => name.startsWith("odeno_job_rows"));
  assertEquals(outcomes.length, 9);
  const left: string[] = [];
  for await (const { name } of Deno.readDir(env.folder)) if (name.endsWith(".tmp")) left.push(name);
  assertEquals(left, []);
});

/** Reads a file as Prometheus does: each sample belongs to a metric that has a type, and none is there twice. */
function metricsIn(text: string): { values: Record<string, number> } {
  const values: Record<string, number> = {};
  const types = new Set<string>();
  assert(text.endsWith("\n"));
  for (const line of text.trimEnd().split("\n")) {
    const [, typed] = /^# TYPE ([a-z_]+) gauge$/.exec(line) ?? [];
    if (typed !== undefined) types.add(typed);
    if (line.startsWith("#")) continue;
    const [, name = "", labels = "", value] =
      /^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\}) ([\d.e+-]+)$/.exec(line) ?? [];
    assert(types.has(name), line);
    assertFalse(Object.hasOwn(values, name + labels), line);
    values[name + labels] = Number(value);
  }
  return { values };
}

Deno.test("metrics with any text in their labels can be read, and a file that cannot be written is a warning", async () => {
  await using env = await ground();
  const told: string[] = [];
  const io = { ...PROCESS, err: (line: string) => told.push(line) };
  const metric = { name: "odeno_x", help: "An x.", value: 1, isKept: true };
  const path = `${env.folder}/x.prom`;
  const labels = { job: 'a"b\\c\nd' };
  await writeMetrics(path, labels, [metric], io);
  await writeMetrics(path, labels, [{ ...metric, value: undefined }], io);
  const { values } = metricsIn(await Deno.readTextFile(path));
  assertEquals(values, { [String.raw`odeno_x{job="a\"b\\c\nd"}`]: 1 });
  assertEquals(told, []);
  await writeMetrics(`${env.folder}/no/x.prom`, {}, [metric], io);
  assertMatch(told.join(), /^Cannot write .*x\.prom: there is no such file or folder$/);
});

Deno.test("`odeno keys check` tells an address and a file when a key ends", async () => {
  const end = inDays(5);
  const records = {
    "res.users.apikeys": [{ id: 7, name: "nightly", user_id: 2, expiration_date: end }],
  };
  await using env = await ground(records, { version: 19 });
  await using service = pinged();
  const metrics = `${env.folder}/key.prom`;
  const check = ["keys", "check", "nightly", "--metrics", metrics, "--ping", service.url];
  const value = async (name: string) => {
    const { values } = metricsIn(await Deno.readTextFile(metrics));
    return Object.entries(values).find(([key]) => key.startsWith(`${name}{`));
  };
  assertEquals((await odeno(...check, env.flag)).code, 1);
  const [key, ends] = await value("odeno_key_expiry_timestamp_seconds") ?? [];
  assertMatch(
    key ?? "",
    /\{host="127\.0\.0\.1:\d+",database="\w+",username="admin",key="nightly"\}$/,
  );
  // A moment, so that an alarm comes in time however long ago the check was
  assertEquals(ends, Date.parse(`${end.replace(" ", "T")}Z`) / 1000);
  assertEquals(service.told.at(-1)?.facts["days_left"], 4);
  assertEquals((await odeno(...check, "--warn-days=3", env.flag)).code, 0);
  assertEquals((await value("odeno_key_check_exit_code"))?.[1], 0);
  assertEquals(service.told.map(({ path }) => path), [`/${UUID}/fail`, `/${UUID}`]);
  const wrong = await env.settings({ API_KEY: "0".repeat(40) });
  assertEquals((await odeno(...check, wrong)).code, 1);
  assertEquals(await value("odeno_key_expiry_timestamp_seconds"), undefined);
  const nowhere = await env.settings({ URL: "http://127.0.0.1:1" });
  assertEquals((await odeno(...check, nowhere)).code, 2);
  assertEquals((await value("odeno_key_check_exit_code"))?.[1], 2);
  const codes = service.told.map(({ facts }) => facts["code"]);
  assertEquals(codes, [1, 0, 1, 2]);
  for (const { text } of service.told) assertFalse(text.includes(env.apiKey));
});

function inDays(days: number): string {
  const date = new Date(Date.now() + days * 86_400_000 - 3_600_000);
  return date.toISOString().slice(0, 19).replace("T", " ");
}

Deno.test(
  "a job that SIGTERM ends says so to its address, with the exit code",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    await using env = await ground();
    await using service = pinged();
    const path = await contacts(env.folder, "1,Ana\n");
    const [command = "", ...args] = ODENO;
    env.odoo.failNext({ kind: "latency", ms: 60_000 }, { method: "load" });
    const child = new Deno.Command(command, {
      args: [...args, "push", "res.partner", path, "--key", "nr", "--ping", service.url, env.flag],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    while (!env.odoo.calls.some(({ method }) => method === "load")) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill("SIGTERM");
    const { code } = await child.output();
    assertEquals(code, 143);
    assertEquals(service.told.map(({ path, facts }) => [path, facts["code"], facts["job"]]), [
      [`/${UUID}/fail`, 143, "contacts"],
    ]);
  },
);
