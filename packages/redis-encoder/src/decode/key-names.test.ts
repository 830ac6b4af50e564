import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { decoded, f64, lengthKey, row, u64 } from './decoded.test-data.ts';

const long = (letter: string) => letter.repeat(241);
const originals = (keymap: string | undefined) =>
  (keymap ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(JSON.parse(line).original, 'base64url').toString('latin1'));
const lettersOf = (keymap: string | undefined) =>
  originals(keymap)
    .map((original) => original[0])
    .join('');

test('a hashed name begins with the SHA-256 of the key and has a record with the key', () => {
  const key = `\xff${'x'.repeat(300)}`;
  const { files } = decoded(row(`!redis|str|${key}`, 'v'));
  const digest = createHash('sha256').update(Buffer.from(key, 'latin1')).digest('hex').slice(0, 32);
  const name = `${digest}__%FF${'x'.repeat(63)}`;
  const original = Buffer.from(key, 'latin1').toString('base64url');
  expect(files).toEqual({
    [`strings/${name}.bin`]: 'v',
    'KEYMAP.jsonl': `{"encoded":"${name}","original":"${original}","kind":"sha-fallback"}\n`,
  });
});

test.each([
  ['of 240 bytes', 'x'.repeat(240), false],
  ['of 241 bytes', 'x'.repeat(241), true],
  ['of 81 bytes that take 243 characters', '\xff'.repeat(81), true],
  ['of 80 bytes that take 240 characters', '\xff'.repeat(80), false],
  ['that begins with b64.', 'b64.x', true],
  ['that looks like a hashed name', `${'A'.repeat(32)}__x`, true],
  ['that looks like a hashed name but for a letter', `${'A'.repeat(31)}g__x`, false],
])('a key %s: hashed or not', (_, key, hashed) => {
  const { files } = decoded(row(`!redis|str|${key}`, 'v'));
  expect('KEYMAP.jsonl' in files).toBe(hashed);
});

test('records come by the rows of HyperLogLogs and strings, then type by type: hash, list, set, sorted set, stream', () => {
  const { files } = decoded(
    row(lengthKey('!stream|meta|', long('1')), u64(0n, 0n, 0n)),
    row(lengthKey('!zs|mem|', long('2'), 'm'), f64(1)),
    row(lengthKey('!st|mem|', long('3'), 'm')),
    row(`!lst|meta|${long('4')}`, u64(0n, 0n, 0n)),
    row(lengthKey('!hs|meta|', long('5')), u64(0n)),
    row(`!redis|str|${long('6')}`, 'v'),
    row(`!redis|hll|${long('7')}`, 'v'),
  );
  expect(lettersOf(files['KEYMAP.jsonl'])).toBe('7654321');
});

test.each([
  ['hashes', (key: string) => row(lengthKey('!hs|meta|', key), u64(0n))],
  ['lists', (key: string) => row(`!lst|meta|${key}`, u64(0n, 0n, 0n))],
])('records of %s are in the order of the bytes of the keys, not of their lengths', (_, collection) => {
  const keys = [`${long('b')}x`, long('b'), `${long('a')}xx`, long('c')];
  const { files } = decoded(...keys.map(collection));
  expect(originals(files['KEYMAP.jsonl'])).toEqual([`${long('a')}xx`, long('b'), `${long('b')}x`, long('c')]);
});

test('a stream that is skipped has no record', () => {
  const { files } = decoded(row(lengthKey('!stream|entry|', long('s'), u64(1n, 1n)), '\x00RXE\x01'));
  expect(files).toEqual({});
});
