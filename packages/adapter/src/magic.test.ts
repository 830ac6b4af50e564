import { expect, test } from 'vitest';
import { checkMagic, hasMagic } from './magic.ts';

const MAGIC = Buffer.from('00585901', 'hex');

test.each([
  ['00585901', true],
  ['00585901aa', true],
  ['00585902aa', false],
  ['005859', false],
  ['', false],
])('the value %s begins with the magic: %s, whatever stands around it', (hex, expected) => {
  const value = Buffer.from(hex, 'hex');
  const bytes = Buffer.concat([Buffer.from([1]), value, MAGIC]);
  expect(hasMagic(bytes, 1, 1 + value.length, MAGIC)).toBe(expected);
});

test('a value without its magic is refused by offset, key and what it must begin with', () => {
  const row = { bytes: Buffer.from('keyvalue'), keyStart: 0, keyEnd: 3, valueStart: 3, valueEnd: 8, offset: 9 };
  expect(() => checkMagic(row, MAGIC, '!x|')).toThrow(
    'entry at offset 9, key key: invalid !x| value: it must begin with \\x00XY\\x01',
  );
  checkMagic({ ...row, bytes: Buffer.concat([Buffer.from('key'), MAGIC, Buffer.from('!')]) }, MAGIC, '!x|');
});
