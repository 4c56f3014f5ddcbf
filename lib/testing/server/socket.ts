/**
 * HTTP over sockets, one request for each connection as Odoo's own server has it. `Deno.serve` cannot hang up in place
 * of an answer, or tell for sure that the other side has; here both are simple.
 *
 * @module
 */
import { joined } from "../../pieces.ts";
import { pause } from "./waiting.ts";

/** As long a head of a request is read, in bytes: Python's own server reads lines of that length. */
const LONGEST_HEAD = 65_536;

/** Answers a request. The signal ends when the other side hangs up; a rejection cuts the connection. */
export type Handler = (request: Request, signal: AbortSignal) => Promise<Response>;

/** Listens until it is disposed of. */
export class HttpListener implements AsyncDisposable {
  /** Where it can be reached. */
  readonly url: string;
  readonly #listener: Deno.TcpListener;
  readonly #handler: Handler;
  readonly #closing = new AbortController();
  readonly #open = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;

  /** Takes where to listen, and what answers. */
  constructor(port: number, hostname: string, handler: Handler) {
    this.#listener = listen(port, hostname);
    this.#handler = handler;
    this.url = `http://${hostOf(hostname)}:${this.#listener.addr.port}`;
    this.#accepting = this.#accept();
  }

  /** Hangs up on everybody. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort(new DOMException("The server is closed", "AbortError"));
      this.#listener.close();
    }
    await this.#accepting;
    await Promise.all(this.#open);
  }

  async #accept(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const connection = await this.#listener.accept();
        const done = this.#talk(connection).finally(() => this.#open.delete(done));
        this.#open.add(done);
      } catch {
        // It is closed; or the process has no files left, until one of the open connections ends
        await pause(10, signal).catch(() => {});
      }
    }
  }

  async #talk(connection: Deno.TcpConn): Promise<void> {
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, this.#closing.signal]);
    const close = () => {
      try {
        connection.close();
      } catch { /* It is closed already */ }
    };
    this.#closing.signal.addEventListener("abort", close);
    let hangUp: Promise<void> | undefined;
    try {
      const input = new Input(connection);
      const request = await readRequest(input, connection, this.url);
      hangUp = input.ended().then(() =>
        gone.abort(new DOMException("The connection was closed by the caller", "AbortError"))
      );
      await send(connection, request.method, await this.#handler(request, signal));
    } catch {
      // One side has hung up. This one also does where it cannot read a request, as Odoo 17 and 19
    } finally {
      this.#closing.signal.removeEventListener("abort", close);
      close();
      await hangUp;
    }
  }
}

function listen(port: number, hostname: string): Deno.TcpListener {
  try {
    return Deno.listen({ port, hostname });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new Deno.errors.AddrInUse(
      `Cannot listen on port ${port} of ${hostname}: another program does; without a port, a free one is taken`,
    );
  }
}

/** A name under which callers of the same machine reach who listens on this one. */
function hostOf(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  if (hostname === "::") return "[::1]";
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}

/** Bytes from a connection, as far as they have come. */
class Input {
  readonly #connection: Deno.TcpConn;
  #bytes = new Uint8Array();

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Bytes up to an end mark, which is left out. */
  async until(mark: string): Promise<string> {
    for (;;) {
      const text = latin1(this.#bytes);
      const end = text.indexOf(mark);
      if (end >= 0) {
        this.#bytes = this.#bytes.subarray(end + mark.length);
        return text.slice(0, end);
      }
      if (text.length > LONGEST_HEAD) throw new RangeError("The head of the request is too long");
      this.#bytes = joined([this.#bytes, await this.#read()]);
    }
  }

  /** So many bytes. Memory is only taken for what really comes. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let missing = count;
    while (missing > 0) {
      const bytes = this.#bytes.length > 0 ? this.#bytes : await this.#read();
      chunks.push(bytes.subarray(0, missing));
      this.#bytes = bytes.subarray(missing);
      missing -= chunks.at(-1)?.length ?? 0;
    }
    return joined(chunks);
  }

  /** Waits until the other side hangs up. What it still sends is not read as anything. */
  async ended(): Promise<void> {
    try {
      while (await this.#read());
    } catch { /* That was the end; or the connection is broken, or closed from this side */ }
  }

  async #read(): Promise<Uint8Array<ArrayBuffer>> {
    const chunk = new Uint8Array(65_536);
    const count = await this.#connection.read(chunk);
    if (count === null) throw new Deno.errors.UnexpectedEof("The request breaks off");
    return chunk.subarray(0, count);
  }
}

async function readRequest(
  input: Input,
  connection: Deno.TcpConn,
  base: string,
): Promise<Request> {
  const [line = "", ...fields] = (await input.until("\r\n\r\n")).split("\r\n");
  const [, method, target] = /^(\S+) (\S+) HTTP\/1\.[01]$/.exec(line) ?? [];
  if (!method || !target) throw new SyntaxError("The first line is none of HTTP/1.1");
  const headers = new Headers();
  for (const field of fields) {
    const colon = field.indexOf(":");
    headers.append(field.slice(0, colon), field.slice(colon + 1).trim());
  }
  if (/^100-continue$/i.test(headers.get("expect") ?? "")) {
    await write(connection, bytesOf("HTTP/1.1 100 Continue\r\n\r\n"));
  }
  const body = await readBody(input, headers);
  const hasBody = method !== "GET" && method !== "HEAD";
  const host = headers.get("host");
  const origin = host ? `http://${host}` : base;
  // A path can begin with two slashes, where an address was put together of two parts
  const url = new URL(target.startsWith("/") ? origin + target : target, origin);
  return new Request(url, { method, headers, ...(hasBody && { body }) });
}

async function readBody(input: Input, headers: Headers): Promise<Uint8Array<ArrayBuffer>> {
  if (!/chunked/i.test(headers.get("transfer-encoding") ?? "")) {
    const length = headers.get("content-length") ?? "";
    return await input.take(/^\d+$/.test(length) ? Number(length) : 0);
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const [digits] = /^[\da-f]+(?=\s*(;|$))/i.exec(await input.until("\r\n")) ?? [];
    if (digits === undefined) throw new SyntaxError("A chunk has no length");
    const size = Number.parseInt(digits, 16);
    if (size === 0) break;
    chunks.push(await input.take(size));
    if (await input.until("\r\n") !== "") throw new SyntaxError("A chunk is longer than it says");
  }
  // Trailing headers end in an empty line
  while (await input.until("\r\n"));
  return joined(chunks);
}

async function send(
  connection: Deno.TcpConn,
  method: string,
  response: Response,
): Promise<void> {
  const fields = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const line = `HTTP/1.1 ${response.status} ${
    response.status === 200 ? "OK" : response.statusText
  }`;
  await write(connection, bytesOf(`${line}\r\n${fields.join("")}\r\n`));
  if (!response.body) return;
  if (method === "HEAD") return await response.body.cancel();
  for await (const chunk of response.body) await write(connection, chunk);
}

async function write(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    offset += await connection.write(bytes.subarray(offset));
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
