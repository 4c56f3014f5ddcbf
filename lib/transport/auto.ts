/**
 * Which protocol to use: found out once, while connecting, and never changed in mid-run.
 *
 * @module
 */
import type { OdooConfig, Protocol } from "../config.ts";
import { OdooConfigError, OdooNetworkError, OdooProtocolError } from "../errors.ts";
import { SecretKeeper } from "../secrets.ts";
import type { CallOptions } from "../values.ts";
import { Http } from "./http.ts";
import { Json2Transport } from "./json2.ts";
import { JsonRpcTransport } from "./jsonrpc.ts";
import { RetryTransport } from "./retry.ts";
import type { Transport } from "./transport.ts";
import { isTraced, WatchTransport } from "./watch.ts";
import { XmlRpcTransport } from "./xmlrpc.ts";

/** Version of an Odoo server. */
export interface OdooVersion {
  /** The series as a number: 17 for `17.0` and for `saas~17.4`. */
  major: number;
  /** What the server says, such as `17.0` or `saas~17.4+e`. */
  text: string;
}

/** A way to an Odoo that lets the user in. */
export interface Connection {
  /** What carries the calls. */
  transport: Transport;
  /** Version of the server. */
  version: OdooVersion;
  /** Id of the user. */
  uid: number;
}

/**
 * Signs in over the protocol of the configuration, or over the one that suits the server: JSON-2 where Odoo is 19 or
 * newer and the secret is an API key, else XML-RPC, and JSON-RPC where a proxy hides that. What a proxy hides is said.
 */
export async function openConnection(
  config: OdooConfig,
  options: CallOptions,
): Promise<Connection> {
  const open = opener(config);
  const { protocol = "auto" } = config;
  if (protocol !== "auto") return await signIn(open(protocol), options);
  const hidden: OdooNetworkError[] = [];
  for (const candidate of candidates(config)) {
    const transport = open(candidate);
    try {
      const version = versionOf(await probe(transport, config, options));
      if (candidate === "json2" && !config.apiKey) throw needsKey(config, version);
      const uid = await transport.authenticate(options);
      warnOf(hidden, version, candidate);
      return { transport, version, uid };
    } catch (error) {
      if (!(error instanceof OdooNetworkError) || !isHidden(error, candidate)) throw error;
      hidden.push(error);
    }
  }
  // An Odoo that is on its way up, rather than none
  throw hidden.find(({ status = 0 }) => status >= 500) ??
    hidden.find(({ url }) => url.includes("/xmlrpc/")) ?? hidden[0];
}

/** The version. JSON-2 is asked for it with little patience: below 19, anything may be at its address, or nothing. */
async function probe(
  transport: Transport,
  { timeoutMs = PROBE_MS }: OdooConfig,
  options: CallOptions,
): Promise<string> {
  if (transport.protocol !== "json2") return await transport.version(options);
  const limit = Math.min(PROBE_MS, options.timeoutMs ?? timeoutMs);
  return await transport.version({ ...options, timeoutMs: limit, idempotent: false });
}

const PROBE_MS = 10_000;

/** In the order in which they are tried. JSON-2 tells by its absence that Odoo is older than 19. */
function candidates({ apiKey }: OdooConfig): Protocol[] {
  return apiKey ? ["json2", "xmlrpc", "jsonrpc"] : ["xmlrpc", "jsonrpc", "json2"];
}

function opener(config: OdooConfig): (protocol: Protocol) => Transport {
  const http = new Http(config);
  const secrets = new SecretKeeper(config);
  const kinds = { xmlrpc: XmlRpcTransport, jsonrpc: JsonRpcTransport, json2: Json2Transport };
  return (protocol) => {
    const transport = new RetryTransport(new kinds[protocol](config, http, secrets), config);
    const isWatched = config.readOnly || config.onCall || isTraced();
    return isWatched ? new WatchTransport(transport, config) : transport;
  };
}

async function signIn(transport: Transport, options: CallOptions): Promise<Connection> {
  const version = versionOf(await versionBySetting(transport, options));
  return { transport, version, uid: await transport.authenticate(options) };
}

async function versionBySetting(transport: Transport, options: CallOptions): Promise<string> {
  try {
    return await transport.version(options);
  } catch (error) {
    const isMissing = error instanceof OdooNetworkError && error.status === 404;
    if (!isMissing || transport.protocol !== "json2") throw error;
    throw new OdooConfigError(
      `There is no JSON-2 at ${error.url}: Odoo has it from 19 on, unless something hides it; ` +
        "with ODOO_PROTOCOL=auto odeno looks for what is there",
      { cause: error },
    );
  }
}

/** Whether an error may come from what stands in front of Odoo, or tells that Odoo has no such address. */
function isHidden({ status, url, outcome }: OdooNetworkError, protocol: Protocol): boolean {
  const isProbe = protocol === "json2" && url.endsWith("/json/version");
  // Without a connection the others fare no better
  if (isProbe) return status !== undefined || outcome === "unknown";
  return status !== undefined && status !== 429 && (status < 300 || status >= 400) && status < 500;
}

/** The version that a server says it has. */
export function versionOf(text: string): OdooVersion {
  const major = /\d+/.exec(text)?.[0];
  if (major !== undefined) return { major: Number(major), text };
  throw new OdooProtocolError(
    `The server says its version is "${text}", which is not a version of Odoo`,
  );
}

function needsKey({ url }: OdooConfig, { text }: OdooVersion): OdooConfigError {
  return new OdooConfigError(
    `Odoo ${text} at ${url} answers over JSON-2 only, which takes API keys only: set ODOO_API_KEY`,
  );
}

/** Says what is missing of the protocols that come first. Below 19 nothing hides JSON-2: it is not there. */
function warnOf(
  hidden: readonly OdooNetworkError[],
  { major }: OdooVersion,
  protocol: Protocol,
): void {
  const missed = hidden.filter(({ url }) => major >= 19 || !url.endsWith("/json/version"));
  if (missed.length === 0) return;
  const paths = missed.map(({ url, status }) =>
    `${new URL(url).pathname} (${status === undefined ? "no answer" : `HTTP ${status}`})`
  );
  console.warn(
    `Warning: something in front of Odoo hides ${paths.join(" and ")}, so calls go over ` +
      `${protocol}: open the path, or set ODOO_PROTOCOL=${protocol} to stop this warning`,
  );
}
