/**
 * Names in the generated file.
 *
 * @module
 */

/** The types of odeno that generated types are made of. */
export const BUILDING_BLOCKS = [
  "DateString",
  "DatetimeString",
  "LinkCommand",
  "Many2One",
  "RpcInput",
  "RpcValue",
] as const;

/** What the generated file says by these names is something else. */
const TAKEN = [...BUILDING_BLOCKS, "Date", "Models", "Partial", "Temporal", "Uint8Array"];

/**
 * The name of each model's type: `res.partner` is `ResPartner`. Of models whose names come out alike, and of those that
 * come out as a name that means something else, the later ones are numbered.
 */
export function typeNames(models: readonly string[]): Map<string, string> {
  const taken = new Set<string>(TAKEN);
  return new Map(
    models.toSorted().map((model) => {
      const name = pascalCase(model);
      let free = name;
      for (let count = 2; taken.has(free); count++) free = `${name}${count}`;
      taken.add(free);
      return [model, free];
    }),
  );
}

function pascalCase(model: string): string {
  const words = model.split(/[^\p{ID_Continue}]|_/u).filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^\p{ID_Start}/u.test(name) ? name : `Model${name}`;
}

/** The name of a property, quoted where it is no identifier. */
export function propertyName(name: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}
