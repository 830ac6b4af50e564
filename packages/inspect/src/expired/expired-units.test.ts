import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTER_NAMES, decodeSnapshot, publishSnapshot } from '@ekv/core';
import {
  hashRecords,
  hyperLogLogRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '@ekv/redis-encoder';
import { DataError, type SnapshotRow, timestampAt, UsageError } from '@ekv/snapshot';
import { queueRecords } from '@ekv/sqs-encoder';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { inspectInputs } from '../inspect-inputs.ts';
import type { InspectReport } from '../report.ts';

const AT = 1_800_000_000_000n;
const TAKEN = { headerTimestamp: timestampAt(AT + 9000n) };
const RETENTION_S = 60n;
const DROP = { expired: 'drop' } as const;

const bytes = (text: string) => Buffer.from(text, 'latin1');
const entriesOf = (rows: Iterable<SnapshotRow>, timestamp = 5n): Entry[] =>
  [...rows].map(({ key, value }) => ({ key: Buffer.from(key), value: Buffer.from(value as Uint8Array), timestamp }));

/** One key of each type. */
function keysOf(word: string, expireAt: bigint | undefined, timestamp?: bigint): Entry[] {
  const key = (type: string) => bytes(`${type}-${word}`);
  const rows = [
    stringRecord(key('string'), bytes('v'), expireAt),
    ...hyperLogLogRecords(key('hll'), bytes('HLL'), expireAt),
    ...hashRecords(key('hash'), [{ name: bytes('f'), value: bytes('v') }], expireAt),
    ...listRecords(key('list'), [bytes('x'), bytes('y')], expireAt),
    ...setRecords(key('set'), [bytes('m')], expireAt),
    ...sortedSetRecords(key('zset'), [{ member: bytes('m'), score: 1 }], expireAt),
    ...streamRecords(key('stream'), [{ ms: 1n, seq: 0n, fields: ['f', 'v'] }], expireAt),
  ];
  return entriesOf(rows, timestamp);
}

function queue(name: string, ids: readonly string[], over: boolean): SnapshotRow[] {
  const sent = AT - RETENTION_S * 1000n + (over ? 0n : 1n);
  const messages = ids.map((id) => ({
    id,
    body: bytes('b'),
    sendTimestampMillis: sent,
    availableAtMillis: sent,
  }));
  return [...queueRecords({ name, messageRetentionSeconds: Number(RETENTION_S) }, messages)];
}

const addresses = ({ largest }: InspectReport) => largest.bySize.map(({ address }) => address).sort();
const inspect = (path: string, selection?: Parameters<typeof inspectInputs>[0]['selection']) =>
  inspectInputs({ inputs: [{ path }], tool: 'ekv/test', top: 1000, selection });

/** Keys and messages whose time is over, was nearly over, and that have none; of what is over older versions too. */
function planted(): string {
  const entries = [
    ...keysOf('over', AT),
    ...keysOf('over', AT, 4n),
    ...keysOf('later', AT + 1n),
    ...keysOf('never', undefined),
    ...entriesOf(queue('mixed', ['a', 'b'], false)),
    ...entriesOf(queue('gone', ['c', 'd'], true)),
  ];
  return writeSnapshot(join(temporaryFolder(), 'x.fsm'), entries, TAKEN);
}

test('what had expired is left out with all its versions, as a decode leaves it out; the rest is as it was', () => {
  const path = planted();
  const [whole, kept] = [inspect(path), inspect(path, DROP)];
  const isOver = (address: string) => address.endsWith('-over') || address.startsWith('sqs/gone/');
  expect(addresses(whole).filter(isOver)).toHaveLength(7 + 2);
  expect(addresses(kept)).toEqual(addresses(whole).filter((address) => !isOver(address)));
  const rest = whole.largest.bySize.filter(({ address }) => !isOver(address));
  expect(kept.largest.bySize).toEqual(rest);
  expect(inspect(path, { expired: 'keep' }).totals).toEqual(whole.totals);
  // A queue whose messages are over stays, as in a decode.
  expect(
    kept.adapters
      .find(({ adapter }) => adapter === 'sqs')!
      .scopes.map(({ name }) => name)
      .sort(),
  ).toEqual(['gone', 'mixed']);
  const folder = temporaryFolder();
  const output = join(folder, 'tree');
  const exclusions = {
    include_incomplete_uploads: false,
    include_orphans: false,
    preserve_sqs_visibility: false,
    include_sqs_side_records: false,
  };
  decodeSnapshot({
    input: path,
    output,
    adapters: ADAPTER_NAMES,
    exclusions,
    toolVersion: 'ekv/test',
    selection: DROP,
  });
  publishSnapshot({ input: output, output: join(folder, 'y.fsm'), adapters: ADAPTER_NAMES, toolVersion: 'ekv/test' });
  expect(addresses(inspect(join(folder, 'y.fsm')))).toEqual(addresses(kept));
  expect(readFileSync(join(folder, 'y.fsm')).includes('-over')).toBe(false);
});

test('it goes with a selection by addresses, and of a dump the moment is that of its data', () => {
  const path = planted();
  expect(addresses(inspect(path, { ...DROP, match: ['redis/hash-*', 'sqs/*'], exclude: ['*/b'] }))).toEqual([
    'redis/hash-later',
    'redis/hash-never',
    'sqs/mixed/a',
  ]);
});

test('what cannot be told is refused', () => {
  const path = writeSnapshot(join(temporaryFolder(), 'x.fsm'), keysOf('a', 1n), { headerTimestamp: 0n });
  expect(() => inspect(path, DROP)).toThrow(DataError);
  expect(() => inspect(path, DROP)).toThrow(/--expired drop: nothing tells when the data was taken/);
  expect(() => inspect(path, { expired: 'gone' as never })).toThrow(UsageError);
  expect(() => inspectInputs({ inputs: [{ path }], tool: 't', salvage: true, selection: DROP })).toThrow(
    /--salvage counts all that can be read: leave --match, --scope, --exclude and --expired out/,
  );
});
