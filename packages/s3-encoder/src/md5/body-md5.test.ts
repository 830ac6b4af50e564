import { hash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { BodyMd5 } from './body-md5.ts';

test('the MD5 of small and large bodies is the same in this thread and in another one, one after the other', () => {
  const md5 = new BodyMd5();
  try {
    for (const size of [0, 5, 300_000, 40 << 20, 2 << 20, 100_000, (3 << 20) + 1]) {
      const bytes = randomBytes(size);
      const wanted = hash('md5', bytes, 'hex');
      expect(md5.of(bytes)).toBe(wanted);
      const digest = md5.begin(size);
      for (let at = 0; at < size; at += 1_000_003) digest.take(bytes.subarray(at, at + 1_000_003));
      expect(digest.hex()).toBe(wanted);
    }
  } finally {
    md5.close();
  }
});

test.each([
  ['in this thread', 300_000],
  ['in another one', 40 << 20],
])('a body that is given up halfway counts for no other one, %s', (_, size) => {
  const md5 = new BodyMd5();
  try {
    const bytes = randomBytes(size);
    md5.begin(size).take(bytes.subarray(0, size >> 1));
    const digest = md5.begin(size);
    digest.take(bytes);
    expect(digest.hex()).toBe(hash('md5', bytes, 'hex'));
  } finally {
    md5.close();
  }
});
