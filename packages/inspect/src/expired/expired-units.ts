import { ExpiryLimit } from '@ekv/adapter';
import { momentOf } from '@ekv/core';
import { redisKeys } from '@ekv/redis-encoder/read';
import type { CheckedSnapshot, ScratchFolder } from '@ekv/snapshot';
import { sqsMessages, sqsQueues } from '@ekv/sqs-encoder/read';
import { UnitCollector, type UnitSet } from './unit-set.ts';

/**
 * The keys and messages whose time was over when the data was taken, as a decode finds them: docs/format/13-selection.md, section 4. Items and objects never end.
 *
 * @param scratch must stay while the set is in use.
 * @throws DataError when nothing tells that moment, SnapshotFormatError for a row that breaks its format, EnvironmentError.
 */
export function expiredUnits(
  source: CheckedSnapshot,
  { scratch, scratchRoot }: { readonly scratch: ScratchFolder; readonly scratchRoot: string | undefined },
): UnitSet {
  const limit = new ExpiryLimit(momentOf(source.lastCommitTs));
  const found = new UnitCollector(scratch);
  try {
    const snapshot = { rowsOf: (families: readonly string[]) => source.withFamilies(families) };
    for (const { key, expireAt } of redisKeys(snapshot, { scratchRoot }))
      if (limit.isOver(expireAt)) found.add({ adapter: 'redis', key: Buffer.from(key) });
    const retentions = new Map<string, bigint>();
    for (const { name, messageRetentionSeconds } of sqsQueues(snapshot, { scratch }))
      retentions.set(name, messageRetentionSeconds * 1000n);
    for (const { queue, id, sendTimestampMillis } of sqsMessages(snapshot, undefined, { scratch })) {
      const retention = retentions.get(queue) ?? 0n;
      if (retention > 0n && limit.isOver(sendTimestampMillis + retention))
        found.add({ adapter: 'sqs', scope: Buffer.from(queue), key: Buffer.from(id) });
    }
    return found.collected();
  } finally {
    found.close();
  }
}
