/**
 * Pulls contacts into a copy: what tests start, kill and start again. Its argument is a {@linkcode PullProgram} as
 * JSON. It writes a line when it begins, and its report in the end.
 *
 * @module
 */
import { connect, type OdooConfig, type Protocol } from "../../mod.ts";
import { csvSink, pull, sqliteSink } from "../../lib/sync/mod.ts";

/** What is pulled, from where to where. */
export interface PullProgram {
  /** Where from, and as whom. */
  readonly config: OdooConfig & { readonly protocol?: Protocol };
  /** Path of the state. */
  readonly state: string;
  /** Path of the copy, whose name ends in `.db` or `.csv`. */
  readonly copy: string;
  /** What the references of the contacts begin with. */
  readonly tag: string;
  /** Rows of a page. */
  readonly pageSize?: number;
}

if (import.meta.main) {
  const program: PullProgram = JSON.parse(Deno.args[0] ?? "{}");
  const { config, state, copy, tag, pageSize } = program;
  console.log("begins");
  const odoo = await connect(config);
  const report = await pull(odoo, {
    model: "res.partner",
    fields: ["name", "city", "ref", "active", "category_id"],
    domain: [["ref", "like", `${tag}-`]],
    sink: copy.endsWith(".csv") ? csvSink(copy) : sqliteSink(copy, "contacts"),
    job: `crash_${tag}`,
    state,
    ...(pageSize !== undefined && { pageSize }),
  });
  console.log(JSON.stringify(report));
}
