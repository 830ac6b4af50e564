import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  hashRecords,
  hyperLogLogRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '@ekv/redis-encoder';
import { DataError, type SnapshotRow, timestampAt } from '@ekv/snapshot';
import { queueRecords } from '@ekv/sqs-encoder';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import { beforeEach, expect, test } from 'vitest';
import { type Rows, StatePlace } from '../whole-state/whole-state.test-data.ts';
import { momentOf } from './filters.ts';

const AT = 1_800_000_000_000n;
const LAST_COMMIT_TS = timestampAt(AT + 9000n);
const OVER = AT;
const NOT_OVER = AT + 1n;
const RETENTION_S = 60n;

const bytes = (text: string) => Buffer.from(text, 'latin1');
const u64 = (value: bigint) => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(value);
  return buffer;
};
const entriesOf = (rows: Iterable<SnapshotRow>): Entry[] =>
  [...rows].map(({ key, value }) => ({ key: Buffer.from(key), value: Buffer.from(value as Uint8Array) }));

/** One key of each type. */
function* keysOf(word: string, expireAt: bigint | undefined): Generator<Entry> {
  const key = (type: string) => bytes(`${type}-${word}`);
  yield* entriesOf([stringRecord(key('string'), bytes('v'), expireAt)]);
  yield* entriesOf(hyperLogLogRecords(key('hll'), bytes('HLL'), expireAt));
  yield* entriesOf(hashRecords(key('hash'), [{ name: bytes('f'), value: bytes('v') }], expireAt));
  yield* entriesOf(listRecords(key('list'), [bytes('x'), bytes('y')], expireAt));
  yield* entriesOf(setRecords(key('set'), [bytes('m')], expireAt));
  yield* entriesOf(sortedSetRecords(key('zset'), [{ member: bytes('m'), score: 1 }], expireAt));
  yield* entriesOf(streamRecords(key('stream'), [{ ms: 1n, seq: 0n, fields: ['f', 'v'] }], expireAt));
}

/** The same in older forms, whose expiry stands in an index row alone. */
function* olderKeysOf(word: string, expireAt: bigint): Generator<Entry> {
  for (const type of ['string', 'hll']) {
    const family = type === 'string' ? 'str' : 'hll';
    yield { key: `!redis|${family}|old-${type}-${word}`, value: bytes('bare') };
    yield { key: `!redis|ttl|old-${type}-${word}`, value: u64(expireAt) };
  }
  for (const { key, value } of keysOf(`old-${word}`, undefined)) {
    const text = Buffer.from(key as Uint8Array).toString('latin1');
    if (/^!redis\|/.test(text)) continue;
    yield { key: Buffer.from(key as Uint8Array), value: value! };
  }
  for (const type of ['hash', 'list', 'set', 'zset', 'stream'])
    yield { key: `!redis|ttl|${type}-old-${word}`, value: u64(expireAt) };
}

function queue(name: string): Entry[] {
  const message = (id: string, sent: bigint, sequenceNumber?: number) => ({
    id,
    body: bytes('b'),
    sendTimestampMillis: sent,
    availableAtMillis: sent,
    ...(sequenceNumber !== undefined && { groupId: 'g', deduplicationId: id, sequenceNumber }),
  });
  const isFifo = name.endsWith('.fifo');
  const sequence = (number: number) => (isFifo ? number : undefined);
  const over = AT - RETENTION_S * 1000n;
  return entriesOf(
    queueRecords(
      {
        name,
        messageRetentionSeconds: Number(RETENTION_S),
        ...(isFifo && { fifo: true, contentBasedDeduplication: true }),
      },
      [message('kept', over + 1n, sequence(1)), message('over', over, sequence(2))],
    ),
  );
}

let place: StatePlace;
beforeEach(() => {
  place = new StatePlace();
});

function plant(entries: Iterable<Entry>): void {
  writeSnapshot(place.input, [...entries], { headerTimestamp: LAST_COMMIT_TS });
}

const filesIn = (folder: string) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : [];
const DROP = { expired: 'drop' } as const;

/** What encode makes of the tree that a selection decodes, and of the whole tree by the selection. */
function bothWays(wholeState = false): { decoded: Rows; encoded: Rows; dropped: number } {
  const { expiredUnits } = place.decoded({ selection: DROP, wholeState });
  const decoded = place.encoded({ wholeState });
  expect(decoded.error).toBeUndefined();
  rmSync(place.tree, { recursive: true });
  place.decoded({ wholeState });
  const encoded = place.encoded({ wholeState, selection: DROP, selfTest: false });
  expect(encoded.error).toBeUndefined();
  return { decoded: decoded.rows!, encoded: encoded.rows!, dropped: expiredUnits };
}

test.each([
  ['newer forms', keysOf],
  ['older forms', olderKeysOf],
])(
  'of Redis keys in %s those go that had expired when the data was taken, with their lines and index rows',
  (_, keys) => {
    plant([...keys('over', OVER), ...keys('later', NOT_OVER), ...keysOf('never', undefined)]);
    const { decoded, encoded, dropped } = bothWays();
    expect(dropped).toBe(7);
    expect(encoded).toEqual(decoded);
    const texts = [...Object.keys(decoded), ...Object.values(decoded)];
    expect(texts.filter((text) => text.includes('over'))).toEqual([]);
    for (const type of ['string', 'hll', 'hash', 'list', 'set', 'zset', 'stream'])
      for (const word of ['later', 'never'])
        expect(
          texts.some((text) => text.includes(type) && text.includes(word)),
          `${type} ${word}`,
        ).toBe(true);
  },
);

test('no file and no line of a dump names what was dropped', () => {
  const long = 'over'.repeat(100);
  plant([...keysOf(long, OVER), ...olderKeysOf('over', OVER), ...keysOf('later', NOT_OVER)]);
  place.decoded({ selection: DROP });
  const files = filesIn(place.tree);
  expect(files.filter((path) => path.includes('over'))).toEqual([]);
  const texts = files
    .filter((path) => /\.jsonl?$|CHECKSUMS$/.test(path))
    .map((path) => readFileSync(join(place.tree, path), 'utf8'));
  expect(texts.filter((text) => /over/.test(text.replaceAll('expired_before_ms', '')))).toEqual([]);
  expect(files).not.toContain('redis/db_0/KEYMAP.jsonl');
  expect(place.warnings.map(({ event }) => event)).toEqual([]);
});

test('kinds of one key that had expired do not count beside the ones that are left', () => {
  plant([
    ...entriesOf(setRecords(bytes('k'), [bytes('m')], OVER)),
    ...entriesOf([stringRecord(bytes('k'), bytes('v'))]),
  ]);
  place.decoded({ selection: DROP });
  expect(place.warnings).toEqual([]);
  expect(filesIn(join(place.tree, 'redis/db_0'))).toEqual(['strings', 'strings/k.bin']);
});

test.each([false, true])(
  'of SQS messages those go that are older than their queue keeps them; whole state: %s',
  (wholeState) => {
    plant([...queue('jobs'), ...queue('pay.fifo')]);
    const { decoded, encoded, dropped } = bothWays(wholeState);
    expect(dropped).toBe(2);
    expect(encoded).toEqual(decoded);
    const messages = Object.keys(decoded).filter((key) => key.startsWith('!sqs|msg|data|'));
    expect(messages.map((key) => Buffer.from(key.slice(-6), 'base64url').toString())).toEqual(['kept', 'kept']);
  },
);

test('queues stay when all of their messages go, and a queue without retention keeps all', () => {
  plant(queue('jobs'));
  place.decoded({ selection: { ...DROP, match: ['sqs/jobs'] } });
  expect(filesIn(join(place.tree, 'sqs'))).toContain('jobs/_queue.json');
});

test('with shifted times those go that had expired before the shift', () => {
  plant([...keysOf('over', OVER), ...keysOf('later', NOT_OVER), ...queue('jobs')]);
  place.decoded({ wholeState: false });
  const { rows } = place.encoded({ wholeState: false, selection: DROP, selfTest: false, shiftTimes: true });
  const keys = Object.keys(rows!);
  expect(keys.filter((key) => key.includes('over'))).toEqual([]);
  expect(keys.filter((key) => key.includes('string-later'))).toHaveLength(1);
  expect(keys.filter((key) => key.startsWith('!sqs|msg|data|'))).toHaveLength(1);
});

test('the manifest says when it had expired, and so does the sidecar of a snapshot', () => {
  plant([...keysOf('over', OVER), ...keysOf('later', NOT_OVER)]);
  place.decoded({ selection: DROP });
  expect(place.read('MANIFEST.json')).toContain(`"expired_before_ms": ${AT}`);
});

test('the moment is that of the data, whatever the clock says', () => {
  expect(momentOf(LAST_COMMIT_TS)).toBe(AT);
  expect(momentOf(1n)).toBe(0n);
  expect(() => momentOf(0n)).toThrow(DataError);
});
