import type { Owner } from '@ekv/adapter';
import { writeAddress } from '@ekv/core';
import { type StoredMessage, type StoredQueue, sqsMessages, sqsQueues } from '@ekv/sqs-encoder/read';
import type { Wanted } from '../wanted.ts';
import { inStep } from './in-step.ts';
import { isWithin, scopesWithin } from './scopes.ts';
import type { SqsUnit } from './unit.ts';
import type { UnitSource } from './unit-source.ts';

/** The messages that are wanted, queue by queue, in the order of their send times. */
export function* sqsUnits(source: UnitSource, wanted: Wanted): Generator<SqsUnit, void, undefined> {
  for (const [message, queue] of messagesOf(source, scopesWithin(wanted.within, 'sqs'))) {
    const owner: Owner = { adapter: 'sqs', scope: Buffer.from(queue.name), key: Buffer.from(message.id) };
    if (wanted.takes(owner)) yield { adapter: 'sqs', owner, address: writeAddress(owner), queue, message };
  }
}

function* messagesOf(
  { snapshot, scratch, warn }: UnitSource,
  scopes: ReadonlySet<string> | undefined,
): Generator<readonly [StoredMessage, StoredQueue], void, undefined> {
  if (scopes === undefined) {
    const messages = sqsMessages(snapshot, undefined, { scratch, warn });
    return yield* inStep(messages, sqsQueues(snapshot, { scratch }), (one, { name }) => one.queue === name);
  }
  for (const queue of sqsQueues(snapshot, { scratch })) {
    if (!isWithin(scopes, queue.name)) continue;
    for (const message of sqsMessages(snapshot, queue, { scratch, warn })) yield [message, queue];
  }
}
