/**
 * Which protocol to use: found out once, while connecting, and never changed in mid-run.
 *
 * @module
 */
import { type OdooConfig, type Protocol, SecretKeeper } from "../config.ts";
import { OdooConfigError, OdooNetworkError, OdooProtocolError } from "../errors.ts";
import type { CallOptions } from "../values.ts";
import { Http } from "./http.ts";
import { Json2Transport } from "./json2.ts";
import { JsonRpcTransport } from "./jsonrpc.ts";
import { RetryTransport } from "./retry.ts";
import type { Transport } from "./transport.ts";
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
    const version = await versionOrHidden(transport, options);
    if (version instanceof OdooNetworkError) {
      hidden.push(version);
      continue;
    }
    const { major } = version;
    if (candidate === "json2" && !config.apiKey) throw needsKey(config, version);
    // Below 19 nothing has to hide JSON-2: it is not there
    const missed = hidden.filter(({ url }) => major >= 19 || !url.endsWith("/json/version"));
    if (missed.length > 0) warn(missed, candidate);
    return { transport, version, uid: await transport.authenticate(options) };
  }
  throw hidden.find(({ url }) => url.includes("/xmlrpc/")) ?? hidden[0];
}

/** In the order in which they are tried. JSON-2 tells by its absence that Odoo is older than 19. */
function candidates({ apiKey }: OdooConfig): Protocol[] {
  return apiKey ? ["json2", "xmlrpc", "jsonrpc"] : ["xmlrpc", "jsonrpc", "json2"];
}

function opener(config: OdooConfig): (protocol: Protocol) => Transport {
  const http = new Http(config);
  const secrets = new SecretKeeper(config);
  const kinds = { xmlrpc: XmlRpcTransport, jsonrpc: JsonRpcTransport, json2: Json2Transport };
  return (protocol) => new RetryTransport(new kinds[protocol](config, http, secrets), config);
}

async function signIn(transport: Transport, options: CallOptions): Promise<Connection> {
  const [text, uid] = await Promise.all([
    transport.version(options),
    transport.authenticate(options),
  ]);
  return { transport, version: versionOf(text), uid };
}

/** The version, or the refusal of an address that is not there, or that a proxy does not let through. */
async function versionOrHidden(
  transport: Transport,
  options: CallOptions,
): Promise<OdooVersion | OdooNetworkError> {
  try {
    return versionOf(await transport.version(options));
  } catch (error) {
    if (error instanceof OdooNetworkError && isHidden(error, transport.protocol)) return error;
    throw error;
  }
}

function isHidden({ status = 500 }: OdooNetworkError, protocol: Protocol): boolean {
  // Below 19 anything may answer for JSON-2, such as a redirect to the login page
  const isRedirect = status >= 300 && status < 400;
  return isRedirect ? protocol === "json2" : status < 500 && status !== 429;
}

function versionOf(text: string): OdooVersion {
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

function warn(hidden: readonly OdooNetworkError[], protocol: Protocol): void {
  const paths = hidden.map(({ url, status }) => `${new URL(url).pathname} (HTTP ${status})`);
  console.warn(
    `Warning: something in front of Odoo hides ${paths.join(" and ")}, so calls go over ` +
      `${protocol}: open the path, or set ODOO_PROTOCOL=${protocol} to stop this warning`,
  );
}
