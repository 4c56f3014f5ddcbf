/**
 * The third-party code of `lib/cli`, by full specifiers: a module that is imported by URL has no import map.
 *
 * @module
 */
// deno-lint-ignore-file no-import-prefix
export { parse as parseDotenv } from "jsr:@std/dotenv@^0.225.8/parse";
export { ProgressBar } from "jsr:@std/cli@^1.0.32/unstable-progress-bar";
