import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import type { RpcInput, RpcValue } from "../lib/values.ts";
import { decodeResponse } from "../lib/xmlrpc/decode.ts";
import { encodeCall } from "../lib/xmlrpc/encode.ts";

const VERSIONS = [14, 17, 19] as const;

function post(
  server: OdooSimulator,
  path: string,
  body: BodyInit,
  type = "text/xml",
): Promise<Response> {
  return server.fetch(`${server.config.url}${path}`, {
    method: "POST",
    headers: { "content-type": type },
    body,
  });
}

async function call(
  server: OdooSimulator,
  model: string,
  method: string,
  args: RpcInput[],
  path = "/xmlrpc/2/object",
): Promise<{ value: RpcValue } | { fault: { code: number | string; text: string } }> {
  const { db, apiKey } = server.config;
  const body = encodeCall("execute_kw", [db, 2, apiKey, model, method, args]);
  const response = await post(server, path, body);
  return decodeResponse(new Uint8Array(await response.arrayBuffer()));
}

async function faultOf(...args: Parameters<typeof call>): Promise<{ code: unknown; text: string }> {
  const answer = await call(...args);
  assert("fault" in answer, `Expected a fault, got ${Deno.inspect(answer)}`);
  return answer.fault;
}

Deno.test("the answers of 14 and 17 are laid out byte by byte as Python does, those of 19 as Odoo 19 does", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const response = await post(server, "/xmlrpc/2/db", encodeCall("server_version", []));
    const quote = version === 19 ? '"' : "'";
    assertEquals(
      await response.text(),
      `<?xml version=${quote}1.0${quote}?>\n<methodResponse>\n<params>\n<param>\n` +
        `<value><string>${version}.0</string></value>\n</param>\n</params>\n` +
        `${version === 19 ? "\n" : ""}</methodResponse>\n`,
    );
  }
});

Deno.test("responses have the headers of Odoo's server, with the date of its clock", async () => {
  const clock = () => new Date("2026-11-23T04:00:00Z");
  const server = new OdooSimulator({}, { clock });
  const { headers } = await post(server, "/xmlrpc/2/common", encodeCall("version", []));
  assertEquals(headers.get("content-type"), "text/xml; charset=utf-8");
  assertEquals(headers.get("date"), "Mon, 23 Nov 2026 04:00:00 GMT");
  assertEquals(headers.get("connection"), "close");
  assertEquals(headers.get("set-cookie"), null);
});

Deno.test("only POST is allowed, and another address is a web page", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const get = await server.fetch(`${server.config.url}/xmlrpc/2/object`);
    assertEquals([get.status, get.headers.get("content-type")], [405, "text/html; charset=utf-8"]);
    assertStringIncludes(get.headers.get("allow") ?? "", "POST");
    assertStringIncludes(await get.text(), "Method Not Allowed");
    for (const path of ["/xmlrpc", "/xmlrpc/3/object", "/"]) {
      const response = await post(server, path, "");
      assertEquals(response.status, 404, path);
      assertMatch(await response.text(), /^<!DOCTYPE html>/);
    }
  }
});

Deno.test("doubled and trailing slashes and a query do not matter", async () => {
  const server = new OdooSimulator();
  for (const path of ["//xmlrpc/2/common", "/xmlrpc/2/common/", "/xmlrpc/2/common?db=x"]) {
    const response = await post(server, path, encodeCall("version", []));
    assertStringIncludes(await response.text(), "17.0");
  }
});

Deno.test("a method that returns None has run, and its fault has no frames of containers", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator(
      { "res.partner": [{ id: 1, name: "Ana", active: true }] },
      { version },
    );
    const { code, text } = await faultOf(server, "res.partner", "action_archive", [[1]]);
    assertEquals(code, 1);
    assertStringIncludes(text, "in dumps\n");
    assertStringIncludes(text, "in __dump\n");
    assertMatch(
      text,
      /in dump_nil\nTypeError: cannot marshal None unless allow_none is enabled\n$/,
    );
    assertFalse(/dump_(struct|array)/.test(text));
    assertEquals(server.records("res.partner")[0]?.["active"], false);
  }
});

Deno.test("a None inside of an answer is told by the frames of its containers", async () => {
  const server = new OdooSimulator({ "res.partner": [{ id: 1, name: "Ana" }] });
  const { text } = await faultOf(server, "res.partner", "read", [[null], ["name"]]);
  assertMatch(text, /in dump_array\n.*in __dump\n.*in dump_struct\n.*in __dump\n.*in dump_nil\n/);
});

Deno.test("the old endpoint has texts for fault codes", async () => {
  const server = new OdooSimulator();
  const old = "/xmlrpc/object";
  const unknown = await faultOf(server, "no.model", "search", [[]], old);
  assertEquals(unknown, {
    code: "warning -- UserError\n\nObject no.model doesn't exist",
    text: "",
  });
  const { code, text } = await faultOf(server, "res.partner", "read", [[1], ["nope"]], old);
  assertEquals(code, "Invalid field 'nope' on model 'res.partner'");
  assertMatch(text, /^Traceback \(most recent call last\):\n/);
});

Deno.test("bodies that are no XML get the exception of Python's parser, with the place", async () => {
  const server = new OdooSimulator();
  const cases: [body: string, last: string][] = [
    ["", "xml.parsers.expat.ExpatError: no element found: line 1, column 0"],
    ["hello", "xml.parsers.expat.ExpatError: syntax error: line 1, column 0"],
    [
      "<methodCall><methodName>x\u0001",
      "xml.parsers.expat.ExpatError: not well-formed (invalid token): line 1, column 25",
    ],
    [
      "<methodCall>\n<methodName>x&#11;",
      "xml.parsers.expat.ExpatError: reference to invalid character number: line 2, column 13",
    ],
  ];
  for (const [body, last] of cases) {
    const response = await post(server, "/xmlrpc/2/object", body);
    const answer = decodeResponse(new Uint8Array(await response.arrayBuffer()));
    assert("fault" in answer);
    assertEquals(answer.fault.code, 1);
    assertEquals(answer.fault.text.trimEnd().split("\n").at(-1), last);
  }
});

Deno.test("a float is not an id: a many2one given 20.0 is cleared, and the call succeeds", async () => {
  const server = new OdooSimulator({ "res.partner": [{ id: 1, name: "Ana", country_id: 31 }] });
  const { db, apiKey } = server.config;
  const body = new TextDecoder().decode(
    encodeCall("execute_kw", [db, 2, apiKey, "res.partner", "write", [[1], { country_id: 20 }]]),
  );
  const response = await post(
    server,
    "/xmlrpc/2/object",
    body.replace("<int>20</int>", "<double>20.0</double>"),
  );
  assertStringIncludes(await response.text(), "<boolean>1</boolean>");
  assertEquals(server.records("res.partner")[0]?.["country_id"], false);
});

Deno.test("floats are sent as double, and integers beyond 32 bits too", async () => {
  const server = new OdooSimulator({ "res.partner": [{ id: 1, name: "A", partner_latitude: 5 }] });
  const { db, apiKey } = server.config;
  const read = [db, 2, apiKey, "res.partner", "read", [[1], ["partner_latitude"]]];
  const text = await (await post(server, "/xmlrpc/2/object", encodeCall("execute_kw", read)))
    .text();
  assertStringIncludes(text, "<double>5.0</double>");
  const params = [db, 2, apiKey, "res.partner", "default_get", [["color"]], {
    context: { default_color: 2 ** 40 },
  }];
  const big = await post(
    server,
    "/xmlrpc/2/object",
    encodeCall("execute_kw", params, { i8: true }),
  );
  assertStringIncludes(await big.text(), "<double>1099511627776.0</double>");
});

Deno.test("`dateTime.iso8601` is taken by 19 only, and `base64` by none", async () => {
  for (const version of VERSIONS) {
    const models = {
      "x.day": {
        fields: { name: { type: "char" }, day: { type: "date" }, file: { type: "binary" } },
      },
    } as const;
    const server = new OdooSimulator({ "x.day": [{ id: 1, name: "a" }] }, { version, models });
    const { db, apiKey } = server.config;
    const write = async (field: string, value: string) => {
      const params = [db, 2, apiKey, "x.day", "write", [[1], { [field]: "VALUE" }]];
      const text = new TextDecoder().decode(encodeCall("execute_kw", params));
      const body = text.replace("<string>VALUE</string>", value);
      return await (await post(server, "/xmlrpc/2/object", body)).text();
    };
    const date = await write("day", "<dateTime.iso8601>20240301T10:20:30</dateTime.iso8601>");
    if (version === 19) assertEquals(server.records("x.day")[0]?.["day"], "2024-03-01");
    else assertStringIncludes(date, "TypeError: 'DateTime' object is not subscriptable");
    assertStringIncludes(
      await write("file", "<base64>AAEC</base64>"),
      "TypeError: argument should be a bytes-like object or ASCII string, not 'Binary'",
    );
  }
});

Deno.test("the web session opens for a password and not for an API key", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const { db, apiKey } = server.config;
    const signIn = (password: string) =>
      post(
        server,
        "/web/session/authenticate",
        JSON.stringify({ jsonrpc: "2.0", params: { db, login: "admin", password } }),
        "application/json",
      );
    const opened = await signIn("admin");
    assertMatch(opened.headers.get("set-cookie") ?? "", /^session_id=[\w-]+;/);
    assertEquals((await opened.json()).result.uid, 2);
    const refused = await signIn(apiKey);
    // 14 has a cookie for everybody, but nobody has signed in with this one.
    assertEquals(refused.headers.has("set-cookie"), version === 14);
    const { error } = await refused.json();
    assertEquals(error.code, version === 19 ? 0 : 200);
    assertEquals(error.data.name, "odoo.exceptions.AccessDenied");
    assertEquals(error.data.message, "Access Denied");
  }
});

Deno.test("the web client tells the version", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const response = await post(server, "/web/webclient/version_info", "{}", "application/json");
    assertEquals((await response.json()).result.server_version, `${version}.0`);
    const plain = await server.fetch(`${server.config.url}/web/version`);
    assertEquals(plain.status, version === 19 ? 200 : 404);
    await plain.body?.cancel();
  }
});

Deno.test("what the simulator does not have is refused by its name", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  const calls: [string, string, RpcInput[]][] = [
    ["res.partner", "onchange", [[1]]],
    ["res.partner", "get_views", [[]]],
    ["mail.activity", "search", [[]]],
  ];
  for (const [model, method, args] of calls) {
    const { code, text } = await faultOf(server, model, method, args);
    assertEquals(code, 1);
    assertMatch(text, /NotImplementedError: The simulated Odoo does not have .* yet\n$/);
  }
});

Deno.test("a float is known as one in any encoding and notation, and only where it is one", async () => {
  const server = new OdooSimulator();
  const { apiKey } = server.config;
  const before = server.records("res.partner").length;
  const create = (values: string, encoding: string) => {
    const text =
      `<?xml version='1.0' encoding='${encoding}'?><methodCall><methodName>execute_kw</methodName>` +
      `<params>${
        ["odoo", 2, apiKey, "res.partner", "create"].map((param) =>
          `<param><value>${
            typeof param === "number" ? `<int>${param}</int>` : param
          }</value></param>`
        ).join("")
      }<param><value><array><data><value><struct>${values}</struct></value></data></array>` +
      "</value></param></params></methodCall>";
    const body = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return server.fetch(`${server.config.url}/xmlrpc/2/object`, { method: "POST", body });
  };
  const member = (name: string, value: string) =>
    `<member><name>${name}</name><value>${value}</value></member>`;
  const name = "\u00e9 <![CDATA[<double>5</double>]]>";
  await create(
    member("name", name) + member("country_id", "<double >2.0e1</double>"),
    "iso-8859-1",
  );
  await create(
    member("name", "<string>\u00ff</string>") + member("x", "<double>5</double>"),
    "utf-8",
  );
  const records = server.records("res.partner").slice(before);
  assertEquals(records.map(({ name, country_id }) => [name, country_id]), [
    ["\u00e9 <double>5</double>", false],
  ]);
});

Deno.test("floats print in messages as Python prints them", async () => {
  const odoo = await new OdooSimulator({ "res.partner": [{ id: 1, name: "Ana" }] }).connect();
  for (const [value, text] of [[1e-5, "1e-05"], [0.5, "0.5"], [1.5e-7, "1.5e-07"]] as const) {
    await assertRejects(
      () => odoo.executeKw("res.partner", "write", [[1], { type: value }]),
      Error,
      `Wrong value for res.partner.type: ${text}`,
    );
  }
});
