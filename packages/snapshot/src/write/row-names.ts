/**
 * What a row is in the words of who gave it, by its key: `the Redis key "user:1"`. Gives nothing for a key of another form.
 *
 * @param at where the key goes on after the prefix.
 */
export type RowName = (key: Buffer, at: number) => string | undefined;

const NAMES = new Map<string, RowName>();

/**
 * Has rows named in the messages of this package, which knows keys as bytes alone. Adapters call it where they make rows, again and
 * again: what is said when a module is loaded would be in each bundle.
 *
 * @param prefix of the keys. @param name the same function at each call.
 */
export function nameRows(prefix: string, name: RowName): void {
  NAMES.set(prefix, name);
}

/** What a row is, as far as its adapter made rows in this program. */
export function nameOfRow(key: Uint8Array): string | undefined {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.length);
  for (const [prefix, name] of NAMES) {
    const found = bytes.indexOf(prefix, 0, 'latin1') === 0 ? name(bytes, prefix.length) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
