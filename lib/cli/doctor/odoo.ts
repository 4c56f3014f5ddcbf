/**
 * Who answers at the address: Odoo or not, how quickly, by which clock and over which protocols.
 *
 * @module
 */
import { OdooNetworkError } from "../../errors.ts";
import { type Check, failed, ok, skipped, warning } from "./check.ts";
import type { Sample, Wire } from "./server.ts";

/** The oldest version that odeno is tried with. */
const OLDEST = 14;
const SLOW_MS = 1000;
/** Clocks that are further apart are warned of, in milliseconds. HTTP tells whole seconds. */
const SKEWED_MS = 5000;
/** What to call the protocols. */
export const TITLES = { xmlrpc: "XML-RPC", jsonrpc: "JSON-RPC", json2: "JSON-2" } as const;

/** Whether the address is the final one: a redirect is never followed, with a secret at hand. */
export const redirects: Check = {
  name: "redirects",
  needs: ["address", "tls"],
  async run({ server }) {
    const wires = await server.wires();
    const found = wires.map(({ error }) => error).find(isRedirect);
    if (found === undefined) return ok("None");
    const isHarmless = wires.some(({ version }) => version !== undefined);
    if (!isHarmless) return failed(found.message);
    return warning(found.message, "Other paths answer here, so look at the rules of the proxy");
  },
};

/** Whether it is Odoo, and which. */
export const odoo: Check = {
  name: "odoo",
  needs: ["redirects"],
  async run({ server }) {
    const version = await server.version();
    if (version === undefined) return failed(whyNone(await server.wires()));
    if (version.major >= OLDEST) return ok(`Odoo ${version.text}`);
    return warning(
      `Odoo ${version.text}`,
      `odeno is made for ${OLDEST} and newer, so try what you need before you rely on it`,
    );
  },
};

/** Over which protocols Odoo answers. */
export const wires: Check = {
  name: "wires",
  needs: ["odoo"],
  async run({ server, settings: { config } }) {
    const all = await server.wires();
    const { major = 0 } = await server.version() ?? {};
    const open = all.filter(({ version }) => version !== undefined);
    const said = `Odoo answers over ${open.map(({ protocol }) => TITLES[protocol]).join(", ")}`;
    const asked = all.find(({ protocol }) => protocol === config?.protocol);
    if (asked?.error !== undefined) {
      return failed(
        `${said}, and not the one that ODOO_PROTOCOL=${asked.protocol} asks for`,
        "Set ODOO_PROTOCOL=auto",
      );
    }
    // Below 19 there is no JSON-2 to be hidden
    const hidden = all.filter(({ protocol, error }) =>
      error !== undefined && (protocol !== "json2" || major >= 19)
    );
    if (hidden.length === 0) return ok(major < 19 ? `${said}; JSON-2 comes with Odoo 19` : said);
    const missing = hidden.map((wire) => `${TITLES[wire.protocol]} (${statusOf(wire)})`);
    return warning(
      `${said}; something hides ${missing.join(" and ")}`,
      "Open its path in the proxy in front of Odoo",
    );
  },
};

/** Whether the clocks of both sides agree. */
export const clock: Check = {
  name: "clock",
  needs: ["odoo"],
  async run({ server }) {
    const skews = (await server.samples()).map(skewOf).filter((each) => each !== undefined);
    const [best] = skews.sort((one, two) => one.doubt - two.doubt);
    if (best === undefined) return skipped("The server does not tell its time");
    const { skew, doubt } = best;
    const seconds = Math.abs(skew / 1000).toFixed(1);
    const exact = `give or take ${(doubt / 1000).toFixed(1)} s`;
    if (Math.abs(skew) <= Math.max(SKEWED_MS, doubt)) return ok(`Both clocks agree, ${exact}`);
    return warning(
      `The server's clock (or that of the proxy in front of it) is ${seconds} s ` +
        `${skew > 0 ? "ahead of" : "behind"} this machine's, ${exact}`,
      "Have both set by NTP: the ends of keys, codes and certificates, and dates in scripts, go by them",
    );
  },
};

/** How long a call takes that does nothing. */
export const latency: Check = {
  name: "latency",
  needs: ["odoo"],
  async run({ server }) {
    const times = (await server.samples()).map(({ start, end }) => end - start).sort((a, b) =>
      a - b
    );
    const median = Math.round(times[Math.floor(times.length / 2)] ?? 0);
    const said = `${median} ms for a call that does nothing, in the median of ${times.length}`;
    if (median <= SLOW_MS) return ok(said);
    return warning(said, "Make few calls for many records, and run odeno nearer to the server");
  },
};

function isRedirect(error: unknown): error is OdooNetworkError {
  return error instanceof OdooNetworkError && (error.status ?? 0) >= 300 &&
    (error.status ?? 0) < 400;
}

/** In the words of the wire that tells most: an Odoo on its way up, then XML-RPC, which all versions have. */
function whyNone(wires: readonly Wire[]): string {
  const errors = wires.map(({ error }) => error).filter((error) => error !== undefined);
  const isDown = (error: unknown) =>
    error instanceof OdooNetworkError && (error.status ?? 0) >= 500;
  return (errors.find(isDown) ?? errors[0])?.message ?? "Nothing answers";
}

function statusOf({ error }: Wire): string {
  const { status } = error instanceof OdooNetworkError ? error : {};
  return status === undefined ? "no answer" : `HTTP ${status}`;
}

/** The server's time less ours. It was told at some moment of the round trip, in whole seconds. */
function skewOf({ start, end, server }: Sample): { skew: number; doubt: number } | undefined {
  if (server === undefined) return undefined;
  return { skew: server + 500 - (start + end) / 2, doubt: 500 + (end - start) / 2 };
}
