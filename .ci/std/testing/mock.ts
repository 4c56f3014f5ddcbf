/**
 * Stands in for `@std/testing/mock` where JSR cannot be reached: `stub()`, as far as odeno uses it.
 *
 * @module
 */

/** A replaced method, with the calls that it got. */
export interface Stub extends Disposable {
  readonly calls: readonly { args: unknown[] }[];
  restore(): void;
}

/** Replaces a method of an object until the stub is disposed of. */
export function stub<T extends object, K extends keyof T>(
  self: T,
  property: K,
  // deno-lint-ignore no-explicit-any -- the arguments of any method
  func: (...args: any[]) => unknown = () => undefined,
): Stub {
  const original = self[property];
  const calls: { args: unknown[] }[] = [];
  const replacement = (...args: unknown[]) => {
    calls.push({ args });
    return func(...args);
  };
  const restore = () => void Reflect.set(self, property, original);
  Reflect.set(self, property, replacement);
  return { calls, restore, [Symbol.dispose]: restore };
}
