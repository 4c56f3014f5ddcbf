/**
 * What differs from one run of a scenario to the next, and from one server to another, goes by names.
 *
 * @module
 */
import type { RpcValue } from "../../lib/values.ts";
import type { Outcome } from "./wires.ts";

/** Models by the fields that lead to them. */
export type Relations = Readonly<Record<string, string>>;

/** What a scenario's own values are told by. */
export interface Own {
  /** Text that no other record has. */
  readonly tag: string;
  /** When the scenario began, in milliseconds. */
  readonly startedAt: number;
  /** The name of an id of a model; of any, where it is not known. */
  nameOf(id: number, model: string): string;
}

/** What the names of ids are found by. */
export interface Names {
  /** What the scenario has made. */
  shared: Own;
  /** Those of the model that was called. */
  relations: Relations;
}

/** An outcome as it is written down: `model` is the one that was called, `ids` the one whose ids bare integers are. */
export function normalize(
  outcome: Outcome,
  names: Names,
  model: string,
  ids: string | undefined,
): RpcValue {
  if ("value" in outcome) return clean(outcome.value, names, model, ids);
  return { fault: clean(outcome.fault, names, "", undefined) };
}

/** Names of fields whose numbers are ids, in records and in the domains of groups. */
const ID_FIELDS = /^(id|ids|res_id|.*_(id|ids|uid))$/;

/** Here `model` is whose records the value holds, and `ids` whose ids its numbers are: any model's, where it is empty. */
function clean(
  value: RpcValue,
  names: Names,
  model: string,
  ids: string | undefined,
): RpcValue {
  const { shared, relations } = names;
  if (typeof value === "string") return cleanText(value, shared);
  if (typeof value === "number") {
    return ids === undefined ? rounded(value) : shared.nameOf(value, ids);
  }
  if (Array.isArray(value)) {
    const [first, second, ...more] = value;
    if (typeof first === "number" && typeof second === "string" && more.length === 0) {
      return [shared.nameOf(first, ids ?? model), cleanText(second, shared)];
    }
    const isLeaf = typeof first === "string" && typeof second === "string" && more.length === 1;
    const leaf = isLeaf && ID_FIELDS.test(first) ? relations[first] ?? "" : ids;
    return value.map((item) => clean(item, names, model, leaf));
  }
  if (!isStruct(value)) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([one], [two]) => one < two ? -1 : 1).map(([key, member]) => {
      const relation = relations[key] ?? "";
      const own = key === "id" || key === "ids" ? model : relation;
      // In a context the id of the user; those that every server has keep it
      if (
        key === "uid" && typeof member === "number" && shared.nameOf(member, "res.users") !== "#"
      ) {
        return [key, shared.nameOf(member, "res.users")];
      }
      return [
        /^\d+$/.test(key) ? shared.nameOf(Number(key), model) : key,
        clean(
          member,
          relation === "" ? names : { shared, relations: {} },
          relation === "" ? model : relation,
          relation !== "" || ID_FIELDS.test(key) ? own : undefined,
        ),
      ];
    }),
  );
}

/** Sums of floats differ in their last digits from processor to processor. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(12));
}

function cleanText(text: string, shared: Own): string {
  const tagged = text.replaceAll(shared.tag, "<tag>")
    .replaceAll(shared.tag.toUpperCase(), "<TAG>");
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(tagged)) {
    const distance = Date.parse(tagged.replace(" ", "T") + "Z") - shared.startedAt;
    return Math.abs(distance) < 3_600_000 ? "<now>" : tagged;
  }
  // Ids in messages stand in brackets behind the model, or behind a word that says what they are
  return tagged
    // Odoo 19 takes a text for a list of letters
    .replace(/\('\d'(, '\d')+\)/g, "(<digits>)")
    .replace(
      /(\b([a-z_]+(?:\.[a-z_0-9]+)+)\()(['\d, ]+)(\))/g,
      (_all, before, model, list, after) =>
        before + list.replace(/\d+/g, (id: string) => shared.nameOf(Number(id), model)) + after,
    )
    .replace(
      /((?:User: |Sorry, )(?:[^()\n]* \(id=)?)(\d+)/g,
      (_all, before, id) => before + shared.nameOf(Number(id), "res.users"),
    )
    .replace(/(id=|ID: )(\d+)/g, (_all, before, id) => before + shared.nameOf(Number(id), ""))
    .replace(/\(id\)=\((\d+)\)/g, "(id)=(#)")
    .replace(/ids \(\('?\d+'?,\)\)/g, "ids ((#,))")
    // Forks of Odoo have put their own name into its texts
    .replace(/ {1,2}(Unozio|ModCom)\b/g, " Odoo")
    // Where a record or a view is to be opened
    .replace(/('res_id': |'views': \[\[)\d+/g, "$1#")
    // The line of SQL that PostgreSQL stumbled over
    .replace(/\nLINE \d+: .*\n *\^/g, "")
    // A set of Python is in another order after each start of the server
    .replace(
      /(in the following states: )([a-z, ]+)/,
      (_all, before, states) => before + states.split(", ").sort().join(", "),
    )
    // External ids of an export end in the id, and in something random
    .replace(
      /\b(res_[a-z_]+_)(\d+)_[0-9a-f]{8}\b/g,
      (_all, table, id) => `${table}${shared.nameOf(Number(id), "")}_<random>`,
    );
}

/** Whether a value is one of named members. */
export function isStruct(value: RpcValue): value is { [key: string]: RpcValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array);
}
