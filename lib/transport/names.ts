/**
 * Arguments by name: JSON-2 takes no others, and some have other names in other versions of Odoo.
 *
 * @module
 */
import { OdooError, OdooNetworkError, OdooProtocolError, OdooServerError } from "../errors.ts";
import { isStruct, type RpcCall, type RpcInput, type RpcValue } from "../values.ts";
import { type Parameters, parametersOf } from "./parameters.ts";

/** The arguments of a call as JSON-2 takes them: the ids of records are `ids`. */
export type NamedArguments = Readonly<Record<string, RpcInput>>;

/** First version that has JSON-2. */
const FIRST_MAJOR = 19;

/** Names that one parameter has had in the versions of Odoo, and has in models that are written for older ones. */
const RENAMED: Readonly<Record<string, readonly string[]>> = {
  search: ["domain", "args"],
  search_count: ["domain", "args"],
  name_search: ["domain", "args"],
  default_get: ["fields", "fields_list"],
  create: ["vals_list", "vals"],
  write: ["vals", "values"],
};

/** Up to Odoo 18 the models of Odoo itself call the first parameter of these as they like. */
const FREELY_NAMED: ReadonlySet<string> = new Set(["create", "write", "default_get"]);

const MISSING = /missing a required argument: '(\w+)'/;
const UNEXPECTED = /unexpected keyword argument '(\w+)'/;

/**
 * The same call with the parameter names of the server's version: a `domain` for `name_search` is called `args` there
 * up to Odoo 18. What `create`, `write` and `default_get` are given goes by position, as models name it differently,
 * and as Odoo cannot answer a `create` by name. All else stays as it is.
 */
export function withServerNames(call: RpcCall, major: number): RpcCall {
  const { model, method, args = [], kwargs = {} } = call;
  const parameters = parametersOf(model, method, major);
  const group = Object.hasOwn(RENAMED, method) ? RENAMED[method] ?? [] : [];
  const [given, another] = group.filter((name) => Object.hasOwn(kwargs, name));
  const own = group.find((name) => parameters?.positional.includes(name));
  if (!parameters || given === undefined || another !== undefined || own === undefined) return call;
  const { [given]: value, ...others } = kwargs;
  const place = parameters.positional.indexOf(own) + (parameters.onRecords ? 1 : 0);
  if (FREELY_NAMED.has(method) && positionalsOf(call).length === place) {
    return { ...call, args: [...args, value ?? null], kwargs: others };
  }
  return given === own ? call : { ...call, kwargs: { ...others, [own]: value ?? null } };
}

/** Gives the arguments of calls their names. */
export class ArgumentNames {
  readonly #read: (model: string) => Promise<RpcValue>;
  readonly #major: number;
  readonly #documents = new Map<string, Promise<RpcValue>>();

  /** `read` fetches what the server tells of a model at `/doc-bearer/<model>.json`. */
  constructor(read: (model: string) => Promise<RpcValue>, major: number = FIRST_MAJOR) {
    this.#read = read;
    this.#major = major;
  }

  /**
   * The arguments of a call, by name.
   *
   * @throws {OdooProtocolError} Where the names are not known, or do not fit. Nothing was sent then.
   */
  async of(given: RpcCall): Promise<NamedArguments> {
    const call = withServerNames(given, this.#major);
    const { model, method } = call;
    const positionals = positionalsOf(call);
    // Odoo refuses private methods whatever they are given
    if (positionals.length === 0 || method.startsWith("_")) return { ...call.kwargs };
    const known = parametersOf(model, method, this.#major);
    if (known && takes(known, positionals)) return bind(call, positionals, known);
    // Where the method is none of records, the server refuses ids before it runs anything
    if (!known && isOnlyIds(call)) return bind(call, positionals, ONLY_IDS);
    const described = await this.#described(call, known);
    if (takes(described, positionals)) return bind(call, positionals, described);
    throw tooMany(call, positionals, described);
  }

  /**
   * Other names for a call whose arguments the server has refused before it ran anything, or `undefined` where none
   * are known. A model may override a method with names of its own, which is seen only then. `refusal` is what the
   * server said.
   */
  async afterRefusal(
    given: RpcCall,
    sent: NamedArguments,
    refusal: string,
  ): Promise<NamedArguments | undefined> {
    const call = withServerNames(given, this.#major);
    const known = parametersOf(call.model, call.method, this.#major);
    const [, missing = ""] = MISSING.exec(refusal) ?? [];
    const [, unexpected = ""] = UNEXPECTED.exec(refusal) ?? [];
    if (known && isNamed(known, missing)) return undefined;
    const renamed = renamedAfter(missing, unexpected, call, sent);
    if ((known && renamed) || positionalsOf(call).length === 0) return renamed;
    try {
      const described = await this.#described(call, known);
      if (isNamed(described, missing)) return undefined;
      return renamed ?? otherNames(call, sent, described);
    } catch (error) {
      // The server's refusal says more than what keeps its documentation from being read
      if (error instanceof OdooError) return undefined;
      throw error;
    }
  }

  /** What the server tells of a method; where it does not, what is `known` otherwise. */
  async #described(call: RpcCall, known: Parameters | undefined): Promise<Parameters> {
    try {
      return parametersIn(await this.#document(call.model), call);
    } catch (error) {
      if (known && error instanceof OdooError) return known;
      if (!isRefusal(error)) throw error;
      throw unknownNames(call, error);
    }
  }

  /** Calls at the same time wait for the same answer. A failure is forgotten, so that the next call asks again. */
  #document(model: string): Promise<RpcValue> {
    const known = this.#documents.get(model);
    if (known) return known;
    const document = this.#read(model);
    this.#documents.set(model, document);
    document.catch(() => this.#documents.delete(model));
    return document;
  }
}

const ONLY_IDS: Parameters = { onRecords: true, positional: [], named: [] };

/** The positional arguments of a call, the ids before all others. */
function positionalsOf({ ids, args = [] }: RpcCall): readonly RpcInput[] {
  return ids === undefined ? args : [ids, ...args];
}

function takes({ onRecords, positional }: Parameters, given: readonly RpcInput[]): boolean {
  return given.length <= positional.length + (onRecords ? 1 : 0);
}

function isNamed({ positional, named }: Parameters, name: string): boolean {
  return positional.includes(name) || named.includes(name);
}

/** An empty list may be anything, unless the call says that it is ids. */
function isOnlyIds({ ids, args = [] }: RpcCall): boolean {
  if (ids !== undefined) return args.length === 0;
  const [only] = args;
  const list = Array.isArray(only) ? only : [only];
  return args.length === 1 && list.length > 0 && list.every(isId);
}

function isId(value: RpcInput | undefined): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

function bind(
  call: RpcCall,
  positionals: readonly RpcInput[],
  { onRecords, positional }: Parameters,
): NamedArguments {
  const named = { ...call.kwargs };
  const names = onRecords ? ["ids", ...positional] : positional;
  positionals.forEach((value, index) => {
    const name = names[index] ?? "";
    const isForOdoo = name === "context" || (name === "ids" && !(onRecords && index === 0));
    if (isForOdoo) throw reserved(call, name);
    if (Object.hasOwn(named, name)) throw givenTwice(call, name);
    named[name] = value;
  });
  return named;
}

/** The parameters of a method in the server's documentation of its model. */
function parametersIn(document: RpcValue, { model, method }: RpcCall): Parameters {
  const methods = memberOf(document, "methods");
  const description = memberOf(methods, method);
  const parameters = memberOf(description, "parameters");
  if (!isStruct(parameters)) {
    throw new OdooProtocolError(`the documentation of ${model} does not tell of ${method}`);
  }
  const api = memberOf(description, "api");
  const kinds = Object.entries(parameters).map(([name, about]) => {
    const kind = isStruct(about) ? about["kind"] : undefined;
    const stars = kind === "VAR_KEYWORD" ? "**" : kind === "VAR_POSITIONAL" ? "*" : "";
    return {
      name: stars + name,
      isPositional: kind === undefined || /^POSITIONAL/.test(`${kind}`),
    };
  });
  return {
    onRecords: !(Array.isArray(api) && api.includes("model")),
    positional: kinds.filter(({ isPositional }) => isPositional).map(({ name }) => name),
    named: kinds.filter(({ isPositional }) => !isPositional).map(({ name }) => name),
  };
}

function memberOf(value: RpcInput | undefined, name: string): RpcInput | undefined {
  return isStruct(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Arguments with one name exchanged, where the server's words and what is known of other names tell which. */
function renamedAfter(
  missing: string,
  unexpected: string,
  call: RpcCall,
  sent: NamedArguments,
): NamedArguments | undefined {
  const group = Object.hasOwn(RENAMED, call.method) ? RENAMED[call.method] ?? [] : [];
  if (missing !== "") {
    // With a single value by position there is no doubt about which one is missing
    const names = Object.keys(sent).filter((name) =>
      name !== "ids" && !Object.hasOwn(call.kwargs ?? {}, name)
    );
    const related = group.includes(missing)
      ? group.filter((name) => Object.hasOwn(sent, name))
      : [];
    const [old] = related.length > 0 ? related : names.length === 1 ? names : [];
    return old === undefined ? undefined : rename(sent, old, missing);
  }
  if (!group.includes(unexpected)) return undefined;
  const other = group.find((name) => name !== unexpected);
  return other === undefined ? undefined : rename(sent, unexpected, other);
}

function otherNames(
  call: RpcCall,
  sent: NamedArguments,
  described: Parameters,
): NamedArguments | undefined {
  const positionals = positionalsOf(call);
  if (!takes(described, positionals)) return undefined;
  const named = bind(call, positionals, described);
  return sameNames(named, sent) ? undefined : named;
}

function rename(named: NamedArguments, old: string, name: string): NamedArguments | undefined {
  if (Object.hasOwn(named, name)) return undefined;
  return Object.fromEntries(
    Object.entries(named).map(([key, value]) => [key === old ? name : key, value]),
  );
}

function sameNames(one: NamedArguments, other: NamedArguments): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name));
}

/** Whether the server would not tell: a failure of the network is for the caller to know as it is. */
function isRefusal(error: unknown): error is OdooError {
  if (error instanceof OdooNetworkError) return error.status === 403 || error.status === 404;
  return error instanceof OdooServerError || error instanceof OdooProtocolError;
}

function givenTwice({ model, method }: RpcCall, name: string): OdooProtocolError {
  return new OdooProtocolError(
    `${model}.${method} is given "${name}" twice, by position and by name: leave one of them out`,
  );
}

function reserved({ model, method }: RpcCall, name: string): OdooProtocolError {
  return new OdooProtocolError(
    `${model}.${method} has a parameter "${name}", which JSON-2 cannot give it: ${OTHERWISE}`,
  );
}

function tooMany(
  { model, method }: RpcCall,
  positionals: readonly RpcInput[],
  { onRecords, positional, named }: Parameters,
): OdooProtocolError {
  const names = onRecords ? ["ids", ...positional] : positional;
  const list = names.length === 0 ? "none" : names.join(", ");
  const others = named.length === 0 ? "" : `, and by name ${named.join(", ")}`;
  return new OdooProtocolError(
    `${model}.${method} is given ${positionals.length} positional arguments and takes ` +
      `${names.length} (${list})${others}: pass the others in kwargs, by their names`,
  );
}

const OTHERWISE = "use ODOO_PROTOCOL=xmlrpc while the server has it";

function unknownNames({ model, method }: RpcCall, cause: OdooError): OdooProtocolError {
  const needs = cause instanceof OdooServerError && cause.kind === "access"
    ? '; it needs the group "Technical Documentation"'
    : "";
  return new OdooProtocolError(
    `Odoo takes the arguments of ${model}.${method} by name only, and their names are not known ` +
      `(${cause.message}${needs}): pass them in kwargs, by name, and ids as ids, or ${OTHERWISE}`,
    { cause },
  );
}
