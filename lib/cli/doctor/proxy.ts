/**
 * The proxy that Deno's `fetch` takes: by the variables that it reads, in its order.
 *
 * @module
 */
import { isIP } from "node:net";
import { type Check, ok, skipped, warning } from "./check.ts";
import type { Outside, Place } from "./outside.ts";

/** A proxy that stands in between. */
export interface Proxy extends Place {
  /** The variable that names it. */
  readonly variable: string;
}

const NAMES = ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] as const;

/** The proxy on the way to an address; nothing where there is none. */
export function proxyFor(url: URL, outside: Outside): Proxy | undefined {
  const variable = variableFor(url, outside);
  const address = variable && proxyUrl(outside.variable(variable) ?? "");
  if (!variable || !address || isExcepted(url, outside)) return undefined;
  const port = Number(address.port) || (address.protocol === "https:" ? 443 : 80);
  return { variable, host: hostOf(address), port };
}

/** The name or address of a host, without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

/** Whether requests go through a proxy. */
export const proxy: Check = {
  name: "proxy",
  needs: ["address"],
  run({ settings: { url }, outside }) {
    if (url === undefined) return skipped("There is no address");
    const hidden = NAMES.filter((name) => !outside.mayRead(name));
    if (hidden.length > 0) {
      return skipped(
        `Whether there is one cannot be told: ${hidden.join(", ")} may not be read`,
        `To look, run with --allow-env="ODOO_*,${hidden.join(",")}"`,
      );
    }
    const variable = variableFor(url, outside);
    if (variable === undefined) {
      // Deno takes both, and a permission names one
      return outside.mayRead("https_proxy")
        ? ok("None: requests go straight to Odoo")
        : ok("None, by the variables in capitals: those in small letters may not be read");
    }
    const value = outside.variable(variable) ?? "";
    if (!proxyUrl(value)) {
      return warning(
        `${variable} is no address of a proxy, so that requests go straight to Odoo`,
        `Set it to an address such as http://proxy.example.com:3128, or remove it`,
      );
    }
    const found = proxyFor(url, outside);
    if (!found) return ok(`None: NO_PROXY excepts ${url.hostname} from the proxy of ${variable}`);
    const said = `Requests go through ${found.host}:${found.port}, as ${variable} says`;
    return isNear(hostOf(url))
      ? warning(said, `For a server of this machine add ${hostOf(url)} to NO_PROXY`)
      : ok(said);
  },
};

/** The variable that counts. Deno takes the capitals first, and none for http where a web server runs it as CGI. */
function variableFor({ protocol }: URL, outside: Outside): string | undefined {
  const isCgi = outside.variable("REQUEST_METHOD") !== undefined;
  const names = [
    "ALL_PROXY",
    "all_proxy",
    ...(protocol === "https:" ? ["HTTPS_PROXY", "https_proxy"] : []),
    ...(protocol === "http:" && !isCgi ? ["HTTP_PROXY", "http_proxy"] : []),
  ];
  return names.find((name) => outside.variable(name));
}

function proxyUrl(value: string): URL | null {
  const url = URL.parse(value.includes("://") ? value : `http://${value}`);
  return url && /^(https?|socks[45][ah]?):$/.test(url.protocol) && url.hostname !== "" ? url : null;
}

/** Whether the host is one that `NO_PROXY` names: itself, its domain, or its network. */
function isExcepted(url: URL, outside: Outside): boolean {
  const host = hostOf(url);
  const list = outside.variable("NO_PROXY") ?? outside.variable("no_proxy") ?? "";
  return list.split(",").map((each) => each.trim()).some((each) => {
    if (isIP(host)) return each === host || isIn(host, each);
    const domain = each.replace(/^\./, "");
    return each === "*" || domain !== "" && (host === domain || host.endsWith(`.${domain}`));
  });
}

/** Whether an address of IPv4 is in a network such as `10.0.0.0/8`. */
function isIn(host: string, network: string): boolean {
  const [base = "", bits] = network.split("/");
  if (isIP(host) !== 4 || isIP(base) !== 4 || !/^\d+$/.test(bits ?? "")) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(host) / size) === Math.floor(numberOf(base) / size);
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function isNear(host: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|::1)$/.test(host);
}
