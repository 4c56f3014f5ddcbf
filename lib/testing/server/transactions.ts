/**
 * Each call in a transaction of its own: it is committed, rolled back, and run again where another transaction was in
 * its way.
 *
 * @module
 */
import { CallError, conflictError } from "../faults.ts";
import { Blocked } from "../orm/locks.ts";
import type { Begun, Store } from "../orm/store.ts";
import type { PythonValue } from "../python.ts";
import type { Database } from "./services.ts";

/** What a call does with a database, whose time is the start of the transaction. */
export type Action = (database: Database) => PythonValue;

/**
 * Runs a call and commits. The answer is made after the commit: what cannot be sent has been done all the same. Any
 * other exception undoes the whole call.
 *
 * @throws {Blocked} Where the call has to wait for an open transaction. Its `again` goes on after that.
 */
export function inTransaction(
  database: Database,
  action: Action,
  tries = 1,
  start: Date = database.clock(),
): PythonValue {
  const { store } = database;
  const begun = store.takeBegun();
  if (begun) return inBegun(database, begun, action);
  try {
    const result = action({ ...database, clock: () => start });
    store.commit();
    return result;
  } catch (error) {
    if (error instanceof CallError && error.stage === "dump") store.commit();
    else store.rollback();
    if (error instanceof Blocked) error.again = retry(database, action, tries, start, error);
    throw error;
  }
}

/**
 * What was blocked fails when the other one commits. The server then runs the whole call again, in a new transaction,
 * some times. An import does not let the server know: it goes on with what it saw, and takes the failure for one of
 * its rows.
 */
function retry(
  database: Database,
  action: Action,
  tries: number,
  start: Date,
  { holder, inImport }: Blocked,
): () => PythonValue {
  if (inImport) {
    const seen = database.store.fork();
    return () => inImportOf(database, seen, action, start);
  }
  return () => {
    if (!holder.committed) return inTransaction(database, action, tries, start);
    const most = database.version === 14 ? 6 : 5;
    if (tries >= most) throw new CallError(conflictError(), "model");
    return inTransaction(database, action, tries + 1);
  };
}

/**
 * A call that has begun before: it sees what was committed then. Where others were faster it is run again from the
 * start, unless it is an import, which has taken the conflict for an error of its rows.
 */
function inBegun(database: Database, { seen, start }: Begun, action: Action): PythonValue {
  try {
    return inImportOf(database, seen, action, start);
  } catch (error) {
    const isConflict = error instanceof CallError && error.error.type === conflictError().type;
    if (!isConflict) throw error;
    return inTransaction(database, action, 2);
  }
}

function inImportOf(database: Database, seen: Store, action: Action, start: Date): PythonValue {
  try {
    const result = action({ ...database, store: seen, clock: () => start });
    seen.commit();
    return result;
  } catch (error) {
    seen.rollback();
    if (error instanceof Blocked) error.again = () => inImportOf(database, seen, action, start);
    throw error;
  }
}
