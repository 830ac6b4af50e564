import type { SnapshotRow } from '@ekv/snapshot';
import fc from 'fast-check';
import type { StreamId } from './layout/stream-id.ts';
import { hyperLogLogRecords, stringRecord } from './records/blob-rows.ts';
import { hashRecords, listRecords, setRecords, sortedSetRecords } from './records/collection-rows.ts';
import { streamEntryRecord, streamStateRecords } from './records/stream-rows.ts';

/** One Redis key with what it holds. */
export interface KeyData {
  readonly type: 'string' | 'hll' | 'hash' | 'list' | 'set' | 'zset' | 'stream';
  readonly key: Buffer;
  readonly expires: boolean;
  readonly records: readonly SnapshotRow[];
}

export const TIMESTAMPS = [1n, 100n, 117664502744219697n, 2n ** 63n, 2n ** 64n - 1n] as const;

const short = fc
  .array(fc.constantFrom(0x00, 0x01, 0x2f, 0x61, 0x7c, 0x7f, 0x80, 0xfe, 0xff), { maxLength: 4 })
  .map((bytes) => Buffer.from(bytes));
/** The bytes that stand after a row's key in the file, or some of them. */
const timestampBytes = fc.tuple(fc.constantFrom(...TIMESTAMPS), fc.nat({ max: 8 })).map(([timestamp, length]) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp));
  return bytes.subarray(0, length);
});
const FIRST_ITEM = Buffer.from('8000000000000000', 'hex');

/** Keys that extend each other, that look like parts of rows, that need a key map, that are no text. */
const key = fc.oneof(
  { weight: 4, arbitrary: short },
  { weight: 1, arbitrary: fc.tuple(short, timestampBytes).map((parts) => Buffer.concat(parts)) },
  {
    weight: 1,
    arbitrary: fc.tuple(short, fc.constant(FIRST_ITEM), timestampBytes).map((parts) => Buffer.concat(parts)),
  },
  { weight: 1, arbitrary: short.map((tail) => Buffer.concat([Buffer.alloc(241, 0x4c), tail])) },
  { weight: 1, arbitrary: short.map((tail) => Buffer.concat([Buffer.alloc(79, 0xff), tail])) },
  {
    weight: 1,
    arbitrary: short.map((list) =>
      Buffer.concat([Buffer.from(`d|\0\0\0${String.fromCharCode(list.length)}`), list, Buffer.alloc(12)]),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('.', '..', 'd|', 'd|l', 'b64.', 'b64.x', 'KEYMAP', `${'0'.repeat(32)}__x`, '\ud83d\ude00', 'user:1')
      .map((text) => Buffer.from(text)),
  },
);

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => Buffer.from(text)),
  fc.constantFrom('', '<a&b>\u2028', '\xff\x01\x00', '\xff\x02\x01').map((text) => Buffer.from(text, 'latin1')),
);
const text = fc.string({ unit: 'grapheme', maxLength: 8 }).map((some) => Buffer.from(some));
const distinct = fc.uniqueArray(bytes, { selector: (some) => Buffer.from(some).toString('hex'), maxLength: 5 });

const I63 = 2n ** 63n - 1n;
const U64 = 2n ** 64n - 1n;
const number = (max: bigint) => fc.oneof(fc.bigInt({ min: 0n, max }), fc.constantFrom(0n, 1n, 2n ** 53n + 1n, max));
/** 0 means none. In a blob more than 2^63-1 does not survive: decode clamps it. */
const expiry = (max: bigint) => fc.oneof(fc.constant(0n), number(max));

const blob = fc.tuple(key, bytes, expiry(I63));
const strings = blob.map(
  ([name, value, expireAtMs]): KeyData => ({
    type: 'string',
    key: name,
    expires: expireAtMs > 0n,
    records: [stringRecord(name, value, expireAtMs)],
  }),
);
const hyperLogLogs = blob.map(
  ([name, payload, expireAtMs]): KeyData => ({
    type: 'hll',
    key: name,
    expires: expireAtMs > 0n,
    records: [...hyperLogLogRecords(name, payload, expireAtMs)],
  }),
);

function collections<T>(
  type: KeyData['type'],
  content: fc.Arbitrary<T>,
  records: (key: Buffer, content: T, expireAtMs: bigint) => Iterable<SnapshotRow>,
): fc.Arbitrary<KeyData> {
  return fc.tuple(key, content, expiry(U64)).map(([name, elements, expireAtMs]) => ({
    type,
    key: name,
    expires: expireAtMs > 0n,
    records: [...records(name, elements, expireAtMs)],
  }));
}

const pairsOf = <T>(values: fc.Arbitrary<T>) =>
  distinct.chain((names) =>
    fc
      .array(values, { minLength: names.length, maxLength: names.length })
      .map((some) => names.map((name, i) => ({ name, value: some[i]! }))),
  );
const hashes = collections('hash', pairsOf(bytes), hashRecords);
const sets = collections('set', distinct, setRecords);
const lists = collections('list', fc.array(bytes, { maxLength: 5 }), listRecords);
const sortedSets = collections(
  'zset',
  pairsOf(fc.double({ noNaN: true })).map((pairs) => pairs.map(({ name, value }) => ({ member: name, score: value }))),
  sortedSetRecords,
);
interface Entry extends StreamId {
  readonly fields: readonly Uint8Array[];
}

function* streamRecords(
  key: Buffer,
  entries: readonly Entry[],
  last: StreamId,
  expireAtMs: bigint,
): Generator<SnapshotRow> {
  for (const entry of entries) yield streamEntryRecord(key, entry, entry.fields);
  const isAbove = (a: StreamId, b: StreamId) => a.ms > b.ms || (a.ms === b.ms && a.seq > b.seq);
  const highest = [...entries, last].reduce((a, b) => (isAbove(b, a) ? b : a));
  yield* streamStateRecords(key, { length: BigInt(entries.length), last: highest }, expireAtMs);
}

const id = fc.record({ ms: number(U64), seq: number(U64) });
const entry = fc
  .tuple(id, fc.array(fc.tuple(text, text), { maxLength: 3 }))
  .map(([numbers, fields]) => ({ ...numbers, fields: fields.flat() }));
const streams = collections(
  'stream',
  fc.tuple(fc.uniqueArray(entry, { selector: ({ ms, seq }) => `${ms}-${seq}`, maxLength: 4 }), id),
  (name, [entries, last], expireAtMs) => streamRecords(name, entries, last, expireAtMs),
);

/**
 * Data sets of all types under few keys, so that a key has several of them. All that one key has expires, or nothing of it:
 * an index row in doubt would make a permanent value expire.
 */
export const anyDataSet: fc.Arbitrary<KeyData[]> = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom('a', 'b', 'ab'), fc.nat({ max: 6 }), fc.constantFrom(7n, 8n))
    .map(([name, kind, expiry]): KeyData => {
      const expireAtMs = name === 'b' ? 0n : expiry;
      const key = Buffer.from(name);
      const one = Buffer.from('x');
      const entry = { ms: 1n, seq: 1n, fields: [one, one] };
      const values = [
        ['string', [stringRecord(key, one, expireAtMs)]],
        ['hll', hyperLogLogRecords(key, one, expireAtMs)],
        ['hash', hashRecords(key, [{ name: one, value: one }], expireAtMs)],
        ['list', listRecords(key, [one], expireAtMs)],
        ['set', setRecords(key, [one], expireAtMs)],
        ['zset', sortedSetRecords(key, [{ member: one, score: 1 }], expireAtMs)],
        ['stream', streamRecords(key, [entry], entry, expireAtMs)],
      ] as const;
      const [type, records] = values[kind]!;
      return { type, key, expires: expireAtMs > 0n, records: [...records] };
    }),
  { selector: ({ type, key }) => `${type} ${key.toString('hex')}`, maxLength: 14 },
);

/**
 * Data sets of all types. Under one key there may be several types, as long as no index row is in doubt: where one of
 * them but a string expires, it is the only one beside a string.
 */
export const dataSet: fc.Arbitrary<KeyData[]> = fc
  .uniqueArray(fc.oneof(strings, hyperLogLogs, hashes, sets, lists, sortedSets, streams), {
    selector: ({ type, key: name }) => `${type} ${name.toString('hex')}`,
    maxLength: 14,
  })
  .map((data) => {
    const named = new Map<string, KeyData[]>();
    for (const one of data.filter(({ type }) => type !== 'string')) {
      const name = one.key.toString('hex');
      const others = named.get(name) ?? [];
      if (others.length === 0 || (!one.expires && !others.some(({ expires }) => expires)))
        named.set(name, [...others, one]);
    }
    return [...data.filter(({ type }) => type === 'string'), ...[...named.values()].flat()];
  });
