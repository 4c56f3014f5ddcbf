import { OdooError } from "../../errors.ts";
import { checkNoMore, type Command, UsageError } from "../command.ts";

const VERSIONS = { 14: 14, 17: 17, 19: 19 } as const;

/** Runs the simulated Odoo on a port. */
export const simulate: Command = {
  usage: "simulate [--port N] [--odoo 14|17|19]",
  options: {
    port: "the port to listen on, 8069 by default",
    odoo: "the version to simulate, 17 by default",
  },
  examples: ["odeno simulate", "odeno simulate --port 8019 --odoo 19"],
  async run({ args, flags, io, signal }) {
    checkNoMore(args);
    const port = Number(flags["port"] ?? 8069);
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new UsageError("--port must be from 0 to 65535");
    }
    const version = VERSIONS[Number(flags["odoo"] ?? 17) as keyof typeof VERSIONS];
    if (version === undefined) throw new UsageError("--odoo must be 14, 17 or 19");
    const { OdooSimulator } = await import("../../testing/mod.ts");
    await using server = listen(() => new OdooSimulator({}, { version }).serve({ port }), port);
    const { url, db, username, apiKey } = server.config;
    // The key opens nothing but this process
    for (
      const [name, value] of Object.entries({
        URL: url,
        DB: db,
        USERNAME: username,
        API_KEY: apiKey,
      })
    ) {
      io.out(`export ODOO_${name}=${value}`);
    }
    io.err(`A simulated Odoo ${version} listens on ${url}. Ctrl-C ends it.`);
    await aborted(signal);
    return 0;
  },
};

function listen<T>(serve: () => T, port: number): T {
  try {
    return serve();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new OdooError(
      `Cannot listen on port ${port}: another program does; choose one with --port`,
    );
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve());
  if (signal.aborted) resolve();
  return promise;
}
