import { beforeEach, expect, test, vi } from 'vitest';
import { writeLength } from '../format/length-field.ts';
import { MultikeySort } from './multikey-sort.ts';
import { RECORD_HEADER } from './sort-record.ts';
import { finish } from './steps.ts';

const work = vi.hoisted(() => ({ compared: 0 }));

// Every comparison of key bytes goes through this one function: counted, it tells the work without a clock.
vi.mock('./sort-record.ts', async (original) => {
  const real = await original<typeof import('./sort-record.ts')>();
  const sharedEnd: typeof real.sharedEnd = (a, aKey, b, bKey, from, end) => {
    const at = real.sharedEnd(a, aKey, b, bKey, from, end);
    work.compared += at - from;
    return at;
  };
  return { ...real, sharedEnd };
});

beforeEach(() => {
  work.compared = 0;
});

/** Sorts keys without payloads. @returns the keys in their order, and how many walks over all bytes were compared. */
function sorted(keys: readonly Buffer[]): { readonly keys: Buffer[]; readonly walks: number } {
  const bytes = Buffer.alloc(keys.reduce((sum, key) => sum + RECORD_HEADER + key.length, 0));
  const offsets = new Uint32Array(keys.length);
  const lengths = new Map<number, number>();
  let at = 0;
  keys.forEach((key, i) => {
    offsets[i] = at;
    lengths.set(at, key.length);
    writeLength(bytes, at, key.length);
    key.copy(bytes, at + RECORD_HEADER);
    at += RECORD_HEADER + key.length;
  });
  finish(new MultikeySort(bytes, offsets, keys.length).steps());
  const inOrder = Array.from(offsets, (offset) =>
    bytes.subarray(offset + RECORD_HEADER, offset + RECORD_HEADER + lengths.get(offset)!),
  );
  return { keys: inOrder, walks: work.compared / bytes.length };
}

/** Keys whose samples share everything at each level, while one key that is no sample differs within the next digit. */
function keysOfWrongGuesses(levels: number, length: number, count: number): Buffer[] {
  const shared = Buffer.alloc(length + 1, 'p');
  const keys: Buffer[] = [];
  // Out of order at once, but only behind all that is shared.
  for (const last of 'ba') keys.push(Buffer.concat([shared.subarray(0, length), Buffer.from(last)]));
  while (keys.length < count - levels - 1) keys.push(shared);
  for (let level = 0; level < levels; level++) {
    const odd = Buffer.from(shared);
    odd[level * 4] = 0x41;
    keys.push(odd);
  }
  keys.push(shared);
  return keys;
}

test('keys made so that every guess of what they share is wrong cost no more than a few walks over them', () => {
  const keys = keysOfWrongGuesses(500, 2000, 6000);
  const result = sorted(keys);
  expect(Buffer.concat(result.keys).equals(Buffer.concat([...keys].sort(Buffer.compare)))).toBe(true);
  expect(result.walks).toBeLessThan(12);
});
