/**
 * Pushes contacts, as a nightly job does: what tests start, kill and start again. Its argument is a
 * {@linkcode PushProgram} as JSON. It writes a line when it begins, and its report in the end.
 *
 * @module
 */
import { connect, type OdooConfig, type Protocol } from "../../mod.ts";
import { push } from "../../lib/sync/mod.ts";
import { contacts } from "./rows.ts";

/** What is pushed, to where. */
export interface PushProgram {
  /** Where to, and as whom. */
  readonly config: OdooConfig & { readonly protocol?: Protocol };
  /** Path of the state. */
  readonly state: string;
  /** How many contacts. */
  readonly rows: number;
  /** What their references begin with. */
  readonly tag: string;
  /** Lanes. */
  readonly lanes?: number;
  /** Rows of a call. */
  readonly chunkSize?: number;
  /** Milliseconds that an answer may take. */
  readonly timeoutMs?: number;
}

if (import.meta.main) {
  const program: PushProgram = JSON.parse(Deno.args[0] ?? "{}");
  const { config, rows, tag, state, lanes, chunkSize, timeoutMs } = program;
  console.log("begins");
  const odoo = await connect(config);
  const reasons = new Map<string, number>();
  const { account, lost } = await push(odoo, {
    model: "res.partner",
    job: `crash_${tag}`,
    source: contacts(rows, tag),
    key: ["no"],
    map: ({ name, city, ref }) => ({ name, city, ref }),
    state,
    concurrency: lanes,
    chunkSize,
    timeoutMs,
    onEvent(event) {
      if (event.type !== "row" || event.reason === undefined) return;
      reasons.set(event.reason, (reasons.get(event.reason) ?? 0) + 1);
    },
  });
  const why = [...reasons].slice(0, 5);
  console.log(JSON.stringify({ account, lost: lost?.message, reasons: why }));
}
