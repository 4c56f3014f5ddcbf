/**
 * What can go wrong between a new key and the end of the old one.
 *
 * @module
 */
import { OdooError } from "../errors.ts";
import type { ApiKey } from "./listing.ts";
import type { KeyOptions, NewApiKey } from "./making.ts";

/** How to rotate a key. */
export interface RotateOptions extends KeyOptions {
  /**
   * Keeps the new key where the program will look for the next one. The old key is revoked once this has returned, so
   * it must not return before the key is safe.
   */
  save: (key: string) => void | Promise<void>;
}

/** What a rotation has done. */
export interface Rotation {
  /** The new key. */
  readonly made: NewApiKey;
  /** The keys of the same name that were revoked: the old one, and what rotations have left that were killed. */
  readonly revoked: readonly ApiKey[];
}

/** Where a rotation stopped: the new key was not taken over RPC, it was not saved, or the old one was not revoked. */
export type RotationStep = "check" | "save" | "revoke";

/**
 * A rotation stopped after it had made a key; `cause` says why. Whatever the step, the key that is saved works, and the
 * next rotation removes what was left.
 */
export class KeyRotationError extends OdooError {
  /** Name of the class, for logs. */
  override name = "KeyRotationError";
  /** Where it stopped. */
  readonly step: RotationStep;

  /** Takes the name of the key, where it stopped and why. */
  constructor(key: string, step: RotationStep, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`Cannot rotate the API key "${key}": ${STEPS[step]} (${why})`, { cause });
    this.step = step;
  }
}

const STEPS: Readonly<Record<RotationStep, string>> = {
  check: "Odoo did not take the new one, so it was not saved, and the old one works on",
  save:
    "the new one could not be saved; the old one works on, and so does the new one until the next rotation",
  revoke: "the new one is saved and works, but the old one may work on: rotate again, or revoke it",
};
