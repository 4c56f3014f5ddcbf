export type { Fetch } from "./lib/values.ts";
