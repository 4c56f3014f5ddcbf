/**
 * odeno, the Odoo toolkit for Deno: a client for Odoo's external API that takes an API key from the environment.
 *
 * ```ts
 * import { authenticate, executeKw } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * // authenticate() alone takes ODOO_URL, ODOO_DB, ODOO_USERNAME and ODOO_API_KEY from the environment
 * console.log(`Signed in as user ${await authenticate(new OdooSimulator().config)}`);
 * console.log(await executeKw("res.partner", "search_count", [[["is_company", "=", true]]]));
 * ```
 *
 * @module
 */
export { authenticate, executeKw } from "./lib/helpers.ts";
export { connect, type ModelsOf, Odoo, type OdooVersion } from "./lib/client.ts";
export {
  type AnyModel,
  type AnyModels,
  type FieldDescription,
  type FieldsOf,
  type Flat,
  type MethodArguments,
  Model,
  type ModelTypes,
  type NameSearchOptions,
  type ReadOptions,
  type Row,
  type SearchOptions,
} from "./lib/model.ts";
export type { IterateOptions } from "./lib/pages.ts";
export type { MissingReason } from "./lib/reading.ts";
export type { FoundReference, Reference } from "./lib/refs.ts";
export {
  type Attachment,
  type AttachmentOptions,
  Attachments,
  type NewAttachment,
  safeFileName,
} from "./lib/attachments.ts";
export {
  configFromEnv,
  type ConfigFromEnvOptions,
  type OdooConfig,
  type Protocol,
} from "./lib/config.ts";
export type { Credential, Secret } from "./lib/secrets.ts";
export { and, type Domain, normalizeDomain, not, or } from "./lib/domain.ts";
export {
  createOnce,
  type CreateOnceOptions,
  type FileRow,
  type Outcome,
  type RowLike,
  type SourceRow,
  upsert,
  type UpsertOptions,
} from "./lib/bulk.ts";
export { externalId, type ExternalIdParts, parseExternalId } from "./lib/xmlid.ts";
export {
  type DateString,
  type DatetimeString,
  formatDate,
  formatDatetime,
  isDateString,
  isDatetimeString,
  parseDate,
  parseDatetime,
} from "./lib/dates.ts";
export {
  type AuthErrorDetails,
  type AuthErrorReason,
  type NetworkErrorDetails,
  OdooAuthError,
  OdooConfigError,
  OdooDatabaseError,
  OdooError,
  OdooNetworkError,
  OdooProtocolError,
  OdooServerError,
  OdooTimeoutError,
  type ProtocolErrorDetails,
  type ServerErrorDetails,
  type ServerErrorKind,
} from "./lib/errors.ts";
export { link, type LinkCommand, type Links, type Values } from "./lib/links.ts";
export {
  decodeCall,
  type DecodeLimits,
  decodeResponse,
  decodeRows,
  type Fault,
  type MethodCall,
  XmlRpcFault,
} from "./lib/xmlrpc/decode.ts";
export {
  encodeCall,
  encodeFault,
  type EncodeOptions,
  encodeResponse,
} from "./lib/xmlrpc/encode.ts";
export type { RowKey, SourceReference, SourceValue } from "./lib/sync/cells.ts";
export type { Clock } from "./lib/clock.ts";
export type {
  AnswerLimits,
  Caller,
  CallEvent,
  CallOptions,
  Fetch,
  Many2One,
  RpcCall,
  RpcInput,
  RpcValue,
} from "./lib/values.ts";
