/**
 * A simulated Odoo to test scripts against: no server, no network, no permission. It answers as Odoo 14, 17 or 19
 * does, down to the faults.
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const server = new OdooSimulator({ "res.partner": [{ id: 1, name: "Ana", email: "ana@example.com" }] });
 * const odoo = await connect(server.config);
 * await odoo.executeKw("res.partner", "write", [[1], { email: false }]);
 *
 * if (server.records("res.partner")[0]?.["email"] !== false) throw new Error("The email is still there");
 * ```
 *
 * @module
 */
export type {
  FieldDefinition,
  FieldType,
  ModelDefinition,
  UniqueConstraint,
} from "./orm/models.ts";
export { type Cassette, cassette, type CassetteOptions } from "./cassette.ts";
export { CassetteError } from "./cassettes/file.ts";
export type { ChaosOptions, ChaosRule } from "./chaos.ts";
export type { Failure, Works } from "./failures.ts";
export type { FieldsGet, GivenModel } from "./orm/given_models.ts";
export type { OwnCall, OwnMethod, OwnMethods } from "./orm/own_methods.ts";
export type { CallMatch, CallProtocol, CallRecord } from "./server/noted.ts";
export { type Unhandled, UnhandledCallError } from "./server/unhandled.ts";
export {
  OdooSimulator,
  type Running,
  type ServeOptions,
  type SimulatorConfig,
  type SimulatorSnapshot,
} from "./simulator.ts";
export type { SimulatorOptions } from "./options.ts";
export type { Records } from "./models/demo.ts";
export { SimulatorTransaction } from "./transaction.ts";
export type { Version } from "./faults.ts";
// What the errors above are kinds of
export { OdooError } from "../../mod.ts";
export type {
  Caller,
  CallOptions,
  Fetch,
  Odoo,
  OdooVersion,
  Protocol,
  RpcCall,
  RpcInput,
  RpcValue,
} from "../../mod.ts";
