/** Third-party code that only the fuzzers use. */
export { default as fc } from "npm:fast-check@^4.3.0";
