import { join } from 'node:path';
import { escapedPart } from '@ekv/adapter';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import { plainCount, plainVersions } from '@ekv/test-support/plain-count';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { type InspectRequest, inspectInputs } from './inspect-inputs.ts';

const TABLE = Buffer.from('orders').toString('base64url');
const QUEUE = Buffer.from('jobs').toString('base64url');
const GENERATION = '\0\0\0\0\0\0\0\x01';

const part = (text: string) => escapedPart(Buffer.from(text)).toString('latin1');

/** An item with a hash and a range key, and rows of an index by hash key alone: three parts, so only their value tells whose they are. */
function item(hash: string, range: string, indexes: number, more: Partial<Entry> = {}): Entry[] {
  const key = `!ddb|item|${TABLE}|1|${part(hash)}${part(range)}`;
  const index = (i: number): Entry => ({
    key: `!ddb|gsi|${TABLE}|1|by-${i}|${part(`v${i}`)}${part(hash)}${part(range)}`,
    value: Buffer.from(key, 'latin1'),
    ...more,
  });
  return [{ key, value: Buffer.alloc(10), ...more }, ...Array.from({ length: indexes }, (_, i) => index(i))];
}

function message(id: string, rows: readonly string[]): Entry[] {
  const value = Buffer.from(JSON.stringify({ message_id: id, send_timestamp_ms: 1 }));
  return [
    { key: `!sqs|msg|data|${QUEUE}${GENERATION}${Buffer.from(id).toString('base64url')}`, value: Buffer.alloc(20) },
    ...rows.map((row) => ({
      key: `!sqs|msg|${row}|${QUEUE}${GENERATION}${Buffer.from(id).toString('base64url')}`,
      value,
    })),
  ];
}

function inspected(entries: readonly Entry[], more: Partial<InspectRequest> = {}) {
  const path = writeSnapshot(join(temporaryFolder(), 'x.fsm'), entries);
  const { versions, lastCommitTs } = plainVersions(path);
  const report = inspectInputs({ inputs: [{ path }], tool: 'ekv/test', quick: true, ...more });
  return { report, count: plainCount(versions, lastCommitTs) };
}

test('rows of an index, deduplication rows and group locks count with the item or message that their value names', () => {
  const { report } = inspected([...item('a', '1', 3), ...item('b', '1', 0), ...message('m', ['dedup', 'group'])]);
  const rows = report.largest.bySize.map(({ address, rows: live }) => [address, live]);
  expect(Object.fromEntries(rows)).toEqual({
    'dynamodb/orders/a/1': 4,
    'dynamodb/orders/b/1': 1,
    'sqs/jobs/m': 3,
  });
});

test('whose value is longer than most too, up to the longest keys that a server takes', () => {
  const long = 'k'.repeat(2048);
  const { report } = inspected([...item(long, 'r'.repeat(1024), 2)]);
  expect(report.largest.bySize.map(({ rows }) => rows)).toEqual([3]);
});

test('the largest are told with all of them, when there are many more units than are told', () => {
  const entries = Array.from({ length: 300 }, (_, i) => item(`item-${i}`, 'r', (i * 37) % 11)).flat();
  const { report, count } = inspected(entries, { top: 5 });
  const weights = count.units.map(({ bytes }) => bytes).sort((a, b) => b - a);
  expect(report.largest.bySize.map(({ bytes }) => bytes)).toEqual(weights.slice(0, 5));
  expect(report.largest.bySize.map(({ rows }) => rows)).toEqual([11, 11, 11, 11, 11]);
});

test('of a deletion and of what is encrypted it is not known: it counts with the table', () => {
  const [row, index] = item('a', '1', 1);
  const { report } = inspected([
    row!,
    { ...index!, isDeletion: true, value: Buffer.alloc(0) },
    ...item('b', '1', 1).map((entry, i) => (i === 1 ? { ...entry, isEncrypted: true } : entry)),
  ]);
  expect(report.largest.bySize.map(({ rows, oldVersions }) => [rows, oldVersions])).toEqual([
    [1, 0],
    [1, 0],
  ]);
  expect(
    report.adapters[0]!.scopes.map(({ name, amounts }) => [name, amounts.rows, amounts.tombstones, amounts.encrypted]),
  ).toEqual([['orders', 2, 1, 1]]);
});

test('a selection takes them along, and the history of an item has them', () => {
  const entries = [...item('a', '1', 2), ...item('b', '1', 2)];
  const { report } = inspected(entries, {
    selection: { match: ['dynamodb/orders/a/*'] },
    history: 'dynamodb/orders/a/1',
  });
  expect(report.totals.rows).toBe(3);
  expect(report.largest.bySize.map(({ address, rows }) => [address, rows])).toEqual([['dynamodb/orders/a/1', 3]]);
  expect(report.history!.commits.map(({ written, live }) => [written, live])).toEqual([[3, 3]]);
});
