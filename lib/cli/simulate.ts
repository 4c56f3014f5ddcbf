import { OdooError } from "../errors.ts";
import { type Command, UsageError } from "./command.ts";

const VERSIONS = { 14: 14, 17: 17, 19: 19 } as const;

/** Runs the simulated Odoo on a port. */
export const simulate: Command = {
  summary: "run a simulated Odoo on a port of this machine, until Ctrl-C",
  usage: "simulate [--port N] [--odoo 14|17|19]",
  options: {
    port: "the port to listen on, 8069 by default",
    odoo: "the version to simulate, 17 by default",
  },
  examples: ["odeno simulate", "odeno simulate --port 8019 --odoo 19"],
  async run({ args, flags, out, err }) {
    if (args.length > 0) throw new UsageError(`Nothing is known of "${args[0]}"`);
    const port = Number(flags["port"] ?? 8069);
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new UsageError("--port must be from 0 to 65535");
    }
    const version = VERSIONS[Number(flags["odoo"] ?? 17) as keyof typeof VERSIONS];
    if (version === undefined) throw new UsageError("--odoo must be 14, 17 or 19");
    const { OdooSimulator } = await import("../testing/mod.ts");
    const stopped = signals("SIGINT", "SIGTERM");
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
      out(`export ODOO_${name}=${value}`);
    }
    err(`A simulated Odoo ${version} listens on ${url}. Ctrl-C ends it.`);
    await stopped;
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

function signals(...names: Deno.Signal[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const name of names) Deno.addSignalListener(name, () => resolve());
  return promise;
}
