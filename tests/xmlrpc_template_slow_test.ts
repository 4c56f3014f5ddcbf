/** What `xmlrpc_template_test.ts` tries, many times. */
import { holdDamaged, holdShortText } from "./xmlrpc_template_support.ts";

Deno.test("100,000 damaged documents give the same value, or the same refusal, with and without the template", () => {
  holdDamaged(3000, 100_000);
});

Deno.test("short text of all characters is read as a decoder reads it, or refused where that refuses it", () => {
  holdShortText(12_000, 7);
});
