/**
 * What goes wrong in Odoo, and how each wire tells it: the exceptions, Python's tracebacks, and the fault codes of the
 * two XML-RPC endpoints.
 *
 * @module
 */
import { type PythonValue, repr } from "./python.ts";

/** The versions of Odoo that can be simulated. */
export type Version = 14 | 17 | 19;

/** One line of a traceback. */
export type Frame = readonly [file: string, line: number, name: string];

/** Where in the server a call was when it failed: it decides the frames of the traceback. */
export type Stage =
  | "parse"
  | "dispatch"
  | "common"
  | "object"
  | "model"
  | "create"
  | "multi"
  | "dump";

/** A fault as the wire carries it: integer codes on `/xmlrpc/2/`, string codes on `/xmlrpc/`. */
export interface Fault {
  /** `faultCode`. */
  readonly code: number | string;
  /** `faultString`. */
  readonly text: string;
}

/** An exception of the server. The call that raises it is rolled back. */
export class PythonError extends Error {
  override name = "PythonError";

  /** Takes the Python class, its message, and the frames below the place that runs the method. */
  constructor(readonly type: string, message: string, readonly frames: readonly Frame[] = []) {
    super(message);
  }
}

/** A refusal by the database. `load` words it in its own way, and says which field it was. */
export class DatabaseError extends PythonError {
  /** Takes class and message as a plain call shows them, then message and field as `load` shows them. */
  constructor(
    type: string,
    message: string,
    readonly loadMessage: string,
    readonly field?: string,
  ) {
    super(type, message, [["odoo/sql_db.py", 332, "execute"]]);
  }
}

/** What PostgreSQL says to a transaction that is in the way of one that was committed meanwhile. */
export function conflictError(change: "update" | "delete" = "update"): DatabaseError {
  const text = `could not serialize access due to concurrent ${change}\n`;
  return new DatabaseError("psycopg2.errors.SerializationFailure", text, text);
}

/** `odoo.exceptions.RedirectWarning`: a refusal that shows the way to the place where something can be done. */
export class RedirectWarning extends PythonError {
  /** What the exception was made of, in the order of Python. */
  readonly parts: PythonValue[];

  /** Takes the text, the action behind the button, and what is written on it. */
  constructor(text: string, action: { [key: string]: PythonValue }, button: string) {
    const parts = [text, action, button, null];
    super("odoo.exceptions.RedirectWarning", repr(parts, true));
    this.parts = parts;
  }
}

/** An exception together with the place in the server where it was raised. */
export class CallError extends Error {
  /** Takes both. */
  constructor(readonly error: PythonError, readonly stage: Stage) {
    super(error.message, { cause: error });
  }
}

/** What a call of something that the simulator does not have yet ends in: never a wrong answer. */
export function lacking(what: string): PythonError {
  return new PythonError("NotImplementedError", `The simulated Odoo does not have ${what} yet`, [
    ["odeno/lib/testing", 1, "lacking"],
  ]);
}

/** `odoo.exceptions.UserError`. */
export function userError(message: string): PythonError {
  return new PythonError("odoo.exceptions.UserError", message);
}

/** `odoo.exceptions.ValidationError`: constraints of models and of the database. */
export function validationError(message: string): PythonError {
  return new PythonError("odoo.exceptions.ValidationError", message);
}

/** `odoo.exceptions.AccessError`. */
export function accessError(message: string): PythonError {
  return new PythonError("odoo.exceptions.AccessError", message);
}

/** `odoo.exceptions.AccessDenied`: the user or the secret is wrong. */
export function accessDenied(message = "Access Denied"): PythonError {
  return new PythonError("odoo.exceptions.AccessDenied", message);
}

/** `odoo.exceptions.MissingError`, as all versions word it. */
export function missingError(model: string, ids: readonly number[], uid: number): PythonError {
  const list = ids.length === 1 ? `${ids[0]},` : ids.join(", ");
  return new PythonError(
    "odoo.exceptions.MissingError",
    `Record does not exist or has been deleted.\n(Record: ${model}(${list}), User: ${uid})`,
  );
}

/** `ValueError`. */
export function valueError(message: string, frames?: readonly Frame[]): PythonError {
  return new PythonError("ValueError", message, frames);
}

/** `TypeError`. */
export function typeError(message: string, frames?: readonly Frame[]): PythonError {
  return new PythonError("TypeError", message, frames);
}

/** An exception of Werkzeug, which is an HTTP status, such as `NotFound`. */
export function httpError(name: string, message: string): PythonError {
  return new PythonError(`werkzeug.exceptions.${name}`, message);
}

/** The fault for an exception. Odoo tells validation, missing and user errors apart by their text only. */
export function faultOf(error: PythonError, version: Version, wire: 1 | 2, stage: Stage): Fault {
  const { message } = error;
  switch (error.type) {
    case "odoo.exceptions.AccessDenied":
      return { code: wire === 2 ? 3 : "AccessDenied", text: message };
    case "odoo.exceptions.AccessError":
      return warning(wire, 4, "AccessError", message);
    case "odoo.exceptions.MissingError":
      return warning(wire, 2, "MissingError", message);
    case "odoo.exceptions.UserError":
    case "odoo.exceptions.LockError":
    case "odoo.exceptions.ValidationError":
      return warning(wire, 2, "UserError", message);
    case "odoo.exceptions.RedirectWarning":
      return warning(wire, 2, "Warning", message);
    default:
      return {
        code: wire === 2 ? 1 : error.type === "KeyError" ? message.slice(1, -1) : message,
        text: traceback(error, framesOf(version, wire, stage)),
      };
  }
}

/** A Python traceback, ending in `Type: message` and a line end. */
export function traceback(error: PythonError, frames: readonly Frame[]): string {
  const lines = [...frames, ...error.frames].map(([file, line, name]) =>
    `  File "${file}", line ${line}, in ${name}\n`
  );
  return `Traceback (most recent call last):\n${lines.join("")}${error.type}: ${error.message}\n`;
}

/**
 * The exception of a `None` that XML-RPC cannot carry. Its frames tell where the `None` was: with `dump_struct` or
 * `dump_array` between `dumps` and `dump_nil` it was inside the result, without them it was the result.
 */
export function marshalError(path: readonly ("struct" | "array")[]): PythonError {
  const client = "xmlrpc/client.py";
  const dump: Frame = [client, 536, "__dump"];
  const inside = path.flatMap((kind): Frame[] => [
    kind === "struct" ? [client, 607, "dump_struct"] : [client, 589, "dump_array"],
    dump,
  ]);
  return typeError("cannot marshal None unless allow_none is enabled", [
    [client, 514, "dumps"],
    dump,
    ...inside,
    [client, 540, "dump_nil"],
  ]);
}

/** The exception of a dictionary whose keys are no texts, which XML-RPC cannot carry either. */
export function keyError(): PythonError {
  const client = "xmlrpc/client.py";
  return typeError("dictionary key must be string", [
    [client, 514, "dumps"],
    [client, 536, "__dump"],
    [client, 605, "dump_struct"],
  ]);
}

function warning(wire: 1 | 2, code: number, name: string, message: string): Fault {
  return wire === 2
    ? { code, text: message }
    : { code: `warning -- ${name}\n\n${message}`, text: "" };
}

function framesOf(version: Version, wire: 1 | 2, stage: Stage): Frame[] {
  const { file, entry, parse, rpc, dump } = CONTROLLERS[version];
  const top: Frame = [file, entry[wire - 1] ?? 0, `xmlrpc_${wire}`];
  if (stage === "parse") return [top, [file, parse, "_xmlrpc"]];
  if (stage === "dump") return [top, [file, rpc + 1, "_xmlrpc"], dump];
  return [top, [file, rpc, "_xmlrpc"], ...serviceFrames(version, stage)];
}

/** The frames between the controller of a wire and the place where an exception was raised. */
export function serviceFrames(version: Version, stage: Stage): Frame[] {
  if (stage === "parse" || stage === "dump") return [];
  const inside: Frame[] = [["odoo/http.py", CONTROLLERS[version].dispatch, "dispatch_rpc"]];
  if (stage === "dispatch") return inside;
  if (stage === "common") return [...inside, COMMON[version]];
  return [...inside, ...OBJECT[version], ...methodFrames(version, stage)];
}

/** The frames between the runner of a method and the method. */
export function methodFrames(version: Version, stage: Stage): readonly Frame[] {
  return stage === "model" || stage === "create" || stage === "multi" ? CALL[version][stage] : [];
}

const CONTROLLERS = {
  14: {
    file: "odoo/addons/base/controllers/rpc.py",
    entry: [79, 88],
    parse: 67,
    rpc: 68,
    dispatch: 141,
    dump: ["xmlrpc/client.py", 981, "dumps"],
  },
  17: {
    file: "odoo/addons/base/controllers/rpc.py",
    entry: [138, 147],
    parse: 126,
    rpc: 127,
    dispatch: 389,
    dump: ["xmlrpc/client.py", 981, "dumps"],
  },
  19: {
    file: "addons/rpc/controllers/xmlrpc.py",
    entry: [147, 162],
    parse: 133,
    rpc: 134,
    dispatch: 439,
    dump: ["addons/rpc/controllers/xmlrpc.py", 114, "dumps"],
  },
} as const satisfies Record<Version, unknown>;

const COMMON: Record<Version, Frame> = {
  14: ["odoo/service/common.py", 56, "dispatch"],
  17: ["odoo/service/common.py", 56, "dispatch"],
  19: ["odoo/service/common.py", 60, "dispatch"],
};

const OBJECT: Record<Version, readonly Frame[]> = {
  14: [
    ["odoo/service/model.py", 41, "dispatch"],
    ["odoo/service/model.py", 168, "execute_kw"],
    ["odoo/service/model.py", 94, "wrapper"],
    ["odoo/service/model.py", 175, "execute"],
    ["odoo/service/model.py", 159, "execute_cr"],
  ],
  17: [
    ["odoo/service/model.py", 37, "dispatch"],
    ["odoo/service/model.py", 59, "execute_kw"],
    ["odoo/service/model.py", 65, "execute"],
    ["odoo/service/model.py", 50, "execute_cr"],
    ["odoo/service/model.py", 133, "retrying"],
  ],
  19: [
    ["odoo/service/model.py", 129, "dispatch"],
    ["odoo/service/model.py", 146, "execute_cr"],
    ["odoo/service/model.py", 184, "retrying"],
  ],
};

const CALL: Record<Version, Record<"model" | "create" | "multi", readonly Frame[]>> = {
  14: {
    model: [["odoo/api.py", 392, "call_kw"], ["odoo/api.py", 365, "_call_kw_model"]],
    create: [["odoo/api.py", 394, "call_kw"], ["odoo/api.py", 374, "_call_kw_model_create"]],
    multi: [["odoo/api.py", 396, "call_kw"], ["odoo/api.py", 383, "_call_kw_multi"]],
  },
  17: {
    model: [["odoo/api.py", 464, "call_kw"], ["odoo/api.py", 435, "_call_kw_model"]],
    create: [["odoo/api.py", 466, "call_kw"], ["odoo/api.py", 444, "_call_kw_model_create"]],
    multi: [["odoo/api.py", 468, "call_kw"], ["odoo/api.py", 453, "_call_kw_multi"]],
  },
  19: {
    model: [["odoo/service/model.py", 93, "call_kw"]],
    create: [["odoo/service/model.py", 93, "call_kw"]],
    multi: [["odoo/service/model.py", 93, "call_kw"]],
  },
};
