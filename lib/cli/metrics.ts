/**
 * Figures of a run as a file for the textfile collector of Prometheus's node_exporter.
 *
 * @module
 */
import { OdooError } from "../errors.ts";
import { readIfThere, replaceFile } from "./files.ts";
import type { Io } from "./io.ts";

/** What is wrong with a path that cannot be one. */
export const METRICS_RULE =
  "must end with .prom, as node_exporter reads no other files, such as /var/lib/node_exporter/contacts.prom";

/** Whether a path can be that of a file with metrics. It is never that of something else that is there. */
export function isMetricsPath(path: string): boolean {
  return /[^/\\]\.prom$/.test(path);
}

/** One figure; `undefined` is one that nobody knows. */
export interface Metric {
  /** Its name. */
  readonly name: string;
  /** What it is. */
  readonly help: string;
  /** The figure; several have one more label each. */
  readonly value: number | undefined | {
    readonly label: string;
    readonly values: Readonly<Record<string, number>>;
  };
  /** Whether the figure of the file stands where there is none. */
  readonly isKept?: boolean;
}

/** Labels of a figure, by name. */
export type Labels = Readonly<Record<string, string>>;

/** Writes the file in the place of the one before. Where that fails there is a warning, and nothing else. */
export async function writeMetrics(
  path: string,
  labels: Labels,
  metrics: readonly Metric[],
  io: Io,
): Promise<void> {
  try {
    const before = await readIfThere(path) ?? "";
    await replaceFile(path, metricsText(labels, metrics, before));
  } catch (error) {
    if (!(error instanceof OdooError)) throw error;
    io.err(error.message, { level: "warn" });
  }
}

/** The text of the file. All figures are gauges: they are of the last run, and do not add up. */
export function metricsText(labels: Labels, metrics: readonly Metric[], before = ""): string {
  return metrics.flatMap((metric) => {
    const { name, help } = metric;
    const samples = samplesOf(labels, metric, before);
    return samples.length === 0
      ? []
      : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples];
  }).map((line) => `${line}\n`).join("");
}

function samplesOf(labels: Labels, { name, value, isKept }: Metric, before: string): string[] {
  if (typeof value === "object") {
    const { label, values } = value;
    return Object.entries(values).map(([key, count]) =>
      `${name}${labelText({ ...labels, [label]: key })} ${count}`
    );
  }
  const start = `${name}${labelText(labels)} `;
  if (value !== undefined) return [`${start}${value}`];
  return isKept ? before.split("\n").filter((line) => line.startsWith(start)) : [];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
}
