import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wrongDump } from './dump-check.ts';
import { declared, type Entry, entriesOfNodeFile, nodeFileOf, payloadOf, row, sortedPayloadOf } from './fsm-file.ts';
import { picture } from './picture.ts';
import { namesIn, newPlace, scratchLeft } from './places.ts';
import { decode, type Ended, isOrderly } from './programs.ts';
import { ENCODED_FILE, NODE_FILE, rounds } from './setting.ts';
import { DATABASE, plantSparse } from './trees.ts';

const MIB = 1 << 20;
const MOST_MEMORY = 400 * MIB;

/** Decodes `in.fsm` of a place to `dump` and checks what holds for every file, however bad it is. */
async function tryFile(place: string, ...more: string[]): Promise<Ended> {
  const output = join(place, 'dump');
  const before = picture(place, ['scratch', 'dump']);
  const ended = await decode(join(place, 'in.fsm'), output, { place }, ...more);
  expect(isOrderly(ended), JSON.stringify(ended)).toBe(true);
  expect(picture(place, ['scratch', 'dump'])).toEqual(before);
  expect(scratchLeft(place)).toEqual([]);
  expect(namesIn(place, 'dump').length).toBe(ended.code === 0 ? 1 : 0);
  if (ended.code === 0) expect(wrongDump(output)).toBeUndefined();
  return ended;
}

async function trySnapshot(file: Buffer, ...more: string[]): Promise<{ place: string; ended: Ended }> {
  const place = newPlace();
  writeFileSync(join(place, 'in.fsm'), file);
  return { place, ended: await tryFile(place, ...more) };
}

function expectRefusal(ended: Ended, ...words: string[]): void {
  expect(ended.code, ended.stderr).toBe(1);
  for (const word of words) expect(ended.stderr).toContain(word);
}

function expectSuccess(ended: Ended): void {
  expect(ended.code, ended.stderr).toBe(0);
}

/** A string row in the form that holds no expiry. */
function stringRow(key: string | Buffer, value: string | Buffer = 'v'): Entry {
  return row(
    Buffer.concat([Buffer.from('!redis|str|'), Buffer.from(key)]),
    Buffer.concat([Buffer.from([255, 1, 0]), Buffer.from(value)]),
  );
}

describe('lengths that are declared', () => {
  const KEY_CAP = 1_048_584n;
  const VALUE_CAP = 268_435_499n;
  const key = row('!redis|str|a', '').key;
  const lengths = {
    'a key of 1 MiB and 8 bytes, the cap': declared(KEY_CAP, key),
    'a key one byte above the cap': declared(KEY_CAP + 1n, key),
    'a key of 2^64-1 bytes': declared(2n ** 64n - 1n, key),
    'a key of 2^32 + 20 bytes': declared(2n ** 32n + 20n, key),
    'a value of 256 MiB and 43 bytes, the cap': declared(BigInt(key.length), key, VALUE_CAP),
    'a value one byte above the cap': declared(BigInt(key.length), key, VALUE_CAP + 1n),
    'a value of 2^63 bytes': declared(BigInt(key.length), key, 2n ** 63n),
  };

  test.for(Object.entries(lengths))(
    '%s in a file of a few bytes: refused, nothing is set aside for it',
    async ([, file]) => {
      const { ended } = await trySnapshot(file);
      expectRefusal(ended, 'in.fsm', 'offset 16');
      expect(ended.peakBytes).toBeLessThan(200 * MIB);
    },
  );

  test('a value of the cap that is there, in a sparse file, is decoded', async () => {
    const place = newPlace();
    const head = declared(BigInt(key.length), key, VALUE_CAP);
    plantSparse(join(place, 'in.fsm'), head.length + Number(VALUE_CAP));
    writeFileSync(join(place, 'in.fsm'), head, { flag: 'r+' });
    const ended = await tryFile(place);
    expectSuccess(ended);
    expect(ended.peakBytes).toBeLessThan(3 * Number(VALUE_CAP));
  });

  test('a sparse file of 8 TiB is refused at its first entry', async () => {
    const place = newPlace();
    plantSparse(join(place, 'in.fsm'), 8 * 2 ** 40);
    writeFileSync(join(place, 'in.fsm'), payloadOf([]), { flag: 'r+' });
    expectRefusal(await tryFile(place), 'offset 16');
  });
});

describe('keys', () => {
  test.for([
    ['lead upwards', ['..', '../x', '../../../../../../tmp/x', 'a/../../b', './.', '.', '...', '/']],
    ['are absolute', ['/etc/passwd', '//', '/dev/null']],
    [
      'have NUL, line feeds and bytes that are no UTF-8',
      ['a\0b', '\0', 'a\nb', '\r\n', '\x1b[2J', Buffer.from([0xff, 0xfe]), Buffer.from([0xc0, 0x80])],
    ],
    [
      'look like names that ekv makes',
      ['MANIFEST.json', 'CHECKSUMS', 'KEYMAP.jsonl', 'b64.x', '%41', '.tmp-0123456789abcdef', `${'0'.repeat(32)}__x`],
    ],
    ['differ in case or are empty', ['', 'a', 'A', ' ', 'CON', 'nul.txt']],
  ] as const)('that %s: all in files of the folder of their type', async ([, keys]) => {
    const collections = keys.flatMap((key) => {
      const bytes = Buffer.from(key);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return ['!hs|fld|', '!st|mem|'].map((family) =>
        row(Buffer.concat([Buffer.from(family), length, bytes, Buffer.from('m')]), 'v'),
      );
    });
    const { place, ended } = await trySnapshot(sortedPayloadOf([...keys.map((key) => stringRow(key)), ...collections]));
    expectSuccess(ended);
    expect(namesIn(join(place, 'dump'))).toEqual(['CHECKSUMS', 'MANIFEST.json', 'redis']);
    for (const folder of ['strings', 'hashes', 'sets']) {
      expect(namesIn(join(place, 'dump', DATABASE, folder)).length, folder).toBe(keys.length);
    }
  });

  test('of 1 MiB, twenty of them, are decoded in bounded memory', async () => {
    const room = MIB - '!redis|str|'.length;
    const keys = Array.from({ length: 20 }, (_, i) => Buffer.alloc(room, `${String(i).padStart(2, '0')}`));
    const { place, ended } = await trySnapshot(sortedPayloadOf(keys.map((key) => stringRow(key))));
    expectSuccess(ended);
    expect(namesIn(join(place, 'dump', DATABASE, 'strings')).length).toBe(20);
    expect(ended.peakBytes).toBeLessThan(MOST_MEMORY);
  });

  test('of which each is the beginning of the next, one thousand, are decoded within seconds', async () => {
    const keys = Array.from({ length: 1000 }, (_, i) => 'a'.repeat(i));
    const { ended } = await trySnapshot(sortedPayloadOf(keys.map((key) => stringRow(key))));
    expectSuccess(ended);
  });
});

describe('families that are not known', () => {
  test('5,000 of them: warnings that are bounded, and a refusal with --strict', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => row(`!new-${i}|kind|${i}`, 'v'));
    const { ended } = await trySnapshot(sortedPayloadOf(rows));
    expectSuccess(ended);
    expect(ended.stderr.split('\n').length).toBeLessThan(2000);
    const strict = await trySnapshot(sortedPayloadOf(rows), '--strict');
    expectRefusal(strict.ended, '--strict');
    expect(strict.ended.stderr.length).toBeLessThan(MIB);
  });

  test('with keys of 1 MiB, 100 of them, stay in bounded memory', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => row(`!new-${i}|kind|${'x'.repeat(MIB - 20)}`, ''));
    const { ended } = await trySnapshot(sortedPayloadOf(rows));
    expectSuccess(ended);
    expect(ended.peakBytes).toBeLessThan(MOST_MEMORY);
    expect(ended.stderr.length).toBeLessThan(MIB);
  });
});

describe('collections', () => {
  const HASH = Buffer.concat([Buffer.from('!hs|fld|'), Buffer.from([0, 0, 0, 1]), Buffer.from('h')]);

  test('a hash of 100,000 fields is decoded', async () => {
    const fields = Array.from({ length: 100_000 }, (_, i) => row(Buffer.concat([HASH, Buffer.from(String(i))]), 'v'));
    const { ended } = await trySnapshot(sortedPayloadOf(fields));
    expectSuccess(ended);
    expect(ended.peakBytes).toBeLessThan(MOST_MEMORY);
  });

  test.for([
    [
      'a key whose length runs past its end',
      row(Buffer.concat([Buffer.from('!hs|fld|'), Buffer.from('ffffffff', 'hex')]), 'v'),
      '!hs|fld|',
    ],
    [
      'a score that is not a number',
      row(
        Buffer.concat([Buffer.from('!zs|mem|'), Buffer.from([0, 0, 0, 1]), Buffer.from('zm')]),
        Buffer.from('7ff8000000000001', 'hex'),
      ),
      'NaN',
    ],
    [
      'metadata with a count of 2^64-1',
      row(Buffer.concat([Buffer.from('!hs|meta|'), Buffer.from([0, 0, 0, 1]), Buffer.from('h')]), Buffer.alloc(8, 255)),
      '!hs|meta|',
    ],
    [
      'protobuf with a length of 2^63',
      row('!redis|hash|h', Buffer.from('005248010affffffffffffffff7f', 'hex')),
      '!redis|hash|',
    ],
    [
      'protobuf that nests groups without end',
      row('!redis|set|s', Buffer.concat([Buffer.from('00525301', 'hex'), Buffer.alloc(500_000, 0x13)])),
      '!redis|set|',
    ],
    ['an expiry of 7 bytes', row('!redis|ttl|t', Buffer.alloc(7)), '!redis|ttl|'],
  ] as const)('%s: refused with offset and key', async ([, entry, word]) => {
    const { ended } = await trySnapshot(payloadOf([entry]));
    expectRefusal(ended, 'offset 16', word);
    expect(ended.stderr.length).toBeLessThan(10_000);
  });
});

describe('order', () => {
  test('entries in reverse order, and each twice, are sorted first', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => stringRow(`k${String(i).padStart(6, '0')}`, 'same')).filter(
      (_, i) => i % 100 === 0,
    );
    const { place, ended } = await trySnapshot(payloadOf([...rows, ...rows].reverse()));
    expectSuccess(ended);
    expect(namesIn(join(place, 'dump', DATABASE, 'strings')).length).toBe(rows.length);
  });

  test('100,000 versions of one key are one file', async () => {
    const versions = Array.from({ length: 100_000 }, (_, i) => row('!redis|str|a', `v${i}`, BigInt(i + 1)));
    const { place, ended } = await trySnapshot(sortedPayloadOf(versions));
    expectSuccess(ended);
    expect(readFileSync(join(place, 'dump', DATABASE, 'strings/a.bin'), 'utf8')).toBe('v99999');
  });
});

describe('the file of a node', () => {
  const file = readFileSync(NODE_FILE);

  test('cut at any length: refused', async () => {
    const step = Math.ceil(file.length / rounds(3, 300));
    for (let length = 0; length < file.length; length += step) {
      const { ended } = await trySnapshot(file.subarray(0, length));
      expectRefusal(ended, 'in.fsm');
    }
  });

  test('one bit flipped anywhere: refused', async () => {
    const step = Math.ceil(file.length / rounds(3, 300));
    for (let at = 7; at < file.length; at += step) {
      const flipped = Buffer.from(file);
      flipped[at]! ^= 1 << (at % 8);
      const { ended } = await trySnapshot(flipped);
      expectRefusal(ended, 'in.fsm');
    }
  });

  test('taken apart and put together is decoded', async () => {
    expect(nodeFileOf(entriesOfNodeFile(file)).subarray(16)).not.toEqual(file.subarray(16));
    const { ended } = await trySnapshot(nodeFileOf(entriesOfNodeFile(file)));
    expectSuccess(ended);
  });
});

describe('input that is no file', () => {
  const inputs = {
    'an empty device': '/dev/null',
    'a folder': '.',
    'what is not there': 'missing.fsm',
    'a path of 5,000 characters': 'x'.repeat(5000),
  };

  test.for(Object.entries(inputs))('%s: exit 1 with its name', async ([, input]) => {
    const place = newPlace();
    const ended = await decode(input, join(place, 'dump'), { place });
    expect(isOrderly(ended), JSON.stringify(ended)).toBe(true);
    expectRefusal(ended, input);
    expect(namesIn(place)).toEqual(['scratch']);
  });

  test('standard input that ends early: exit 1, nothing left', async () => {
    const place = newPlace();
    const input = readFileSync(ENCODED_FILE).subarray(0, 5000);
    const ended = await decode('-', join(place, 'dump'), { place, input });
    expect(isOrderly(ended), JSON.stringify(ended)).toBe(true);
    expectRefusal(ended, 'truncated');
    expect(namesIn(place)).toEqual(['scratch']);
    expect(scratchLeft(place)).toEqual([]);
  });
});
