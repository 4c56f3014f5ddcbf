/**
 * The settings of a simulator.
 *
 * @module
 */
import { checkKnown } from "./checks.ts";
import type { Version } from "./faults.ts";
import type { GivenModel } from "./orm/given_models.ts";
import type { OwnMethods } from "./orm/own_methods.ts";

/** Settings of a simulator. */
export interface SimulatorOptions {
  /**
   * Version of Odoo to be.
   *
   * @default {17}
   */
  readonly version?: Version | undefined;
  /**
   * Name of the database.
   *
   * @default {"odoo"}
   */
  readonly db?: string | undefined;
  /**
   * Further models: written by hand, or what `fields_get` of a real database answers, by model. That of a built-in model
   * adds the fields that it lacks, such as `x_studio_color`; `{ fields }` written by hand for a built-in model extends
   * it, and may say more of fields that are there. What the database works out is refused as not simulated, unless it
   * is `related` to what is there, or given in records.
   */
  readonly models?: Readonly<Record<string, GivenModel>> | undefined;
  /**
   * Further methods, by model and name. They stand in for methods of the same name.
   *
   * @example
   * ```ts
   * import { OdooSimulator } from "@odeno/odeno/testing";
   *
   * const server = new OdooSimulator({}, {
   *   methods: {
   *     "res.partner": {
   *       rename: ({ ids, args: [name], call }) => {
   *         if (!name) throw new Error("A name, please");
   *         return call("res.partner", "write", [[...ids], { name }]);
   *       },
   *     },
   *   },
   * });
   * const odoo = await server.connect();
   * await odoo.executeKw("res.partner", "rename", [[1], "Ana"]);
   *
   * if (server.records("res.partner")[0]?.["name"] !== "Ana") throw new Error("Not renamed");
   * ```
   */
  readonly methods?: OwnMethods | undefined;
  /**
   * The time of the server: stamps and the cooldown go by it.
   *
   * @default {() => new Date()}
   */
  readonly clock?: (() => Date) | undefined;
  /**
   * Whether to throw at a call of something that the simulated database does not have, in place of the answer that
   * Odoo gives: `fetch` rejects, and over a socket comes a page of HTTP 500.
   *
   * @default {false}
   */
  readonly strict?: boolean | undefined;
}

const OPTIONS = {
  version: true,
  db: true,
  models: true,
  methods: true,
  clock: true,
  strict: true,
} satisfies Record<keyof SimulatorOptions, true>;

const VERSIONS: readonly unknown[] = [14, 17, 19] satisfies Version[];

/**
 * Refuses settings that types would not let through.
 *
 * @throws {TypeError} Where there is no such option, or no such version.
 */
export function checkOptions(options: SimulatorOptions): void {
  for (const name of Object.keys(options)) {
    checkKnown(name, Object.keys(OPTIONS), "Cannot use the option");
  }
  const { version } = options;
  if (version !== undefined && !VERSIONS.includes(version)) {
    const shown = JSON.stringify(version);
    throw new TypeError(`Cannot simulate Odoo ${shown}: there are versions 14, 17 and 19`);
  }
}
