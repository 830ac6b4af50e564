/** A number of bytes or of things. Throws RangeError for what no count can be: a page would show it as nothing. */
export function wholeNumber(value: number, what: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`${what} must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, but is ${value}`);
}
