import { expect, test } from 'vitest';
import { type MovingBytes, VersionFilter } from './version-filter.ts';

/** Encoded keys from a tiny alphabet, so that user keys are prefixes of each other and run into timestamps. */
function collidingEntries(random: () => number, count: number): Buffer[] {
  const alphabet = [0x00, 0x61, 0xa5, 0xff];
  const seen = new Map<string, Buffer>();
  for (let i = 0; i < count; i++) {
    const length = Math.floor(random() * 12);
    const encoded = Buffer.alloc(length + 8, 0xff);
    for (let k = 0; k < length; k++) encoded[k] = alphabet[Math.floor(random() * 4)]!;
    for (let k = 0; k < 3; k++) encoded[length + 5 + k] = alphabet[Math.floor(random() * 4)]!;
    seen.set(encoded.toString('latin1'), encoded);
  }
  return [...seen.values()].sort(Buffer.compare);
}

function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('the newest version of each key is the one a plain map of all keys gives, on 100,000 colliding entries', () => {
  const random = lcg(42);
  let compared = 0;
  while (compared < 100_000) {
    const entries = collidingEntries(random, 2 + Math.floor(random() * 60));
    const filter = new VersionFilter();
    const passed = new Set<string>();
    for (const entry of entries) {
      const userKey = entry.toString('latin1', 0, entry.length - 8);
      const want = passed.has(userKey) ? 'superseded' : 'newest';
      passed.add(userKey);
      expect(filter.pass(entry, 0, entry.length - 8)).toBe(want);
      compared++;
    }
  }
});

test('an entry that is not above its predecessor is disorder', () => {
  const a = Buffer.from('a12345678');
  const b = Buffer.from('b12345678');
  const filter = new VersionFilter();
  expect(filter.pass(b, 0, 1)).toBe('newest');
  expect(filter.pass(a, 0, 1)).toBe('disorder');
  const repeated = new VersionFilter();
  expect(repeated.pass(a, 0, 1)).toBe('newest');
  expect(repeated.pass(a, 0, 1)).toBe('disorder');
});

test('an old version of a key above 1 KiB is told, though the key is the first that long and begins as the one before it', () => {
  const before = Buffer.from(`${'a'.repeat(900)}\0${'x'.repeat(8)}`);
  const [newest, older] = ['b', 'c'].map((timestamp) => Buffer.from('a'.repeat(2000) + timestamp.repeat(8)));
  const filter = new VersionFilter();
  expect(filter.pass(before, 0, 901)).toBe('newest');
  expect(filter.pass(newest!, 0, 2000)).toBe('newest');
  expect(filter.pass(older!, 0, 2000)).toBe('superseded');
});

test('an old version is told also when the timestamps differ in their first byte', () => {
  const filter = new VersionFilter();
  expect(filter.pass(Buffer.from('key\x01aaaaaaa'), 0, 3)).toBe('newest');
  expect(filter.pass(Buffer.from('key\x02aaaaaaa'), 0, 3)).toBe('superseded');
  expect(filter.pass(Buffer.from('key\x03aaaaaaa'), 0, 3)).toBe('superseded');
});

test('keys that are compared where they stand, and move now and then, give the same as copies of them', () => {
  const random = lcg(7);
  for (let compared = 0; compared < 50_000; ) {
    const copying = new VersionFilter();
    const moving: MovingBytes = { beforeMove: undefined };
    const inPlace = new VersionFilter(moving);
    const window = Buffer.alloc(1 << 11);
    let at = 0;
    for (const entry of collidingEntries(random, 2 + Math.floor(random() * 60))) {
      if (random() < 0.2) {
        moving.beforeMove!();
        window.fill(0x2a);
        at = 0;
        if (random() < 0.5) moving.beforeMove!();
      }
      entry.copy(window, at);
      expect(inPlace.pass(window, at, at + entry.length - 8)).toBe(copying.pass(entry, 0, entry.length - 8));
      expect(inPlace.shared).toBe(copying.shared);
      at += entry.length;
      compared++;
    }
  }
});
