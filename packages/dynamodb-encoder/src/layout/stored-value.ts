/** What an item holds, as bytes: the form between the row and the file. docs/format/04-dynamodb.md, section 3.3. */
export type StoredValue =
  | { kind: 'S' | 'N' | 'B'; bytes: Buffer }
  | { kind: 'BOOL' | 'NULL'; truth: boolean }
  | { kind: 'SS' | 'NS' | 'BS'; elements: Buffer[] }
  | { kind: 'L'; values: StoredValue[] }
  | { kind: 'M'; entries: Attribute[] }
  /** A value message without any known field. */
  | { kind: 'none' };

export type Kind = Exclude<StoredValue['kind'], 'none'>;

export interface Attribute {
  /** UTF-8. */
  readonly name: Buffer;
  readonly value: StoredValue;
}

/** More levels of lists and maps than a server serves. */
export const SERVED_LEVELS = 32;
/** Lists and maps in each other beyond this are refused. */
export const MOST_LEVELS = 1000;

/**
 * Entries in ascending order of the bytes of their names, each name once: of several entries with one name the last counts.
 * The same array when it is in that form already.
 */
export function orderedByName<T extends { readonly name: Buffer }>(entries: T[]): T[] {
  let isOrdered = true;
  for (let i = 1; isOrdered && i < entries.length; i++) {
    isOrdered = compareNames(entries[i - 1]!.name, entries[i]!.name) < 0;
  }
  if (isOrdered) return entries;
  const sorted = entries.toSorted((a, b) => compareNames(a.name, b.name));
  return sorted.filter((entry, i) => i + 1 === sorted.length || !entry.name.equals(sorted[i + 1]!.name));
}

/** Names differ soon: a loop is faster than a call into the runtime. */
export function isSameName(a: Buffer, b: Buffer): boolean {
  const { length } = a;
  if (length !== b.length) return false;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Unsigned bytes, the shorter first; a loop, see {@link isSameName}. */
function compareNames(a: Buffer, b: Buffer): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}

/** The value of the attribute with this name; of several the last counts. */
export function attributeValue(attributes: readonly Attribute[], name: Buffer): StoredValue | undefined {
  for (let i = attributes.length - 1; i >= 0; i--) {
    if (isSameName(attributes[i]!.name, name)) return attributes[i]!.value;
  }
  return undefined;
}
