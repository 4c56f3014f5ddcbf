/**
 * HTTP over sockets, one request for each connection as Odoo's own server has it. `Deno.serve` cannot hang up in place
 * of an answer, or tell for sure that the other side has; here both are simple.
 *
 * @module
 */

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
    this.#closing.abort(new DOMException("The server is closed", "AbortError"));
    this.#listener.close();
    await this.#accepting;
    await Promise.all(this.#open);
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      const done = this.#talk(connection).finally(() => this.#open.delete(done));
      this.#open.add(done);
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
    // Whoever has been asked and is at work may finish; whoever is still being listened to may not
    this.#closing.signal.addEventListener("abort", close);
    try {
      const input = new Input(connection);
      const request = await readRequest(input, connection, this.url);
      if (!request) return;
      const hangUp = input.ended().finally(() =>
        gone.abort(new DOMException("The connection was closed by the caller", "AbortError"))
      );
      await send(connection, request.method, await this.#handler(request, signal));
      close();
      await hangUp;
    } catch {
      // The other side has hung up, or this one does
    } finally {
      this.#closing.signal.removeEventListener("abort", close);
      close();
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

  /** Bytes up to an end mark, which is left out; `undefined` where they end before. */
  async until(mark: string): Promise<string | undefined> {
    for (let from = 0;;) {
      const text = latin1(this.#bytes);
      const end = text.indexOf(mark, from);
      if (end >= 0) {
        this.#bytes = this.#bytes.subarray(end + mark.length);
        return text.slice(0, end);
      }
      from = Math.max(0, text.length - mark.length);
      if (!await this.#more()) return undefined;
    }
  }

  /** So many bytes. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const taken = new Uint8Array(count);
    taken.set(this.#bytes.subarray(0, count));
    let filled = Math.min(count, this.#bytes.length);
    this.#bytes = this.#bytes.subarray(filled);
    while (filled < count) {
      const read = await this.#connection.read(taken.subarray(filled));
      if (read === null) throw new Deno.errors.UnexpectedEof("The request ends in its body");
      filled += read;
    }
    return taken;
  }

  /** Waits until the other side hangs up. What it still sends is not read as anything. */
  async ended(): Promise<void> {
    try {
      const chunk = new Uint8Array(1024);
      while (await this.#connection.read(chunk) !== null);
    } catch { /* The connection is broken, or closed from this side */ }
  }

  async #more(): Promise<boolean> {
    const chunk = new Uint8Array(16_384);
    const read = await this.#connection.read(chunk);
    if (read === null) return false;
    const joined = new Uint8Array(this.#bytes.length + read);
    joined.set(this.#bytes);
    joined.set(chunk.subarray(0, read), this.#bytes.length);
    this.#bytes = joined;
    return true;
  }
}

async function readRequest(
  input: Input,
  connection: Deno.TcpConn,
  base: string,
): Promise<Request | undefined> {
  const head = await input.until("\r\n\r\n");
  if (head === undefined) return undefined;
  const [line = "", ...fields] = head.split("\r\n");
  const [method = "", target = ""] = line.split(" ");
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
  const url = new URL(target, host ? `http://${host}` : base);
  return new Request(url, { method, headers, ...(hasBody && { body }) });
}

async function readBody(input: Input, headers: Headers): Promise<Uint8Array<ArrayBuffer>> {
  if (!/chunked/i.test(headers.get("transfer-encoding") ?? "")) {
    return await input.take(Number(headers.get("content-length") ?? 0));
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const size = Number.parseInt(await input.until("\r\n") ?? "0", 16);
    if (!(size > 0)) break;
    chunks.push(await input.take(size));
    await input.until("\r\n");
  }
  // Trailing headers end in an empty line
  while (await input.until("\r\n"));
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
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
