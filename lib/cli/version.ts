/**
 * Which odeno this is.
 *
 * @module
 */

/** Version of this package; a test holds it against `deno.json`. */
export const VERSION = "0.1.0";
