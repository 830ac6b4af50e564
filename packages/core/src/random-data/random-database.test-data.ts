import { defineTable, itemRecords, tableRecords } from '@ekv/dynamodb-encoder';
import {
  hashRecords,
  hyperLogLogRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '@ekv/redis-encoder';
import { bucketRecords, objectRecords } from '@ekv/s3-encoder';
import type { SnapshotRow } from '@ekv/snapshot';
import { queueRecords } from '@ekv/sqs-encoder';
import fc from 'fast-check';

/** Live rows by stored key (a byte string): what a server with data of all four adapters holds. */
export type StoredRows = ReadonlyMap<string, Buffer>;

const EXPIRES = 4_000_000_000_000n;

/** User keys on both sides of likely ranges, some of which look like a part of a row's key. */
const redisKey = fc.constantFrom(
  'a',
  'a:0',
  'd|x',
  'm',
  'm\0',
  'm\xff\xff\xff\xff\xff\xff\xff\xff',
  'n|o',
  'z',
  '\0',
  '\xff\xfe',
  '!hs|meta|',
  '{tag}1',
  'long'.repeat(100),
);
const text = fc.constantFrom('', 'v', 'other', '\0\xff', '<&>', 'x'.repeat(300));
const names = fc.uniqueArray(fc.constantFrom('one', 'two', '', '\xfe\0', 'three|'), { minLength: 1, maxLength: 4 });
const kind = fc.constantFrom('string', 'hll', 'hash', 'list', 'set', 'zset', 'stream');

const redisValue = fc.record({ kind, names, value: text, expires: fc.boolean(), number: fc.nat(1000) });
type RedisValue = typeof redisValue extends fc.Arbitrary<infer V> ? V : never;

function redisRows(name: string, { kind, names, value, expires, number }: RedisValue): Iterable<SnapshotRow> {
  const key = bytes(name);
  const expiry = expires ? EXPIRES + BigInt(number) : undefined;
  const elements = names.map(bytes);
  switch (kind) {
    case 'string':
      return [stringRecord(key, bytes(value), expiry)];
    case 'hll':
      return hyperLogLogRecords(key, bytes(`HLL${value}`), expiry);
    case 'hash':
      return hashRecords(
        key,
        elements.map((name) => ({ name, value: bytes(value) })),
        expiry,
      );
    case 'list':
      return listRecords(key, [...elements, bytes(value)], expiry);
    case 'set':
      return setRecords(key, elements, expiry);
    case 'zset':
      return sortedSetRecords(
        key,
        elements.map((member, i) => ({ member, score: number / 8 - i })),
        expiry,
      );
    default:
      return streamRecords(
        key,
        elements.map((field, i) => ({
          ms: BigInt(number),
          seq: BigInt(i),
          fields: [readable(field), readable(bytes(value))],
        })),
        expiry,
      );
  }
}

const keyType = fc.constantFrom('S', 'N', 'B');
/** The longest of which two fill a file of lines. */
const itemText = fc.oneof(text, fc.constant('y'.repeat(2500)));
const itemsOfTable = fc.uniqueArray(
  fc.record({ hash: fc.nat(3), range: fc.nat(3), value: itemText, rest: fc.nat(5) }),
  {
    maxLength: 6,
    selector: ({ hash, range }) => `${hash} ${range}`,
  },
);
/** What a table is made of. */
export const table = fc.record({
  hash: keyType,
  range: fc.option(keyType, { nil: undefined }),
  hasIndex: fc.boolean(),
  items: itemsOfTable,
});
type Table = typeof table extends fc.Arbitrary<infer V> ? V : never;

function keyValue(type: string, number: number) {
  if (type === 'N') return { N: ['0', '-1.5', '12e3', '7'][number]! };
  if (type === 'B') return { B: bytes(['\0', 'a', 'a\0', '\xff'][number]!) };
  return { S: ['a', 'a/b', 'é', '\0z'][number]! };
}

/** What else an item has: one of each kind in turn. */
function restOf(number: number) {
  switch (number) {
    case 0:
      return { N: '-0.001' };
    case 1:
      return { L: [{ BOOL: true }, { NULL: true }, { M: { '<k>': { S: '&' } } }] };
    case 2:
      return { SS: ['x', 'y'] };
    case 3:
      return { NS: ['1', '2.5'] };
    case 4:
      return { BS: [bytes('\x01')] };
    default:
      return { B: bytes('\xff\xfe') };
  }
}

/** The rows of a table. */
export function* tableRows(name: string, { hash, range, hasIndex, items }: Table): Generator<SnapshotRow> {
  const index = { name: 'by-state', hashKey: 'state' };
  const defined = defineTable({
    name,
    hashKey: 'h',
    ...(range !== undefined && { rangeKey: 'r' }),
    attributeTypes: { h: hash, ...(range !== undefined && { r: range }), ...(hasIndex && { state: 'S' }) },
    indexes: hasIndex ? [index] : [],
  });
  yield* tableRecords(defined);
  const seen = new Set<number>();
  for (const item of items) {
    if (range === undefined && seen.has(item.hash)) continue;
    seen.add(item.hash);
    yield* itemRecords(defined, {
      h: keyValue(hash, item.hash),
      ...(range !== undefined && { r: keyValue(range, item.range) }),
      ...(item.rest !== 3 && { state: { S: `s${item.rest}` } }),
      rest: restOf(item.rest),
      value: { S: readable(bytes(item.value)) },
    });
  }
}

const queue = fc.record({
  form: fc.constantFrom('standard', 'fifo', 'partitioned'),
  messages: fc.array(fc.record({ body: text, group: fc.nat(4), later: fc.nat(1) }), { maxLength: 5 }),
});
type Queue = typeof queue extends fc.Arbitrary<infer V> ? V : never;

function queueRows(name: string, { form, messages }: Queue): Iterable<SnapshotRow> {
  const isFifo = form !== 'standard';
  return queueRecords(
    {
      name: isFifo ? `${name}.fifo` : name,
      ...(isFifo && { fifo: true, contentBasedDeduplication: true }),
      ...(form === 'partitioned' && {
        partitionCount: 4,
        fifoThroughputLimit: 'perMessageGroupId',
        deduplicationScope: 'messageGroup',
      }),
    },
    messages.map(({ body, group, later }, i) => ({
      id: i.toString(16).padStart(32, '0'),
      body: bytes(body),
      sendTimestampMillis: EXPIRES + BigInt(i),
      availableAtMillis: EXPIRES + BigInt(i + later * 1000),
      ...(isFifo && { groupId: `g${group}`, deduplicationId: `d${i}`, sequenceNumber: i + 1 }),
    })),
  );
}

const object = fc.record({ body: text, type: fc.constantFrom('', 'text/plain'), owner: fc.boolean() });
const bucket = fc.dictionary(fc.constantFrom('a', 'dir/b', 'dir/c', 'é', 'm', 'z\0y', 'zz'), object, {
  maxKeys: 4,
  noNullPrototype: true,
});
type Bucket = typeof bucket extends fc.Arbitrary<infer V> ? V : never;

function* bucketRows(name: string, objects: Bucket): Generator<SnapshotRow> {
  yield* bucketRecords({ name, region: 'eu', acl: 'private' });
  for (const [key, { body, type, owner }] of Object.entries(objects)) {
    const description = {
      lastModified: EXPIRES,
      ...(type !== '' && { contentType: type }),
      ...(owner && { userMetadata: { owner: 'x' } }),
    };
    yield* objectRecords(name, key, bytes(body), description);
  }
}

/** A few things of each kind under each name, which may be another kind the next time. */
export const database: fc.Arbitrary<StoredRows> = fc
  .record({
    redis: fc.uniqueArray(fc.tuple(redisKey, redisValue), { maxLength: 8, selector: ([name]) => name }),
    tables: fc.dictionary(fc.constantFrom('a', 'm.T-1', 'z'), table, { maxKeys: 2, noNullPrototype: true }),
    queues: fc.dictionary(fc.constantFrom('jobs', 'k', 'x'), queue, { maxKeys: 2, noNullPrototype: true }),
    buckets: fc.dictionary(fc.constantFrom('attic', 'm-n', 'zebra'), bucket, { maxKeys: 2, noNullPrototype: true }),
  })
  .map(({ redis, tables, queues, buckets }) =>
    storedRows([
      ...redis.map(([name, value]) => redisRows(name, value)),
      ...Object.entries(tables).map(([name, one]) => tableRows(name, one)),
      ...Object.entries(queues).map(([name, one]) => queueRows(name, one)),
      ...Object.entries(buckets).map(([name, one]) => bucketRows(name, one)),
    ]),
  );

/** Rows of several things, which have no key in common. */
export function storedRows(parts: readonly Iterable<SnapshotRow>[]): StoredRows {
  const rows = new Map<string, Buffer>();
  for (const part of parts)
    for (const { key, value } of part) rows.set(Buffer.from(key).toString('latin1'), Buffer.from(value as Uint8Array));
  return rows;
}

/** As text, which is all that some values can be. */
function readable(value: Buffer): string {
  return value.toString('latin1').replace(/[^ -~]/g, '?');
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
