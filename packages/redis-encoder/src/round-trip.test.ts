import { InputTree } from '@ekv/dump-tree';
import { ScratchFolder, type SnapshotRecord, SnapshotWriter } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoded, TIMESTAMP } from './decode/decoded.test-data.ts';
import type { NodeRow } from './decode/node-file.test-data.ts';
import { plant, temporaryFolder } from './encode/encoded.test-data.ts';
import { encodeRedis } from './index.ts';
import { dataSet, type KeyData, TIMESTAMPS } from './round-trip.test-data.ts';

function snapshotOf(records: Iterable<SnapshotRecord>, scratch: ScratchFolder): Buffer {
  const writer = new SnapshotWriter({ lastCommitTs: TIMESTAMP, scratch });
  for (const { key, value } of records) writer.add(key, value);
  const blocks: Buffer[] = [];
  writer.writeTo({ write: (block) => blocks.push(Buffer.from(block)) });
  return Buffer.concat(blocks);
}

const rowsOf = (data: readonly KeyData[]) => data.flatMap(({ records }) => records);

function nodeRows(data: readonly KeyData[], timestamp: (i: number) => bigint): NodeRow[] {
  return rowsOf(data).map(({ key, value }, i) => ({ key, value: value as Uint8Array, timestamp: timestamp(i) }));
}

/** Key map and sidecars are in the order of rows, which timestamps decide; other files are as they are. */
function withoutOrder(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files)
      .map(([path, content]): [string, string] =>
        /(KEYMAP|_ttl)\.jsonl$/.test(path) ? [path, content.split('\n').sort().join('\n')] : [path, content],
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test('data of all types that is written, decoded and encoded again gives the same snapshot, byte for byte', () => {
  const scratch = new ScratchFolder();
  fc.assert(
    fc.property(dataSet, (data) => {
      const { files, warnings } = decoded(...nodeRows(data, () => TIMESTAMP));
      expect(warnings).toEqual([]);
      const root = temporaryFolder();
      plant(root, files);
      const again: string[] = [];
      const records = encodeRedis(new InputTree(root), { scratch, warn: ({ message }) => again.push(message) });
      const bytes = snapshotOf(records, scratch);
      expect(again).toEqual([]);
      expect(bytes.equals(snapshotOf(rowsOf(data), scratch))).toBe(true);
    }),
    { numRuns: 60 },
  );
  scratch.remove();
}, 60_000);

test('rows that were written at different times give the same tree, and older versions of them do not show', () => {
  fc.assert(
    fc.property(dataSet, fc.array(fc.nat({ max: 2 ** 20 }), { minLength: 100, maxLength: 100 }), (data, choices) => {
      const timestamp = (i: number) => TIMESTAMPS[choices[i % 100]! % TIMESTAMPS.length]!;
      const rows = nodeRows(data, timestamp);
      const older = rows
        .filter((row, i) => row.timestamp > 1n && choices[(i + 7) % 100]! % 3 === 0)
        .map((row) => ({ ...row, value: Buffer.from('older'), timestamp: row.timestamp - 1n }));
      const deleted = rows
        .filter((row) => row.timestamp > 1n)
        .slice(0, 3)
        .map((row) => ({ ...row, key: Buffer.concat([row.key, Buffer.from('x')]), tombstone: true }));
      const noise = deleted.filter((row) => !rows.some(({ key }) => Buffer.compare(key, row.key) === 0));
      const spread = decoded(...rows, ...older, ...noise);
      expect(withoutOrder(spread.files)).toEqual(withoutOrder(decoded(...nodeRows(data, () => TIMESTAMP)).files));
      expect(spread.warnings).toEqual([]);
    }),
    { numRuns: 100 },
  );
}, 60_000);
