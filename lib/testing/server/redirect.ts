/**
 * What `fetch` does with redirects, for answers that do not come over a network.
 *
 * @module
 */
import type { Fetch } from "../../values.ts";

/** The answer that `fetch` has for whoever made a request: that of another address, where this one points there. */
export async function redirected(
  { url, method, headers, redirect, signal }: Request,
  response: Response,
  fetch: Fetch,
  init: RequestInit | undefined,
): Promise<Response> {
  const location = response.headers.get("location");
  if (location === null || response.status < 300 || redirect === "manual") return response;
  await response.body?.cancel();
  if (redirect === "error") {
    throw new TypeError(`Encountered redirect while redirect mode is set to 'error': ${url}`);
  }
  // 307 and 308 ask for the same request again, all others for the page at the new address
  const again = response.status >= 307
    ? { ...init, method }
    : { method: method === "HEAD" ? method : "GET", headers };
  return await fetch(new URL(location, url), { ...again, signal });
}
