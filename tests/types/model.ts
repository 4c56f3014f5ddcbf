// What has to compile, and what must not. Never run.
import {
  type AnyModels,
  type Caller,
  connect,
  type DatetimeString,
  link,
  type LinkCommand,
  type Many2One,
  type Odoo,
  type RpcValue,
} from "../../mod.ts";

/** Compiles only where both are the same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;
function same<A, B>(_same: Same<A, B>): void {}

type Partner = {
  read: {
    id: number;
    name: string | false;
    country_id: Many2One | false;
    child_ids: number[];
    active: boolean;
    type: "contact" | "invoice" | false;
    write_date: DatetimeString | false;
  };
  write: {
    name?: string | false;
    country_id?: number | Many2One | false;
    child_ids?: readonly LinkCommand<Partial<Partner["create"]>>[];
    active?: boolean;
    type?: "contact" | "invoice" | false;
  };
  create: Partner["write"] & { name: string };
};
type Models = { "res.partner": Partner };

export async function typed(odoo: Odoo<Models>): Promise<void> {
  const partners = odoo.model("res.partner");
  const rows = await partners.searchRead([["active", "=", true]], {
    fields: ["name", "country_id"],
  });
  same<
    typeof rows,
    { id: number; name: string | false; country_id: Many2One | false }[]
  >(true);
  const [first] = rows;
  if (!first) return;
  // What was read can be written back
  await partners.write([first.id], { country_id: first.country_id });
  await partners.create({ name: "Ana", child_ids: [link.create({ name: "Ben" }), link.set([1])] });
  for await (const { id, active } of partners.iterate([], { fields: ["active"] })) {
    same<typeof id, number>(true);
    same<typeof active, boolean>(true);
  }
  const read = await partners.read([1], { fields: ["child_ids"] });
  same<typeof read, { id: number; child_ids: number[] }[]>(true);
  same<Awaited<ReturnType<typeof partners.createMany>>, number[]>(true);

  // @ts-expect-error No such model
  odoo.model("res.partnr");
  // @ts-expect-error No such field
  await partners.searchRead([], { fields: ["nmae"] });
  // @ts-expect-error No such field in the domain
  await partners.searchRead([["nmae", "=", "Ana"]], { fields: ["name"] });
  // @ts-expect-error The fields are needed
  await partners.searchRead([]);
  // @ts-expect-error A field that was not fetched
  void first.active;
  // @ts-expect-error A name is text
  await partners.write([1], { name: 3 });
  // @ts-expect-error Not a value of the selection
  await partners.write([1], { type: "invoices" });
  // @ts-expect-error Not to be written
  await partners.write([1], { write_date: "2026-01-01 00:00:00" });
  // @ts-expect-error One id is no list of ids
  await partners.write(1, { name: "Ana" });
  // @ts-expect-error The name is needed
  await partners.create({ active: true });
  // @ts-expect-error No such field
  await partners.create({ name: "Ana", nmae: "Ana" });
  // @ts-expect-error No such field, in a line
  await partners.create({ name: "Ana", child_ids: [link.create({ name: "Ben", nmae: "" })] });
  // @ts-expect-error Empty is false, not null
  await partners.write([1], { country_id: null });
  // @ts-expect-error The whole configuration, or none
  await connect<Models>({ url: "https://erp.example", db: "d", username: "u" });
}

export async function loose(odoo: Odoo): Promise<void> {
  const things = odoo.model("x.thing");
  const [row] = await things.searchRead([["state", "=", "open"]], { fields: ["whatever"] });
  const value: RpcValue | undefined = row?.whatever;
  void value;
  // @ts-expect-error A field that was not fetched
  void row?.other;
  const domain = [["state", "in", ["open", "done"]]];
  const fields: string[] = ["name"];
  for await (const { id, name } of things.iterate(domain, { fields })) {
    same<typeof id, number>(true);
    const text: RpcValue | undefined = name;
    void text;
  }
  await things.create({ name: "one", lines: [link.create({ name: "two" })], at: new Date() });
}

/** A typed connection goes where any is asked for. */
export async function anywhere(odoo: Odoo<Models>, loosely: Odoo): Promise<void> {
  await takes(odoo);
  await takes(loosely);
  const any: Odoo<AnyModels> = loosely;
  await loose(any);
}

async function takes(_caller: Caller): Promise<void> {}
