import { OdooConfigError } from "../../errors.ts";
import { unreachable } from "../../transport/refusals.ts";
import { checkNoMore, type Command, type Invocation, textOf, UsageError } from "../command.ts";
import { aborted, listen, portOf } from "../ports.ts";
import { addressBy, isReadOnlyBy } from "../settings.ts";

/** Stands in front of the real Odoo, and writes down what it answers. */
export const record: Command = {
  usage: "record --out FILE [--port N]",
  details:
    "Programs whose ODOO_URL is the one that is printed reach the Odoo of ODOO_URL, with their own keys and over any\n" +
    "protocol. The cassette is written anew at the end. Keys, passwords and cookies are not in it; everything else is\n" +
    "as Odoo has answered it.",
  options: {
    out: "the cassette to write, a file of JSON",
    port: "the port to listen on, 8069 by default; 0 for any that is free",
  },
  examples: [
    "odeno record --out testdata/partners.json",
    "odeno record --out partners.json --port 8070 --profile prod",
  ],
  async run({ args, flags, io, signal }) {
    checkNoMore(args);
    const path = textOf(flags, "out");
    if (path === undefined) throw new UsageError("The cassette is needed: --out FILE");
    const port = portOf(flags, 8069);
    const target = await targetBy(flags);
    checkWritable(path);
    const { cassette, CassetteError } = await import("../../testing/mod.ts");
    let count = 0;
    {
      await using tape = cassette(path, { mode: "record" });
      const send = async (url: string, init: RequestInit) => {
        try {
          const response = await tape.fetch(url, init);
          count++;
          return response;
        } catch (error) {
          if (!(error instanceof CassetteError)) throw error;
          io.err(error.message);
          return await fetch(url, init);
        }
      };
      const answer = (request: Request) => passOn(request, { target, send, signal });
      const server = listen(
        () => Deno.serve({ port, hostname: "127.0.0.1", onListen() {} }, answer),
        port,
      );
      const url = `http://127.0.0.1:${server.addr.port}`;
      io.out(`export ODOO_URL=${url}`);
      io.err(`${url} leads to ${target}. Ctrl-C ends it, and writes ${path}.`);
      await aborted(signal);
      await server.shutdown();
    }
    const exchanges = `${count} exchange${count === 1 ? "" : "s"}`;
    io.err(
      count === 0 ? `No call came, so ${path} is not written` : `Wrote ${exchanges} to ${path}`,
    );
    return 0;
  },
};

/** The address of Odoo, where all that programs may send can go on to it. */
async function targetBy(flags: Invocation["flags"]): Promise<string> {
  if (await isReadOnlyBy(flags)) {
    throw new OdooConfigError(
      "Cannot record where only reading is allowed: what programs write goes on to Odoo",
    );
  }
  return (await addressBy(flags)).replace(/\/+$/, "");
}

/** Where requests go on to. */
interface Onward {
  /** The address of Odoo. */
  readonly target: string;
  /** Sends a request there. */
  readonly send: (url: string, init: RequestInit) => Promise<Response>;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** Headers that are about one connection, or about a body as `fetch` does not hand it on. */
const OWN_HEADERS = [
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

async function passOn(request: Request, { target, send, signal }: Onward): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const url = target + pathname + search;
  const { method } = request;
  try {
    const body = await request.bytes();
    const headers = withoutOwn(request.headers);
    const init = { method, headers, signal, ...(body.length > 0 && { body }) };
    const response = await send(url, { ...init, redirect: "manual" });
    return new Response(response.body, {
      status: response.status,
      headers: withoutOwn(response.headers),
    });
  } catch (error) {
    const why = signal.aborted ? "The recording has ended" : unreachable(error, url).message;
    // Programs show the title of a page that is no answer, and odeno does
    const title = why.replace(/[<&]/g, " ");
    return new Response(`<!DOCTYPE html><title>${title}</title>`, {
      status: 502,
      headers: { "content-type": "text/html; charset=utf-8" },
    });
  }
}

function withoutOwn(headers: Headers): Headers {
  const others = new Headers(headers);
  for (const name of OWN_HEADERS) others.delete(name);
  return others;
}

/** Said at once: what was recorded would be lost at the end. */
function checkWritable(path: string): void {
  if (Deno.permissions.querySync({ name: "write", path }).state === "granted") return;
  throw new OdooConfigError(`Cannot write ${path}: run with --allow-write`);
}
