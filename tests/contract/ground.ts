/**
 * What a case of the contract stands on: connections over one protocol, and the clean-up behind them.
 *
 * @module
 */
import {
  connect,
  type Fetch,
  type Odoo,
  OdooError,
  type Protocol,
  type RpcInput,
} from "../../mod.ts";

/** A case: asserts what holds over every protocol and on every version. */
export type Case = (ground: Ground) => Promise<void>;

/** Thrown by a case that needs what the host does not offer. */
export class Skipped extends Error {}

/** An Odoo, and what is known of it. */
export interface Host {
  /** The administrator, by an API key. */
  admin: Login;
  /** The user `demo`, an ordinary internal user, by an API key. */
  demo: Login;
  /** Password of the administrator, where it is known. */
  password?: string | undefined;
  /** Makes and deletes API keys of the administrator, where that can be done. */
  keys?: { add(): string; revoke(key: string): void } | undefined;
}

/** A configuration with an API key in clear, and without a protocol. */
export interface Login {
  url: string;
  db: string;
  username: string;
  apiKey: string;
  fetch?: Fetch | undefined;
}

/** Connections of a host over one protocol, and the records that cases have made on it. */
export class Ground {
  readonly #made: [model: string, id: number][] = [];
  #tags = 0;

  private constructor(
    /** What is known of the Odoo. */
    readonly host: Host,
    /** The protocol of the configuration. */
    readonly chosen: Protocol | "auto",
    /** A connection of the administrator. */
    readonly odoo: Odoo,
    /** A connection of the user `demo`. */
    readonly demo: Odoo,
  ) {}

  /** Connects to a host over a protocol. */
  static async open(host: Host, protocol: Protocol | "auto"): Promise<Ground> {
    const [odoo, demo] = await Promise.all([
      connect({ ...host.admin, protocol }),
      connect({ ...host.demo, protocol }),
    ]);
    return new Ground(host, protocol, odoo, demo);
  }

  /** The version of the server. */
  get version(): number {
    return this.odoo.version.major;
  }

  /** The protocol in use. */
  get protocol(): Protocol {
    return this.odoo.protocol;
  }

  /** The administrator's settings over this protocol. */
  get config(): Login & { protocol: Protocol | "auto" } {
    return { ...this.host.admin, protocol: this.chosen };
  }

  /** A text that no other record has, another one each time. */
  tag(): string {
    return `contract-${crypto.randomUUID().slice(0, 8)}-${++this.#tags}`;
  }

  /** Makes one record, which is removed after the case. */
  async make(model: string, values: Readonly<Record<string, RpcInput>>): Promise<number> {
    const id = await this.odoo.executeKw<number>(model, "create", [values]);
    if (typeof id !== "number") throw new TypeError(`create of one answered ${Deno.inspect(id)}`);
    return this.keep(model, id);
  }

  /** Remembers records that a case has made otherwise, and answers with them. */
  keep<T extends number | readonly number[]>(model: string, ids: T): T {
    for (const id of [ids].flat()) if (typeof id === "number") this.#made.push([model, id]);
    return ids;
  }

  /** The named fields of one record. */
  async read(model: string, id: number, fields: readonly string[]) {
    const rows = await this.odoo.executeKw<Record<string, RpcInput>[]>(model, "read", [[id]], {
      fields,
    });
    const { id: _id, ...values } = rows[0] ?? {};
    return values;
  }

  /** Id of a record with an external id. */
  async ref(xmlid: string): Promise<number> {
    const [module = "", name = ""] = xmlid.split(".");
    const domain = [["module", "=", module], ["name", "=", name]];
    const [row] = await this.odoo.executeKw<{ res_id: number }[]>("ir.model.data", "search_read", [
      domain,
      ["res_id"],
    ]);
    if (row === undefined) throw new TypeError(`There is no ${xmlid}`);
    return row.res_id;
  }

  /** A connection that counts its requests. */
  async counted(): Promise<{ odoo: Odoo; count: () => number }> {
    let count = 0;
    const { fetch = globalThis.fetch } = this.config;
    const odoo = await connect({
      ...this.config,
      fetch: (input, init) => {
        count++;
        return fetch(input, init);
      },
    });
    return { odoo, count: () => count };
  }

  /** Removes what the case has made, the latest first; says what stays. */
  async cleanUp(): Promise<string[]> {
    const left: string[] = [];
    for (const [model, id] of this.#made.splice(0).toReversed()) {
      const call = { model, method: "unlink", ids: [id] };
      try {
        await this.odoo.call(call);
      } catch (error) {
        if (!(error instanceof OdooError)) throw error;
        if (await this.#exists(model, id)) left.push(`${model} ${id} stays: ${error.message}`);
      }
    }
    return left;
  }

  async #exists(model: string, id: number): Promise<boolean> {
    const context = { active_test: false };
    const domain = [["id", "=", id]];
    return await this.odoo.executeKw(model, "search_count", [domain], { context }) === 1;
  }
}
