/**
 * The files that are attached to a record.
 *
 * @module
 */
import { type DatetimeString, isDatetimeString } from "./dates.ts";
import { OdooConfigError, OdooProtocolError, OdooServerError } from "./errors.ts";
import { checkId } from "./links.ts";
import { type Caller, type CallOptions, type RpcInput, type RpcValue, structs } from "./values.ts";

const MIB = 2 ** 20;
const DEFAULT_LIMIT_BYTES = 32 * MIB;
/** What Odoo's own web interface takes, and what still fits into one text of JSON as base64. */
const MAX_LIMIT_BYTES = 128 * MIB;
const FIELDS = ["name", "type", "url", "mimetype", "file_size", "checksum", "create_date"];

type Row = { readonly [field: string]: RpcValue };

/** What Odoo knows of an attachment, by its own names of the fields. */
export interface Attachment {
  /** Id of the attachment, which is a record of `ir.attachment`. */
  id: number;
  /** Name of the file. */
  name: string;
  /** `binary` for a file, `url` for a link; some modules have more. */
  type: string;
  /** Where a link leads. */
  url: string | false;
  /** Kind of the content, such as `application/pdf`. */
  mimetype: string | false;
  /** Bytes of the content. */
  file_size: number;
  /** SHA-1 of the content, in hexadecimal digits. A file without content has none. */
  checksum: string | false;
  /** When it was attached. */
  create_date: DatetimeString | false;
}

/** A file to attach. */
export interface NewAttachment {
  /** Name of the file. */
  name: string;
  /** The content. Text is attached as UTF-8. */
  data: Uint8Array | string;
  /** Kind of the content, such as `application/pdf`; without it, Odoo guesses it by the name and the content. */
  mimetype?: string | undefined;
}

/** How a file is read or attached. */
export interface AttachmentOptions extends CallOptions {
  /**
   * How large the file may be, at most 128 MiB. It crosses the wire as one text, a third longer than the file, of which
   * client and server hold several copies at a time. To attach it, the server has to take a request of that size: Odoo 17
   * and 19 take up to 128 MiB over XML-RPC, which is a file of 95 MiB; proxies in front of them often much less.
   *
   * @default {33554432}
   */
  limitBytes?: number | undefined;
}

/**
 * The files that are attached to one record, as its form in Odoo shows them. The contents of its fields, such as images,
 * are attachments to Odoo as well, but not listed: read those fields.
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const partner = await odoo.model("res.partner").create({ name: "Acme" });
 *
 * const attachments = odoo.attachments("res.partner", partner);
 * const id = await attachments.add({ name: "terms.txt", data: "30 days" });
 * const [terms] = await attachments.list();
 * assertEquals([terms?.id, terms?.mimetype, terms?.file_size], [id, "text/plain", 7]);
 * assertEquals(new TextDecoder().decode(await attachments.read(id)), "30 days");
 * ```
 */
export class Attachments {
  /** Technical name of the record's model. */
  readonly model: string;
  /** Id of the record. */
  readonly id: number;
  readonly #caller: Caller;

  /**
   * For `odoo.attachments()`; any other {@linkcode Caller} will do as well.
   *
   * @throws {OdooConfigError} The id is no whole number above 0.
   */
  constructor(caller: Caller, model: string, id: number) {
    checkId(id, `attachments of ${model}`);
    this.#caller = caller;
    this.model = model;
    this.id = id;
  }

  /** The attachments, the newest first. Those that the user may not see are left out. */
  async list(options: CallOptions = {}): Promise<Attachment[]> {
    const domain = [...this.#domain, ["res_field", "=", false]];
    const kwargs = { fields: FIELDS, order: "id desc" };
    return structs(await this.#call("search_read", [domain], options, kwargs)).map(asAttachment);
  }

  /**
   * The content of an attachment of the record, which has the checksum that Odoo keeps of it.
   *
   * @throws {OdooConfigError} The file is larger than `limitBytes`, which is looked at before it is read, or it is a link.
   * @throws {OdooServerError} The record has no such attachment, or the user may not see it (`kind: "missing"`).
   * @throws {OdooProtocolError} The content is not the one of the checksum.
   */
  async read(id: number, options: AttachmentOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    checkId(id, "attachments.read");
    const { limitBytes, ...callOptions } = options;
    const what = `attachment ${id} of ${this.#record}`;
    const domain = [["id", "=", id], ...this.#domain];
    const kwargs = { fields: FIELDS };
    const [row] = structs(await this.#call("search_read", [domain], callOptions, kwargs));
    if (!row) throw missing(`There is no ${what}, or it is hidden from this user`, "search_read");
    const { type, file_size } = asAttachment(row);
    if (type !== "binary") {
      throw new OdooConfigError(`Cannot read ${what}: it is of type ${type} and holds no file`);
    }
    checkSize(`Cannot read ${what}`, file_size, limitBytes);
    const answer = await this.#call("read", [[id], ["datas", "file_size", "checksum"]], {
      ...callOptions,
      // Else Odoo answers with a text such as "1.43 Kb"
      context: { ...callOptions.context, bin_size: false },
    });
    return await contentOf(structs(answer)[0], what);
  }

  /**
   * Attaches a file, and answers with the id of the attachment when Odoo has told the size and checksum that it keeps,
   * and they are those of `data`. An image is kept as it is, too: Odoo 17 and 19 themselves would scale a large one down.
   *
   * It is not repeated by itself. After an `OdooNetworkError` with the outcome `unknown` look for the file in
   * {@linkcode list}: the same file again is one more attachment.
   *
   * @throws {OdooConfigError} The file is larger than `limitBytes`. Nothing was sent.
   * @throws {OdooServerError} There is no such record (`kind: "missing"`), or the user may not attach files to it.
   * @throws {OdooProtocolError} The file was attached (`outcome: "committed"`), but not as it is, or this could not be
   * found out; then `cause` tells why.
   */
  async add(file: NewAttachment, options: AttachmentOptions = {}): Promise<number> {
    const { name, data, mimetype } = file;
    const { limitBytes, ...callOptions } = options;
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    checkSize(`Cannot attach a file to ${this.#record}`, bytes.length, limitBytes);
    await this.#checkRecord(callOptions);
    const values = { name, datas: bytes, res_model: this.model, res_id: this.id };
    const created = await this.#call("create", [mimetype ? { ...values, mimetype } : values], {
      ...callOptions,
      context: { ...callOptions.context, image_no_postprocess: true },
    });
    if (typeof created !== "number") {
      throw new OdooProtocolError("Odoo does not say which attachment it made", {
        outcome: "committed",
      });
    }
    await this.#verify(created, bytes, callOptions);
    return created;
  }

  get #record(): string {
    return `${this.model} ${this.id}`;
  }

  get #domain(): RpcInput[] {
    return [["res_model", "=", this.model], ["res_id", "=", this.id]];
  }

  /** Up to 17, Odoo attaches files to records that do not exist, where nobody can read or delete them. */
  async #checkRecord(options: CallOptions): Promise<void> {
    const found = await this.#caller.call({
      model: this.model,
      method: "search_count",
      args: [[["id", "=", this.id]]],
    }, { ...options, context: { ...options.context, active_test: false } });
    if (found === 1) return;
    throw missing(
      `Cannot attach a file to ${this.#record}: there is no such record, or it is hidden from this user`,
      "search_count",
      this.model,
    );
  }

  async #verify(id: number, bytes: Uint8Array, options: CallOptions): Promise<void> {
    const what = `Attachment ${id} of ${this.#record} was made`;
    let row: Row | undefined;
    try {
      const answer = await this.#call("read", [[id], ["file_size", "checksum"]], options);
      row = structs(answer)[0];
    } catch (cause) {
      options.signal?.throwIfAborted();
      throw new OdooProtocolError(`${what}, but could not be checked`, {
        cause,
        outcome: "committed",
      });
    }
    if (await isKeptAs(row, bytes)) return;
    throw new OdooProtocolError(
      `${what}, but its size and checksum are not those of the ${bytes.length} bytes that were sent`,
      { outcome: "committed" },
    );
  }

  async #call(
    method: string,
    args: readonly RpcInput[],
    options: CallOptions,
    kwargs: Readonly<Record<string, RpcInput>> = {},
  ): Promise<RpcValue> {
    return await this.#caller.call({ model: "ir.attachment", method, args, kwargs }, {
      ...options,
      raw: false,
    });
  }
}

/**
 * A name for a file, made of one that others have given, such as that of an {@linkcode Attachment}: it leads out of no
 * folder, means nothing to Windows, and fits into a file system. Two names may become one.
 *
 * ```ts
 * import { safeFileName } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(safeFileName("../../etc/passwd"), "passwd");
 * assertEquals(safeFileName("CON.txt"), "_CON.txt");
 * ```
 */
export function safeFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  // deno-lint-ignore no-control-regex
  const plain = last.replace(/[\u0000-\u001f\u007f-\u009f<>:"|?*]/g, "_").toWellFormed()
    // Such marks turn the order of letters, so that an ending is not what it looks like
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/^[. ]+/, "");
  const free = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|con(?:in|out)\$)\s*(?:\.|$)/i.test(plain)
    ? `_${plain}`
    : plain;
  return shortened(free) || "file";
}

/** File systems take 255 bytes. The ending of a name tells what the file is, so it stays; Windows drops `.` and ` `. */
function shortened(name: string): string {
  let whole = name.length;
  while (whole > 0 && ". ".includes(name[whole - 1] ?? "")) whole--;
  const [ending = ""] = /\.[\w-]{1,16}$/.exec(name.slice(0, whole).slice(-17)) ?? [];
  const start = [...name.slice(0, whole - ending.length).slice(0, 2 * LONGEST_NAME)];
  const size = (text: string) => new TextEncoder().encode(text).length;
  while (size(start.join("")) + ending.length > LONGEST_NAME) start.pop();
  return (start.join("") + ending).replace(/[. ]+$/, "");
}

/** Less than there is room for: what is saved may get a number or `.tmp` behind it. */
const LONGEST_NAME = 200;

function asAttachment(row: Row): Attachment {
  const { id, name, type, url, mimetype, file_size, checksum, create_date } = row;
  return {
    id: Number(id),
    name: textOf(name) || "",
    type: textOf(type) || "",
    url: textOf(url),
    mimetype: textOf(mimetype),
    file_size: Number(file_size),
    checksum: textOf(checksum),
    create_date: isDatetimeString(create_date) ? create_date : false,
  };
}

function textOf(value: RpcValue | undefined): string | false {
  return typeof value === "string" ? value : false;
}

/** The bytes of `datas`, when they are those of size and checksum. */
async function contentOf(
  row: Row | undefined,
  what: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = fromBase64(textOf(row?.["datas"]) || "");
  if (bytes && await isKeptAs(row, bytes)) return bytes;
  const found = bytes ? `${bytes.length} bytes` : "no base64";
  throw new OdooProtocolError(
    `Cannot read ${what}: Odoo answers with ${found} that are not those of its size ` +
      `(${
        row?.["file_size"]
      }) and checksum; its file store may lack the file, or have a damaged one`,
  );
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}

/** Whether size and checksum of an attachment are those of the bytes. Odoo has no checksum of an empty file. */
async function isKeptAs(
  row: Row | undefined,
  bytes: Uint8Array,
): Promise<boolean> {
  if (!row || row["file_size"] !== bytes.length) return false;
  const { checksum } = row;
  return checksum === false || checksum === null ? true : checksum === await sha1(bytes);
}

async function sha1(bytes: Uint8Array): Promise<string> {
  // The digest takes no memory that is shared with other threads; a view on such has to be copied
  const own = bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : bytes.slice();
  return new Uint8Array(await crypto.subtle.digest("SHA-1", own)).toHex();
}

function checkSize(attempt: string, size: number, limitBytes = DEFAULT_LIMIT_BYTES): void {
  if (!(limitBytes >= 0 && limitBytes <= MAX_LIMIT_BYTES)) {
    throw new OdooConfigError(
      `Cannot use a limitBytes of ${limitBytes}: it must be between 0 and ${MAX_LIMIT_BYTES}`,
    );
  }
  if (size <= limitBytes) return;
  const advice = size <= MAX_LIMIT_BYTES
    ? "a larger limitBytes allows it, where memory and the server do"
    : "files of more than 128 MiB cannot be carried; use Odoo's web interface";
  throw new OdooConfigError(
    `${attempt}: it has ${size} bytes, and the limit is ${limitBytes}; ${advice}`,
  );
}

function missing(message: string, method: string, model = "ir.attachment"): OdooServerError {
  return new OdooServerError(message, { kind: "missing", model, method, exception: "", debug: "" });
}
