import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Damage } from '../damage/damage.ts';
import { SnapshotFormatError } from '../errors.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { readSnapshot } from './sst-reading.test-data.ts';
import {
  manifestHead,
  type Row,
  row,
  type SnapshotOptions,
  sstSnapshot,
  withFooter,
} from './sst-snapshot.test-data.ts';

const golden = readFileSync(join(import.meta.dirname, '../../../../fixtures/golden/live/sst/0000000000000051.fsm'));
const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

function refusal(bytes: Buffer): SnapshotFormatError {
  try {
    readSnapshot(bytes, { scratch });
  } catch (error) {
    expect(error).toBeInstanceOf(SnapshotFormatError);
    return error as SnapshotFormatError;
  }
  throw new Error('nothing was refused');
}

const ROWS: Row[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((name) => row(`!k|${name}`, `of ${name}`));
const snapshotWith = (options: SnapshotOptions) => sstSnapshot([ROWS.slice(0, 6), ROWS.slice(6)], options);
const FILES_AT = (bytes: Buffer) => 16 + 48 + Number(bytes.readBigUInt64BE(24));

test('a snapshot that is cut anywhere is refused as damaged', () => {
  // Without its checksum it is whole.
  for (let size = 0; size < golden.length; size += 1 + (size % 89)) {
    if (size === golden.length - 4) continue;
    const { isDamage, message } = refusal(golden.subarray(0, size));
    expect([size, isDamage || size === 16]).toEqual([size, true]);
    expect(message).toMatch(/^in\.fsm/);
  }
});

test('a snapshot in which any byte is another one is refused, with and without its checksum', () => {
  for (const bytes of [golden, golden.subarray(0, -4)]) {
    for (let at = 0; at < bytes.length; at += 1 + (at % 61)) {
      // The clock of the wrapper: only the checksum knows it.
      if (bytes.length < golden.length && at >= 8 && at < 16) continue;
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << (at & 7);
      expect(() => readSnapshot(changed, { scratch }), `byte ${at}`).toThrow(SnapshotFormatError);
    }
  }
});

test('bytes after the last SST file that are no checksum are refused', () => {
  const bytes = snapshotWith({ footer: 'none' });
  const end = bytes.length;
  expect(refusal(Buffer.concat([bytes, Buffer.alloc(4)])).message).toMatch(/the checksum does not match/);
  const { message, offset } = refusal(Buffer.concat([bytes, Buffer.alloc(7)]));
  expect(message).toMatch(/7 bytes follow its last SST file/);
  expect(offset).toBe(end);
});

test('a wrong byte in a data block is told with its SST file, offset, and the key before it', () => {
  const bytes = snapshotWith({});
  const at = bytes.lastIndexOf('of e');
  bytes[at]! ^= 1;
  const { message, offset } = refusal(bytes);
  expect(message).toMatch(
    /^in\.fsm: 000000\.sst, data block at offset \d+ of it, key !k\|d or after it: its checksum is [0-9a-f]{8}, that of its bytes [0-9a-f]{8}; the file is damaged, copy it again$/,
  );
  expect(offset).toBeGreaterThan(FILES_AT(bytes));
  expect(offset).toBeLessThanOrEqual(at);
});

test.each<[string, SnapshotOptions, RegExp]>([
  [
    'an SST file with another SHA-256',
    { text: (text) => text.replace(/"sha256":"..../, '"sha256":"0000') },
    /000000\.sst has the SHA-256 [0-9a-f]{64}, the manifest says 0000/,
  ],
  ['SST files in another order', { tables: (tables) => tables.reverse() }, /the table says|its first or its last key/],
  [
    'other bounds',
    { text: (text) => text.replace(ROWS[0]![0].toString('base64'), row('!k|A', '')[0].toString('base64')) },
    /its first or its last key is not the one/,
  ],
  [
    'another number of rows',
    { manifest: { entry_count: 11 } },
    /the manifest says 11 rows of \d+ bytes, the SST files have 10 of/,
  ],
  ['another number of bytes', { manifest: { uncompressed_bytes: 1 } }, /10 rows of 1 bytes/],
  [
    'another number of bytes of all files',
    { manifest: { total_file_bytes: 1 } },
    /total_file_bytes is 1, its files have \d+ bytes together/,
  ],
  ['another number of entries in a table', { table: { entries: 5 } }, /the table says that it has 5 entries, it has 6/],
  [
    'blocks over each other',
    {
      table: {
        rowsOfABlock: 2,
        handles: (handles) => {
          handles[1] = { ...handles[0]! };
        },
      },
    },
    /it lies over the block before it/,
  ],
  [
    'a block beyond its file',
    {
      table: {
        rowsOfABlock: 2,
        handles: (handles) => {
          handles[1]!.length = 5000;
        },
      },
    },
    /it reaches beyond the end of its file/,
  ],
  [
    'a block left out',
    {
      table: {
        rowsOfABlock: 2,
        handles: (handles) => {
          handles.length = 1;
        },
      },
    },
    /the table says that it has 6 entries, it has 2/,
  ],
  [
    'a footer with something after its places',
    {
      table: {
        footer: (footer) => {
          footer[40] = 1;
        },
      },
    },
    /what follows the two places in its footer is not zero/,
  ],
])('a snapshot with %s is refused as damaged', (_, options, rule) => {
  const { message, isDamage } = refusal(snapshotWith(options));
  expect(message).toMatch(rule);
  expect(isDamage).toBe(true);
});

test('a key above the one that its index has is refused', () => {
  const rows = [ROWS[0]!, ROWS[2]!, ROWS[1]!, ROWS[3]!];
  expect(refusal(sstSnapshot([rows], { table: { rowsOfABlock: 4 } })).message).toMatch(
    /a key is not above the one before it/,
  );
  expect(refusal(sstSnapshot([rows], { table: { rowsOfABlock: 2 } })).message).toMatch(
    /a key is not above the one before it/,
  );
});

test.each<[string, SnapshotOptions, RegExp]>([
  [
    'version 2 of the manifest',
    { manifest: { version: 2 } },
    /it has version 2, this ekv reads version 1; use a newer ekv/,
  ],
  [
    'a field that is not known',
    { manifest: { shards: 2 } },
    /it has the field "shards", which this ekv does not know; use a newer ekv/,
  ],
  [
    'columnar blocks',
    { table: { footer: (footer) => footer.writeUInt32LE(5, 41) } },
    /the table has the format version 5/,
  ],
  [
    'tables of LevelDB',
    { table: { footer: (footer) => footer.write('57fb808b247547db', 45, 'hex') } },
    /the magic of the table is 57fb808b247547db/,
  ],
  [
    'checksums of another kind',
    {
      table: {
        footer: (footer) => {
          footer[0] = 3;
        },
      },
    },
    /checksums of kind 3/,
  ],
  ['blocks that Zstandard packed', { table: { compression: 7 } }, /its compression is 7 \(Zstandard\)/],
  ['another comparator', { table: { comparator: 'cockroach' } }, /the comparator cockroach/],
  ['an index of another type', { table: { indexType: 1 } }, /an index of type 1/],
  [
    'range deletions',
    { table: { parts: ['rocksdb.range_del2'] } },
    /has a part "rocksdb\.range_del2" that is not read/,
  ],
  ['deletions of the store', { table: { trailer: Buffer.alloc(8) } }, /a row has the kind 0, not 1 \(set\)/],
  [
    'sequence numbers',
    { table: { trailer: Buffer.from('0107000000000000', 'hex') } },
    /a row has the sequence number 7, not 0/,
  ],
  ['values in other blocks', { table: { valuePrefix: 0x80 } }, /a value has the prefix 0x80, not 0x00/],
])('a whole snapshot with %s is refused, with the way out, and is not told to be damaged', (_, options, rule) => {
  const { message, isDamage } = refusal(snapshotWith(options));
  expect(message).toMatch(rule);
  expect(message).toMatch(/use a newer ekv$|restart the node without ELASTICKV_PEBBLE_SST_INGEST_SNAPSHOT/);
  expect(isDamage).toBe(false);
});

test.each([
  ['an absurd length', (head: Buffer) => head.writeBigInt64BE(-1n, 8), /a manifest of 18446744073709551615 bytes/],
  ['no length', (head: Buffer) => head.writeBigInt64BE(0n, 8), /a manifest of 0 bytes, it must have 1 to 67108864/],
  ['a length beyond the file', (head: Buffer) => head.writeBigInt64BE(60_000_000n, 8), /ends inside the manifest/],
  ['another digest', (head: Buffer) => head.writeUInt8(head[20]! ^ 1, 20), /has another SHA-256 than stands before it/],
])('a manifest with %s is refused', (_, change, rule) => {
  const text = Buffer.from('{}');
  const head = manifestHead(text);
  change(head);
  const { message, isDamage } = refusal(Buffer.concat([head, text]));
  expect(message).toMatch(rule);
  expect(isDamage).toBe(true);
});

const FIELDS =
  '"version":1,"last_commit_ts":1,"min_retained_ts":1,"pending_min_retained_ts":0,"entry_count":0,"uncompressed_bytes":0,"total_file_bytes":0';
const FILE = `"size":0,"sha256":"${'a'.repeat(64)}","smallest":"IQ==","largest":"IQ=="`;
test.each([
  ['[]', /it is no JSON object/],
  ['{"version":1', /it is no JSON/],
  ['{"version":"1"}', /it has version 1/],
  ['{"version":1,"last_commit_ts":-1}', /last_commit_ts must be a whole number of 64 bits/],
  ['{"version":1,"last_commit_ts":18446744073709551616}', /last_commit_ts must be a whole number of 64 bits/],
  [`{${FIELDS.replace('"entry_count":0', '"entry_count":0.5')},"files":null}`, /entry_count must be a whole number/],
  [`{${FIELDS},"applied_index":null,"files":null}`, /applied_index must be a whole number/],
  [`{${FIELDS}}`, /files must be a list/],
  [`{${FIELDS},"files":[7]}`, /file 000000\.sst is no JSON object/],
  [`{${FIELDS},"files":[{"name":"000001.sst",${FILE}}]}`, /file 0 has the name "000001\.sst", not 000000\.sst/],
  [`{${FIELDS},"files":[{"name":"000000.sst",${FILE},"level":6}]}`, /the field "level"/],
  [
    `{${FIELDS},"files":[{"name":"000000.sst",${FILE.replace('aaaa', 'AAAA')}}]}`,
    /sha256 of 000000\.sst is not 64 lower-case hex/,
  ],
  [`{${FIELDS},"files":[{"name":"000000.sst",${FILE.replace('IQ==', 'IQ')}}]}`, /a bound of 000000\.sst is not base64/],
  [
    `{${FIELDS},"files":[{"name":"000000.sst",${FILE.replace('IQ==', 'Ig==')}}]}`,
    /smallest of 000000\.sst is above its largest/,
  ],
  [
    `{${FIELDS},"files":[{"name":"000000.sst",${FILE}},{"name":"000001.sst",${FILE}}]}`,
    /the keys of 000001\.sst are not above/,
  ],
  [`[${'1,'.repeat(100_000)}1]`, /it has about 100001 values, too many for its 200003 bytes/],
  ['['.repeat(100_000), /too many/],
])('a manifest %.60s is refused, and its path and rule are told', (manifest, rule) => {
  const text = Buffer.from(manifest);
  const { message } = refusal(withFooter(Buffer.concat([manifestHead(text), text])));
  expect(message).toMatch(rule);
  expect(message).toMatch(/^in\.fsm: the manifest of its SST files: /);
});

test('blocks with anything in them and true digests are refused, or read, but never crash, hang or take memory', () => {
  const changes = fc.array(fc.tuple(fc.nat(6), fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  const cut = fc.tuple(fc.nat(20), fc.nat());
  const shape = fc.record({ compression: fc.nat(1), entriesOfAnIndexBlock: fc.constantFrom(undefined, 1, 2) });
  fc.assert(
    fc.property(changes, cut, shape, (some, [cutBlock, cutAt], { compression, entriesOfAnIndexBlock }) => {
      let blocks = 0;
      const block = (data: Buffer): Buffer => {
        const bytes = Buffer.from(data);
        for (const [number, at, byte] of some) if (number === blocks) bytes[at % bytes.length] = byte;
        return blocks++ === cutBlock ? bytes.subarray(0, cutAt % bytes.length) : bytes;
      };
      const table = { block, compression, ...(entriesOfAnIndexBlock && { entriesOfAnIndexBlock }) };
      const bytes = sstSnapshot([ROWS], { table });
      for (const damage of [undefined, new Damage()]) {
        try {
          readSnapshot(bytes, { scratch, ...(damage && { damage }) });
        } catch (error) {
          expect(error).toBeInstanceOf(SnapshotFormatError);
        }
      }
    }),
    { numRuns: 200 },
  );
});
