import { escapedPart } from '@ekv/adapter';
import { numberKey } from './number-key.ts';
import type { StoredValue } from './stored-value.ts';

/**
 * The part of a key attribute in the key of an item or an index row: its bytes, `00` as `00 ff`, and `00 01` at the end.
 * Parts are in the order of the bytes, and none is the beginning of another. docs/format/04-dynamodb.md, section 2.2.
 *
 * @returns `undefined` when the value can be no key: another kind than S, N or B, or an N that is no decimal number.
 */
export function keyPart(value: StoredValue): Buffer | undefined {
  if (value.kind === 'S' || value.kind === 'B') return escapedPart(value.bytes);
  if (value.kind !== 'N') return undefined;
  const bytes = numberKey(value.bytes.toString());
  return bytes && escapedPart(bytes);
}
