/** The value of an option: digits only, below 2^32. Throws an Error that names the option. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value >= 2 ** 32)
    throw new Error(`--${option} ${text}: must be a whole number below 2^32`);
  return value;
}

/** As {@link wholeNumber}, and not 0. */
export function positiveNumber(option: string, text: string): number {
  const value = wholeNumber(option, text);
  if (value === 0) throw new Error(`--${option} must be at least 1`);
  return value;
}
