/** Whether an object is one that was written as fields: not a Set, a Date or a promise, which have none and are not meant to be empty. */
export function isPlain(given: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(given);
  // Of another realm, too.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
