/** The pattern that an address alone matches. docs/format/13-selection.md, section 3. */
export function literalPattern(address: string): string {
  return address.replace(/[*?[]/g, '[$&]');
}

/** The address of such a pattern. */
export function literalAddress(pattern: string): string {
  return pattern.replace(/\[([*?[])\]/g, '$1');
}
