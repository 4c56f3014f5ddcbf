/**
 * The version of a server, which it tells to everybody.
 *
 * @module
 */
import { SecretKeeper } from "../secrets.ts";
import { OdooNetworkError } from "../errors.ts";
import type { CallOptions } from "../values.ts";
import { Http } from "./http.ts";
import { Json2Transport } from "./json2.ts";
import { JsonRpcTransport } from "./jsonrpc.ts";
import { XmlRpcTransport } from "./xmlrpc.ts";

/**
 * Asks for the version, such as `17.0`, over the first protocol that answers. Needs no database and no user.
 *
 * @throws {OdooNetworkError} The server could not be reached, or is not Odoo.
 */
export async function askVersion(url: string, options: CallOptions): Promise<string> {
  // None of these is sent but the database, as a header of JSON-2, where no other protocol has answered
  const config = { url, db: "odoo", username: "-", password: "-" };
  const [http, secrets] = [new Http(config), new SecretKeeper(config)];
  let first: unknown;
  for (const Kind of [XmlRpcTransport, JsonRpcTransport, Json2Transport]) {
    try {
      return await new Kind(config, http, secrets).version(options);
    } catch (error) {
      first ??= error;
      // Something has answered, and may have this path hidden only
      const isHidden = error instanceof OdooNetworkError && error.status !== undefined;
      if (!isHidden) break;
    }
  }
  throw first;
}
