/**
 * Stands in for `@std/assert` where JSR cannot be reached: the assertions that odeno's tests use, over `node:assert`.
 *
 * @module
 */
import nodeAssert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

/** What a failed assertion throws. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** To show the values takes long, so `what` is only asked where it does not hold. */
function check(
  holds: unknown,
  what: () => string,
  msg?: string,
): asserts holds {
  if (!holds) {
    throw new AssertionError(msg === undefined ? what() : `${what()}: ${msg}`);
  }
}

function show(value: unknown): string {
  return Deno.inspect(value, { depth: 8, strAbbreviateSize: 400 });
}

export function assert(
  expr: unknown,
  msg = "Expected a truthy value",
): asserts expr {
  check(expr, () => msg);
}

export function assertFalse(
  expr: unknown,
  msg?: string,
): asserts expr is false {
  check(!expr, () => `Expected a falsy value, got ${show(expr)}`, msg);
}

/** Like the original, a key that holds `undefined` equals a key that is not there in no case. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  try {
    nodeAssert.deepStrictEqual(actual, expected);
  } catch (error) {
    throw new AssertionError(
      `${msg ?? "Values are not equal"}\n${(error as Error).message}`,
    );
  }
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  const isOther = !isDeepStrictEqual(actual, expected);
  check(isOther, () => `Expected another value than ${show(actual)}`, msg);
}

export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  check(
    Object.is(actual, expected),
    () => `Expected ${show(expected)}, got ${show(actual)}`,
    msg,
  );
}

export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  check(
    actual.includes(expected),
    () => `Expected ${show(actual)} to contain ${show(expected)}`,
    msg,
  );
}

export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  check(
    expected.test(actual),
    () => `Expected ${show(actual)} to match ${expected}`,
    msg,
  );
}

export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  check(
    actual < expected,
    () => `Expected ${show(actual)} < ${show(expected)}`,
    msg,
  );
}

// deno-lint-ignore no-explicit-any -- a constructor of any arguments
type Constructor<T> = abstract new (...args: any[]) => T;

export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: Constructor<T>,
  msg?: string,
): asserts actual is T {
  check(
    actual instanceof expectedType,
    () => `Expected a ${expectedType.name}, got ${show(actual)}`,
    msg,
  );
}

// Without a class, the original promises nothing about what was thrown.
export function assertThrows(fn: () => unknown): unknown;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  ErrorClass: Constructor<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: Constructor<E> = Error as unknown as Constructor<E>,
  msgIncludes = "",
  msg?: string,
): E {
  try {
    fn();
  } catch (error) {
    return expected(error, ErrorClass, msgIncludes, msg);
  }
  throw new AssertionError(msg ?? "Expected the function to throw");
}

export function assertRejects(fn: () => PromiseLike<unknown>): Promise<unknown>;
export function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: Constructor<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: Constructor<E> = Error as unknown as Constructor<E>,
  msgIncludes = "",
  msg?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return expected(error, ErrorClass, msgIncludes, msg);
  }
  throw new AssertionError(msg ?? "Expected the promise to be rejected");
}

function expected<E extends Error>(
  error: unknown,
  ErrorClass: Constructor<E>,
  includes: string,
  msg?: string,
): E {
  assertInstanceOf(error, ErrorClass, msg);
  assertStringIncludes(error.message, includes, msg);
  return error;
}

export function fail(msg?: string): never {
  throw new AssertionError(`Failed${msg === undefined ? "" : `: ${msg}`}`);
}
