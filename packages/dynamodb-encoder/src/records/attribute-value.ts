import { DataError } from '@ekv/snapshot';
import { type Attribute, MOST_LEVELS, type StoredValue } from '../layout/stored-value.ts';

/**
 * A value as the clients of DynamoDB write it: an object whose one name is the kind. Numbers are decimal text of any size.
 * A map can be a Map, for names such as `__proto__`.
 */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly BOOL: boolean }
  | { readonly NULL: boolean }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Uint8Array[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** Values by attribute name. */
export type Item = ReadonlyMap<string, AttributeValue> | Readonly<Record<string, AttributeValue>>;

/** Throws DataError for a lone surrogate, a value without a kind that is known, and too many levels. */
export function storedAttributes(item: Item, level = 0): Attribute[] {
  const entries = item instanceof Map ? [...item] : Object.entries(item);
  return entries.map(([name, value]) => ({ name: textBytes(name), value: storedValue(value, level) }));
}

function storedValue(value: AttributeValue, level: number): StoredValue {
  if ('S' in value) return { kind: 'S', bytes: textBytes(value.S) };
  if ('N' in value) return { kind: 'N', bytes: textBytes(value.N) };
  if ('B' in value) return { kind: 'B', bytes: asBuffer(value.B) };
  if ('BOOL' in value) return { kind: 'BOOL', truth: value.BOOL };
  if ('NULL' in value) return { kind: 'NULL', truth: value.NULL };
  if ('SS' in value) return { kind: 'SS', elements: value.SS.map(textBytes) };
  if ('NS' in value) return { kind: 'NS', elements: value.NS.map(textBytes) };
  if ('BS' in value) return { kind: 'BS', elements: value.BS.map(asBuffer) };
  if (level === MOST_LEVELS) throw new DataError(`lists and maps are nested deeper than ${MOST_LEVELS} levels`);
  if ('L' in value) return { kind: 'L', values: value.L.map((element) => storedValue(element, level + 1)) };
  if ('M' in value) return { kind: 'M', entries: storedAttributes(value.M, level + 1) };
  throw new DataError(`a value must have one of the kinds S, N, B, BOOL, NULL, SS, NS, BS, L and M`);
}

/** The UTF-8 of a text. Throws DataError for a lone surrogate, which stands for no character. */
export function textBytes(text: string): Buffer {
  if (!text.isWellFormed()) throw new DataError(`the text ${JSON.stringify(text)} has a lone surrogate`);
  return Buffer.from(text);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
