/**
 * The errors that a caller may want to tell apart.
 *
 * No message, field or stack of these holds an API key or a password.
 *
 * @module
 */

/**
 * The base of all errors that odeno throws on purpose.
 *
 * ```ts
 * import { connect, OdooError, OdooServerError } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * try {
 *   await odoo.model("res.partner").write([404], { name: "nobody" });
 * } catch (error) {
 *   if (!(error instanceof OdooError)) throw error; // a bug of the program
 *   console.error(error.message);
 *   if (error instanceof OdooServerError) console.error(error.kind); // missing
 * }
 * ```
 */
export class OdooError extends Error {
  /** Name of the class, for logs. */
  override name = "OdooError";
}

/** A setting is missing or cannot be used. Nothing was sent. */
export class OdooConfigError extends OdooError {
  /** Name of the class, for logs. */
  override name = "OdooConfigError";
}

/** There is no database of this name, or the server hides it. */
export class OdooDatabaseError extends OdooConfigError {
  /** Name of the class, for logs. */
  override name = "OdooDatabaseError";
}

/** Who has a job at work. */
export interface JobHolder {
  /** Number of the process. */
  pid: number;
  /** Name of the machine; an empty string where the process may not ask for it. */
  host: string;
  /** When its run began. */
  since: Date;
}

/** Another run holds the job: two runs of one job never overlap. Nothing was done. Programs end with exit code 3. */
export class JobBusyError extends OdooError {
  /** Name of the class, for logs. */
  override name = "JobBusyError";
  /** Name of the job. */
  readonly job: string;
  /** Who holds it, as far as that is known. */
  readonly holder: JobHolder | undefined;

  /** Takes the sentence to show, the job and its holder. */
  constructor(message: string, job: string, holder?: JobHolder, options?: ErrorOptions) {
    super(message, options);
    this.job = job;
    this.holder = holder;
  }
}

/**
 * Why Odoo did not let the user in: `credentials` (user, key or password are wrong, or the key was deleted or has
 * expired: Odoo does not say which), `cooldown` (too many failed tries from this address), or `two-factor` (the web
 * session wants a code as well, or did not take it).
 */
export type AuthErrorReason = "credentials" | "cooldown" | "two-factor";

/** What an {@linkcode OdooAuthError} knows beside its message. */
export interface AuthErrorDetails extends ErrorOptions {
  /** Which of the credentials it was, where Odoo tells: JSON-2 does. */
  wrong?: "key" | "user" | undefined;
}

/** Odoo did not accept the user with this API key or password. */
export class OdooAuthError extends OdooError {
  /** Name of the class, for logs. */
  override name = "OdooAuthError";
  /** What kind of refusal it was. */
  readonly reason: AuthErrorReason;
  /**
   * Which of the credentials it was, where Odoo tells, as over JSON-2: the `key` is wrong, deleted or expired, or is good
   * and another `user`'s.
   */
  readonly wrong: "key" | "user" | undefined;

  /** Takes the sentence to show and the kind of refusal. */
  constructor(
    message: string,
    reason: AuthErrorReason,
    { wrong, ...options }: AuthErrorDetails = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.wrong = wrong;
  }
}

/** What an {@linkcode OdooNetworkError} knows beside its message. */
export interface NetworkErrorDetails extends ErrorOptions {
  /** The address that was asked. */
  url: string;
  /** HTTP status, where an answer came. */
  status?: number | undefined;
  /** Whether Odoo may have run the call. */
  outcome: "not-sent" | "unknown";
  /** Milliseconds that the server asks to wait, where it does. */
  retryAfterMs?: number | undefined;
}

/** The server could not be reached, or something that is not Odoo's RPC answered. */
export class OdooNetworkError extends OdooError {
  /** Name of the class, for logs. */
  override name = "OdooNetworkError";
  /** HTTP status, where an answer came. */
  readonly status: number | undefined;
  /** The address that was asked. */
  readonly url: string;
  /** `not-sent`: Odoo surely did not run the call. `unknown`: it may have, or may still be at it. */
  readonly outcome: "not-sent" | "unknown";
  /** Milliseconds that the server asks to wait before the next call (`Retry-After`), where it does. */
  readonly retryAfterMs: number | undefined;

  /** Takes the sentence to show and what is known of the failure. */
  constructor(message: string, details: NetworkErrorDetails) {
    const { url, status, outcome, retryAfterMs, ...options } = details;
    super(message, options);
    this.url = url;
    this.status = status;
    this.outcome = outcome;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came in time. The call may still be running in Odoo. */
export class OdooTimeoutError extends OdooNetworkError {
  /** Name of the class, for logs. */
  override name = "OdooTimeoutError";
}

/** What an {@linkcode OdooProtocolError} knows beside its message. */
export interface ProtocolErrorDetails extends ErrorOptions {
  /** Where in the body the bytes stop making sense, counted from 0. */
  offset?: number | undefined;
  /** `committed`: Odoo has done the work, and only its answer could not be carried. */
  outcome?: "committed" | "unknown" | undefined;
}

/** Bytes that cannot be read, or a value that the wire cannot carry. */
export class OdooProtocolError extends OdooError {
  /** Name of the class, for logs. */
  override name = "OdooProtocolError";
  /** Byte offset in the body, where the error is about bytes. */
  readonly offset: number | undefined;
  /** `committed` when Odoo has done the work and only its answer could not be carried. */
  readonly outcome: "committed" | "unknown" | undefined;

  /** Takes the sentence to show and what is known of the failure. */
  constructor(message: string, { offset, outcome, ...options }: ProtocolErrorDetails = {}) {
    super(message, options);
    this.offset = offset;
    this.outcome = outcome;
  }
}

/**
 * What kind of refusal an {@linkcode OdooServerError} is. Over XML-RPC `validation`, `missing` and `redirect` are
 * told from `user` by the text, as far as that allows: the fault code is the same.
 */
export type ServerErrorKind =
  | "access"
  | "validation"
  | "missing"
  | "user"
  | "redirect"
  | "concurrency"
  | "server";

/** What an {@linkcode OdooServerError} knows beside its message. */
export interface ServerErrorDetails extends ErrorOptions {
  /** Kind of the exception. */
  kind: ServerErrorKind;
  /** Model that was called. */
  model: string;
  /** Method that was called. */
  method: string;
  /** Python class of the exception, where the server tells it. */
  exception: string;
  /** Traceback of the server, or an empty string. */
  debug: string;
}

/** A method raised an exception. Odoo has rolled the whole call back. */
export class OdooServerError extends OdooError {
  /** Name of the class, for logs. */
  override name = "OdooServerError";
  /** Kind of the exception. */
  readonly kind: ServerErrorKind;
  /** Model that was called. */
  readonly model: string;
  /** Method that was called. */
  readonly method: string;
  /** Python class of the exception, such as `ValueError`; an empty string where the server does not tell it. */
  readonly exception: string;
  /** Traceback of the server, or an empty string. */
  readonly debug: string;

  /** Takes the sentence to show and what the server said. */
  constructor(
    message: string,
    { kind, model, method, exception, debug, ...options }: ServerErrorDetails,
  ) {
    super(message, options);
    this.kind = kind;
    this.model = model;
    this.method = method;
    this.exception = exception;
    this.debug = debug;
  }
}
