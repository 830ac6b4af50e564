import { linkSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFileName } from '@ekv/dump-tree';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encoded, plant, problemsOf, refused, temporaryFolder } from './encoded.test-data.ts';

const HASHED = (letter: string) => encodeFileName(Buffer.from(letter.repeat(241)));
const record = (encoded: string, original: string, kind = 'sha-fallback') =>
  `${JSON.stringify({ encoded, original: Buffer.from(original, 'latin1').toString('base64url'), kind })}\n`;
const keysOf = (files: Record<string, string>) => Object.keys(encoded(files).rows);

test.each([
  ['', '.bin'],
  ['.', '..bin'],
  ['..', '...bin'],
  ['a.bin', 'a.bin.bin'],
  ['a/b', 'a%2Fb.bin'],
  ['a/b', 'a%2fb.bin'],
  ['a', '%61.bin'],
  ['\xff\x00', '%ff%00.bin'],
  ['a', 'b64.YQ.bin'],
  ['\xfb\xff', 'b64.-_8.bin'],
  ['', 'b64..bin'],
  ['AZaz09-._', 'AZaz09-._.bin'],
  ['x'.repeat(240), `${'x'.repeat(240)}.bin`],
])('the key %j is read from the name %s', (key, name) => {
  expect(keysOf({ [`strings/${name}`]: 'v' })).toEqual([`!redis|str|${key}`]);
});

test('the names that decode gives are read back to the keys', () => {
  const key = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.uniqueArray(key, { selector: (bytes) => bytes.toString('hex'), maxLength: 20 }), (keys) => {
      const files = Object.fromEntries(keys.map((bytes) => [`strings/${encodeFileName(bytes)}.bin`, 'v']));
      const wanted = keys.sort(Buffer.compare).map((bytes) => `!redis|str|${bytes.toString('latin1')}`);
      expect(keysOf(files)).toEqual(wanted);
    }),
    { numRuns: 30 },
  );
}, 60_000);

test('files are taken in the order of the bytes of their keys', () => {
  expect(
    keysOf({
      'strings/b.bin': '',
      'strings/%61b.bin': '',
      'strings/a.bin': '',
      'strings/%00.bin': '',
      'strings/.bin': '',
    }),
  ).toEqual(['', '\0', 'a', 'ab', 'b'].map((key) => `!redis|str|${key}`));
});

test.each([
  ['%4.bin', 'not followed by two hex digits'],
  ['%zz.bin', 'not followed by two hex digits'],
  ['a b.bin', 'character 2 (0x20) must be written as %XX'],
  ['a~.bin', 'character 2 (0x7e) must be written as %XX'],
  ['\xff.bin', 'character 1 (0xff) must be written as %XX'],
  ['b64.Y.bin', 'not base64url'],
  ['b64.YQ==.bin', 'not base64url'],
  [`${'x'.repeat(241)}.bin`, 'the limit is 240'],
])('the name %j is refused with its path', (name, reason) => {
  const [problem, ...more] = refused({ [`strings/${name}`]: '' });
  expect(problem).toContain(reason);
  expect(problem).toMatch(/^redis\/db_0\/strings\/.*\.bin: /);
  expect(more).toEqual([]);
});

test('two names for one key are refused with the key and both files', () => {
  const [problem, ...more] = refused({ 'strings/a.bin': '', 'strings/%61.bin': '', 'strings/b.bin': '' });
  expect(problem).toMatch(
    /^duplicate key !redis\|str\|a: redis\/db_0\/strings\/.*\.bin and redis\/db_0\/strings\/.*\.bin both stand for it; remove one of them$/,
  );
  expect(problem).toContain('strings/a.bin');
  expect(problem).toContain('strings/%61.bin');
  expect(more).toEqual([]);
});

test('three names for one key are two problems', () => {
  expect(refused({ 'hashes/a.json': '', 'hashes/%61.json': '', 'hashes/b64.YQ.json': '' })).toEqual([
    expect.stringMatching('^redis/db_0/hashes/.*json:1:1: '),
    expect.stringMatching('^duplicate key !hs|meta|a: '),
    expect.stringMatching('^duplicate key !hs|meta|a: '),
  ]);
});

test('one key in the folders of two types is accepted', () => {
  expect(keysOf({ 'strings/a.bin': '', 'hll/a.bin': '' })).toEqual(['!redis|str|a', '!redis|hll|a']);
});

test('a file with several names is refused with its path and what to do', () => {
  const root = temporaryFolder();
  plant(root, { 'strings/a.bin': 'x', 'hashes/h.json': '{"format_version":1}', 'strings_ttl.jsonl': '' });
  for (const path of ['strings/a.bin', 'hashes/h.json', 'strings_ttl.jsonl'])
    linkSync(join(root, 'redis/db_0', path), join(root, path.replace('/', '-')));
  expect(problemsOf(root)).toEqual(
    ['strings_ttl.jsonl', 'strings/a.bin', 'hashes/h.json'].map((path) =>
      expect.stringMatching(`^redis/db_0/${path} is hard-linked \\(2 names\\); copy the tree`),
    ),
  );
});

describe('a hashed name', () => {
  const name = HASHED('L');
  const key = 'L'.repeat(241);

  test('stands for the original in the key map', () => {
    const { rows } = encoded({ [`lists/${name}.json`]: '{"format_version":1}', 'KEYMAP.jsonl': record(name, key) });
    expect(Object.keys(rows)).toEqual([`!lst|meta|${key}`]);
  });

  test('without a record is refused with its path and that of the key map', () => {
    const message = `redis/db_0/strings/${name}.bin: the hashed name ${name} has no record in redis/db_0/KEYMAP.jsonl; restore the key map from the dump`;
    expect(refused({ [`strings/${name}.bin`]: '' })).toEqual([message]);
    expect(refused({ [`strings/${name}.bin`]: '', 'KEYMAP.jsonl': record(HASHED('M'), 'M'.repeat(241)) })).toEqual([
      message,
    ]);
  });

  test('whose record holds another key is refused with the line of the record', () => {
    const files = { [`strings/${name}.bin`]: '', 'KEYMAP.jsonl': record(HASHED('M'), 'x') + record(name, `${key}x`) };
    expect(refused(files)).toEqual([
      expect.stringMatching(/^redis\/db_0\/strings\/.*\.bin: redis\/db_0\/KEYMAP\.jsonl:2: .* its digest differs/),
    ]);
  });

  test('has the key of its last record', () => {
    const keymap = record(name, 'other') + record(name, key, 'any kind');
    expect(Object.keys(encoded({ [`strings/${name}.bin`]: '', 'KEYMAP.jsonl': keymap }).rows)).toEqual([
      `!redis|str|${key}`,
    ]);
  });
});

test('records that no file uses are not compared with their names', () => {
  const keymap = record(HASHED('M'), 'x') + record('plain', 'other');
  expect(keysOf({ 'strings/plain.bin': '', 'KEYMAP.jsonl': keymap })).toEqual(['!redis|str|plain']);
});

test.each([
  ['junk', ':1:1: '],
  ['\n', ':1:1: '],
  [record('', 'x'), '"encoded"'],
  [record('x', 'x', ''), '"kind"'],
  ['{"encoded":"x","kind":"x"}\n', '"original"'],
  ['{"encoded":"x","original":"A","kind":"x"}\n', '"original"'],
])('the key map %j is refused, also when no file needs it', (keymap, reason) => {
  const [problem] = refused({ 'strings/a.bin': '', 'KEYMAP.jsonl': keymap });
  expect(problem).toMatch(/^redis\/db_0\/KEYMAP\.jsonl:1/);
  expect(problem).toContain(reason);
});
