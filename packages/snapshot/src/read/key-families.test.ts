import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyFamilies } from './key-families.ts';

const PREFIXES = ['!a|', '!a|b|', '!c|', '!cd'];

function sharedBytes(a: Buffer, b: Buffer): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  return shared;
}

/** The rule itself: the longest prefix decides. */
function familyOf(key: string): number {
  const found = PREFIXES.filter((prefix) => key.startsWith(prefix)).sort((a, b) => b.length - a.length)[0];
  return found === undefined ? -1 : PREFIXES.indexOf(found);
}

test('the longest prefix decides on the family of a key, whether it is told what the key shares with the one before or not', () => {
  const parts = fc.array(fc.constantFrom('!a|', 'b|', '!c|', '!cd', '!', 'a', '|', 'z'), { maxLength: 4 });
  const told = new KeyFamilies(PREFIXES);
  const untold = new KeyFamilies(PREFIXES);
  let previous: Buffer = Buffer.alloc(0);
  fc.assert(
    fc.property(parts, (parts) => {
      const key = Buffer.from(parts.join(''), 'latin1');
      const wanted = familyOf(parts.join(''));
      expect(told.find(key, 0, key.length, sharedBytes(previous, key))).toBe(wanted);
      expect(untold.find(key, 0, key.length)).toBe(wanted);
      previous = key;
    }),
    { numRuns: 2000 },
  );
});
