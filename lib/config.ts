/**
 * Where Odoo is and who asks: the settings of a connection, from the caller or from the environment.
 *
 * @module
 */
import { OdooConfigError } from "./errors.ts";
import type { Credential } from "./secrets.ts";
import type { AnswerLimits, CallEvent, Fetch } from "./values.ts";

/**
 * The protocols of Odoo's external API. `json2` is from Odoo 19 on and takes API keys only; Odoo announces that 22 drops
 * the other two.
 */
export type Protocol = "xmlrpc" | "jsonrpc" | "json2";

/** All that a connection needs. A complete one touches no environment. */
export type OdooConfig = Credential & {
  /** Address of Odoo, such as `https://erp.example.com`; a path is kept. */
  url: string;
  /** Name of the database. */
  db: string;
  /** Login of the user, often an email address. Odoo tells upper from lower case. */
  username: string;
  /** The protocol to use, or `auto` (the default) to let odeno choose. */
  protocol?: "auto" | Protocol | undefined;
  /** Milliseconds until a call is given up; 120,000 by default, as Odoo's own limit. */
  timeoutMs?: number | undefined;
  /** How often a call is repeated that failed and may be made again without harm: 3 by default, 0 for never. */
  retries?: number | undefined;
  /** How many calls may be under way at the server's host at once; 4 by default. */
  concurrency?: number | undefined;
  /** How many calls may start in a second at the server's host; by default as many as there are. */
  callsPerSecond?: number | undefined;
  /** Allows plain http to a public host, which sends the secret in clear. */
  allowHttp?: boolean | undefined;
  /** Refuses all calls but those of methods that only read, before they are sent. */
  readOnly?: boolean | undefined;
  /** Is told of each call once it has ended: its name and how long it took, never its arguments. */
  onCall?: ((event: CallEvent) => void) | undefined;
  /** What is too much of an answer; the defaults keep a hostile server from filling the memory. */
  limits?: AnswerLimits | undefined;
  /** Stands in for the built-in `fetch`. */
  fetch?: Fetch | undefined;
};

/** Options of {@linkcode configFromEnv}. */
export interface ConfigFromEnvOptions {
  /** Reads `ODOO_PROD_URL` and so on for a profile `prod`, and never the plain names. */
  profile?: string | undefined;
  /** Reads one variable; by default from the environment, as far as that is permitted. */
  get?: ((name: string) => string | undefined) | undefined;
}

/**
 * Reads `ODOO_URL`, `ODOO_DB` (or `ODOO_DATABASE`), `ODOO_USERNAME` (`ODOO_USER`, `ODOO_LOGIN`) and `ODOO_API_KEY` or
 * `ODOO_PASSWORD` (the key when both are set); beside them `ODOO_PROTOCOL`, `ODOO_READ_ONLY=1` for `readOnly` (of a
 * profile, the plain name counts as well), and `ODOO_ALLOW_HTTP=1` for plain http to a public host. A variable that the
 * program may not read counts as unset; there is never a permission prompt.
 *
 * ```ts
 * import { configFromEnv } from "@odeno/odeno";
 *
 * const vault = new Map([
 *   ["ODOO_PROD_URL", "https://erp.example.com"],
 *   ["ODOO_PROD_DB", "erp"],
 *   ["ODOO_PROD_USERNAME", "robot@example.com"],
 *   ["ODOO_PROD_API_KEY", "from a vault"],
 * ]);
 * // Without `get` it asks the environment, without `profile` for ODOO_URL and so on
 * const config = configFromEnv({ profile: "prod", get: (name) => vault.get(name) });
 * console.log(config.url); // https://erp.example.com
 * ```
 *
 * @throws {OdooConfigError} Names all that is missing at once, and the `--allow-env` flag to add.
 */
export function configFromEnv(options: ConfigFromEnvOptions = {}): OdooConfig {
  const { get, prefix, read } = readerOf(options);
  const [url, db] = [read("URL"), read("DB", "DATABASE")];
  const username = read("USERNAME", "USER", "LOGIN");
  const [apiKey, password] = [read("API_KEY"), read("PASSWORD")];
  const secret = apiKey ?? password;
  if (url === undefined || db === undefined || username === undefined || secret === undefined) {
    const missing = Object.entries({ URL: url, DB: db, USERNAME: username, API_KEY: secret })
      .filter(([, value]) => value === undefined)
      .map(([name]) => prefix + name);
    throw missingError(missing, prefix, options.get === undefined);
  }
  return hideSecret({
    url,
    db,
    username,
    ...(apiKey === undefined ? { password: secret } : { apiKey }),
    ...protocolSetting(read("PROTOCOL"), prefix),
    ...(read("ALLOW_HTTP") === "1" ? { allowHttp: true } : {}),
    ...(isReadOnly(get, prefix) ? { readOnly: true } : {}),
  });
}

/** The address alone, which is enough to look whether a server is there. */
export function urlFromEnv(options: ConfigFromEnvOptions = {}): string | undefined {
  return readerOf(options).read("URL");
}

/**
 * {@linkcode urlFromEnv} for what cannot do without. Plain http will do: no secret is sent.
 *
 * @throws {OdooConfigError} There is none, or it is no address.
 */
export function addressFromEnv(options: ConfigFromEnvOptions = {}): string {
  const { prefix, read } = readerOf(options);
  const url = read("URL");
  if (url !== undefined) return parseAddress(url).href;
  throw missingError([`${prefix}URL`], prefix, options.get === undefined);
}

/** Reads variables by the part of their names that is the same for all profiles; of several, the first that is set. */
export function readerOf({ profile, get = readEnv }: ConfigFromEnvOptions) {
  const prefix = profile === undefined ? "ODOO_" : `ODOO_${profileName(profile)}_`;
  const read = (...names: string[]): string | undefined =>
    names.map((name) => get(prefix + name)?.trim()).find((value) => value);
  return { get, prefix, read };
}

function profileName(profile: string): string {
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(profile)) return profile.toUpperCase();
  throw new OdooConfigError(
    `Cannot use "${profile}" as a profile: its name must be a letter and then letters, digits or _`,
  );
}

const PROTOCOLS = ["auto", "xmlrpc", "jsonrpc", "json2"] as const;
const PROTOCOL_NAMES = "auto, xmlrpc, jsonrpc or json2";

function protocolSetting(protocol: string | undefined, prefix: string) {
  if (protocol === undefined) return {};
  const known = PROTOCOLS.find((name) => name === protocol);
  if (known !== undefined) return { protocol: known };
  throw new OdooConfigError(
    `Cannot use ${prefix}PROTOCOL="${protocol}": it must be ${PROTOCOL_NAMES}`,
  );
}

/** Whether only reading is allowed. The plain name holds for profiles, too: whoever sets it wants to be safe. */
export function isReadOnly(get: (name: string) => string | undefined, prefix: string): boolean {
  return [`${prefix}READ_ONLY`, "ODOO_READ_ONLY"].some((name) => {
    const text = get(name)?.trim().toLowerCase() ?? "";
    if (["", "0", "false", "no"].includes(text)) return false;
    if (["1", "true", "yes"].includes(text)) return true;
    throw new OdooConfigError(`Cannot use ${name}="${text}": it must be 1 or 0`);
  });
}

/** Settings are missing, which the command has more to say on. */
export class MissingSettingsError extends OdooConfigError {}

function missingError(
  missing: readonly string[],
  prefix: string,
  isFromEnv: boolean,
): MissingSettingsError {
  const names = missing.map((name) =>
    name.endsWith("API_KEY") ? `${name} (or ${prefix}PASSWORD)` : name
  );
  const flag = isFromEnv && missing.some((name) => !mayReadEnv(name))
    ? `; the environment may not be read, so also run with --allow-env="${prefix}*"`
    : "";
  return new MissingSettingsError(
    `Cannot connect to Odoo without ${names.join(", ")}: set what is missing${flag}`,
  );
}

function readEnv(name: string): string | undefined {
  return mayReadEnv(name) ? Deno.env.get(name) : undefined;
}

/** `Deno.env.get` would prompt in a terminal. */
function mayReadEnv(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}

/** Keeps the secret out of `console.log(config)`. A copy of the configuration is the caller's own. */
function hideSecret(config: OdooConfig): OdooConfig {
  const { apiKey: _key, password: _password, ...shown } = config;
  return Object.defineProperty(config, Symbol.for("Deno.customInspect"), {
    value: (inspect: typeof Deno.inspect, options: Deno.InspectOptions) => inspect(shown, options),
  });
}

/**
 * Refuses a configuration that cannot work, with one sentence that names all that is wrong; warns when the secret would
 * go over a private network in clear.
 *
 * @throws {OdooConfigError} Also for plain http to a public host, unless `allowHttp` is set.
 */
export function checkConfig(config: OdooConfig): void {
  const warning = doubtIn(config);
  if (warning !== undefined) console.warn(`Warning: ${warning}`);
}

/** {@linkcode checkConfig} with the warning as its answer. */
export function doubtIn(config: OdooConfig): string | undefined {
  const missing = [
    ...(["url", "db", "username"] as const).filter((name) => !config[name]),
    ...(config.apiKey || config.password ? [] : ["apiKey (or password)"]),
  ];
  if (missing.length > 0) {
    throw new OdooConfigError(
      `Cannot connect to Odoo without ${missing.join(", ")}: ` +
        "a configuration is taken whole, nothing is added from the environment",
    );
  }
  checkLimits(config);
  if (config.protocol === "json2" && !config.apiKey) {
    throw new OdooConfigError(
      "Cannot use the protocol json2 with a password: it takes API keys only, so set ODOO_API_KEY",
    );
  }
  return doubtInUrl(config.url, config.allowHttp ?? false);
}

function checkLimits(config: OdooConfig): void {
  const { concurrency = 1, retries = 0, timeoutMs = 1, callsPerSecond = 1, protocol } = config;
  const refuse = (what: string, rule: string) => {
    throw new OdooConfigError(`Cannot use a ${what}: it must be ${rule}`);
  };
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    refuse(`concurrency of ${concurrency}`, "1 or more");
  }
  if (!Number.isInteger(retries) || retries < 0) refuse(`retries of ${retries}`, "0 or more");
  checkAnswerLimits(config.limits ?? {});
  if (!(timeoutMs > 0)) refuse(`timeoutMs of ${timeoutMs}`, "more than 0");
  if (!(callsPerSecond > 0)) refuse(`callsPerSecond of ${callsPerSecond}`, "more than 0");
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) {
    refuse(`protocol of "${protocol}"`, PROTOCOL_NAMES);
  }
}

function checkAnswerLimits(limits: AnswerLimits): void {
  for (const [name, limit = 1] of Object.entries(limits)) {
    if (limit >= 1) continue;
    throw new OdooConfigError(`Cannot use a limits.${name} of ${limit}: it must be 1 or more`);
  }
}

function doubtInUrl(address: string, allowHttp: boolean): string | undefined {
  const url = parseAddress(address);
  if (url.protocol === "https:") return undefined;
  const reach = reachOf(url.hostname);
  if (reach === "public" && !allowHttp) {
    throw new OdooConfigError(
      `Cannot use ${url.origin}: plain http sends the API key in clear; use https://, or set ODOO_ALLOW_HTTP=1`,
    );
  }
  return reach === "private"
    ? `${url.origin} is plain http, so the API key crosses the network in clear`
    : undefined;
}

function parseAddress(address: string): URL {
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new OdooConfigError(
      `Cannot use "${
        withoutUserInfo(address)
      }" as ODOO_URL: it must be an address such as https://erp.example.com`,
    );
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new OdooConfigError(
      `Cannot use "${withoutUserInfo(address)}" as ODOO_URL: leave out user, query and fragment`,
    );
  }
  return url;
}

/** An address that holds `user:password@` must not be shown as it is. */
function withoutUserInfo(address: string): string {
  return address.replace(/[^/]*@/, "").replace(/[?#].*$/, "");
}

/** How far a request to this host travels, as far as its name tells. */
function reachOf(hostname: string): "loopback" | "private" | "public" {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (/^(localhost|.+\.localhost|127(\.\d+){3}|::1)$/.test(host)) return "loopback";
  const isPrivate = /^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.\d+)+$/.test(host) ||
    /^(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(host) ||
    /\.(local|internal|lan|home\.arpa)$/.test(host) || /^[^.:]+$/.test(host);
  return isPrivate ? "private" : "public";
}
