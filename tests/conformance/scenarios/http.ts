/**
 * Requests as they should not be: what the server says over HTTP before any method is called.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** Scenarios of HTTP. */
export const http: Record<string, Scenario> = {
  "XML-RPC takes POST only": async (odoo) => {
    for (const method of ["GET", "PUT", "DELETE", "HEAD"]) {
      await note(odoo, "/xmlrpc/2/common", { method });
    }
    await note(odoo, "/xmlrpc/common", { method: "GET" });
    await note(odoo, "/xmlrpc/2/nope", { method: "GET" });
  },

  "XML-RPC reads XML of any type but forms": async (odoo) => {
    for (
      const type of [
        "text/xml",
        "application/xml",
        "text/plain",
        "text/xml; charset=iso-8859-1",
        "application/x-www-form-urlencoded",
        "application/json",
      ]
    ) {
      await note(odoo, "/xmlrpc/2/common", post(VERSION, type), lastLine);
    }
  },

  "XML that is broken is a fault": async (odoo) => {
    for (
      const body of [
        "",
        "x",
        "<",
        "<a>",
        "<a></b>",
        "<methodCall>",
        VERSION.replace("<?xml version='1.0'?>", ""),
        VERSION.replace("</methodCall>", ""),
        VERSION.replace("<params/>", "<params><param><value><int>x</int></value></param></params>"),
        VERSION.replace(
          "<params/>",
          "<params><param><value><nope>1</nope></value></param></params>",
        ),
        VERSION.replace(
          "<params/>",
          "<params><param><value><boolean>2</boolean></value></param></params>",
        ),
        VERSION.replace("version<", "&amp;<"),
        VERSION.replace("version<", "&nope;<"),
        `${VERSION}x`,
      ]
    ) {
      await note(odoo, "/xmlrpc/2/common", post(body, "text/xml"), lastLine);
    }
  },

  "addresses are forgiving about slashes only": async (odoo) => {
    for (
      const path of [
        "//xmlrpc/2/common",
        "/xmlrpc/2/common/",
        "/xmlrpc/2/common?db=x",
        "/xmlrpc/2",
        "/xmlrpc",
        "/xmlrpc/3/common",
        "/xmlrpc/2/common/more",
        "/XMLRPC/2/common",
      ]
    ) {
      await note(odoo, path, post(VERSION, "text/xml"), title);
    }
  },

  "JSON-RPC reads JSON only": async (odoo) => {
    for (
      const type of ["application/json", "application/json-rpc", "application/json; charset=utf-8"]
    ) {
      await note(odoo, "/jsonrpc", post(CALL, type), summary);
    }
    for (const type of ["text/plain", "text/xml", "application/x-www-form-urlencoded"]) {
      await note(odoo, "/jsonrpc", post(CALL, type), title);
    }
    await note(odoo, "/jsonrpc", { method: "POST" }, title);
  },

  "JSON-RPC takes any HTTP method": async (odoo) => {
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      await note(odoo, "/jsonrpc", { method, headers: JSON_TYPE, body: CALL }, summary);
    }
    if (odoo.version !== 14) await note(odoo, "/jsonrpc", { method: "GET" }, title);
  },

  "JSON that is broken is refused": async (odoo) => {
    for (
      const body of [
        "",
        "{",
        "[]",
        "null",
        "5",
        '"x"',
        "{}{}",
        "{'a': 1}",
        '{"a": 1,}',
        '{"a": nope}',
      ]
    ) {
      await note(odoo, "/jsonrpc", post(body), title);
    }
  },

  "parameters of JSON-RPC": async (odoo) => {
    for (
      const params of [
        "{}",
        "[]",
        '["x"]',
        '{"service": "common"}',
        '{"service": "common", "method": "version"}',
        '{"service": "common", "method": "version", "args": null}',
        '{"service": "common", "method": "version", "args": {}}',
        '{"service": "common", "method": "version", "args": [], "more": 1}',
        '{"service": "common", "method": "version", "args": [], "context": {}}',
      ]
    ) {
      await note(odoo, "/jsonrpc", post(`{"id": 7, "params": ${params}}`), summary);
    }
  },

  "a JSON-RPC answer has the id of its request": async (odoo) => {
    for (const id of ["7", '"x"', "null", "[1]", '{"a": 1}', "1.5", "true"]) {
      await note(odoo, "/jsonrpc", post(CALL.replace('"id": 1', `"id": ${id}`)), idOf);
    }
    await note(odoo, "/jsonrpc", post(CALL.replace('"id": 1, ', "")), idOf);
  },

  "addresses that are not there": async (odoo) => {
    for (const path of ["/nope", "/jsonrpc/x", "/web/nope", "/web/dataset/nope"]) {
      await note(odoo, path, {}, none);
      await note(odoo, path, post("{}"), none);
    }
  },

  "the version is told without signing in": async (odoo) => {
    await note(odoo, "/web/webclient/version_info", post("{}"), summary);
    await note(odoo, "/web/webclient/version_info", post("{"), title);
    await note(odoo, "/web/webclient/version_info", post("{}", "text/plain"), title);
    await note(odoo, "/json/version", {}, odoo.version === 19 ? whole : none);
    await note(odoo, "/web/version", {}, odoo.version === 19 ? whole : none);
    await note(odoo, "/xmlrpc/2/common", post(VERSION, "text/xml"), none);
  },

  "JSON-2 wants a key": async (odoo) => {
    const path = "/json/2/res.users/context_get";
    for (
      const authorization of ["", "bearer", "bearer x", "Basic YWRtaW46YWRtaW4=", "bearer admin"]
    ) {
      const headers = { ...JSON_TYPE, ...database(odoo), ...(authorization && { authorization }) };
      await note(odoo, path, { method: "POST", headers, body: "{}" }, exception);
    }
    for (const word of ["bearer", "Bearer", "BEARER", "bearer  "]) {
      const headers = {
        ...JSON_TYPE,
        ...database(odoo),
        authorization: `${word} ${odoo.user.secret}`,
      };
      await note(odoo, path, { method: "POST", headers, body: "{}" }, exception);
    }
  },

  "JSON-2 takes JSON objects by POST": async (odoo) => {
    const path = "/json/2/res.partner/search_count";
    for (
      const body of [
        "",
        "{",
        "[]",
        "null",
        "5",
        "{}",
        '{"domain": []}x',
        '{"domain": [["id", "=", 0]]}',
      ]
    ) {
      await note(odoo, path, { ...json2(odoo), body }, exception);
    }
    await note(odoo, path, { ...json2(odoo, "text/plain"), body: "{}" }, title);
    await note(odoo, path, { ...json2(odoo), method: "GET" }, exception);
    await note(odoo, path, { ...json2(odoo), method: "PUT", body: "{}" }, exception);
    for (const other of ["/json/2", "/json/2/res.partner", "/json/2/res.partner/read/1"]) {
      await note(odoo, other, { ...json2(odoo), body: "{}" }, exception);
    }
    const headers = { ...JSON_TYPE, "x-odoo-database": "nodb" };
    if (odoo.version === 19) await note(odoo, path, { method: "POST", headers, body: "{}" }, title);
  },

  "JSON-2 tells what went wrong by its status": async (odoo) => {
    const call = (path: string, body: RpcValue) =>
      note(odoo, `/json/2/${path}`, { ...json2(odoo), body: JSON.stringify(body) }, exception);
    await call("no.model/read", {});
    await call("res.partner/nope", {});
    await call("res.partner/_nope", {});
    await call("res.partner/search", {});
    await call("res.partner/search", { domain: [], ids: [1] });
    await call("res.partner/search", { domain: [], nope: 1 });
    await call("res.partner/search", { domain: [["nope", "=", 1]] });
    await call("res.partner/write", { ids: [999999999], vals: { name: "x" } });
    await call("res.partner/write", { ids: [999999999] });
    await call("res.partner/create", { vals_list: [{ ref: "x" }] });
    await call("res.partner/read", { ids: 1.5 });
    await call("res.partner/read", { self: [1] });
    await call("res.partner/search_count", { domain: [], context: 5 });
    await call("res.partner/search_count", { domain: [["id", "=", 0]], context: null, ids: null });
  },
};

const VERSION =
  "<?xml version='1.0'?>\n<methodCall><methodName>version</methodName><params/></methodCall>";
const CALL = '{"id": 1, "params": {"service": "common", "method": "version", "args": []}}';

type Part = (text: string) => RpcValue;

/** Notes the status, the headers that matter, and a part of the body. */
async function note(
  odoo: Session,
  path: string,
  init: RequestInit,
  part: Part = title,
): Promise<void> {
  const response = await odoo.fetch(path, init);
  const names = ["content-type", "allow", "accept", "www-authenticate"];
  const headers = names.flatMap((name) => {
    const value = response.headers.get(name);
    if (value === null) return [];
    // Python's sets are in another order after each start of a server
    const items = value.toLowerCase().replace(/;\s*/g, "; ").split(/,\s*/).sort();
    return [`${name}: ${items.join(", ")}`];
  });
  const text = await response.text();
  odoo.note(`${init.method ?? "GET"} ${path}`, {
    status: response.status,
    headers,
    body: text === "" ? "" : part(text),
  });
}

function post(body: string, type = "application/json"): RequestInit {
  return { method: "POST", headers: { "content-type": type }, body };
}

function json2(odoo: Session, type = "application/json"): RequestInit {
  const { secret } = odoo.user;
  const headers = { "content-type": type, ...database(odoo), authorization: `bearer ${secret}` };
  return { method: "POST", headers };
}

function database(odoo: Session): Record<string, string> {
  return { "x-odoo-database": odoo.db };
}

function none(): RpcValue {
  return "";
}

function whole(text: string): RpcValue {
  return text;
}

/** Title and text of an error page, or the text of what is no page. */
function title(text: string): RpcValue {
  if (/<html[\s>]/.test(text) && !text.startsWith("<!doctype")) return "a page of the website";
  const page = /<title>(.*)<\/title>/.exec(text)?.[1];
  if (page === undefined) return text.startsWith("<?xml") ? "XML" : text.slice(0, 60);
  return page;
}

/** Last line of the traceback in a fault, or whether there is a fault. */
function lastLine(text: string): RpcValue {
  if (!text.startsWith("<?xml")) return title(text);
  if (!text.includes("<fault>")) return "no fault";
  return /(?:^|\n)(\w[\w.]*: .*)\n<\/string>/.exec(text)?.[1] ?? "fault";
}

/** What a JSON-RPC answer has: its members, and the error. */
function summary(text: string): RpcValue {
  if (!text.startsWith("{")) return title(text);
  const { error, ...rest } = JSON.parse(text);
  const members = Object.keys(rest).sort();
  if (!error) return members;
  return { members, code: error.code, name: error.data.name, message: error.data.message };
}

function idOf(text: string): RpcValue {
  return JSON.stringify(JSON.parse(text).id);
}

/** The exception in a JSON-2 answer, or the value. */
function exception(text: string): RpcValue {
  if (!/^[[{\d]/.test(text)) return title(text);
  const value = JSON.parse(text);
  if (typeof value !== "object" || !("debug" in value)) return "a value";
  const { name, message, arguments: args } = value;
  return { name, message, args };
}
