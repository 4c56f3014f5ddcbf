/**
 * Looks at each call on its way: refuses what writes where only reading is allowed, and tells of what was called, also
 * to OpenTelemetry where that is there.
 *
 * @module
 */
import { CLOCK, type Clock } from "../clock.ts";
import { OdooConfigError } from "../errors.ts";
import type { CallEvent, CallOptions, RpcCall, RpcValue } from "../values.ts";
import { READING_METHODS } from "./retry.ts";
import type { Transport } from "./transport.ts";

/** How calls are watched. */
export interface WatchSettings {
  /** Refuses all calls but those of methods that only read. */
  readonly readOnly?: boolean | undefined;
  /** Address of the server. */
  readonly url?: string | undefined;
  /** Is told of each call once it has ended. */
  readonly onCall?: ((event: CallEvent) => void) | undefined;
}

/** What is done about calls, whatever carries them. */
export class Watch {
  readonly #settings: WatchSettings;
  readonly #protocol: CallEvent["protocol"];
  readonly #clock: Clock;

  /** Takes what carries the calls. */
  constructor(settings: WatchSettings, protocol: CallEvent["protocol"], clock: Clock = CLOCK) {
    this.#settings = settings;
    this.#protocol = protocol;
    this.#clock = clock;
  }

  /** Refuses a call that may write where only reading is allowed. */
  refuseWrite(call: RpcCall): void {
    if (!this.#settings.readOnly || READING_METHODS.has(call.method)) return;
    throw new OdooConfigError(
      `Cannot call ${nameOf(call)}: the connection is read-only, and odeno does not know ` +
        `${call.method} as a method that only reads`,
    );
  }

  /** Sends, and tells of it. */
  async told<T>(name: string, send: () => Promise<T>): Promise<T> {
    const begun = this.begin(name);
    let error: unknown;
    try {
      return await begun.run(send);
    } catch (thrown) {
      throw error = thrown;
    } finally {
      begun.end(error);
    }
  }

  /** Takes the time. */
  begin(name: string): BegunCall {
    const protocol = this.#protocol;
    const begin = this.#clock.now();
    const span = spanOf(name, protocol, this.#settings.url);
    return {
      run: (send) => span ? span.run(send) : send(),
      end: (error) => {
        span?.end(error);
        this.#settings.onCall?.({ name, protocol, ms: this.#clock.now() - begin, error });
      },
    };
  }
}

/** A call that has begun. */
interface BegunCall {
  /** Runs a part of it: requests that this makes belong to it. */
  run<T>(send: () => T): T;
  /** It has ended. */
  end(error: unknown): void;
}

/** A transport that is watched. */
export class WatchTransport implements Transport {
  readonly #transport: Transport;
  readonly #watch: Watch;

  /** Takes what makes the calls. */
  constructor(transport: Transport, settings: WatchSettings, clock?: Clock) {
    this.#transport = transport;
    this.#watch = new Watch(settings, transport.protocol, clock);
  }

  get protocol(): Transport["protocol"] {
    return this.#transport.protocol;
  }

  async version(options?: CallOptions): Promise<string> {
    return await this.#watch.told("version", () => this.#transport.version(options));
  }

  async authenticate(options?: CallOptions): Promise<number> {
    return await this.#watch.told("authenticate", () => this.#transport.authenticate(options));
  }

  async call(call: RpcCall, options?: CallOptions): Promise<RpcValue> {
    this.#watch.refuseWrite(call);
    return await this.#watch.told(nameOf(call), () => this.#transport.call(call, options));
  }

  async *rows(call: RpcCall, options?: CallOptions): AsyncGenerator<RpcValue[]> {
    this.#watch.refuseWrite(call);
    const begun = this.#watch.begin(nameOf(call));
    const rows = this.#transport.rows(call, options);
    const next = () => begun.run(() => rows.next());
    const end = () => rows.return(undefined);
    let error: unknown;
    try {
      yield* { [Symbol.asyncIterator]: () => ({ next, return: end }) };
    } catch (thrown) {
      throw error = thrown;
    } finally {
      begun.end(error);
    }
  }
}

/** What a call is called. */
export function nameOf({ model, method }: RpcCall): string {
  return `${model}.${method}`;
}

/** The model and the method in the name of a call; what has no model, such as `version`, is a method alone. */
export function partsOf(name: string): { model?: string; method: string } {
  const dot = name.lastIndexOf(".");
  return { ...dot > 0 && { model: name.slice(0, dot) }, method: name.slice(dot + 1) };
}

/** Whether OpenTelemetry is there, which Deno brings along: `OTEL_DENO=true` switches it on. */
export function isTraced(): boolean {
  return telemetry() !== undefined;
}

/**
 * A span around a call, in which those of its requests are, named by the conventions of OpenTelemetry for remote calls.
 * It has no argument, no value and no message in it.
 */
function spanOf(name: string, protocol: string, url: string | undefined) {
  const api = telemetry();
  if (!api) return undefined;
  const { model, method } = partsOf(name);
  const attributes = {
    ...model !== undefined && { "odoo.model": model },
    "odoo.method": method,
    "rpc.system.name": protocol,
    "rpc.method": name,
    ...serverOf(url),
  };
  const { span, context } = api.trace.getTracer("odeno").startActiveSpan(
    name,
    { kind: CLIENT, attributes },
    (span) => ({ span, context: api.context.active() }),
  );
  return {
    run: <T>(send: () => T): T => api.context.with(context, send),
    end(error: unknown): void {
      if (error !== undefined) {
        span.setAttribute("error.type", error instanceof Error ? error.name : typeof error);
        span.setStatus({ code: FAILED });
      }
      span.end();
    },
  };
}

/** The server of an address, without the rest of it. */
function serverOf(url: string | undefined): Readonly<Record<string, string | number>> {
  if (url === undefined || !URL.canParse(url)) return {};
  const { hostname, port, protocol } = new URL(url);
  return {
    "server.address": hostname,
    "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
  };
}

/** Where its version 1 registers itself. */
const API = Symbol.for("opentelemetry.js.api.1");

/** What a span is of, and how it ended, in the numbers of OpenTelemetry. */
const [CLIENT, FAILED] = [2, 2];

/**
 * The providers where the JavaScript API of OpenTelemetry, and Deno for it, registers them. `Deno.telemetry` is there in
 * any case, and throws where nothing is switched on.
 */
function telemetry(): Telemetry | undefined {
  const api: Partial<Telemetry> | undefined = Reflect.get(globalThis, API);
  return api?.trace && api.context && { trace: api.trace, context: api.context };
}

/** As much of that API as calls need. */
interface Telemetry {
  trace: { getTracer(name: string): Tracer };
  context: { active(): unknown; with<T>(context: unknown, run: () => T): T };
}

interface Tracer {
  startActiveSpan<T>(
    name: string,
    options: { kind: number; attributes: Readonly<Record<string, string | number>> },
    run: (span: Span) => T,
  ): T;
}

interface Span {
  setAttribute(name: string, value: string): void;
  setStatus(status: { code: number }): void;
  end(): void;
}
