// Pulls once, in a process of its own that others kill: takes the settings as JSON, tells each step on stderr, and
// the report as JSON.
import { connect } from "../mod.ts";
import { csvSink, pull, sqliteSink } from "../lib/sync/mod.ts";
import { FIELDS, ITEM } from "./pull_support.ts";

const { config, path, kind } = JSON.parse(Deno.args[0] ?? "");
const sink = kind === "csv" ? csvSink(path) : sqliteSink(path, "items");
const report = await pull(await connect(config), {
  model: ITEM,
  fields: FIELDS,
  sink,
  job: "items",
  state: `${path}.state`,
  pageSize: 200,
  maxTombstones: 1e6,
  onEvent: () => console.error("."),
});
console.log(JSON.stringify(report));
