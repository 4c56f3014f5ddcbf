/**
 * External ids made from the keys of source rows: `odeno_partners.res_partner.C_2D42`.
 *
 * Odoo refuses a space in such a name, splits it at the first dot and lists of them at commas, and makes names of its
 * own by adding `_<parent model>` (the `_inherits` parents of users and products). The escaping here keeps clear of all
 * that, and can be read back.
 *
 * @module
 */
import { OdooConfigError } from "./errors.ts";

/** PostgreSQL takes no more than about 2,700 bytes in an index, and namespace and model go with the key. */
const LONGEST_KEY = 2000;

/** The parts of an external id that {@linkcode externalId} has made. */
export interface ExternalIdParts {
  /** The part before the first dot, which Odoo calls the module. */
  namespace: string;
  /** Technical name of the model, with `_` for every dot, so that it cannot be told which were dots. */
  model: string;
  /** The values of the key columns. */
  key: string[];
}

/**
 * The external id of a source row. Different keys give different ids, whatever is in them: letters and digits of ASCII
 * stay as they are, every other byte of the UTF-8 text becomes `_` and two upper case hexadecimal digits, and the
 * columns of a key are joined by dots.
 *
 * ```ts
 * import { externalId } from "./xmlid.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(externalId("odeno_shop", "res.partner", ["BE", "A 1"]), "odeno_shop.res_partner.BE.A_201");
 * ```
 *
 * @throws {OdooConfigError} The namespace could be taken for a module of Odoo's, or the key is empty.
 */
export function externalId(namespace: string, model: string, key: readonly string[]): string {
  checkNamespace(namespace);
  if (key.length === 0 || key.every((part) => part === "")) {
    throw new OdooConfigError(`Cannot make an external id for ${model} from an empty key`);
  }
  return `${namespace}.${model.replaceAll(".", "_")}.${escapeKey(key)}`;
}

/**
 * The part of an external id that is made from the key columns.
 *
 * @throws {OdooConfigError} The key is too long, or no text.
 */
export function escapeKey(key: readonly string[]): string {
  const escaped = key.map(escape).join(".");
  if (escaped.length <= LONGEST_KEY) return escaped;
  throw new OdooConfigError(
    `Cannot use a key of ${escaped.length} characters, escaped: ${LONGEST_KEY} fit`,
  );
}

/**
 * Takes an external id of {@linkcode externalId} apart; `undefined` for one that it has not made.
 *
 * ```ts
 * import { externalId, parseExternalId } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * const id = externalId("odeno_shop", "res.partner", ["BE", "A 1"]);
 * assertEquals(parseExternalId(id)?.key, ["BE", "A 1"]);
 * assertEquals(parseExternalId("base.main_company"), undefined);
 * ```
 */
export function parseExternalId(id: string): ExternalIdParts | undefined {
  const [namespace = "", model = "", ...escaped] = id.split(".");
  if (!/^[a-z][a-z0-9_]*$/.test(namespace) || !/^[a-z0-9_]+$/.test(model) || escaped.length === 0) {
    return undefined;
  }
  const key = escaped.map(unescape);
  return key.every((part) => part !== undefined) ? { namespace, model, key } : undefined;
}

/** Upgrading a module deletes the records whose external ids carry its name and are not in its files. */
function checkNamespace(namespace: string): void {
  const rule =
    "it must be lower case letters, digits and _, begin with a letter and not be a module's name";
  if (!/^[a-z][a-z0-9_]*$/.test(namespace) || namespace === "base") {
    throw new OdooConfigError(
      `Cannot use "${namespace}" as the namespace of external ids: ${rule}`,
    );
  }
}

function escape(text: string): string {
  if (!text.isWellFormed()) {
    throw new OdooConfigError("Cannot use a key with half a surrogate pair in it");
  }
  return text.replace(
    /[^A-Za-z0-9]+/g,
    (run) =>
      Array.from(
        new TextEncoder().encode(run),
        (byte) => `_${byte.toString(16).toUpperCase().padStart(2, "0")}`,
      )
        .join(""),
  );
}

function unescape(text: string): string | undefined {
  if (!/^(?:[A-Za-z0-9]|_[0-9A-F]{2})*$/.test(text)) return undefined;
  const percent = text.replace(/_(..)/g, "%$1");
  try {
    const plain = decodeURIComponent(percent);
    return escape(plain) === text ? plain : undefined;
  } catch {
    return undefined;
  }
}
