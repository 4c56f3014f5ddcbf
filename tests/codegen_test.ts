import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { generateTypes, type TypesOptions } from "../lib/codegen.ts";
import { ATTRIBUTES } from "../lib/codegen/fields.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { structs } from "../lib/values.ts";
import {
  type Caller,
  connect,
  OdooConfigError,
  OdooProtocolError,
  OdooServerError,
  type RpcCall,
  type RpcValue,
  type ServerErrorKind,
} from "../mod.ts";
import {
  literals,
  misfits,
  type ModelSource,
  readSource,
  type RecordValues,
} from "./conformance/type_source.ts";
import { ROOT, runDeno, temporaryFolder } from "./support.ts";

type Attributes = { [attribute: string]: RpcValue };
type Described = { [field: string]: Attributes };

/** An Odoo that knows nothing but the fields of some models, and their defaults. */
class Descriptions implements Caller {
  readonly calls: RpcCall[] = [];
  /** Runs before a call is answered. */
  onCall: (call: RpcCall) => void = () => {};
  /** What a user is told who may not read `ir.model`. */
  available: string[] = [];
  readonly #models: { [model: string]: Described };
  readonly #defaults: { [model: string]: { [field: string]: RpcValue } };
  readonly #transient: readonly string[];

  constructor(
    models: { [model: string]: Described },
    defaults: { [model: string]: { [field: string]: RpcValue } } = {},
    transient: readonly string[] = [],
  ) {
    this.#models = models;
    this.#defaults = defaults;
    this.#transient = transient;
  }

  // deno-lint-ignore require-await -- as an interface of promises
  async call(call: RpcCall): Promise<RpcValue> {
    this.calls.push(call);
    this.onCall(call);
    const { model, method, args: [names] = [] } = call;
    if (method === "get_available_models") return this.available.map((model) => ({ model }));
    if (model === "ir.model") {
      return Object.keys(this.#models).map((model) => ({
        model,
        transient: this.#transient.includes(model),
      }));
    }
    const fields = this.#models[model];
    if (!fields) throw refusal(call, "user");
    if (method === "fields_get") {
      return Object.fromEntries(
        Object.entries(fields).map((
          [name, attributes],
        ) => [name, {
          string: name,
          readonly: false,
          required: false,
          store: true,
          ...attributes,
        }]),
      );
    }
    const defaults = Object.entries(this.#defaults[model] ?? {});
    return Object.fromEntries(
      defaults.filter(([name]) => Array.isArray(names) && names.includes(name)),
    );
  }
}

function refusal({ model, method }: RpcCall, kind: ServerErrorKind): OdooServerError {
  return new OdooServerError("No", { kind, model, method, exception: "", debug: "" });
}

const OPTIONS: TypesOptions = { version: 17, command: "odeno types x.thing" };

/** The source for one model with these fields, without comments. */
async function codeOf(fields: Described, defaults: { [field: string]: RpcValue } = {}) {
  const odoo = new Descriptions({ "x.thing": fields }, { "x.thing": defaults });
  const source = await generateTypes(odoo, ["x.thing"], OPTIONS);
  return source.replace(/^ *\/\*\*.*?\*\/\n/gms, "");
}

Deno.test("a field's type tells what is read and what may be written", async () => {
  const cases: [Attributes, read: string, write: string][] = [
    [{ type: "boolean", required: true }, "boolean", "boolean"],
    [{ type: "integer" }, "number", "number"],
    [{ type: "float" }, "number", "number"],
    [{ type: "monetary" }, "number", "number"],
    [{ type: "char" }, "string | false", "string | false"],
    [{ type: "char", required: true }, "string", "string"],
    [{ type: "char", required: true, store: false }, "string | false", "string | false"],
    [
      { type: "char", required: true, company_dependent: true },
      "string | false",
      "string | false",
    ],
    [{ type: "text" }, "string | false", "string | false"],
    [{ type: "html" }, "string | false", "string | false"],
    [{ type: "binary" }, "string | false", "string | Uint8Array | false"],
    [{ type: "binary", store: false }, "RpcValue", "RpcInput"],
    [{ type: "date" }, "DateString | false", "DateString | Temporal.PlainDate | false"],
    [{ type: "date", required: true }, "DateString", "DateString | Temporal.PlainDate"],
    [
      { type: "datetime" },
      "DatetimeString | false",
      "DatetimeString | Date | Temporal.Instant | false",
    ],
    [{ type: "many2one", relation: "x.y" }, "Many2One | false", "number | Many2One | false"],
    [
      { type: "many2one", relation: "x.y", required: true },
      "Many2One",
      "number | Many2One",
    ],
    [{ type: "many2one", relation: "account.root" }, "RpcValue", "RpcInput"],
    [{ type: "many2one_reference" }, "number", "number | false"],
    [{ type: "one2many", relation: "x.y" }, "number[]", "readonly LinkCommand[]"],
    [
      { type: "many2many", relation: "x.thing" },
      "number[]",
      'readonly LinkCommand<Partial<XThing["create"]>>[]',
    ],
    [
      { type: "reference", selection: [["x.y", "Y"]] },
      "`${string},${number}` | false",
      "`${string},${number}` | false",
    ],
    [{ type: "selection", selection: [["a", "A"], ["b", "B"]] }, '"a" | "b" | false', ""],
    [
      { type: "selection", required: true, selection: [["a", "A"], ["b", "B"]] },
      '"a" | "b"',
      "",
    ],
    [{ type: "selection", selection: [[false, ""], [2, "Two"]] }, "2 | false", ""],
    [{ type: "selection", selection: [] }, "string | false", ""],
    [
      { type: "selection", selection: Array.from({ length: 101 }, (_, at) => [`${at}`, ""]) },
      "string | false",
      "",
    ],
    [{ type: "json" }, "RpcValue", "RpcInput"],
    [{ type: "properties" }, "RpcValue", "RpcInput"],
    [{ type: "properties_definition" }, "RpcValue", "RpcInput"],
    [{ type: "serialized" }, "RpcValue", "RpcInput"],
    [{ type: "of_tomorrow" }, "RpcValue", "RpcInput"],
  ];
  for (const [attributes, read, write] of cases) {
    const code = await codeOf({ it: attributes }, { it: 1 });
    const name = JSON.stringify(attributes).slice(0, 90);
    assertStringIncludes(code, `read: {\n    it: ${read};\n`, name);
    assertStringIncludes(code, `write: {\n    it?: ${write || read};\n`, name);
  }
});

Deno.test("quotes and marks of the direction of text in choices stay inside their literals", async () => {
  const selection = ['a"b', "a'b", `a"'b`, 'a""\'b', "a\\b", "\u202e", "\n"].map((
    each,
  ) => [each, ""]);
  assertStringIncludes(
    await codeOf({ it: { type: "selection", selection, required: true } }, { it: "a'b" }),
    `    it: 'a"b' | "a'b" | "a\\"'b" | 'a""\\'b' | "a\\\\b" | "\\u202e" | "\\n";\n`,
  );
});

Deno.test("what is readonly is read only, but for states in which it is not", async () => {
  const code = await codeOf({
    id: { type: "integer" },
    create_date: { type: "datetime" },
    display_name: { type: "char" },
    locked: { type: "char", readonly: true, states: { done: [["required", true]] } },
    draft: { type: "char", readonly: true, states: { draft: [["readonly", false]] } },
  });
  const [, write = ""] = code.split("write: {");
  assertEquals(write.slice(0, write.indexOf("}")), "\n    draft?: string | false;\n  ");
  assertEquals([...onlyModel(code).read.keys()].length, 5);
});

Deno.test("a model with nothing to write has a type all the same", async () => {
  assertStringIncludes(
    await codeOf({ id: { type: "integer" } }),
    'write: Record<never, never>;\n  create: XThing["write"];\n',
  );
});

Deno.test("create demands what is required and has no default", async () => {
  const required = { type: "char", required: true };
  const link = { type: "many2one", relation: "x.base", required: true };
  const models = {
    "x.thing": {
      asked: required,
      partner: { type: "many2one", relation: "res.partner", required: true },
      given: required,
      switch: { type: "boolean", required: true },
      empty: required,
      computed: { ...required, depends: ["asked"] },
      borrowed: { ...required, related: "partner.name" },
      locked: { ...required, readonly: true },
      lines: { type: "one2many", relation: "x.line", required: true },
      base: link,
      label: { ...required, store: false, related: ["base", "label"], depends: ["base.label"] },
      sum: { ...required, store: false, related: "base.sum", depends: ["base.sum"] },
    },
    "x.base": { label: required, sum: { ...required, depends: ["label"] } },
  };
  const odoo = new Descriptions(models, { "x.thing": { given: "", switch: false, empty: false } });
  const source = await generateTypes(odoo, ["x.thing"], OPTIONS);
  assertStringIncludes(
    source,
    `  create:
    & XThing["write"]
    & {
      asked: string;
      empty: string;
      partner: number | Many2One;
    }
    & (
      | {
        base: number | Many2One;
      }
      | {
        label: string;
      }
    );
`,
  );
  const simple = await codeOf({ asked: required });
  assertStringIncludes(simple, '  create: XThing["write"] & {\n    asked: string;\n  };\n');
});

Deno.test("a contact needs a name, and so does a user without a contact", async () => {
  const name = { type: "char" };
  const link = { type: "many2one", relation: "res.partner", required: true };
  const related = { ...name, store: false, related: "partner_id.name", depends: ["partner_id"] };
  const odoo = new Descriptions({
    "res.partner": { name },
    "res.users": { partner_id: link, name: related },
  });
  const source = await generateTypes(odoo, ["res.partner", "res.users"], OPTIONS);
  assertStringIncludes(source, '"write"] & {\n    name: string | false;\n  };');
  const { demanded } = readSource(source).get("res.users") ?? {};
  assertEquals([...demanded?.keys() ?? []], ["name"]);
});

Deno.test("create demands nothing where the defaults cannot be told", async () => {
  const models = { "x.thing": { asked: { type: "char", required: true } } };
  const free = '  create: XThing["write"];\n';
  const wizard = new Descriptions(models, {}, ["x.thing"]);
  assertStringIncludes(await generateTypes(wizard, ["x.thing"], OPTIONS), free);
  assertFalse(wizard.calls.some(({ method }) => method === "default_get"));
  for (const method of ["default_get", "search_read"]) {
    const locked = new Descriptions(models);
    locked.onCall = (call) => {
      if (call.method === method) throw refusal(call, "access");
    };
    assertStringIncludes(await generateTypes(locked, ["x.thing"], OPTIONS), free);
  }
});

Deno.test("users who may not read ir.model learn from the models to choose from what is no wizard", async () => {
  const models = { "x.thing": { asked: { type: "char", required: true } }, "x.wizard": {} };
  const odoo = new Descriptions(models);
  odoo.onCall = (call) => {
    if (call.model === "ir.model" && call.method === "search_read") throw refusal(call, "access");
  };
  odoo.available = ["x.thing"];
  const source = await generateTypes(odoo, ["x.thing", "x.wizard"], OPTIONS);
  assertEquals([...readSource(source).get("x.thing")?.demanded.keys() ?? []], ["asked"]);
  await assertRejects(
    () => generateTypes(odoo, ["x.thingy"], OPTIONS),
    OdooConfigError,
    '"x.thingy" (x.thing?)',
  );
});

Deno.test("defaults are told by methods that take ids first, and by XML-RPC that cannot carry none", async () => {
  const models = {
    "x.thing": {
      asked: { type: "char", required: true },
      given: { type: "char", required: true },
      none: { type: "char", required: true },
    },
  };
  const defaults = { "x.thing": { given: "x", none: null } };
  const odd = new Descriptions(models, defaults);
  odd.onCall = (call) => {
    if (call.method === "default_get" && !call.ids) throw refusal(call, "server");
  };
  const mute = new Descriptions(models, defaults);
  mute.onCall = ({ method, args: [names] = [] }) => {
    if (method === "default_get" && Array.isArray(names) && names.includes("none")) {
      throw new OdooProtocolError("None", { outcome: "committed" });
    }
  };
  for (const odoo of [odd, mute]) {
    const { demanded } = onlyModel(await generateTypes(odoo, ["x.thing"], OPTIONS));
    assertEquals([...demanded.keys()], ["asked", "none"]);
  }
});

Deno.test("comments tell what is known of a field, and nothing in them ends them", async () => {
  const help = `First */ alert(1)\u0000\u202e\r\n\ttabbed  \n\n\n\n${"long words ".repeat(12)}\n`;
  const odoo = new Descriptions({
    "x.thing": {
      price: {
        type: "monetary",
        string: "Price",
        currency_field: "currency_id",
        readonly: true,
        company_dependent: true,
      },
      ratio: { type: "float", string: "Ratio", help, digits: [16, 2], required: true },
      tz: {
        type: "selection",
        selection: Array.from({ length: 597 }, (_, at) => [`${at}`, ""]),
        store: false,
      },
      user_id: { type: "many2one", string: "*/ User", relation: "res.users", translate: true },
    },
  });
  const source = await generateTypes(odoo, ["x.thing"], OPTIONS);
  assertStringIncludes(
    source,
    `    /**
     * Price
     *
     * Readonly; company dependent; currency in \`currency_id\`
     */
    price: number;
    /**
     * Ratio
     *
     * First * / alert(1)
     * tabbed
     *
     * long words long words long words long words long words long words long
     * words long words long words long words long words long words
     *
     * Required; digits 16, 2
     */
    ratio: number;
    /**
     * tz
     *
     * Not stored; one of 597 values
     */
    tz: string | false;
    /**
     * * / User
     *
     * Translated; model \`res.users\`
     */
    user_id: Many2One | false;
`,
  );
});

Deno.test("the head names the version and the command, and imports what is used", async () => {
  const odoo = new Descriptions({ "x.thing": { it: { type: "date", readonly: true } } });
  const source = await generateTypes(odoo, ["x.thing"], { ...OPTIONS, specifier: "jsr:@x/y" });
  assertMatch(source, /^\/\/ The models of an Odoo 17,.*\n\/\/ {3}odeno types x\.thing\n/);
  assertStringIncludes(source, '\nimport type { DateString } from "jsr:@x/y";\n');
  const many = await generateTypes(
    new Descriptions({
      "x.thing": {
        a: { type: "date" },
        b: { type: "datetime", string: "LinkCommand" },
        c: { type: "many2one" },
        d: { type: "json" },
        e: { type: "selection", selection: [["LinkCommand", ""]] },
      },
    }),
    ["x.thing"],
    OPTIONS,
  );
  const [, imports = ""] = /import type \{([^}]*)\}/.exec(many) ?? [];
  assertEquals(imports.match(/\w+/g), [
    "DateString",
    "DatetimeString",
    "Many2One",
    "RpcInput",
    "RpcValue",
  ]);
  const none = new Descriptions({ "x.thing": { id: { type: "integer" } } });
  assertFalse((await generateTypes(none, ["x.thing"], OPTIONS)).includes("import"));
});

Deno.test("models and fields come in the order of their names, under names of their own", async () => {
  const fields = { "x-y": { type: "integer" }, b: { type: "integer" }, a: { type: "integer" } };
  const names = ["sale.order_line", "models", "sale.order.line", "date", "2nd.model"];
  const odoo = new Descriptions(Object.fromEntries(names.map((name) => [name, fields])));
  const source = await generateTypes(odoo, names, OPTIONS);
  assertStringIncludes(
    source,
    `export type Models = {
  "2nd.model": Model2ndModel;
  date: Date2;
  models: Models2;
  "sale.order.line": SaleOrderLine;
  "sale.order_line": SaleOrderLine2;
};
`,
  );
  assertStringIncludes(
    source.replace(/^ *\/\*\*.*?\*\/\n/gms, ""),
    '    a: number;\n    b: number;\n    "x-y": number;\n',
  );
  assertEquals(source, await generateTypes(odoo, [...names, "date"].reverse(), OPTIONS));
});

Deno.test("models that are not there are all named in one sentence, with the nearest names", async () => {
  const odoo = new Descriptions({ "res.partner": {}, "sale.order": {} });
  const error = await assertRejects(
    () => generateTypes(odoo, ["res.parnter", "sale.order", "x.y", "x.y"], OPTIONS),
    OdooConfigError,
  );
  assertEquals(
    error.message,
    'This Odoo has no models "res.parnter" (res.partner?), "x.y": check the name and that its module is installed',
  );
  odoo.onCall = (call) => {
    if (call.model === "ir.model") throw refusal(call, "access");
  };
  const other = await assertRejects(() => generateTypes(odoo, ["x.y"], OPTIONS), OdooConfigError);
  assertStringIncludes(other.message, 'This Odoo has no model "x.y": check');
});

Deno.test("another refusal than that there is no such model is not taken for it", async () => {
  const odoo = new Descriptions({ "x.thing": {} });
  odoo.onCall = (call) => {
    if (call.method === "fields_get") throw refusal(call, "server");
  };
  await assertRejects(() => generateTypes(odoo, ["x.thing"], OPTIONS), OdooServerError, "No");
});

Deno.test("bounded attributes are asked for, in the language of the source", async () => {
  const client = await new OdooSimulator().connect();
  const asked: [lang: unknown, attributes: unknown][] = [];
  const caller: Caller = {
    call(call, options) {
      if (call.method === "fields_get") {
        asked.push([options?.context?.["lang"], call.kwargs?.["attributes"]]);
      }
      return client.call(call, options);
    },
  };
  await generateTypes(caller, ["res.partner"], { ...OPTIONS, context: { lang: "fr_FR" } });
  assertEquals(asked, [["en_US", ATTRIBUTES]]);
});

const MODELS = [
  "account.move",
  "account.move.line",
  "crm.lead",
  "product.product",
  "product.template",
  "res.company",
  "res.partner",
  "res.users",
  "sale.order",
  "sale.order.line",
];

interface Simulated {
  source: string;
  types: Map<string, ModelSource>;
  records: Map<string, RecordValues[]>;
}

/** The types of a simulated Odoo, and all of its records. */
async function simulate(version: 14 | 17 | 19): Promise<Simulated> {
  const simulator = new OdooSimulator({}, { version });
  const odoo = await simulator.connect();
  await odoo.executeKw("account.move", "create", [{
    move_type: "out_invoice",
    partner_id: 1,
    invoice_line_ids: [[0, 0, { name: "Desk", quantity: 1, price_unit: 5 }]],
  }]);
  const product = await odoo.executeKw<number>("product.product", "create", [{ name: "Desk" }]);
  await odoo.executeKw("sale.order", "create", [{
    partner_id: 1,
    order_line: [[0, 0, { product_id: product, product_uom_qty: 2 }]],
  }]);
  await odoo.executeKw("crm.lead", "create", [{ name: "Desks for all", partner_id: 1 }]);
  const specifier = new URL("mod.ts", ROOT).href;
  const source = await generateTypes(odoo, MODELS, { ...OPTIONS, version, specifier });
  const types = readSource(source);
  const records = new Map<string, RecordValues[]>();
  for (const [model, { read }] of types) {
    const fields = [...read.keys()];
    const rows = await odoo.executeKw(model, "search_read", [[]], { fields });
    records.set(model, structs(rows));
  }
  return { source, types, records };
}

for (const version of [14, 17, 19] as const) {
  Deno.test(`types of a simulated Odoo ${version} accept every record of search_read`, async () => {
    const { types, records } = await simulate(version);
    assertEquals([...types.keys()], MODELS);
    for (const [model, type] of types) {
      const rows = records.get(model) ?? [];
      assert(rows.length > 0, model);
      assertEquals(rows.flatMap((record) => misfits(type, record)), [], model);
    }
  });

  Deno.test(`types of a simulated Odoo ${version} are the same bytes over every protocol`, async () => {
    const { config } = new OdooSimulator({}, { version });
    const protocols = version === 19
      ? ["xmlrpc", "jsonrpc", "json2"] as const
      : ["xmlrpc", "jsonrpc"] as const;
    const sources = await Promise.all(
      protocols.map(async (protocol) =>
        await generateTypes(await connect({ ...config, protocol }), MODELS, OPTIONS)
      ),
    );
    assertEquals(new Set(sources).size, 1);
  });
}

Deno.test("the check at run time refuses what the types do not say", async () => {
  const source = await codeOf({
    a: { type: "char" },
    b: { type: "many2one", relation: "x.y", required: true },
    c: { type: "selection", selection: [["x", ""], ['"', ""]] },
    d: { type: "datetime" },
  }, { b: 1 });
  const type = onlyModel(source);
  const good = { a: false, b: [1, "x"], c: '"', d: "2026-01-09 10:00:00" };
  assertEquals(misfits(type, good), []);
  const bad = { a: 1, b: [1, false], c: "y", d: "2026-01-09", e: 1 };
  assertEquals(misfits(type, bad).length, 5);
});

const USE = `import { connect, link } from "MOD";
import type { Models, SaleOrder } from "./models17.ts";

export async function use(): Promise<void> {
  const odoo = await connect<Models>();
  const orders = odoo.model("sale.order");
  const [order] = await orders.searchRead([["state", "=", "sale"]], {
    fields: ["name", "partner_id", "state", "date_order", "order_line"],
  });
  if (!order) return;
  const partner: readonly [number, string] = order.partner_id;
  const lines: number[] = order.order_line;
  console.log(partner, lines, order.name.length);
  // What was read can be written back
  await orders.write([order.id], { partner_id: order.partner_id, date_order: order.date_order });
  await orders.create({
    partner_id: 3,
    date_order: new Date(),
    order_line: [link.create({ product_id: 4, product_uom_qty: 2 }), link.set([1])],
  });
  await odoo.model("product.product").create({ name: "Desk" });
  await odoo.model("product.product").create({ product_tmpl_id: 1 });
  await odoo.model("res.partner").create({ name: "Ana", child_ids: [link.create({ city: "Ath" })] });
  await odoo.model("res.users").create({ login: "ana", partner_id: 4 });
  // @ts-expect-error a contact needs a name
  await odoo.model("res.partner").create({ city: "Ath" });
  // @ts-expect-error there is no such model
  odoo.model("sale.oder");
  // @ts-expect-error there is no such field
  await orders.searchRead([], { fields: ["nmae"] });
  // @ts-expect-error it was not fetched
  order.amount_total;
  // @ts-expect-error there is no such choice
  order.state === "sold";
  // @ts-expect-error a partner is demanded
  await orders.create({ client_order_ref: "x" });
  // @ts-expect-error neither a name nor a template
  await odoo.model("product.product").create({ default_code: "x" });
  // @ts-expect-error it is readonly
  await orders.write([order.id], { amount_total: 3 });
  // @ts-expect-error Odoo writes it itself
  await orders.write([order.id], { write_date: "2026-01-09 10:00:00" });
  // @ts-expect-error a required field cannot be emptied
  await orders.write([order.id], { partner_id: false });
  // @ts-expect-error a field of a line is misspelt
  await orders.create({ partner_id: 3, order_line: [link.create({ produt_id: 4 })] });
  // @ts-expect-error a field of a line has another type
  await orders.create({ partner_id: 3, order_line: [link.create({ product_id: "x" })] });
  // @ts-expect-error a day is no moment
  const date: SaleOrder["read"]["date_order"] = "2026-01-09";
  console.log(date);
}
`;

Deno.test("generated types compile under the strictest options, with every record, and as deno fmt has it", async () => {
  await using folder = await temporaryFolder();
  const files: string[] = [];
  const write = async (name: string, text: string) => {
    files.push(`${folder.path}/${name}`);
    await Deno.writeTextFile(`${folder.path}/${name}`, text);
  };
  for (const version of [14, 17, 19] as const) {
    const { source, types, records } = await simulate(version);
    await write(`models${version}.ts`, source);
    const rows = literals(types, records, Infinity).replace("models.ts", `models${version}.ts`);
    await write(`records${version}.ts`, rows);
  }
  await write("use.ts", USE.replace("MOD", new URL("mod.ts", ROOT).href));
  const config = { compilerOptions: { ...STRICTEST }, lock: false };
  await Deno.writeTextFile(`${folder.path}/deno.json`, JSON.stringify(config));
  const flags = ["--config", `${folder.path}/deno.json`];
  const check = await runDeno(["check", ...flags, ...files]);
  assertEquals(check.code, 0, check.stderr);

  const formatted = await Promise.all([14, 17, 19].map(async (version) => {
    const path = `${folder.path}/models${version}.ts`;
    const source = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, source.replace("// deno-fmt-ignore-file\n", ""));
    return path;
  }));
  await write("odd.ts", await oddSource());
  const fmt = await runDeno(["fmt", "--check", ...flags, ...formatted, `${folder.path}/odd.ts`]);
  assertEquals(fmt.code, 0, fmt.stderr + fmt.stdout);
});

const STRICTEST = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
};

/** All that is hard to format. */
async function oddSource(): Promise<string> {
  const long = "a_name_that_leaves_little_of_the_line_to_its_type";
  const types: Attributes[] = [
    { type: "date" },
    { type: "datetime" },
    { type: "many2many", relation: "a.model.with_a_name_of_many_words" },
    { type: "many2many", relation: "x.y" },
    { type: "selection", selection: ["one", "two", '"', "'"].map((each) => [each, ""]) },
    {
      type: "selection",
      selection: [["the_only_one_but_a_long_one_that_does_not_fit", ""]],
      required: true,
    },
    { type: "reference" },
    { type: "datetime", required: true },
  ];
  const fields: Described = {};
  for (const length of [3, 12, 20, 26, 30, 34, 40, long.length, long.length + 20]) {
    for (const [index, type] of types.entries()) {
      fields[`${long.repeat(2).slice(0, length)}_${index}`] = {
        ...type,
        help: "x ".repeat(length),
      };
    }
  }
  const demanded: Described = {};
  const inherited: Described = {};
  for (let length = 20; length < 60; length++) {
    const name = `${long}${long}`.slice(0, length);
    demanded[name] = { type: "datetime", required: true };
    const related = `base_id.own_${name}`;
    demanded[`own_${name}`] = { type: "date", required: true };
    inherited[`own_${name}`] = { type: "date", required: true, store: false, related };
  }
  const models = {
    "a.model.with_a_name_of_many_words": fields,
    "x.base": demanded,
    "x.empty": {},
    [`x.${long}_and_more_of_it`]: { id: { type: "integer" } },
    "x.demands": demanded,
    "x.delegates": {
      base_id: { type: "many2one", relation: "x.base", required: true },
      ...demanded,
      ...inherited,
    },
  };
  const odoo = new Descriptions(models);
  const source = await generateTypes(odoo, Object.keys(models), OPTIONS);
  return source.replace("// deno-fmt-ignore-file\n", "");
}

function onlyModel(source: string): ModelSource {
  const [type] = readSource(source).values();
  assert(type);
  return type;
}
