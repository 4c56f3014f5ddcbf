/** Whether two values are equal: -0 is another number than 0, and the order of keys matters. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [members, others] = [Object.entries(one), Object.entries(other)];
  return members.length === others.length && members.every(([key, value], index) => {
    const [otherKey, otherValue] = others[index]!;
    return key === otherKey && isEqual(value, otherValue);
  });
}

/** Where two values differ first, for people; `undefined` where they do not. */
export function differenceOf(one: unknown, other: unknown, path = "value"): string | undefined {
  if (isEqual(one, other)) return undefined;
  const [members, others] = [one, other].map((value) =>
    typeof value === "object" && value !== null ? Object.entries(value) : []
  );
  for (const [index, [key, value]] of members!.entries()) {
    const [otherKey, otherValue] = others![index] ?? [];
    if (key !== otherKey) return `${path} has the key ${shown(key)} for ${shown(otherKey)}`;
    const deeper = differenceOf(value, otherValue, `${path}[${shown(key)}]`);
    if (deeper !== undefined) return deeper;
  }
  return `${path} is ${shown(one)} for ${shown(other)}`;
}

function shown(value: unknown): string {
  return Object.is(value, -0) ? "-0" : JSON.stringify(value) ?? String(value);
}
