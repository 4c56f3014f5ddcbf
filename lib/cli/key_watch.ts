/**
 * Tells those who watch an API key what a check has found.
 *
 * @module
 */
import type { OdooConfig } from "../config.ts";
import type { KeyCheck } from "../keys.ts";
import { type Invocation, textOf, UsageError } from "./command.ts";
import { notesOn } from "./log.ts";
import { isMetricsPath, type Labels, METRICS_RULE, writeMetrics } from "./metrics.ts";
import type { DataRow } from "./output.ts";
import { isPingAddress, ping, PING_RULE } from "./ping.ts";

/** How long a key is good, as far as that is known. */
interface Left {
  /** In days. */
  readonly days?: number | undefined;
  /** When it ends, in seconds since 1970. */
  readonly ends?: number | undefined;
}

/** Whom `--ping` and `--metrics` name. */
export class KeyWatch {
  readonly #io: Invocation["io"];
  readonly #ping: string | undefined;
  readonly #metrics: string | undefined;
  #labels: Labels | undefined;

  /** Takes the flags, which are refused where they cannot be used. */
  constructor({ flags, io }: Invocation) {
    this.#io = io;
    this.#ping = textOf(flags, "ping");
    this.#metrics = textOf(flags, "metrics");
    if (this.#ping !== undefined && !isPingAddress(this.#ping)) {
      throw new UsageError(`--ping ${PING_RULE}`);
    }
    if (this.#metrics !== undefined && !isMetricsPath(this.#metrics)) {
      throw new UsageError(`--metrics ${METRICS_RULE}`);
    }
  }

  /** Takes whose key it is. */
  of({ url, db, username }: OdooConfig, name: string | undefined): void {
    const host = URL.canParse(url) ? new URL(url).host : "";
    this.#labels = { host, database: db, username, ...name !== undefined && { key: name } };
  }

  /** Tells what was found. */
  async end(checked: KeyCheck, isWell: boolean): Promise<void> {
    const days = checked.ok && checked.daysLeft !== false ? checked.daysLeft : undefined;
    const reason = checked.ok ? undefined : checked.reason;
    const ends = checked.ok && checked.expires
      ? checked.expires.epochMilliseconds / 1000
      : undefined;
    await this.#tell(isWell ? 0 : 1, { days, ends }, reason && { reason });
  }

  /** Tells that nothing could be found out. */
  async fail(cause: unknown): Promise<void> {
    const { code = 2 } = notesOn(cause);
    const error = cause instanceof Error && { error: cause.name };
    await this.#tell(Number(code), {}, error || undefined);
  }

  async #tell(code: number, { days, ends }: Left, more?: DataRow): Promise<void> {
    const tells: Promise<void>[] = [];
    if (this.#ping !== undefined) {
      const facts = { ...this.#labels, code, days_left: days ?? null, ...more };
      tells.push(ping(this.#ping, { isWell: code === 0, facts }, this.#io));
    }
    if (this.#metrics !== undefined && this.#labels) {
      tells.push(writeMetrics(this.#metrics, this.#labels, metricsOf(code, ends), this.#io));
    }
    await Promise.all(tells);
  }
}

function metricsOf(code: number, ends: number | undefined) {
  return [
    {
      name: "odeno_key_check_timestamp_seconds",
      help: "When the API key was looked at.",
      value: Date.now() / 1000,
    },
    {
      name: "odeno_key_check_exit_code",
      help: "The exit code of that check.",
      value: code,
    },
    {
      name: "odeno_key_expiry_timestamp_seconds",
      help: "When the API key ends; not there for one without an end.",
      value: ends,
    },
  ];
}
