/**
 * What `fetch` does with redirects, for answers that do not come over a network.
 *
 * @module
 */

/** So many redirects are followed. */
const MOST = 20;

/** The answer that `fetch` has for whoever made a request: that of another address, where the first one points there. */
export async function followed(
  request: Request,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  for (let redirects = 0;; redirects++) {
    request.signal.throwIfAborted();
    const again = request.redirect === "follow" ? request.clone() : request;
    const response = await answer(request);
    const location = response.headers.get("location");
    const isRedirect = [301, 302, 303, 307, 308].includes(response.status);
    if (location === null || !isRedirect || request.redirect === "manual") return response;
    await response.body?.cancel();
    const { url } = request;
    if (request.redirect === "error") {
      throw new TypeError(`Encountered redirect while redirect mode is set to 'error': ${url}`);
    }
    if (redirects >= MOST) throw new TypeError(`Maximum number of redirects (${MOST}) reached`);
    request = redirected(again, response.status, new URL(location, url));
  }
}

/** 307 and 308 ask for the same request again, all others for the page at the new address. */
function redirected(request: Request, status: number, to: URL): Request {
  if (status >= 307) return new Request(to, request);
  const { headers, signal } = request;
  return new Request(to, { method: request.method === "HEAD" ? "HEAD" : "GET", headers, signal });
}
