/**
 * Contacts of a source, the same in every process, by their number.
 *
 * @module
 */

/** A contact as a source has it. */
export interface Contact {
  /** Key. */
  readonly no: string;
  /** Name. */
  readonly name: string;
  /** City. */
  readonly city: string;
  /** Reference: it tells the contacts of a run from all others. */
  readonly ref: string;
}

/** The contact with a number. */
export function contact(index: number, tag: string): Contact {
  const no = String(index + 1);
  return { no, name: `Contact ${no} & Söhne`, city: `City ${index % 97}`, ref: `${tag}-${no}` };
}

/** Contacts, one after the other. */
export function* contacts(count: number, tag: string): Generator<Contact> {
  for (let index = 0; index < count; index++) yield contact(index, tag);
}
