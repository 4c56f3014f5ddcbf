/** Saves into a database: its place, job, how many times. */
import { postgresStoreAt } from "./postgres.ts";
import { save } from "./save.ts";

const [place = "", job = "", saves] = Deno.args;
await save(postgresStoreAt(place), job, Number(saves));
