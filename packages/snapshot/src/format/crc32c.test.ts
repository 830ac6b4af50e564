import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

test('the checksum of "123456789" is e3069283', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

test('a checksum taken in pieces equals the checksum of the whole', () => {
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 131) & 0xff));
  for (let cut = 0; cut <= 40; cut++) {
    expect(crc32c(bytes, cut, bytes.length, crc32c(bytes, 0, cut))).toBe(crc32c(bytes));
  }
});
