// What has to compile, and what must not. Never run.
import { link, type LinkCommand, type RpcInput } from "../../mod.ts";

type Line = {
  product_id?: number | false;
  name?: string;
  quantity?: number;
  tax_ids?: readonly LinkCommand[];
};
type Order = {
  partner_id?: number;
  lines?: readonly LinkCommand<Line>[];
  tag_ids?: readonly LinkCommand[];
};

declare function create(values: Order): void;
declare function executeKw(args: readonly RpcInput[]): void;

create({
  partner_id: 1,
  lines: [
    link.create({ product_id: 3, tax_ids: [link.set([1])] }),
    link.update(4, { quantity: 3 }),
    link.delete(5),
    link.unlink(6),
    link.link(7),
    link.clear(),
    link.set([8]),
    [0, 0, { name: "Shipping" }],
  ],
  tag_ids: [link.create({ name: "VIP", color: 3 }), link.link(2)],
});

create({
  lines: [
    // @ts-expect-error a line has no such field
    link.create({ nmae: "" }),
    // @ts-expect-error a product is a number
    link.create({ product_id: "3" }),
    // @ts-expect-error a line has no such field
    link.update(4, { product_id: 3, qty: 3 }),
  ],
});
// @ts-expect-error a line is of more than an id
create({ lines: [link.update(4)] });
// @ts-expect-error a command, no id
create({ tag_ids: [2] });
// @ts-expect-error there is no such command
create({ tag_ids: [[7, 0, 0]] });
// @ts-expect-error a function is no value
link.create({ name: () => "" });
// @ts-expect-error an id is a number
link.link("7");

executeKw([[1], { lines: [link.create({ product_id: 3 }), link.set([1])] }]);
const loose: { [field: string]: RpcInput } = { lines: [link.create({ taxes: [link.clear()] })] };
executeKw([loose]);

// What one command does may be decided on the way
const commands: LinkCommand<Line>[] = [1, 2].map((id) =>
  id === 1 ? link.update<Line>(id, { quantity: id }) : link.delete(id)
);
create({ lines: commands });
