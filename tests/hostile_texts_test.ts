/** Texts of a server that would keep a search in them busy for minutes, if that looked at each part again and again. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { strangeAnswer } from "../lib/transport/refusals.ts";
import { passSecondFactor } from "../lib/transport/two_factor.ts";
import { connect, encodeFault, OdooAuthError, OdooError, OdooServerError } from "../mod.ts";

async function inTime(work: () => Promise<unknown> | unknown): Promise<void> {
  const begin = performance.now();
  await work();
  assert(performance.now() - begin < 1000);
}

Deno.test("a page that never ends its title is told in time", async () => {
  const page = "<title".repeat(100_000);
  await inTime(() => {
    const { message } = strangeAnswer("https://erp.example/jsonrpc", 502, new Headers(), page);
    assertStringIncludes(message, "answered with HTTP 502 in place of RPC");
  });
});

Deno.test("a page for a two-factor code whose tags never end is refused in time", async () => {
  const send = (...pages: string[]) => () => {
    const body = new TextEncoder().encode(pages.shift());
    const refuse = () => new OdooError("");
    return Promise.resolve({ status: 200, headers: new Headers(), body, refuse });
  };
  const form = '<form><input type="hidden" name="csrf_token" value="t"/></form>';
  for (const tag of ["<input ", '<input name="csrf_token" ', "<p ", "<p alert-danger "]) {
    const page = tag.repeat(100_000);
    for (const pages of [[page], [form, page]]) {
      const factor = { username: "demo", code: () => "123456", options: {} };
      await inTime(() =>
        assertRejects(() => passSecondFactor(send(...pages), factor), OdooAuthError)
      );
    }
  }
});

Deno.test("a fault that looks like a warning again and again is told in time", async () => {
  const text = `('${"', 1".repeat(200_000)}`;
  const fetch = () =>
    Promise.resolve(
      new Response(encodeFault(2, text), { headers: { "content-type": "text/xml" } }),
    );
  const { config } = new OdooSimulator();
  await inTime(async () => {
    const open = () => connect({ ...config, protocol: "xmlrpc", fetch });
    assertEquals((await assertRejects(open, OdooServerError)).kind, "user");
  });
});
