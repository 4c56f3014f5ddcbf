/**
 * Passwords and API keys: only their digests are kept, and they are compared in constant time.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A new API key: 40 hexadecimal digits, as Odoo makes them. */
export function newKey(): string {
  return randomBytes(20).toString("hex");
}

/** What is kept of a secret. */
export function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether a secret is the one that a digest was made of, in a time that tells nothing. */
export function matches(secret: string, kept: string): boolean {
  return timingSafeEqual(Buffer.from(digest(secret)), Buffer.from(kept));
}
