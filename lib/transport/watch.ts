/**
 * Looks at each call on its way: refuses what writes where only reading is allowed, and tells of what was called.
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
    const tell = this.begin(name);
    let error: unknown;
    try {
      return await send();
    } catch (thrown) {
      throw error = thrown;
    } finally {
      tell(error);
    }
  }

  /** Takes the time. What it answers with is to be called at the end. */
  begin(name: string): (error: unknown) => void {
    const begin = this.#clock.now();
    return (error) => {
      const ms = this.#clock.now() - begin;
      this.#settings.onCall?.({ name, protocol: this.#protocol, ms, error });
    };
  }
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
    const tell = this.#watch.begin(nameOf(call));
    let error: unknown;
    try {
      yield* this.#transport.rows(call, options);
    } catch (thrown) {
      throw error = thrown;
    } finally {
      tell(error);
    }
  }
}

/** What a call is called. */
export function nameOf({ model, method }: RpcCall): string {
  return `${model}.${method}`;
}
