import { HYPERLOGLOGS, STRINGS } from '../blob-types.ts';
import type { BareExpiries } from '../values/bare-expiries.ts';
import { BlobWalk } from '../values/blob-walk.ts';
import type { ValueContext } from '../values/value-context.ts';
import { copyOfKey } from './copied-key.ts';
import type { StoredHyperLogLog, StoredString } from './stored-key.ts';

export function* hyperLogLogKeys(context: ValueContext, bare: BareExpiries): Generator<StoredHyperLogLog> {
  for (const walk = new BlobWalk(context, HYPERLOGLOGS); walk.next(); )
    yield { type: 'hyperloglog', ...factsOf(walk, bare) };
}

export function* stringKeys(context: ValueContext, bare: BareExpiries): Generator<StoredString> {
  for (const walk = new BlobWalk(context, STRINGS); walk.next(); ) yield { type: 'string', ...factsOf(walk, bare) };
}

function factsOf({ key, valueStart, valueEnd, hasHeader, expireAtMs, offset }: BlobWalk, bare: BareExpiries) {
  return {
    key: copyOfKey(key),
    expireAt: hasHeader ? expireAtMs || null : bare.take(offset),
    value: Buffer.from(key.bytes.subarray(valueStart, valueEnd)),
  };
}
