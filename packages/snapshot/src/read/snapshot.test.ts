import { createHash } from 'node:crypto';
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DuplicateKeyError, EnvironmentError, SnapshotFormatError } from '../errors.ts';
import { crc32c } from '../format/crc32c.ts';
import { printable } from '../printable.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { row, sstSnapshot } from '../sst/sst-snapshot.test-data.ts';
import { SnapshotWriter } from '../write/snapshot-writer.ts';
import type { SnapshotSummary } from './checked-snapshot.ts';
import { openSnapshot } from './open-snapshot.ts';

const vectors = join(import.meta.dirname, '../../../../fixtures/vectors');
let folder: string;
const scratch = new ScratchFolder();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-snapshot-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  scratch.remove();
});

interface Read {
  readonly summary: SnapshotSummary;
  /** Printable user key to body, in the order of the rows. */
  readonly rows: Array<[string, string]>;
}

function read(path: string, prefix = '!redis|str|'): Read {
  const snapshot = openSnapshot(path, { scratch });
  try {
    const source = snapshot.check({ families: [prefix] });
    const rows: Array<[string, string]> = [];
    const cursor = source.rows(prefix);
    while (cursor.next()) {
      rows.push([
        printable(cursor.bytes.subarray(cursor.keyStart + prefix.length, cursor.keyEnd)),
        printable(cursor.bytes.subarray(cursor.valueStart, cursor.valueEnd)),
      ]);
    }
    return { summary: source.summary, rows };
  } finally {
    snapshot.close();
  }
}

function readBytes(bytes: Uint8Array): Read {
  const path = join(folder, 'input.fsm');
  writeFileSync(path, bytes);
  return read(path);
}

function refusal(bytes: Uint8Array): SnapshotFormatError {
  try {
    readBytes(bytes);
  } catch (error) {
    if (error instanceof SnapshotFormatError) return error;
    throw error;
  }
  throw new Error('the bytes were accepted');
}

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

const Q = hex(
  '454b565042424c31640000000000000014000000000000002172656469737c7374727c61ffffffffffffff9b0d00000000000000000000000000000000ff010078',
);
const W1 = hex('454b5654484c4331000001a2073de8be');
const A_IS_X = [['a', '\\xff\\x01\\x00x']];

test.each([
  ['W1, wrapper version 1 and footer', Buffer.concat([W1, Q, hex('1653639b')]), 'ok', 0x1a2073de8ben],
  ['W2, wrapper version 1 without footer', Buffer.concat([W1, Q]), 'none', 0x1a2073de8ben],
  [
    'W3, wrapper version 2 and footer',
    Buffer.concat([hex('454b5654484c43320010000001a2073de8be000000000000002a'), Q, hex('9855719e')]),
    'ok',
    0x1a2073de8ben,
  ],
  [
    'W4, wrapper version 2 with an extension',
    Buffer.concat([hex('454b5654484c43320018000001a2073de8be000000000000002aaaaaaaaaaaaaaaaa'), Q]),
    'none',
    0x1a2073de8ben,
  ],
  ['W5, a payload with a footer', Buffer.concat([Q, hex('abce57a0')]), 'ok', undefined],
  ['Q, a plain payload', Q, 'none', undefined],
])('vector %s', (_, bytes, footer, ceiling) => {
  const { summary, rows } = readBytes(bytes);
  expect(rows).toEqual(A_IS_X);
  expect(summary).toMatchObject({ footer, clockCeilingMs: ceiling, lastCommitTs: 100n, entries: 1 });
});

test('the footer of a payload without wrapper is compared with all bytes before it, however many', () => {
  const body = Buffer.alloc(3_000_000, 'x');
  const lengths = [12, 9 + body.length].map((length) => {
    const field = Buffer.alloc(8);
    field.writeUInt32LE(length);
    return field;
  });
  const key = Buffer.concat([Buffer.from('!zzz'), Buffer.alloc(8, 0xfe)]);
  const payload = Buffer.concat([Q, lengths[0]!, key, lengths[1]!, Buffer.alloc(9), body]);
  const footer = Buffer.alloc(4);
  footer.writeUInt32BE(crc32c(payload));
  expect(readBytes(Buffer.concat([payload, footer])).summary).toMatchObject({ footer: 'ok', entries: 2 });
  payload[payload.length - 1]! ^= 1;
  expect(refusal(Buffer.concat([payload, footer])).message).toContain('checksum');
});

test('vector W6: a footer that does not match is refused with both values and both words', () => {
  const damaged = Buffer.concat([W1, Q, hex('1653639b')]);
  damaged[W1.length + Q.length - 1] = 0x79;
  const { message } = refusal(damaged);
  expect(message).toContain('1653639b');
  expect(message).toContain('checksum');
  expect(message).toContain('truncated');
});

test('vector W7: an unknown wrapper version is refused as newer', () => {
  expect(refusal(Buffer.concat([hex('454b5654484c4333000001a2073de8be'), Q, hex('ee71d624')])).message).toMatch(
    /newer elastickv/,
  );
});

test('vector W8: a wrapper length of 15 is refused', () => {
  expect(refusal(Buffer.concat([hex('454b5654484c4332000f000001a2073de8be00000000000000'), Q])).message).toMatch(
    /wrapper length of 15/,
  );
});

test('vector R1: unversioned rows are counted as operational and passed over', () => {
  const { summary, rows } = readBytes(
    hex(`454b565042424c3164000000000000001b0000000000000021656e6372797074696f6e7c777269746572737c000000017c00070c000000000000
      008b5d3c2a112233440001000214000000000000002172656469737c7374727c61ffffffffffffff9b0d00000000000000000000000000000000
      ff01007813000000000000005f6d6574615f6170706c6965645f696e6465780800000000000000510000000000000014000000000000005f6d65
      74615f6c6173745f636f6d6d69745f74730800000000000000640000000000000015000000000000005f6d6574615f6d696e5f72657461696e65
      645f7473080000000000000001000000000000001d000000000000005f6d6574615f70656e64696e675f6d696e5f72657461696e65645f747308
      000000000000000100000000000000`),
  );
  expect(rows).toEqual(A_IS_X);
  expect(summary).toMatchObject({ operational: 5, entries: 6 });
});

const S_HEAD = '454b565042424c316400000000000000';
test.each([
  [
    'S1: the newest version counts',
    `${S_HEAD}14000000000000002172656469737c7374727c61ffffffffffffffa50f00000000000000000000000000000000ff01006e657714000000000000002172656469737c7374727c61ffffffffffffffcd0f00000000000000000000000000000000ff01006f6c64`,
    [['a', '\\xff\\x01\\x00new']],
    { superseded: 1, tombstones: 0 },
  ],
  [
    'S2: a key whose newest version is a tombstone does not exist',
    `${S_HEAD}14000000000000002172656469737c7374727c61ffffffffffffffa5090000000000000001000000000000000014000000000000002172656469737c7374727c61ffffffffffffffcd0f00000000000000000000000000000000ff01006f6c6414000000000000002172656469737c7374727c62ffffffffffffffc30d00000000000000000000000000000000ff010079`,
    [['b', '\\xff\\x01\\x00y']],
    { superseded: 1, tombstones: 1 },
  ],
  [
    'S3: versions of one key that enclose another key',
    `${S_HEAD}14000000000000002172656469737c7374727c61ffffffffffffffa50f00000000000000000000000000000000ff01006e65771c000000000000002172656469737c7374727c61ffffffffffffffa6ffffffffffffffc31300000000000000000000000000000000ff01006265747765656e14000000000000002172656469737c7374727c61ffffffffffffffcd0f00000000000000000000000000000000ff01006f6c64`,
    [
      ['a', '\\xff\\x01\\x00new'],
      ['a\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xa6', '\\xff\\x01\\x00between'],
    ],
    { superseded: 1, tombstones: 0 },
  ],
])('vector %s', (_, bytes, rows, counts) => {
  const result = readBytes(hex(bytes));
  expect(result.rows).toEqual(rows);
  expect(result.summary).toMatchObject(counts);
});

test('the small file of a real node: one live string, footer b3ca27d0', () => {
  const { summary, rows } = read(join(vectors, '0000000000000015.fsm'));
  expect(rows).toEqual([['a', '\\xff\\x01\\x002']]);
  expect(summary).toMatchObject({ lastCommitTs: 117664554237558787n, footer: 'ok', footerCrc32c: 0xb3ca27d0 });
});

test('the file of a real node with changed and deleted keys gives the newest values', () => {
  const { rows } = read(join(vectors, '0000000000000035.fsm'));
  expect(new Map(rows).get('city')).toBe('\\xff\\x01\\x00Tromso');
  expect(new Map(rows).has('gone')).toBe(false);
});

function write(
  rows: ReadonlyArray<readonly [Uint8Array, Uint8Array]>,
  lastCommitTs: bigint,
  arenaBytes?: number,
): Buffer {
  const writer = new SnapshotWriter({ lastCommitTs, scratch, arenaBytes });
  for (const [key, value] of rows) writer.add(key, value);
  const blocks: Buffer[] = [];
  writer.writeTo({ write: (bytes) => void blocks.push(Buffer.from(bytes)) });
  return Buffer.concat(blocks);
}

const key = fc.oneof(
  fc.array(fc.constantFrom(0, 0x61, 0xfe, 0xff), { maxLength: 10 }).map((bytes) => Uint8Array.from(bytes)),
  fc.uint8Array({ maxLength: 40 }),
);

test('the reader gives back what the writer was given, sorted by encoded key, whatever the order of arrival', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(key, fc.uint8Array({ maxLength: 60 })), {
        selector: ([k]) => Buffer.from(k).toString('hex'),
        maxLength: 120,
      }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constantFrom(256, 4096, undefined),
      (rows, ts, arenaBytes) => {
        const prefix = Buffer.from('!redis|str|');
        const records = rows.map(([k, v]) => [Buffer.concat([prefix, k]), v] as const);
        const suffix = Buffer.alloc(8);
        suffix.writeBigUInt64BE(BigInt.asUintN(64, ~ts));
        const sorted = [...records].sort((a, b) =>
          Buffer.compare(Buffer.concat([a[0], suffix]), Buffer.concat([b[0], suffix])),
        );
        const bytes = write(records, ts, arenaBytes);
        expect(bytes.equals(write(sorted, ts))).toBe(true);
        const result = readBytes(bytes);
        expect(result.rows).toEqual(sorted.map(([k, v]) => [printable(k.subarray(prefix.length)), printable(v)]));
        expect(result.summary.lastCommitTs).toBe(ts);
      },
    ),
    { numRuns: 120 },
  );
});

test('entries out of order and repeated entries give the rows of the sorted file, the later of equal keys', () => {
  const rows = Array.from(
    { length: 50 },
    (_, i) => [Buffer.from(`!redis|str|${i % 25}`), Buffer.from(`v${i}`)] as const,
  );
  const newest = write(rows.slice(25), 100n);
  const older = write(rows.slice(0, 25), 100n);
  const result = readBytes(Buffer.concat([older, newest.subarray(16)]));
  expect(result.rows).toEqual(readBytes(newest).rows);
  expect(result.summary).toMatchObject({ entries: 50, superseded: 25, ordered: true });
});

test('entries out of order between a wrapper and a footer give the rows of the sorted file', () => {
  const [older, newer] = [
    write([[Buffer.from('!redis|str|b'), Buffer.from('2')]], 100n),
    write([[Buffer.from('!redis|str|a'), Buffer.from('1')]], 100n),
  ];
  const file = Buffer.concat([W1, older, newer.subarray(16), Buffer.alloc(4)]);
  file.writeUInt32BE(crc32c(file, 0, file.length - 4), file.length - 4);
  expect(readBytes(file).rows).toEqual([
    ['a', '1'],
    ['b', '2'],
  ]);
});

test('two records with one key are refused and the key is named', () => {
  expect(() =>
    write(
      [
        [Buffer.from('k'), Buffer.from('1')],
        [Buffer.from('k'), Buffer.from('2')],
      ],
      1n,
    ),
  ).toThrow(DuplicateKeyError);
});

test('a slice of a file is written as the body', () => {
  const path = join(folder, 'body');
  writeFileSync(path, 'xxhello');
  const writer = new SnapshotWriter({ lastCommitTs: 5n, scratch });
  writer.add(Buffer.from('!redis|str|s'), { path, offset: 2, length: 5 });
  const blocks: Buffer[] = [];
  writer.writeTo({ write: (bytes) => void blocks.push(Buffer.from(bytes)) });
  expect(readBytes(Buffer.concat(blocks)).rows).toEqual([['s', 'hello']]);
});

test('the header alone is an empty snapshot', () => {
  expect(readBytes(write([], 7n)).summary).toMatchObject({ entries: 0, lastCommitTs: 7n });
});

const sample = readFileSync(join(vectors, '0000000000000015.fsm'));

test('a file with a footer that is cut anywhere is refused', () => {
  for (let length = 0; length < sample.length; length += 1) {
    const cut = sample.subarray(0, length);
    if (length === sample.length - 4) continue; // without the footer it is a legal offload object
    if (entryBoundaries.has(length)) continue; // indistinguishable from a complete object
    expect(refusal(cut).message).toMatch(/truncated|empty state|checksum/);
  }
}, 30_000);

/** Offsets at which the sample without its footer has an entry boundary. */
const entryBoundaries = new Set<number>();
/** Offsets of the bytes of length fields. */
const lengthBytes = new Set<number>();
for (let at = 32; at < sample.length - 4; ) {
  entryBoundaries.add(at);
  for (let field = 0; field < 2; field++) {
    for (let i = 0; i < 8; i++) lengthBytes.add(at + i);
    at += 8 + Number(sample.readBigUInt64LE(at));
  }
}

test('a flipped bit is refused, or leaves a file that no footer vouches for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: sample.length * 8 - 1 }), (bit) => {
      const flipped = Buffer.from(sample);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      // A longer value may swallow all that follows it, the footer too; such a file looks like an offload object.
      if (lengthBytes.has(bit >> 3) && footerOf(flipped) === 'none') return;
      expect(refusal(flipped)).toBeInstanceOf(SnapshotFormatError);
    }),
    { numRuns: 400 },
  );
});

function footerOf(bytes: Uint8Array): string | undefined {
  try {
    return readBytes(bytes).summary.footer;
  } catch {
    return undefined;
  }
}

test('a declared length is not allocated', () => {
  const before = process.memoryUsage().arrayBuffers;
  const lying = Buffer.concat([Q.subarray(0, 16), hex('0800000000000000'), Buffer.alloc(8), hex('0000001000000000')]);
  expect(refusal(lying).message).toMatch(/over the limit|truncated/);
  const atCap = Buffer.concat([Q.subarray(0, 16), hex('0800000000000000'), Buffer.alloc(8), hex('0000000f00000000')]);
  expect(refusal(atCap).message).toMatch(/truncated/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
});

test('a length of 2^64-1 is too large, not negative', () => {
  expect(refusal(Buffer.concat([Q.subarray(0, 16), Buffer.alloc(8, 0xff)])).message).toContain('18446744073709551615');
});

test('a message about an entry gives offset, ordinal and key', () => {
  const reserved = Buffer.from(Q);
  reserved[16 + 8 + 20 + 8] = 0x08;
  const error = refusal(reserved);
  expect(error).toMatchObject({ offset: 16, ordinal: 1 });
  expect(error.message).toMatch(/entry 1 at offset 16, key !redis\|str\|a: .*reserved/);
});

test('a missing file and a folder are the environment, with the path', () => {
  expect(() => read(join(folder, 'no-such-file.fsm'))).toThrow(EnvironmentError);
  expect(() => read(folder)).toThrow(/folder/);
});

/** A file of a node: wrapper, rows, the node's own rows, footer. */
function nodeFile(own: readonly string[], { footer }: { footer: boolean }): Buffer {
  const bytes = Buffer.concat([W1, Q, ...own.map((key) => ownRow(key))]);
  return footer ? Buffer.concat([bytes, be32(crc32c(bytes))]) : bytes;
}

const OWN_KEYS = ['_meta_applied_index', '_meta_last_commit_ts', '_meta_min_retained_ts'];

function ownRow(key: string, value = Buffer.alloc(8)): Buffer {
  return Buffer.concat([le64(key.length), Buffer.from(key), le64(value.length), value]);
}

function versionedRow(key: string): Buffer {
  return Buffer.concat([le64(key.length + 8), Buffer.from(key), Buffer.alloc(8, 0xfe), le64(9), Buffer.alloc(9)]);
}

function le64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value);
  return bytes;
}

function be32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

test.each([
  ['all three', nodeFile(OWN_KEYS, { footer: false }), true],
  ['without the oldest history, which not every node keeps', nodeFile(OWN_KEYS.slice(0, 2), { footer: false }), true],
  ['cut behind the first', nodeFile(OWN_KEYS.slice(0, 1), { footer: false }), false],
  ['none', nodeFile([], { footer: false }), false],
  [
    'with a raw key behind them, which sorts there',
    Buffer.concat([nodeFile(OWN_KEYS, { footer: false }), versionedRow('a')]),
    true,
  ],
  [
    'with a row of a family behind them',
    Buffer.concat([W1, Q, ...OWN_KEYS.map((key) => ownRow(key)), versionedRow('!zzz')]),
    false,
  ],
  ['keys that only begin like them', Buffer.concat([W1, Q, versionedRow('_meta_applied_index.')]), false],
])("the node's own rows end what is decoded of a file: %s", (_, bytes, ends) => {
  expect(readBytes(bytes).summary).toMatchObject({ endsInMetaRows: ends, wrapperVersion: 1, footer: 'none' });
});

test.each(OWN_KEYS)(
  "a row of the node's own, %s, with another length than 8 bytes is damage: it would swallow the footer",
  (key) => {
    const whole = nodeFile([...OWN_KEYS.filter((other) => other !== key), key], { footer: true });
    whole.writeUInt32LE(12, whole.length - 4 - 16);
    const error = refusal(whole);
    expect(error.message).toMatch(new RegExp(`key ${key}: the value length 12 of this row must be 8`));
    expect(error.isDamage).toBe(true);
  },
);

test.each([
  ['with a wrapper and a footer', nodeFile(OWN_KEYS, { footer: true })],
  ['a plain payload', Q],
  ['a payload with a footer', Buffer.concat([Q, hex('abce57a0')])],
])('the SHA-256 of a file is taken on the one pass when it is asked for: %s', (_, bytes) => {
  const path = join(folder, 'hashed.fsm');
  writeFileSync(path, bytes);
  const snapshot = openSnapshot(path, { scratch });
  const { summary } = snapshot.check({ families: [], bodies: 'passed over', sha256: true });
  snapshot.close();
  expect(summary.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(readBytes(bytes).summary.sha256).toBeUndefined();
});

test('the SHA-256 covers bodies that are larger than what is read at once', () => {
  const body = Buffer.alloc(5_000_000, 'x');
  const row = Buffer.concat([
    le64(12),
    Buffer.from('!zzz'),
    Buffer.alloc(8, 0xfe),
    le64(9 + body.length),
    Buffer.alloc(9),
  ]);
  const bytes = Buffer.concat([Q, row, body, versionedRow('!zzzz')]);
  const path = join(folder, 'hashed.fsm');
  writeFileSync(path, bytes);
  const snapshot = openSnapshot(path, { scratch });
  const { sha256 } = snapshot.check({ families: [], bodies: 'passed over', sha256: true }).summary;
  snapshot.close();
  expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test.each([
  ['SST files of another form', sstSnapshot([[row('!k|a', 'x')]], { table: { compression: 7 } })],
  ['gzip', Buffer.concat([hex('1f8b'), Buffer.alloc(40)])],
  ['an empty state', W1],
  ['a newer wrapper', Buffer.concat([hex('454b5654484c4333000001a2073de8be'), Q])],
  ['a timestamp group', Buffer.alloc(12, 7)],
  ['an encrypted value', encryptedFile()],
])('a file that is whole and cannot be decoded is told apart from a damaged one: %s', (_, bytes) => {
  expect(refusal(bytes).isDamage).toBe(false);
});

test('a file that is cut, or begins with anything, is damaged', () => {
  expect(refusal(Q.subarray(0, -1)).isDamage).toBe(true);
  expect(refusal(Buffer.alloc(40)).isDamage).toBe(true);
  expect(refusal(Buffer.alloc(0)).isDamage).toBe(true);
});

function encryptedFile(): Buffer {
  const row = versionedRow('!zzz');
  row[row.length - 9] = 0x02;
  return Buffer.concat([Q, row]);
}

test('a snapshot that was opened by its caller is read through that descriptor, which stays open', () => {
  const path = join(folder, 'opened.fsm');
  writeFileSync(path, Q);
  const fd = openSync(path, 'r');
  unlinkSync(path);
  const snapshot = openSnapshot(path, { scratch, fd });
  expect(snapshot.check({ families: [] }).summary.entries).toBe(1);
  snapshot.close();
  expect(fstatSync(fd).size).toBe(Q.length);
  closeSync(fd);
});

test('of two rows of one family newer than the header, the later and higher timestamp is told', () => {
  const at = (timestamp: number, key: string) => {
    const suffix = Buffer.alloc(8);
    suffix.writeBigUInt64BE(BigInt.asUintN(64, ~BigInt(timestamp)));
    return Buffer.concat([le64(key.length + 8), Buffer.from(key), suffix, le64(9), Buffer.alloc(9)]);
  };
  const { summary } = readBytes(Buffer.concat([Q, at(150, '!redis|str|b'), at(200, '!redis|str|c')]));
  expect(summary.newerThanHeader.get('!redis|str|')).toEqual({ count: 2, highest: 200n });
});
