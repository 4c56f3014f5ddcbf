/**
 * Short fingerprints of texts.
 *
 * @module
 */

/** 64 bits of a text, as 16 hexadecimal digits. Tells changed from unchanged; it does not withstand an attacker. */
export function hash64(text: string): string {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 2654435761);
    two = Math.imul(two ^ unit, 1597334677);
  }
  const first = mixed(one, two);
  return hex(mixed(two, first)) + hex(first);
}

function mixed(one: number, two: number): number {
  return Math.imul(one ^ one >>> 16, 2246822507) ^ Math.imul(two ^ two >>> 13, 3266489909);
}

function hex(number: number): string {
  return (number >>> 0).toString(16).padStart(8, "0");
}
