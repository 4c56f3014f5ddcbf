/**
 * Attachments: what is written as `datas` or `raw` is kept once, and told as size, checksum and kind.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { RpcValue } from "../../values.ts";
import { ownCompany } from "./accounting.ts";
import { binary, boolean, char, integer, many2one, reference } from "./define.ts";
import { selection, text } from "./define.ts";
import type { Env } from "../orm/env.ts";
import type { Version } from "../faults.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import { PythonError } from "../faults.ts";
import type { Row } from "../orm/store.ts";

/** `ir.attachment` of a version. */
export const attachment = (version: Version): BuiltInModel => ({
  description: "Attachment",
  order: "id desc",
  indexes: [["res_model", "res_id"]],
  fields: { ...mainFields(version), ...contentFields() },
  leavesOut: (asked) => asked.has("id") || asked.has("res_field") ? undefined : isOfField,
  beforeCreate: (_env, values) => {
    values["type"] ??= "binary";
    // A new file without content has no checksum either
    if (values["content"]) keepContent(values, values);
    if (!values["mimetype"]) values["mimetype"] = kindOf(values);
  },
  beforeWrite: (_env, _ids, values) => {
    if (!("content" in values)) return;
    keepContent(values, values);
    if (!values["mimetype"]) values["mimetype"] = kindOf(values);
  },
});

function mainFields(version: Version): Record<string, BuiltInField> {
  const readonly = version !== 19;
  return {
    name: char("Name", { required: true }),
    description: text("Description"),
    type: selection("Type", [["url", "URL"], ["binary", "File"]], {
      required: true,
      default: "binary",
    }),
    url: char("Url", { size: 1024 }),
    public: boolean("Is public document"),
    access_token: char("Access Token"),
    res_model: char("Resource Model", { readonly }),
    res_field: char("Resource Field", { readonly }),
    res_id: reference("Resource ID", { readonly }),
    res_name: char("Resource Name", {
      readonly: true,
      compute: (env, row) => {
        const [model, id] = [row["res_model"], row["res_id"]];
        if (typeof model !== "string" || typeof id !== "number" || id === 0) return null;
        return env.registry.has(model) ? env.displayName(model, id) || null : null;
      },
    }),
    company_id: many2one("res.company", "Company", { defaultOf: ownCompany }),
  };
}

function contentFields(): Record<string, BuiltInField> {
  return {
    datas: binary("File Content (base64)", {
      compute: (_env, row) => row["content"] ?? "",
      inverse: (value) => ({ content: value ?? "" }),
    }),
    raw: binary("File Content (raw)", {
      compute: (env, row) => rawText(env, row),
      inverse: (value) => ({
        content: typeof value === "string" ? toBase64(new TextEncoder().encode(value)) : "",
      }),
    }),
    mimetype: char("Mime Type", { readonly: true }),
    file_size: integer("File Size", { readonly: true }),
    checksum: char("Checksum/SHA1", { readonly: true, size: 40 }),
    store_fname: char("Stored Filename"),
    index_content: text("Indexed Content", { readonly: true }),
  };
}

/** Whether it is the content of a field, such as an image. */
function isOfField(row: Row): boolean {
  return Boolean(row["res_field"]);
}

/** Size and checksum of what was written. */
function keepContent(
  values: { [field: string]: RpcValue },
  written: { readonly [field: string]: RpcValue },
): void {
  const content = written["content"];
  if (typeof content !== "string") return;
  const bytes = fromBase64(content);
  values["file_size"] = bytes.length;
  values["checksum"] = createHash("sha1").update(bytes).digest("hex");
  values["store_fname"] = bytes.length === 0
    ? null
    : `${String(values["checksum"]).slice(0, 2)}/${values["checksum"]}`;
}

/** What `raw` reads as over the wire. Odoo 19 fails on bytes that are no text, older ones lose them. */
function rawText(env: Env, row: Row): RpcValue {
  const content = row["content"];
  if (typeof content !== "string" || content === "") return null;
  const bytes = fromBase64(content);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    if (env.version === 19) {
      const at = firstBroken(bytes);
      const byte = (bytes[at] ?? 0).toString(16).padStart(2, "0");
      throw new PythonError(
        "UnicodeDecodeError",
        `'utf-8' codec can't decode byte 0x${byte} in position ${at}: invalid start byte`,
      );
    }
    return String.fromCharCode(...bytes);
  }
}

function firstBroken(bytes: Uint8Array): number {
  for (let length = 1; length <= bytes.length; length++) {
    const start = bytes.subarray(0, length);
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(start, { stream: true });
    } catch {
      return length - 1;
    }
  }
  return bytes.length - 1;
}

/** The kind by the ending of the name, else by the first bytes. */
function kindOf(values: { readonly [field: string]: RpcValue }): string {
  const name = String(values["name"] ?? values["url"] ?? "");
  const byName = KINDS[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ""];
  if (byName) return byName;
  const content = values["content"];
  if (typeof content !== "string" || content === "") return "application/octet-stream";
  const bytes = fromBase64(content);
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  const found = HEADS.find(([start]) => head.startsWith(start));
  if (found) return found[1];
  const isText = !bytes.subarray(0, 1024).some((byte) => byte < 32 && ![9, 10, 13].includes(byte));
  return isText ? "text/plain" : "application/octet-stream";
}

const KINDS: Readonly<Record<string, string>> = {
  csv: "text/csv",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  gif: "image/gif",
  htm: "text/html",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  json: "application/json",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  webp: "image/webp",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xml: "text/xml",
  zip: "application/zip",
};

const HEADS: readonly (readonly [start: string, kind: string])[] = [
  ["%PDF", "application/pdf"],
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["\xff\xd8\xff", "image/jpeg"],
  ["GIF87a", "image/gif"],
  ["GIF89a", "image/gif"],
  ["PK\x03\x04", "application/zip"],
  ["<svg", "image/svg+xml"],
];

function fromBase64(text: string): Uint8Array {
  return Uint8Array.fromBase64(text.replace(/[^A-Za-z0-9+/=]/g, ""));
}

function toBase64(bytes: Uint8Array): string {
  return bytes.toBase64();
}
