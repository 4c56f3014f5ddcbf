/**
 * The short way for scripts: one connection for the whole program.
 *
 * @module
 */
import { connect, type Odoo } from "./client.ts";
import type { OdooConfig } from "./config.ts";
import type { CallOptions, RpcInput, RpcValue } from "./values.ts";

/** The connection that {@linkcode executeKw} uses. */
let connection: Promise<Odoo> | undefined;

/**
 * Signs in with the given configuration, or with the one of the environment, and answers with the user's id. The
 * connection is the one that {@linkcode executeKw} uses from then on.
 *
 * ```ts
 * import { authenticate, OdooAuthError } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const { config } = new OdooSimulator(); // authenticate() alone takes the environment
 * console.log(await authenticate(config)); // 2
 * const refused = await authenticate({ ...config, apiKey: "0".repeat(40) }).catch((error) => error);
 * console.log(refused instanceof OdooAuthError); // true
 * ```
 *
 * @throws {OdooAuthError} Odoo does not take the user with this API key or password.
 * @throws {OdooConfigError} A setting is missing; the message names all that are.
 */
export async function authenticate(config?: OdooConfig): Promise<number> {
  return (await open(config)).uid;
}

/**
 * Calls a method of a model on the connection of {@linkcode authenticate}; signs in by the environment where that was
 * not called.
 *
 * ```ts
 * import { authenticate, executeKw } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * await authenticate(new OdooSimulator().config);
 * const count = await executeKw<number>("res.partner", "search_count", [[]]);
 * ```
 *
 * @throws {OdooServerError} The method raised an exception; nothing of it was kept.
 */
export async function executeKw<T = RpcValue>(
  model: string,
  method: string,
  args: readonly RpcInput[] = [],
  kwargs: Readonly<Record<string, RpcInput>> = {},
  options: CallOptions = {},
): Promise<T> {
  const odoo = await (connection ?? open());
  return await odoo.executeKw<T>(model, method, args, kwargs, options);
}

/**
 * Calls that come while the connection is being made wait for it. One that failed is not kept, but for one that was
 * asked for by name: the calls after it must not go to the Odoo of the environment instead.
 */
function open(config?: OdooConfig): Promise<Odoo> {
  const attempt = connect(config);
  connection = attempt;
  attempt.catch(() => {
    if (connection === attempt && config === undefined) connection = undefined;
  });
  return attempt;
}
