/**
 * The way to the server: its name, its port and its certificate.
 *
 * @module
 */
import { isIP } from "node:net";
import { type Check, failed, type Finding, ok, type Patient, skipped, warning } from "./check.ts";
import type { Certificate, Place } from "./outside.ts";
import { hostOf, proxyFor } from "./proxy.ts";

/** A certificate with fewer days is warned of. */
const FEW_DAYS = 14;
const MS_OF_DAY = 86_400_000;

/** Whether the name of the host is known. */
export const dns: Check = {
  name: "dns",
  needs: ["address"],
  async run(patient) {
    const { host, where } = nextHop(patient);
    if (isIP(host)) return ok(`${host} is an address, with no name to look up`);
    try {
      const addresses = await patient.outside.addresses(host);
      return ok(`${host} is ${addresses.join(", ")}`);
    } catch (error) {
      return failed(
        `The name "${host}" cannot be found (${reason(error)})`,
        `Check the host in ${where}, and the DNS and the hosts file of this machine`,
      );
    }
  },
};

/** Whether somebody listens. */
export const tcp: Check = {
  name: "tcp",
  needs: ["dns"],
  async run(patient) {
    const { host, port, where } = nextHop(patient);
    const start = patient.outside.now();
    try {
      await patient.outside.reach({ host, port });
      const ms = Math.round(patient.outside.now() - start);
      return ok(`${host} takes connections on port ${port}, in ${ms} ms`);
    } catch (error) {
      return failed(
        `${host} takes no connection on port ${port} (${reason(error)})`,
        `Check the port in ${where}, that the server runs, and the firewalls on the way`,
      );
    }
  },
};

/** Whether the server's certificate is trusted, and for how long. */
export const tls: Check = {
  name: "tls",
  needs: ["tcp"],
  async run(patient) {
    const { settings: { url }, outside } = patient;
    if (url?.protocol !== "https:") {
      return skipped("ODOO_URL is plain http, so that there is no certificate");
    }
    if (proxyFor(url, outside)) {
      return skipped("Not looked at through a proxy; the checks below need it to be trusted");
    }
    const { host, port } = nextHop(patient);
    try {
      const distrust = await outside.distrust({ host, port });
      const certificate = await outside.certificate({ host, port });
      return distrust === undefined
        ? trusted(certificate, patient)
        : distrusted(host, certificate, distrust, outside.now());
    } catch (error) {
      return failed(
        `${host} does not speak TLS on port ${port} (${reason(error)})`,
        "Check whether ODOO_URL should begin with http://, or have another port",
      );
    }
  },
};

function trusted({ issuer, validTo }: Certificate, { outside }: Patient): Finding {
  const own = outside.variable("DENO_CERT") ? ", with DENO_CERT in force" : "";
  const days = daysLeft(validTo, outside.now());
  const said = `The certificate by "${issuer}" is trusted and ends in ${days} days${own}`;
  return days < FEW_DAYS ? warning(said, "Have it renewed") : ok(said);
}

function distrusted(
  host: string,
  { subject, issuer, names, validTo }: Certificate,
  why: string,
  now: number,
): Finding {
  if (daysLeft(validTo, now) < 0) {
    const day = validTo.toISOString().slice(0, 10);
    return failed(`The certificate has expired on ${day}`, "Have it renewed");
  }
  if (/not ?valid ?for ?name/i.test(why)) {
    return failed(
      `The certificate is for ${names || subject}, and not for ${host}`,
      "Use one of its names in ODOO_URL, or have the certificate made for this one",
    );
  }
  if (why.includes("CaUsedAsEndEntity")) {
    return failed(
      `The certificate of "${subject}" is that of a CA, which Deno takes from no server`,
      "Make one with basicConstraints=CA:FALSE",
    );
  }
  if (why.includes("UnknownIssuer")) {
    return failed(
      `The certificate is signed by "${issuer}", whom Deno does not know`,
      "Put the certificate of that CA into a file and set DENO_CERT to its path, or set " +
        "DENO_TLS_CA_STORE=system where this machine trusts it",
    );
  }
  return failed(
    `The certificate by "${issuer}" is not trusted (${why})`,
    "Look at the certificate of the server, and at the clock of this machine",
  );
}

function daysLeft(end: Date, now: number): number {
  return Math.floor((end.getTime() - now) / MS_OF_DAY);
}

/** Where connections go: to the server, or to the proxy. */
function nextHop({ settings: { url }, outside }: Patient): Place & { where: string } {
  if (url === undefined) throw new TypeError("There is no address");
  const proxy = proxyFor(url, outside);
  if (proxy) return { ...proxy, where: proxy.variable };
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  return { host: hostOf(url), port, where: "ODOO_URL" };
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) throw error;
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/ \(os error \d+\)$/, "");
}
