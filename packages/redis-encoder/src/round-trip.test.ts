import { InputTree } from '@ekv/dump-tree';
import { ScratchFolder, type SnapshotRow, SnapshotWriter, type Warning } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoded, f64, hex, lengthKey, row, TIMESTAMP, u64 } from './decode/decoded.test-data.ts';
import type { NodeRow } from './decode/node-file.test-data.ts';
import { plant, temporaryFolder } from './encode/encoded.test-data.ts';
import { encodeRedis } from './index.ts';
import { anyDataSet, dataSet, type KeyData, TIMESTAMPS } from './round-trip.test-data.ts';

function snapshotOf(records: Iterable<SnapshotRow>, scratch: ScratchFolder): Buffer {
  const writer = new SnapshotWriter({ lastCommitTs: TIMESTAMP, scratch });
  for (const { key, value } of records) writer.add(key, value);
  const blocks: Buffer[] = [];
  writer.writeTo({ write: (block) => void blocks.push(Buffer.from(block)) });
  return Buffer.concat(blocks);
}

/** What is said of values that no server writes. */
const OF_MADE_UP_VALUES = new Set([
  'redis_not_a_hyperloglog',
  'redis_expiry_too_large',
  'redis_stream_zero_id',
  'redis_stream_no_fields',
  'redis_exhausted_stream',
]);

/** How many keys were told to have several kinds, when nothing else was told. */
function clashesOf(warnings: readonly Warning[]): number {
  expect(warnings.filter(({ event }) => event !== 'redis_two_kinds')).toEqual([]);
  return warnings.length;
}

function keysOfSeveralKinds(data: readonly KeyData[]): number {
  const counts = new Map<string, number>();
  for (const { key } of data) counts.set(key.toString('hex'), (counts.get(key.toString('hex')) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1).length;
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
      expect(clashesOf(warnings)).toBe(keysOfSeveralKinds(data));
      const root = temporaryFolder();
      plant(root, files);
      const again: Warning[] = [];
      const records = encodeRedis(new InputTree(root), {
        scratch,
        nowMs: 0n,
        warn: (warning) => again.push(warning),
      });
      const bytes = snapshotOf(records, scratch);
      expect(clashesOf(again.filter(({ event }) => !OF_MADE_UP_VALUES.has(event)))).toBe(keysOfSeveralKinds(data));
      expect(bytes.equals(snapshotOf(rowsOf(data), scratch))).toBe(true);
    }),
    { numRuns: 60 },
  );
  scratch.remove();
}, 300_000);

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
      expect(clashesOf(spread.warnings)).toBe(keysOfSeveralKinds(data));
    }),
    { numRuns: 100 },
  );
}, 300_000);

const SHOWN_FIRST = ['hash', 'list', 'hll', 'string', 'set', 'zset', 'stream'];

test('of values of several kinds that expire under one key the one a server shows stays, and encode accepts the tree', () => {
  const scratch = new ScratchFolder();
  fc.assert(
    fc.property(anyDataSet, (data) => {
      // One index row a key, as in a store: the last value that wrote one.
      const rows = new Map(nodeRows(data, () => TIMESTAMP).map((row) => [Buffer.from(row.key).toString('hex'), row]));
      const { files, warnings } = decoded(...rows.values());
      const kept = data.filter(
        ({ key, type, expires }) =>
          type === 'string' ||
          !expires ||
          !data.some(
            (other) =>
              other.expires &&
              other.type !== 'string' &&
              other.key.equals(key) &&
              SHOWN_FIRST.indexOf(other.type) < SHOWN_FIRST.indexOf(type),
          ),
      );
      expect(Object.keys(files).filter((path) => !/(KEYMAP|_ttl)\.jsonl$/.test(path))).toHaveLength(kept.length);
      const leftOut = warnings.filter(({ event }) => event === 'redis_second_kind_left_out');
      expect(leftOut).toHaveLength(data.length - kept.length);
      expect(leftOut.every(({ loss }) => loss)).toBe(true);
      const root = temporaryFolder();
      plant(root, files);
      const records = encodeRedis(new InputTree(root), { scratch, warn: () => {} });
      const bytes = snapshotOf(records, scratch);
      expect(bytes.equals(snapshotOf(rowsOf(kept), scratch))).toBe(true);
    }),
    { numRuns: 100 },
  );
  scratch.remove();
}, 300_000);

const expiries = fc.constantFrom(5n, 6n, 7n, 2n ** 63n, 2n ** 64n - 1n);
/** An expiry field: none, empty, or set. */
const field = fc.oneof(
  fc.constant([]),
  fc.constant([0n]),
  expiries.map((expiry) => [expiry]),
);
const onlyIf = (rows: fc.Arbitrary<readonly NodeRow[]>) => fc.oneof(fc.constant<readonly NodeRow[]>([]), rows);
const ONE_ELEMENT = { hash: '00524801 0a00', set: '00525301 0a00', zset: '00525a01 0a00' };

/** One key with rows of any kinds, each in any of its forms, and perhaps an index row. */
function rowsOfKey(key: string): fc.Arbitrary<NodeRow[]> {
  const counted = (prefix: string, elements: string, value: string) =>
    fc
      .tuple(onlyIf(field.map((fields) => [row(lengthKey(prefix, key), u64(1n, ...fields))])), fc.boolean())
      .map(([metadata, has]) => (has ? [...metadata, row(lengthKey(elements, key, 'e'), value)] : metadata));
  const lists = fc
    .tuple(onlyIf(field.map((fields) => [row(`!lst|meta|${key}`, u64(0n, 1n, 1n, ...fields))])), fc.boolean())
    .map(([metadata, has]) => (has ? [...metadata, row(`!lst|itm|${key}${u64(1n << 63n)}`, 'i')] : metadata));
  const blobs = (prefix: string, header: string) =>
    onlyIf(
      fc.oneof(
        fc.constant([row(`${prefix}${key}`, 'bare')]),
        fc.constant([row(`${prefix}${key}`, `${header}\x00v`)]),
        expiries.map((expiry) => [row(`${prefix}${key}`, `${header}\x01${u64(expiry)}v`)]),
      ),
    );
  const streams = onlyIf(field.map((fields) => [row(lengthKey('!stream|meta|', key), u64(0n, 1n, 0n, ...fields))]));
  const oneValue = (prefix: string, value: string) => onlyIf(fc.constant([row(`${prefix}${key}`, hex(value))]));
  return fc
    .tuple(
      counted('!hs|meta|', '!hs|fld|', 'v'),
      lists,
      blobs('!redis|hll|', '\xff\x02'),
      blobs('!redis|str|', '\xff\x01'),
      counted('!st|meta|', '!st|mem|', ''),
      counted('!zs|meta|', '!zs|mem|', f64(1)),
      streams,
      oneValue('!redis|hash|', ONE_ELEMENT.hash),
      oneValue('!redis|set|', ONE_ELEMENT.set),
      oneValue('!redis|zset|', ONE_ELEMENT.zset),
      onlyIf(expiries.map((expiry) => [row(`!redis|ttl|${key}`, u64(expiry))])),
    )
    .map((rows) => rows.flat());
}

test('whatever kinds lie under a key, with whatever expiries: its dump is encoded, and decodes to the same dump again', () => {
  const scratch = new ScratchFolder();
  fc.assert(
    fc.property(fc.tuple(...['', 'k', 'kk', 'k\xff'].map(rowsOfKey)), (keys) => {
      const { files } = decoded(...keys.flat());
      const root = temporaryFolder();
      plant(root, files);
      const records: NodeRow[] = [];
      for (const { key, value } of encodeRedis(new InputTree(root), { scratch, warn: () => {} }))
        records.push({
          key: Uint8Array.from(key),
          value: Uint8Array.from(value as Uint8Array),
          timestamp: TIMESTAMP,
        });
      expect(new Set(records.map(({ key }) => Buffer.from(key).toString('hex'))).size).toBe(records.length);
      const again = decoded(...records);
      expect(withoutOrder(again.files)).toEqual(withoutOrder(files));
      expect(again.warnings.filter(({ loss }) => loss)).toEqual([]);
    }),
    { numRuns: 60 },
  );
  scratch.remove();
}, 300_000);
