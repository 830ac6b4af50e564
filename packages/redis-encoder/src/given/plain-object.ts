/** An object without a class, of any realm: those of a class, such as a Promise, hold their data elsewhere. */
export function isPlainObject(given: unknown): given is object {
  if (typeof given !== 'object' || given === null) return false;
  const prototype = Object.getPrototypeOf(given);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && !Array.isArray(given));
}
