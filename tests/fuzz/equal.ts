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
