/**
 * Binary values and images. Images are looked at before they are kept, but not resized.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { typeError, userError, type Version } from "../faults.ts";
import { type PythonValue, truthy, typeName } from "../python.ts";

/** The column of a binary value: base64, as it came. */
export function toBinary(value: PythonValue): RpcValue {
  if (!truthy(value)) return null;
  if (typeof value === "string") return value;
  throw typeError(
    `argument should be a bytes-like object or ASCII string, not '${typeName(value)}'`,
  );
}

/** The column of an image. What no image viewer knows is refused. */
export function toImage(version: Version, value: PythonValue): RpcValue {
  if (!truthy(value)) return null;
  if (typeof value !== "string") {
    if (version !== 14) throw userError("Image is not encoded in base64.");
    throw typeError(`'${typeName(value)}' object is not subscriptable`);
  }
  const bytes = decoded(value);
  if (!bytes && version !== 14) throw userError("Image is not encoded in base64.");
  if (bytes?.length === 0) return null;
  if (!bytes || !isImage(bytes)) {
    const hint = version === 14 ? " Please try with a different file." : "";
    throw userError(`This file could not be decoded as an image file.${hint}`);
  }
  return value;
}

/** What is shown of a file with `bin_size` in the context. */
export function humanSize(base64: string): string {
  let size = decoded(base64)?.length ?? 0;
  const units = ["bytes", "Kb", "Mb", "Gb"];
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(2)} ${units[unit]}`;
}

/** Python's `b64decode`: characters of no meaning are passed over, missing padding is an error. */
function decoded(base64: string): Uint8Array | undefined {
  const known = base64.replace(/[^A-Za-z0-9+/=]/g, "");
  if (known.length % 4 !== 0 || !/^[^=]*={0,2}$/.test(known)) return undefined;
  return Uint8Array.fromBase64(known);
}

/** First bytes of PNG, JPEG, GIF, WebP, BMP, ICO, TIFF and SVG. */
const SIGNATURES = [
  "\x89PNG",
  "\xff\xd8\xff",
  "GIF8",
  "RIFF",
  "BM",
  "\0\0\x01\0",
  "II*\0",
  "MM\0*",
  "<",
];

function isImage(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  return SIGNATURES.some((signature) => start.startsWith(signature));
}
