/** Saves into a file: path, job, how many times. */
import { sqliteStore } from "../../lib/sync/sqlite_state.ts";
import { save } from "./save.ts";

const [path = "", job = "", saves] = Deno.args;
await save(sqliteStore(path), job, Number(saves));
