import { shownAddress } from '@ekv/core';
import { UsageError } from '@ekv/snapshot';
import type { Unit } from '../units/unit.ts';

/** The bytes of a value that has some of its own: a string, a HyperLogLog, the body of an object or of a message. Throws UsageError for others. */
export function* rawOf(unit: Unit): Generator<Uint8Array, void, undefined> {
  switch (unit.adapter) {
    case 's3':
      return yield* unit.object.pieces();
    case 'sqs':
      return yield bytesOf(unit.message.body);
    case 'redis':
      if (unit.stored.type === 'string' || unit.stored.type === 'hyperloglog') return yield unit.stored.value;
  }
  const what = unit.adapter === 'redis' ? `a ${unit.stored.type}` : 'an item';
  throw new UsageError(`${shownAddress(unit.address)} is ${what}, which has no bytes of its own; get it as JSON`);
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body;
}
