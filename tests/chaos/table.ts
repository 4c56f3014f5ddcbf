/**
 * The table of docs/failures.md, made of what was seen in the cells of the chaos matrix.
 *
 * @module
 */
import { OdooError, OdooNetworkError, OdooProtocolError, OdooServerError } from "../../mod.ts";
import { type Seen, TROUBLES } from "./cells.ts";

const HEAD = ["What goes wrong", "A read", "A write", "The change, after an error"];

/** The table, as `deno fmt` would have it. */
export function tableOf(seen: readonly Seen[]): string {
  const rows = TROUBLES.map((trouble) => {
    const row = seen.filter(({ cell }) => cell.trouble === trouble);
    const [reads = [], writes = []] = [true, false].map((isRead) =>
      row.filter(({ cell }) => cell.operation.isRead === isRead)
    );
    return [trouble.name, endsOf(reads), endsOf(writes), merged(writes.filter(isError), changeOf)];
  });
  return aligned([HEAD, ...rows]);
}

/** How calls end where the failure strikes once, and where it stays. */
function endsOf(seen: readonly Seen[]): string {
  const [once, always] = [false, true].map((stays) =>
    merged(seen.filter(({ cell }) => cell.stays === stays), endOf)
  );
  return once === always ? `${once}` : `${once}; while it lasts ${always}`;
}

/** What is the same for all is said once, and what differs with what it is about. */
function merged(seen: readonly Seen[], tell: (seen: Seen) => string): string {
  const groups = Map.groupBy(seen, tell);
  if (groups.size === 1) return [...groups.keys()].join();
  return [...groups].map(([text, some]) => `${aboutOf(some, seen)}: ${text}`).join("; ");
}

/** Of operations, protocols and failures those that tell some cells from all others. */
function aboutOf(some: readonly Seen[], all: readonly Seen[]): string {
  const traits: ((seen: Seen) => string)[] = [
    ({ cell }) => cell.operation.name,
    ({ cell }) => cell.protocol,
    ({ cell }) => typeof cell.failure === "object" ? cell.failure.kind : "",
    ({ cell }) => `Odoo ${cell.version}`,
  ];
  return traits.flatMap((trait) => {
    const [names, others] = [new Set(some.map(trait)), new Set(all.map(trait))];
    return names.size < others.size ? [[...names].join(", ")] : [];
  }).join(" over ");
}

function isError({ end }: Seen): boolean {
  return "error" in end;
}

/** How a call ended for its caller. */
function endOf({ end, requests }: Seen): string {
  const tries = requests === 1 ? "after 1 try" : `after ${requests} tries`;
  return `${"error" in end ? errorOf(end.error) : "succeeds"} ${tries}`;
}

/** The class of an error, and what it says of the outcome. */
export function errorOf(error: unknown): string {
  if (!(error instanceof OdooError)) return String(error);
  const outcome = error instanceof OdooNetworkError || error instanceof OdooProtocolError
    ? error.outcome
    : error instanceof OdooServerError
    ? error.kind
    : undefined;
  return outcome === undefined ? `\`${error.name}\`` : `\`${error.name}\` \`${outcome}\``;
}

/** Whether the change is in Odoo. */
function changeOf({ runsThen, runs }: Seen): string {
  if (runs === 0) return "not made";
  return runsThen === runs ? "**made**" : "**made later**";
}

function aligned(rows: readonly string[][]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head = "", ...lines] = rows.map((row) =>
    line(row.map((text, column) => text.padEnd(widths[column] ?? 0)))
  );
  return [head, line(widths.map((width) => "-".repeat(width))), ...lines].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
