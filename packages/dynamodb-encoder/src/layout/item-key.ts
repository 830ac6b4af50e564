import { escapedPart } from '@ekv/adapter';
import { oddNumberIdentity } from './canonical-number.ts';
import { keyPart } from './key-part.ts';
import { trimmed } from './number-text.ts';
import type { StoredValue } from './stored-value.ts';

/** The values of an item's key attributes: S, N or B. */
export interface ItemKey {
  readonly hash: StoredValue;
  /** `undefined` in a table without range key. */
  readonly range: StoredValue | undefined;
}

/**
 * What tells an item from all others of its table, whatever the key encoding of its row: the key parts that encode gives it.
 * An N that is no decimal number, which only foreign data and tables of the older encoding hold, has bytes that no key part
 * has. docs/format/04-dynamodb.md, sections 2.2 and 2.4.
 */
export function itemIdentity({ hash, range }: ItemKey): Buffer {
  const first = identityOf(hash);
  return range === undefined ? first : Buffer.concat([first, identityOf(range)]);
}

function identityOf(value: StoredValue): Buffer {
  const part = keyPart(value);
  if (part !== undefined) return part;
  if (value.kind !== 'N') throw new RangeError(`a ${value.kind} is no key`);
  const text = value.bytes.toString();
  const number = oddNumberIdentity(text);
  const identity = escapedPart(Buffer.from(number === undefined ? `t${trimmed(text)}` : `n${number}`));
  identity[identity.length - 1] = 0x02;
  return identity;
}
