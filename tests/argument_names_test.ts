import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  OdooNetworkError,
  OdooProtocolError,
  OdooServerError,
  OdooTimeoutError,
} from "../lib/errors.ts";
import { methodsOf } from "../lib/testing/orm/methods.ts";
import { parameters } from "../lib/testing/orm/signatures.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { ArgumentNames } from "../lib/transport/names.ts";
import { withServerNames } from "../lib/transport/renamed.ts";
import { knownMethods, parametersOf } from "../lib/transport/parameters.ts";
import type { RpcCall, RpcInput, RpcValue } from "../lib/values.ts";

/** What a server tells of a model, with methods that the table does not know. */
const DOCUMENT: RpcValue = {
  model: "library.book",
  methods: {
    lend: { parameters: { reader: {}, days: { default: 14 } } },
    count_of: { parameters: { shelf: {} }, api: ["model", "readonly"] },
    tag: { parameters: { labels: { kind: "VAR_POSITIONAL" }, options: { kind: "VAR_KEYWORD" } } },
    post: { parameters: { body: {}, urgent: { kind: "KEYWORD_ONLY", default: false } } },
    translate: { parameters: { context: {} } },
    find: { parameters: { ids: {} }, api: ["model"] },
    count: { parameters: {}, api: ["model"] },
    search: { parameters: { terms: {} }, api: ["model"] },
  },
};

for (const version of [14, 17, 19] as const) {
  Deno.test(`the table has the parameters that the simulated Odoo ${version} has`, () => {
    let compared = 0;
    for (const { model, method: name } of knownMethods()) {
      // Not a partner: its default_get has a name of its own
      const method = methodsOf(version, model ?? "res.country").get(name);
      const known = parametersOf(model ?? "res.country", name, version);
      if (!method || !known) continue;
      const own = parameters(method.parameters).map((parameter) => parameter.name);
      // What comes after these can only be given by name
      const { length } = known.positional;
      assertEquals(own.slice(0, length), known.positional, `${name} of ${version}`);
      assertEquals(known.onRecords, method.kind === "multi", `${name} of ${version}`);
      compared++;
    }
    assert(compared >= 30, `${compared} methods`);
  });
}

Deno.test("versions that are not known yet are taken like the newest that is", () => {
  const call = { model: "res.partner", method: "name_search", kwargs: { args: [] } };
  assertEquals(withServerNames(call, 24).kwargs, { domain: [] });
  assertEquals(parametersOf("res.partner", "search", 13)?.positional[0], "args");
});

Deno.test("methods of Odoo are known by name, without the documentation", async () => {
  const named = (call: RpcCall) => unread().of(call);
  assertEquals(await named(of("write", [[7], { name: "x" }])), { ids: [7], vals: { name: "x" } });
  assertEquals(
    await named({ model: "res.partner", method: "write", ids: [7], args: [{ name: "x" }] }),
    { ids: [7], vals: { name: "x" } },
  );
  assertEquals(await named(of("read", [7, ["name"]])), { ids: 7, fields: ["name"] });
  assertEquals(await named(of("create", [{ name: "x" }])), { vals_list: { name: "x" } });
  assertEquals(
    await named(of("search_read", [[], ["name"], 0, 5], { order: "id" })),
    { domain: [], fields: ["name"], offset: 0, limit: 5, order: "id" },
  );
  assertEquals(
    await named({ model: "ir.config_parameter", method: "get_param", args: ["web.base.url"] }),
    { key: "web.base.url" },
  );
  assertEquals(
    await named({ model: "res.users", method: "has_group", args: [[2], "base.group_user"] }),
    { ids: [2], group_ext_id: "base.group_user" },
  );
});

Deno.test("names of other versions are adapted for JSON-2 too", async () => {
  const named = (method: string, kwargs: Record<string, RpcInput>) =>
    unread().of(of(method, [], kwargs));
  assertEquals(await named("name_search", { name: "a", args: [["id", ">", 1]] }), {
    name: "a",
    domain: [["id", ">", 1]],
  });
  assertEquals(await named("default_get", { fields_list: ["name"] }), { fields: ["name"] });
  assertEquals(await named("create", { vals: { name: "x" } }), { vals_list: { name: "x" } });
});

Deno.test("ids alone are ids for a method that is not known", async () => {
  const named = (call: RpcCall) => unread().of(call);
  const model = "library.book";
  assertEquals(await named({ model, method: "lend", args: [[1, 2]] }), { ids: [1, 2] });
  assertEquals(await named({ model, method: "lend", args: [1], kwargs: { days: 3 } }), {
    ids: 1,
    days: 3,
  });
  assertEquals(await named({ model, method: "lend", ids: [] }), { ids: [] });
  assertEquals(await named({ model, method: "lend", kwargs: { days: 3 } }), { days: 3 });
});

Deno.test("other methods have the names of the server's documentation", async () => {
  const named = (method: string, args: RpcInput[], kwargs = {}) =>
    new ArgumentNames(() => Promise.resolve(DOCUMENT)).of({
      model: "library.book",
      method,
      args,
      kwargs,
    });
  assertEquals(await named("lend", [[1], 4, 7]), { ids: [1], reader: 4, days: 7 });
  assertEquals(await named("count_of", ["top"]), { shelf: "top" });
  assertEquals(await named("count_of", [[]]), { shelf: [] });
  assertEquals(await named("lend", [[]]), { ids: [] });
  for (
    const [call, text] of [
      [named("post", [[1], "Hello", true]), "takes 2 (ids, body), and by name urgent"],
      [named("tag", [[1], "new"]), "takes 1 (ids), and by name *labels, **options"],
      [named("count_of", ["top", 1]), "given 2 positional arguments and takes 1 (shelf)"],
      [named("lend", [[1], 4], { reader: 5 }), 'given "reader" twice'],
      [named("lend", [[1]], { ids: [2] }), 'given "ids" twice'],
      [named("translate", [[1], "fr"]), 'has a parameter "context", which JSON-2 cannot give it'],
      [named("find", ["x"]), 'has a parameter "ids", which JSON-2 cannot give it'],
      [named("burn", [[1], 2]), "the documentation of library.book does not tell of burn"],
    ] as const
  ) assertStringIncludes((await assertRejects(() => call, OdooProtocolError)).message, text);
});

Deno.test("more values than a method of the table has parameters are refused before they are sent", async () => {
  const error = await assertRejects(
    () => unread().of(of("write", [[7], {}, true])),
    OdooProtocolError,
  );
  assertEquals(
    error.message,
    "res.partner.write is given 3 positional arguments and takes 2 (ids, vals): " +
      "pass the others in kwargs, by their names",
  );
  const post = await assertRejects(() => unread().of(of("message_post", [[7], "Hello"])));
  assert(post instanceof OdooProtocolError);
  assertStringIncludes(post.message, "takes 1 (ids), and by name body, subject");
  const twice = await assertRejects(() => unread().of(of("search", [[]], { domain: [] })));
  assert(twice instanceof OdooProtocolError);
  const renamed = await assertRejects(() => unread().of(of("search", [[]], { args: [] })));
  assert(renamed instanceof OdooProtocolError);
});

Deno.test("where the documentation cannot be read the error says why, and what to do", async () => {
  const model = "library.book";
  const denied = new OdooServerError("Odoo refused it: only for users", {
    kind: "access",
    model,
    method: "documentation",
    exception: "odoo.exceptions.AccessError",
    debug: "",
  });
  const names = new ArgumentNames(() => Promise.reject(denied));
  const error = await assertRejects(
    () => names.of({ model, method: "lend", args: [[1], 4] }),
    OdooProtocolError,
  );
  assertEquals(
    error.message,
    "Odoo takes the arguments of library.book.lend by name only, and their names are not known " +
      '(Odoo refused it: only for users; it needs the group "Technical Documentation"): pass ' +
      "them in kwargs, by name, and ids as ids, or use ODOO_PROTOCOL=xmlrpc while the server has it",
  );
  assertEquals(error.cause, denied);
});

Deno.test("where the documentation does not arrive the call was not sent", async () => {
  const url = "https://odoo.example/doc-bearer/library.book.json";
  const call = { model: "library.book", method: "lend", args: [[1], 4] };
  for (
    const lost of [
      new OdooNetworkError("cut off", { url, outcome: "unknown" }),
      new OdooNetworkError("bad gateway", {
        url,
        status: 502,
        outcome: "unknown",
        retryAfterMs: 9,
      }),
      new OdooTimeoutError("late; Odoo may still be at it", { url, outcome: "unknown" }),
    ]
  ) {
    const names = new ArgumentNames(() => Promise.reject(lost));
    const error = await assertRejects(() => names.of(call), OdooNetworkError);
    assertEquals(error.outcome, "not-sent");
    assertEquals(error.status, lost.status);
    assertEquals(error.retryAfterMs, lost.retryAfterMs);
    assertEquals(error.url, url);
    assertEquals(error.cause, lost);
    assert(!(error instanceof OdooTimeoutError));
    assertStringIncludes(error.message, "Cannot read Odoo's documentation of library.book");
    assert(!error.message.includes("may"), error.message);
  }
});

Deno.test("where something hides the documentation the names are not known", async () => {
  const url = "https://odoo.example/doc-bearer/library.book.json";
  for (const status of [403, 404]) {
    const hidden = new OdooNetworkError("hidden", { url, status, outcome: "not-sent" });
    const names = new ArgumentNames(() => Promise.reject(hidden));
    const call = { model: "library.book", method: "lend", args: [[1], 4] };
    const error = await assertRejects(() => names.of(call), OdooProtocolError);
    assertEquals(error.cause, hidden);
  }
});

Deno.test("who gives up waiting for the documentation leaves it to the others", async () => {
  const { promise, resolve } = Promise.withResolvers<RpcValue>();
  const names = new ArgumentNames(() => promise);
  const call = { model: "library.book", method: "lend", args: [[1], 4] };
  const abort = new AbortController();
  const given = names.of(call, abort.signal);
  const other = names.of(call);
  abort.abort(new Error("enough"));
  await assertRejects(() => given, Error, "enough");
  resolve(DOCUMENT);
  assertEquals(await other, { ids: [1], reader: 4 });
});

Deno.test("documentation that a refusal proves old is read again, once", async () => {
  let asked = 0;
  let reader = "reader";
  const names = new ArgumentNames(() => {
    asked++;
    return Promise.resolve({ methods: { lend: { parameters: { [reader]: {}, days: {} } } } });
  });
  const call = { model: "library.book", method: "lend", args: [[1], 4] };
  await names.of(call);
  reader = "person";
  const missing = "missing a required argument: 'person'";
  const lend = async (refusal: string) =>
    await names.afterRefusal(call, await names.of(call), refusal);
  // Its own mistake proves nothing
  assertEquals(await lend("missing a required argument: 'days'"), undefined);
  assertEquals(await lend("got an unexpected keyword argument 'fine'"), undefined);
  assertEquals(asked, 1);
  assertEquals(await Promise.all([lend(missing), lend(missing)]), [
    { ids: [1], person: 4 },
    { ids: [1], person: 4 },
  ]);
  assertEquals(asked, 2);
  assertEquals(await names.of(call), { ids: [1], person: 4 });
  // What was read for this call is not read again
  let read = 0;
  const fresh = new ArgumentNames(() => Promise.resolve(read++ === 0 ? DOCUMENT : null));
  assertEquals(await fresh.afterRefusal(call, await fresh.of(call), missing), undefined);
  assertEquals(read, 1);
});

Deno.test("a method that came with a later module is found", async () => {
  const methods: Record<string, RpcValue> = {};
  const names = new ArgumentNames(() => Promise.resolve({ methods: { ...methods } }));
  const call = { model: "library.book", method: "lend", args: [[1], 4] };
  await assertRejects(() => names.of(call), OdooProtocolError);
  methods["lend"] = { parameters: { reader: {} } };
  assertEquals(await names.of(call), { ids: [1], reader: 4 });
});

Deno.test("the documentation of a model is asked for once, and again after a failure", async () => {
  let asked = 0;
  let isUp = false;
  const names = new ArgumentNames(() => {
    asked++;
    return isUp ? Promise.resolve(DOCUMENT) : Promise.reject(new OdooProtocolError("broken"));
  });
  const lend = () => names.of({ model: "library.book", method: "lend", args: [[1], 4] });
  await Promise.allSettled([lend(), lend()]);
  assertEquals(asked, 1);
  isUp = true;
  await Promise.all([lend(), lend()]);
  await lend();
  assertEquals(asked, 2);
});

Deno.test("after a refusal a model's own names are taken", async () => {
  const after = async (call: RpcCall, refusal: string) => {
    const names = new ArgumentNames(() => Promise.resolve(DOCUMENT));
    return await names.afterRefusal(call, await names.of(call), `Odoo refused it: ${refusal}`);
  };
  assertEquals(
    await after(of("create", [{ name: "x" }]), "missing a required argument: 'list_vals'"),
    { list_vals: { name: "x" } },
  );
  assertEquals(
    await after(of("search", [[], 0, 5]), "missing a required argument: 'args'"),
    { args: [], offset: 0, limit: 5 },
  );
  assertEquals(
    await after(
      of("name_search", [], { domain: [] }),
      "got an unexpected keyword argument 'domain'",
    ),
    { args: [] },
  );
  assertEquals(
    await after(
      { model: "library.book", method: "search", args: [[]] },
      "missing a required argument: 'terms'",
    ),
    { terms: [] },
  );
  assertEquals(
    await after(
      { model: "library.book", method: "count_of", args: [[3]] },
      "cannot call library.book.count_of with ids",
    ),
    { shelf: [3] },
  );
});

Deno.test("a value never goes to another parameter because that one is missing", async () => {
  for (
    const [call, refusal] of [
      [of("copy", [[7], { name: "x" }]), "missing a required argument: 'target'"],
      [of("write", [[7], { name: "x" }]), "missing a required argument: 'reason'"],
      [of("create", [{ name: "x" }]), "missing a required argument: 'company'"],
      [of("name_create", ["x"]), "missing a required argument: 'values'"],
      [of("search", [[]]), "missing a required argument: 'vals'"],
    ] as const
  ) {
    const names = unread();
    assertEquals(await names.afterRefusal(call, await names.of(call), refusal), undefined);
  }
});

Deno.test("the names that models give the values of create and write are known", async () => {
  const after = async (call: RpcCall, missing: string) =>
    await unread().afterRefusal(
      call,
      await unread().of(call),
      `missing a required argument: '${missing}'`,
    );
  assertEquals(await after(of("create", [{ name: "x" }]), "values"), { values: { name: "x" } });
  assertEquals(await after(of("create", [], { vals_list: [] }), "val_list"), { val_list: [] });
  assertEquals(await after(of("write", [[7], {}]), "values"), { ids: [7], values: {} });
  assertEquals(await after(of("default_get", [["name"]]), "default_fields"), {
    default_fields: ["name"],
  });
});

Deno.test("where the documentation is closed an empty list alone is taken for ids", async () => {
  assertEquals(await unread().of(of("action_cancel", [[]])), { ids: [] });
  await assertRejects(() => unread().of(of("action_cancel", [[], 1])), OdooProtocolError);
});

Deno.test("where ids were a guess and the documentation is closed the error asks for names", async () => {
  const refusal = "Odoo refused it: cannot call res.partner.mark with ids";
  const guessed = of("mark", [[7]]);
  const error = await assertRejects(
    () => unread().afterRefusal(guessed, { ids: [7] }, refusal),
    OdooProtocolError,
  );
  assertStringIncludes(error.message, "takes the arguments of res.partner.mark by name only");
  // Whoever says ids is told what the server says of them
  for (const call of [{ ...of("mark"), ids: [7] }, of("mark", [], { ids: [7] })]) {
    assertEquals(await unread().afterRefusal(call, { ids: [7] }, refusal), undefined);
  }
  for (
    const [method, text] of [
      ["burn", "the documentation of library.book does not tell of burn"],
      ["find", 'has a parameter "ids", which JSON-2 cannot give it'],
      ["count", "is given 1 positional arguments and takes 0 (none)"],
    ] as const
  ) {
    const names = new ArgumentNames(() => Promise.resolve(DOCUMENT));
    const call = { model: "library.book", method, args: [[1]] };
    const refusal = `cannot call library.book.${method} with ids`;
    const error = await assertRejects(() => names.afterRefusal(call, { ids: [1] }, refusal));
    assert(error instanceof OdooProtocolError);
    assertStringIncludes(error.message, text);
  }
});

Deno.test("a method that runs on records is not sent without any", async () => {
  for (
    const call of [
      of("unlink"),
      of("write", [], { vals: { name: "x" } }),
      of("action_archive", []),
      of("action_archive", [], { ids: null }),
      of("read", undefined, { fields: ["name"] }),
      of("has_access", [], { operation: "read" }),
      { model: "res.users", method: "has_group", kwargs: { group_ext_id: "base.group_user" } },
    ]
  ) {
    const error = await assertRejects(() => unread().of(call), OdooProtocolError);
    assertEquals(
      error.message,
      `Cannot call ${call.model}.${call.method} without ids, as it runs on records: pass their ` +
        "ids before all other arguments, and [] for no records",
    );
  }
  assertEquals(await unread().of(of("unlink", [[]])), { ids: [] });
  assertEquals(await unread().of({ ...of("unlink"), ids: [] }), { ids: [] });
  assertEquals(await unread().of(of("unlink", [], { ids: [] })), { ids: [] });
  assertEquals(await unread().of(of("has_access", [[]], { operation: "read" })), {
    ids: [],
    operation: "read",
  });
  assertEquals(await unread().of(of("mark")), {});
});

Deno.test("after a refusal that other names do not help, there are none", async () => {
  const model = "library.book";
  for (
    const [call, refusal] of [
      [of("write", [[7]]), "missing a required argument: 'vals'"],
      [of("write", [[7], {}], { x: 1 }), "got an unexpected keyword argument 'x'"],
      [{ model, method: "lend", args: [[1]] }, "missing a required argument: 'reader'"],
      [{ model, method: "lend", kwargs: { days: 1 } }, "missing a required argument: 'reader'"],
      [{ model, method: "lend", args: [[1]] }, "cannot call it"],
      [{ model, method: "burn", ids: [1] }, "cannot call library.book.burn with ids"],
    ] as const
  ) {
    const names = new ArgumentNames(() => Promise.resolve(DOCUMENT));
    assertEquals(await names.afterRefusal(call, await names.of(call), refusal), undefined);
  }
  const call = { model, method: "lend", args: [[1]] };
  assertEquals(await unread().afterRefusal(call, { ids: [1] }, "cannot call it"), undefined);
});

Deno.test("keywords are renamed for the version of the server, and only those", () => {
  const kwargs = (major: number, method: string, given: Record<string, RpcInput>) =>
    withServerNames(of(method, undefined, given), major).kwargs;
  assertEquals(kwargs(17, "name_search", { name: "a", domain: [] }), { name: "a", args: [] });
  assertEquals(kwargs(18, "name_search", { domain: [] }), { args: [] });
  assertEquals(kwargs(19, "name_search", { args: [] }), { domain: [] });
  assertEquals(kwargs(14, "search", { domain: [] }), { args: [] });
  assertEquals(kwargs(16, "search_count", { args: [] }), { domain: [] });
  assertEquals(kwargs(14, "search_read", { domain: [] }), { domain: [] });
  const both = of("search", undefined, { domain: [], args: [] });
  assertEquals(withServerNames(both, 17), both);
  const foreign = of("constructor", undefined, { domain: [] });
  assertEquals(withServerNames(foreign, 17), foreign);
});

Deno.test("ids among the keywords are the ids of the call, on every protocol", () => {
  const renamed = (call: RpcCall) => withServerNames(call, 17);
  const write = of("write", [], { ids: [7], vals: { name: "x" } });
  assertEquals(renamed(write), { ...write, ids: [7], args: [{ name: "x" }], kwargs: {} });
  const read = of("read", undefined, { fields: ["name"], ids: [] });
  assertEquals(renamed(read), { ...read, ids: [], kwargs: { fields: ["name"] } });
  const one = of("action_archive", undefined, { ids: 7 });
  assertEquals(renamed(one), { ...one, args: [7], kwargs: {} });
  const mark = of("mark", undefined, { ids: [7], days: 3 });
  assertEquals(renamed(mark), { ...mark, ids: [7], kwargs: { days: 3 } });
  // Here they are something else, or too many
  for (
    const call of [
      of("search", undefined, { ids: [7] }),
      of("mark", [[1]], { ids: [7] }),
      { ...of("write", undefined, { ids: [7] }), ids: [1] },
      of("mark", undefined, { ids: "all" }),
    ]
  ) assertEquals(renamed(call), call);
});

Deno.test("what create, write and default_get are given goes by position", () => {
  const create = of("create", undefined, {
    vals_list: [{ name: "x" }],
    context: { lang: "fr_FR" },
  });
  assertEquals(withServerNames(create, 17), {
    ...create,
    args: [[{ name: "x" }]],
    kwargs: { context: { lang: "fr_FR" } },
  });
  const write = { ...of("write", undefined, { vals: { name: "x" } }), ids: [7] };
  assertEquals(withServerNames(write, 14), { ...write, args: [{ name: "x" }], kwargs: {} });
  assertEquals(
    withServerNames(of("write", [[7]], { vals: {} }), 14),
    of("write", [[7], {}], {}),
  );
  assertEquals(
    withServerNames(of("default_get", undefined, { fields: ["name"] }), 17),
    of("default_get", [["name"]], {}),
  );
  // Without records there is no place for the values
  assertEquals(withServerNames(of("write", [], { vals: {} }), 14), of("write", [], { vals: {} }));
});

Deno.test("the simulated Odoo accepts what the names make of positional arguments", async () => {
  const { fetch, config } = new OdooSimulator({}, { version: 19 });
  const headers = {
    authorization: `bearer ${config.apiKey}`,
    "content-type": "application/json",
  };
  const names = new ArgumentNames(async (model) => {
    const answer = await fetch(`${config.url}/doc-bearer/${model}.json`, { headers });
    return await answer.json();
  });
  const send = async (call: RpcCall): Promise<RpcValue> => {
    const body = JSON.stringify(await names.of(call));
    const url = `${config.url}/json/2/${call.model}/${call.method}`;
    const answer = await fetch(url, { method: "POST", headers, body });
    assertEquals(answer.status, 200, `${call.method}: ${body}`);
    return await answer.json();
  };
  const created = await send(of("create", [{ name: "Ana" }]));
  const [id] = Array.isArray(created) ? created : [];
  assert(typeof id === "number");
  assertEquals(await send(of("write", [[id], { name: "Bea" }])), true);
  assertEquals(await send(of("read", [[id], ["name"]])), [{ id, name: "Bea" }]);
  assertEquals(await send(of("name_search", ["Bea", [["id", "=", id]], "=", 1])), [[id, "Bea"]]);
  assertEquals(await send(of("has_access", [[id], "read"])), true);
  assertEquals(await send(of("default_get", [["name"]])), {});
  assertEquals(await send(of("action_archive", [[id]])), null);
  // Not in the table
  assertEquals(await send(of("onchange_parent_id", [[id]])), null);
});

/** A call on partners. */
function of(method: string, args?: RpcInput[], kwargs?: Record<string, RpcInput>): RpcCall {
  return { model: "res.partner", method, ...(args && { args }), ...(kwargs && { kwargs }) };
}

/** Names for a server that does not tell of its models. */
function unread(): ArgumentNames {
  return new ArgumentNames(() => Promise.reject(new OdooProtocolError("no documentation")));
}
