import type { AdapterName } from '@ekv/manifest';
import type { Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { warnOfPartialSnapshot } from './partial-snapshot.ts';

function warningsOf(adapters: readonly AdapterName[]): Warning[] {
  const warnings: Warning[] = [];
  warnOfPartialSnapshot(adapters, (warning) => warnings.push(warning));
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
