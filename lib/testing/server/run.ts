/**
 * The piece between all wires and the services: it notes a call, lets it fail where a test has asked for that, and
 * runs it.
 *
 * @module
 */
import { CallError } from "../faults.ts";
import type { PythonValue } from "../python.ts";
import { Disconnected, type Failure } from "./responses.ts";

/** A call as it came over any wire, before it runs. */
export interface IncomingCall {
  /** `common`, `db` or `object`. */
  readonly service: string;
  /** Method of the service. */
  readonly method: string;
  /** Its parameters, secrets and all. */
  readonly params: readonly PythonValue[];
}

/** What the simulator does around calls: it notes them, and it may have a failure for one. */
export interface Watcher {
  /** What ends a call that waits. */
  signal(): AbortSignal;
  /** Notes a call, and tells how it has to fail. */
  incoming(call: IncomingCall): Failure | undefined;
}

/** How a call has ended, for its wire to put into words. */
export type Outcome =
  | { readonly kind: "value"; readonly value: PythonValue }
  | { readonly kind: "error"; readonly error: CallError }
  | Extract<Failure, { kind: "fault" | "http" }>;

/** Notes a call and runs it. A cut connection and a timeout come as what `fetch` throws. */
export async function runCall(
  watcher: Watcher,
  call: IncomingCall,
  run: () => PythonValue,
): Promise<Outcome> {
  const failure = watcher.incoming(call);
  if (!failure) return outcome(run);
  switch (failure.kind) {
    case "timeout":
      return await never(watcher.signal());
    case "disconnect":
      // What comes of a call is lost where the connection is cut behind it, be it a value or an exception.
      if (failure.afterCommit) outcome(run);
      throw new Disconnected();
    default:
      return failure;
  }
}

function outcome(run: () => PythonValue): Outcome {
  try {
    return { kind: "value", value: run() };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { kind: "error", error };
  }
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
}
