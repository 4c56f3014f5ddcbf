/**
 * Somebody who works in Odoo while others read: contacts are made, changed, archived, deleted and linked to tags, twice
 * within one second as well, and imports run that take longer than a reader likes.
 *
 * @module
 */
import type { Caller, RpcInput, RpcValue } from "../../mod.ts";
import { randomNumbers } from "./kills.ts";

const PARTNER = "res.partner";
const CATEGORY = "res.partner.category";

/** What a writer does at random. */
type Deed = "create" | "update" | "twice" | "archive" | "restore" | "delete" | "tag" | "untag";

const DEEDS: readonly Deed[] = [
  "create",
  "create",
  "update",
  "update",
  "twice",
  "archive",
  "restore",
  "delete",
  "tag",
  "untag",
];

/** Works on contacts whose reference begins with a text of its own. */
export class Writer {
  /** How often it has done what. */
  readonly done: Record<string, number> = {};
  readonly #caller: Caller;
  readonly #tag: string;
  readonly #random: () => number;
  #ids: number[] = [];
  #tags: number[] = [];
  #count = 0;

  /** Takes who calls, what references begin with, and what decides. */
  constructor(caller: Caller, tag: string, seed: number) {
    this.#caller = caller;
    this.#tag = tag;
    this.#random = randomNumbers(seed);
  }

  /** Makes the tags, and the first contacts. */
  async begin(contacts: number): Promise<void> {
    const names = [1, 2, 3].map((number) => ({ name: `${this.#tag} ${number}` }));
    this.#tags = numbers(await this.#call(CATEGORY, "create", [names]));
    const values = Array.from({ length: contacts }, () => this.#values());
    this.#ids = numbers(await this.#call(PARTNER, "create", [values]));
  }

  /** Does one thing. What somebody else is at is left alone. */
  async step(): Promise<void> {
    const deed = this.#pick(DEEDS);
    const id = this.#pick(this.#ids);
    if (deed === "create" || id === undefined) {
      this.#ids.push(...numbers(await this.#call(PARTNER, "create", [this.#values()])));
    } else if (deed === "delete") {
      if (this.#ids.length < 20) return;
      await this.#call(PARTNER, "unlink", [[id]]);
      this.#ids = this.#ids.filter((other) => other !== id);
    } else for (const values of this.#changes(deed ?? "update")) await this.#write(id, values);
    this.done[deed ?? "create"] = (this.done[deed ?? "create"] ?? 0) + 1;
  }

  /** Imports so many contacts in one transaction, which so takes its time. */
  async import(count: number): Promise<void> {
    const rows = Array.from({ length: count }, () => {
      const { name, city, ref } = this.#values();
      return [name, city, ref];
    });
    const answer = await this.#call(PARTNER, "load", [["name", "city", "ref"], rows]);
    const { ids } = Object(answer);
    this.#ids.push(...numbers(ids));
    this.done["import"] = (this.done["import"] ?? 0) + 1;
  }

  /** Deletes everything that it has made. */
  async cleanUp(): Promise<void> {
    const context = { active_test: false };
    for (const [model, field] of [[PARTNER, "ref"], [CATEGORY, "name"]] as const) {
      const domain = [[field, "like", this.#tag]];
      const ids = numbers(await this.#call(model, "search", [domain], { context }));
      if (ids.length > 0) await this.#call(model, "unlink", [ids]);
    }
  }

  #changes(deed: Deed): Record<string, RpcInput>[] {
    const tag = this.#pick(this.#tags) ?? 0;
    const city = () => ({ city: `City ${Math.floor(this.#random() * 1e6)}` });
    switch (deed) {
      case "twice":
        return [city(), city()];
      case "archive":
        return [{ active: false }];
      case "restore":
        return [{ active: true }];
      case "tag":
        return [{ category_id: [[4, tag]] }];
      case "untag":
        return [{ category_id: [[3, tag]] }];
      default:
        return [city()];
    }
  }

  #values(): { name: string; city: string; ref: string } {
    const number = ++this.#count;
    return { name: `Contact ${number}`, city: `City ${number}`, ref: `${this.#tag}-${number}` };
  }

  async #write(id: number, values: Record<string, RpcInput>): Promise<void> {
    await this.#call(PARTNER, "write", [[id], values]);
  }

  async #call(
    model: string,
    method: string,
    args: RpcInput[],
    kwargs: Record<string, RpcInput> = {},
  ): Promise<RpcValue> {
    const context = { tracking_disable: true, ...Object(kwargs["context"] ?? {}) };
    return await this.#caller.call({ model, method, args, kwargs: { ...kwargs, context } });
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}

function numbers(value: unknown): number[] {
  return [value].flat().filter((each) => typeof each === "number");
}
