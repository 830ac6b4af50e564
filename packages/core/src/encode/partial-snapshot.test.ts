import type { AdapterName, Filters } from '@ekv/manifest';
import type { Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { warnOfPartialSnapshot } from './partial-snapshot.ts';

function warningsOf(adapters: readonly AdapterName[], filters: Filters = []): Warning[] {
  const warnings: Warning[] = [];
  warnOfPartialSnapshot(adapters, filters, (warning) => warnings.push(warning));
  return warnings;
}

test('a snapshot of all adapters gives no warning', () => {
  expect(warningsOf(ADAPTER_NAMES)).toEqual([]);
  expect(warningsOf(ADAPTER_NAMES.toReversed())).toEqual([]);
});

test('a snapshot of some names those that a restore loses, in the canonical order, and is no doubt', () => {
  expect(warningsOf(['sqs', 'redis'])).toEqual([
    {
      event: 'partial_snapshot',
      message:
        'the snapshot holds redis, sqs only; restoring it replaces the whole state: the data of dynamodb, s3 on the target is gone',
      fields: { adapters: 'redis,sqs', missing: 'dynamodb,s3' },
    },
  ]);
});

test('a snapshot of a part of the data names the selections that it has been through', () => {
  const filters = [{ match: ['redis/a*'], exclude: ['redis/ab'] }, { expired_before_ms: 5n }];
  expect(warningsOf(ADAPTER_NAMES, filters)).toEqual([
    {
      event: 'partial_snapshot',
      message:
        "the snapshot holds of redis, dynamodb, s3, sqs only what --match 'redis/a*' --exclude 'redis/ab' --expired drop takes; restoring it replaces the whole state: all other data on the target is gone",
      fields: {
        adapters: 'redis,dynamodb,s3,sqs',
        missing: '',
        filter: "--match 'redis/a*' --exclude 'redis/ab' --expired drop",
      },
    },
  ]);
});
