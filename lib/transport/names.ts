/**
 * Arguments by name: JSON-2 takes no others, and some have other names in other versions of Odoo.
 *
 * @module
 */
import { OdooError, OdooNetworkError, OdooProtocolError, OdooServerError } from "../errors.ts";
import type { RpcCall, RpcInput, RpcValue } from "../values.ts";
import { Documentation, isHidden, type ParametersOptions } from "./documentation.ts";
import { type Parameters, parametersOf } from "./parameters.ts";
import { isId, namesIn, positionalsOf, RENAMED, withServerNames } from "./renamed.ts";

/** The arguments of a call as JSON-2 takes them: the ids of records are `ids`. */
export type NamedArguments = Readonly<Record<string, RpcInput>>;

/** First version that has JSON-2. */
const FIRST_MAJOR = 19;

/** Other names of the same parameters, in models of Odoo and of others. */
const OVERRIDDEN: Readonly<Record<string, readonly string[]>> = {
  default_get: ["field_list", "field_names", "default_fields"],
  create: [
    "values",
    "list_vals",
    "list_values",
    "val_list",
    "vals_lst",
    "value_list",
    "values_list",
  ],
  write: ["value", "val", "vals_dict"],
};

const MISSING = /missing a required argument: '(\w+)'/;
const UNEXPECTED = /unexpected keyword argument '(\w+)'/;
const WITH_IDS = /cannot call \S+ with ids/;

/** Gives the arguments of calls their names. */
export class ArgumentNames {
  readonly #documentation: Documentation;
  readonly #major: number;
  /** When the arguments were named: documentation from before may have been old. */
  readonly #namedAt = new WeakMap<NamedArguments, number>();

  /** `read` fetches what the server tells of a model at `/doc-bearer/<model>.json`. */
  constructor(read: (model: string) => Promise<RpcValue>, major: number = FIRST_MAJOR) {
    this.#documentation = new Documentation(read);
    this.#major = major;
  }

  /**
   * The arguments of a call, by name. The signal ends the wait for the server's documentation.
   *
   * @throws {OdooProtocolError} Where the names are not known, or do not fit. Nothing was sent then.
   * @throws {OdooNetworkError} Where the documentation did not arrive. The call was not sent then.
   */
  async of(given: RpcCall, signal?: AbortSignal): Promise<NamedArguments> {
    const since = this.#documentation.now();
    const named = await this.#name(withServerNames(given, this.#major), { since, signal });
    this.#namedAt.set(named, since);
    return named;
  }

  async #name(call: RpcCall, options: ParametersOptions): Promise<NamedArguments> {
    const { model, method, kwargs = {} } = call;
    // Odoo refuses private methods whatever they are given
    if (method.startsWith("_")) return { ...kwargs };
    const positionals = positionalsOf(call);
    const known = parametersOf(model, method, this.#major);
    if (positionals.length === 0) {
      // JSON-2 would run it on no records, and say nothing
      if (known?.onRecords && !kwargs["ids"]) throw withoutIds(call);
      return { ...kwargs };
    }
    if (known && takes(known, positionals)) return bind(call, positionals, known);
    // Where the method is none of records, the server refuses ids before it runs anything
    if (!known && isOnlyIds(call)) return bind(call, positionals, ONLY_IDS);
    const described = await this.#described(call, known, options);
    if (takes(described, positionals)) return bind(call, positionals, described);
    throw tooMany(call, positionals, described);
  }

  /**
   * Other names for a call whose arguments the server has refused before it ran anything, or `undefined` where none
   * are known. A model may override a method with names of its own, which is seen only then. `refusal` is what the
   * server said.
   *
   * @throws {OdooProtocolError} Where the first argument was taken for ids and is none, and its name is not known.
   */
  async afterRefusal(
    given: RpcCall,
    sent: NamedArguments,
    refusal: string,
    signal?: AbortSignal,
  ): Promise<NamedArguments | undefined> {
    const call = withServerNames(given, this.#major);
    const known = parametersOf(call.model, call.method, this.#major);
    const [, missing = ""] = MISSING.exec(refusal) ?? [];
    const [, unexpected = ""] = UNEXPECTED.exec(refusal) ?? [];
    if (known && isNamed(known, missing)) return undefined;
    const renamed = renamedAfter(missing, unexpected, call.method, sent);
    if ((known && renamed) || positionalsOf(call).length === 0) return renamed;
    // What the server misses and does not take is what its documentation has to have, and not to have
    const fits = (described: Parameters) =>
      missing === ""
        ? unexpected !== "" && !isNamed(described, unexpected)
        : isNamed(described, missing);
    const since = this.#namedAt.get(sent) ?? 0;
    try {
      const described = await this.#described(call, known, { since, fits, signal });
      return otherNames(call, sent, described);
    } catch (error) {
      if (!(error instanceof OdooError)) throw error;
      if (call.ids === undefined && WITH_IDS.test(refusal)) throw error;
      // The server's refusal says more than what keeps its documentation from being read
      return undefined;
    }
  }

  /** What the server tells of a method; where it does not, what is `known` otherwise. */
  async #described(
    call: RpcCall,
    known: Parameters | undefined,
    options: ParametersOptions,
  ): Promise<Parameters> {
    try {
      return await this.#documentation.parameters(call, options);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (known) return known;
      // A loop over what a search has found comes by once with nothing. Where it is no list of ids, it names what misses
      if (isNoIds(call)) return ONLY_IDS;
      throw unknownNames(call, error);
    }
  }
}

const ONLY_IDS: Parameters = { onRecords: true, positional: [], named: [] };

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

function isNoIds({ ids, args = [] }: RpcCall): boolean {
  const [only] = args;
  return ids === undefined && args.length === 1 && Array.isArray(only) && only.length === 0;
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

/**
 * Arguments with one name exchanged, where what the server misses, or does not take, is another name of a parameter
 * that was sent. A value never goes to another parameter: such a call might run.
 */
function renamedAfter(
  missing: string,
  unexpected: string,
  method: string,
  sent: NamedArguments,
): NamedArguments | undefined {
  const group = namesIn(RENAMED, method);
  const names = [...group, ...namesIn(OVERRIDDEN, method)];
  if (missing === "") {
    const other = group.find((name) => name !== unexpected);
    const isOwn = group.includes(unexpected) && other !== undefined;
    return isOwn ? rename(sent, unexpected, other) : undefined;
  }
  const old = names.find((name) => Object.hasOwn(sent, name));
  return old !== undefined && names.includes(missing) ? rename(sent, old, missing) : undefined;
}

function otherNames(
  call: RpcCall,
  sent: NamedArguments,
  described: Parameters,
): NamedArguments | undefined {
  const positionals = positionalsOf(call);
  if (!takes(described, positionals)) throw tooMany(call, positionals, described);
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
  if (error instanceof OdooNetworkError) return isHidden(error);
  return error instanceof OdooServerError || error instanceof OdooProtocolError;
}

function withoutIds({ model, method }: RpcCall): OdooProtocolError {
  return new OdooProtocolError(
    `Cannot call ${model}.${method} without ids, as it runs on records: pass their ids before all ` +
      "other arguments, and [] for no records",
  );
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
