/**
 * A PostgreSQL cluster of its own for the tests, on 127.0.0.1 and in a temporary folder.
 *
 * @module
 */

import postgres from "npm:postgres@^3.4.9";
import { postgresStore } from "../../lib/sync/postgres_state.ts";
import type { StateStore } from "../../lib/sync/state.ts";

/** A store with a client of its own; `place` is the address, and the schema behind a blank. */
export function postgresStoreAt(place: string): StateStore {
  const [address = "", schema] = place.split(" ");
  const sql = clientOf(address);
  const store = postgresStore(sql, { schema });
  return {
    open: (job) => store.open(job),
    runs: (job, limit) => store.runs(job, limit),
    outcomes: (job, run) => store.outcomes(job, run),
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await sql.end();
    },
  };
}

/** A client whose notices would fail a test. */
export function clientOf(address: string): postgres.Sql {
  return postgres(address, {
    max: 3,
    onnotice: ({ message }) => {
      throw new Error(message);
    },
  });
}

/** Where the programs of the newest PostgreSQL are, if it is installed. */
export function programsOfPostgres(): string | undefined {
  const folders = ["/usr/lib/postgresql", "/usr/local", "/opt/homebrew", "/usr"];
  const found = folders.flatMap((folder) => {
    const versions = exists(folder) ? [...Deno.readDirSync(folder)].map(({ name }) => name) : [];
    return [
      ...versions.toSorted((a, b) => Number(b) - Number(a)).map((name) => `${folder}/${name}/bin`),
      `${folder}/bin`,
    ];
  });
  return found.find((folder) => exists(`${folder}/initdb`));
}

/** A running cluster. */
export interface Cluster extends AsyncDisposable {
  /** Address of its database, for clients. */
  readonly address: string;
}

/** Starts a cluster. It refuses to run as root, and is then run as `postgres` or `nobody`. */
export async function startCluster(programs: string): Promise<Cluster> {
  const folder = await Deno.makeTempDir({ prefix: "odeno-postgres-" });
  const owner = await ownerOf(folder);
  const run = async (program: string, ...args: string[]) => {
    const { success, stdout, stderr } = await new Deno.Command(`${programs}/${program}`, {
      args,
      cwd: folder,
      stdin: "null",
      ...owner,
    }).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`${program}: ${decoder.decode(stdout)}${decoder.decode(stderr)}`);
  };
  const port = freePort();
  await run(
    "initdb",
    "-D",
    `${folder}/data`,
    "-U",
    "odeno",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
  );
  const options =
    `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`;
  await run("pg_ctl", "-D", `${folder}/data`, "-w", "-o", options, "-l", `${folder}/log`, "start");
  return {
    address: `postgres://odeno@127.0.0.1:${port}/postgres`,
    [Symbol.asyncDispose]: async () => {
      await run("pg_ctl", "-D", `${folder}/data`, "-w", "-m", "immediate", "stop");
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function ownerOf(folder: string): Promise<{ uid?: number; gid?: number }> {
  const { stdout } = await new Deno.Command("id", { args: ["-u"] }).output();
  if (new TextDecoder().decode(stdout).trim() !== "0") return {};
  const users = await Deno.readTextFile("/etc/passwd");
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+)/m.exec(users) ??
    /^nobody:[^:]*:(\d+):(\d+)/m.exec(users) ?? [];
  const owner = { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
  await Deno.chown(folder, owner.uid, owner.gid);
  return owner;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
