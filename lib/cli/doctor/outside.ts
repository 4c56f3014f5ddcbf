/**
 * What the doctor asks of the network and of the machine.
 *
 * @module
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { connect } from "node:tls";
import type { Fetch } from "../../values.ts";

/** The network and the machine. */
export interface Outside {
  /** The addresses of a name, as programs of this machine see them, its hosts file included. */
  addresses(host: string): Promise<readonly string[]>;
  /** Opens a connection, and closes it. */
  reach(place: Place): Promise<void>;
  /** Why Deno does not trust the certificate of a server; nothing where it does. */
  distrust(place: Place): Promise<string | undefined>;
  /** The certificate of a server, trusted or not. */
  certificate(place: Place): Promise<Certificate>;
  /** Sends requests. */
  readonly fetch: Fetch;
  /** A variable of the environment; nothing where it may not be read. */
  variable(name: string): string | undefined;
  /** Whether a variable may be read. */
  mayRead(name: string): boolean;
  /** The moment, in milliseconds. */
  now(): number;
}

/** Where a server listens. */
export interface Place {
  /** Name, or address without brackets. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** What a certificate says. */
export interface Certificate {
  /** Whom it is for. */
  readonly subject: string;
  /** Who has signed it. */
  readonly issuer: string;
  /** The names that it is good for. */
  readonly names: string;
  /** Its end. */
  readonly validTo: Date;
}

/** So long is waited for a connection. */
const PATIENCE_MS = 10_000;

/** The outside of this process. */
export function outsideOf(signal: AbortSignal): Outside {
  const race = <T>(work: Promise<T>) => patiently(work, signal);
  return {
    async addresses(host) {
      return (await race(lookup(host, { all: true }))).map(({ address }) => address);
    },
    async reach({ host, port }) {
      await closed(race(Deno.connect({ hostname: host, port })));
    },
    async distrust({ host, port }) {
      try {
        await closed(race(handshake(host, port)));
        return undefined;
      } catch (error) {
        if (!(error instanceof Deno.errors.InvalidData)) throw error;
        return error.message;
      }
    },
    certificate: (place) => race(certificateOf(place)),
    fetch: globalThis.fetch,
    variable: (name) => mayRead(name) ? Deno.env.get(name) : undefined,
    mayRead,
    now: () => Date.now(),
  };
}

async function patiently<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const timer = setTimeout(
    () => reject(new Deno.errors.TimedOut(`No answer within ${PATIENCE_MS / 1000} seconds`)),
    PATIENCE_MS,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

async function closed(connection: Promise<Deno.Conn>): Promise<void> {
  (await connection).close();
}

/** With the certificates that `fetch` trusts: those of Deno, of `--cert` and of `DENO_CERT`. */
async function handshake(hostname: string, port: number): Promise<Deno.TlsConn> {
  const connection = await Deno.connectTls({ hostname, port });
  try {
    await connection.handshake();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Nothing is sent over the connection, so that it may be looked at whoever the server is. */
function certificateOf({ host, port }: Place): Promise<Certificate> {
  const { promise, resolve, reject } = Promise.withResolvers<Certificate>();
  const name = isIP(host) ? {} : { servername: host };
  const socket = connect({ host, port, ...name, rejectUnauthorized: false }, () => {
    const { subject, issuer, subjectaltname, valid_to } = socket.getPeerCertificate();
    resolve({
      subject: nameOf(subject),
      issuer: nameOf(issuer),
      names: (subjectaltname ?? "").replaceAll(/(DNS|IP Address):/g, ""),
      validTo: new Date(valid_to),
    });
    socket.destroy();
  });
  socket.on("error", reject);
  return promise;
}

function nameOf(subject: { CN?: unknown; O?: unknown } | undefined): string {
  return String(subject?.CN ?? subject?.O ?? "nobody");
}

function mayRead(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}
