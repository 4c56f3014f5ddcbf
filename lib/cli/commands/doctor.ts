import { checkNoMore, type Command } from "../command.ts";
import { examine, type Patient, type Result } from "../doctor/check.ts";
import { CHECKS } from "../doctor/checks.ts";
import { outsideOf } from "../doctor/outside.ts";
import { Server } from "../doctor/server.ts";
import { settingsOf } from "../doctor/settings.ts";
import { type DataRow, formatOf, RowPrinter } from "../output.ts";
import { adviceOn, sourceOf } from "../settings.ts";

const COLUMNS = ["check", "state", "text", "advice"];

/** Looks at all that a connection needs. */
export const doctor: Command = {
  usage: "doctor",
  details: "Exits 1 where something has failed. Signs in once, and writes nothing.",
  examples: ["odeno doctor", "odeno doctor --profile prod --json"],
  async run({ args, flags, io, signal }) {
    checkNoMore(args);
    const settings = settingsOf(await sourceOf(flags), await adviceOn(flags));
    const outside = outsideOf(signal);
    const server = new Server(settings, outside, signal);
    const patient: Patient = { settings, outside, server, signal };
    const format = formatOf(flags, io);
    const printer = new RowPrinter(io, format, COLUMNS);
    let isWell = true;
    for await (const result of examine(CHECKS, patient)) {
      if (result.state === "failed") isWell = false;
      // A table would cut the sentences, and wait for the last of them
      if (format === "table") io.out(lineOf(result));
      else printer.add([rowOf(result)]);
    }
    if (format !== "table") printer.end();
    return isWell ? 0 : 1;
  },
};

function lineOf({ check, state, text, advice }: Result): string {
  const said = advice === undefined ? text : `${text}. ${advice}`;
  return `${state.padEnd(7)}  ${check.padEnd(10)}  ${said}`;
}

function rowOf({ check, state, text, advice }: Result): DataRow {
  return { check, state, text, advice: advice ?? null };
}
