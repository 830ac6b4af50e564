import type { StoredValue } from './stored-value.ts';

/** Kinds of values that can be keys. */
export type KeyKind = 'S' | 'N' | 'B';

/** The value of a key attribute as bytes that stand somewhere: in place of a {@link StoredValue}, and filled again and again. */
export interface ValueRange {
  kind: KeyKind;
  bytes: Buffer;
  start: number;
  end: number;
}

export function newRange(): ValueRange {
  return { kind: 'S', bytes: NO_BYTES, start: 0, end: 0 };
}

const NO_BYTES = Buffer.alloc(0);

/** The same value, valid as long as its bytes. */
export function storedValue({ kind, bytes, start, end }: ValueRange): StoredValue {
  return { kind, bytes: bytes.subarray(start, end) };
}
