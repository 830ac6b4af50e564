import { UsageError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Router } from '../router.ts';
import { parseRanges, rangesText } from './parse-ranges.ts';
import { haveGaps } from './route-range.ts';

function parsed(text: string): string {
  return parseRanges(text, 'the option groups')
    .map(({ start, end, group }) => `${start.toString()} ${end === undefined ? '-' : end.toString()} ${group}`)
    .join(';');
}

test.each([
  [':=1', ' - 1'],
  [':m=1,m:=2', ' m 1;m - 2'],
  ['m:=2,:m=1', ' m 1;m - 2'],
  [' , : m =1 ,, m: = 2 , ', ' m 1;m - 2'],
  ['!ddb|route|table|b:!ddb~=2', '!ddb|route|table|b !ddb~ 2'],
  ['a:b=18446744073709551615', 'a b 18446744073709551615'],
  ['a:b=007', 'a b 7'],
  ['é:=3', 'é - 3'],
])('ranges %j are read', (text, expected) => {
  expect(parsed(text)).toBe(expected);
});

test.each([
  ['', /no range/],
  [' , ', /no range/],
  [':m', /":m" has no "="/],
  ['m=1', /"m=1" has no ":"/],
  ['=a:b', /"=a:b" has no ":"/],
  [':m=', /group "" of ":m=" is no number/],
  [':m=-1', /is no number/],
  [':m=1a', /is no number/],
  [':m=18446744073709551616', /is no number/],
  [':m=1=2', /is no number/],
  [':=0', /:=0 names group 0/],
  ['m:k=1', /m:k=1 ends at or below its start/],
  ['m:m=1', /ends at or below its start/],
  [':m=1,k:=2', /:m=1 and k:=2 overlap/],
  [':m=1,:k=2', /overlap/],
  [':m=1,m:=2,n:=1', /m:=2 and n:=1 overlap/],
])('ranges %j are refused, as a server refuses them', (text, message) => {
  expect(() => parsed(text)).toThrow(message);
  expect(() => parsed(text)).toThrow(UsageError);
  expect(() => parsed(text)).toThrow(/the option groups/);
});

const bound = fc.string({ maxLength: 4 });

test('ranges are the same after they were text and read again, where text can hold them', () => {
  fc.assert(
    fc.property(fc.uniqueArray(bound, { minLength: 1, maxLength: 8 }), fc.boolean(), (bounds, isOpen) => {
      const starts = bounds.map((text) => Buffer.from(text)).sort(Buffer.compare);
      const ranges = starts.map((start, i) => {
        const end = starts[i + 1] ?? (isOpen ? undefined : Buffer.concat([start, Buffer.from('z')]));
        return { start, ...(end === undefined ? {} : { end }), group: BigInt(i + 1) };
      });
      const text = rangesText(ranges);
      const canBeText = bounds.every((one) => one.isWellFormed() && one.trim() === one && !/[,=:]/.test(one));
      expect(text !== undefined).toBe(canBeText);
      if (text !== undefined) expect(parseRanges(text, 'x')).toEqual(ranges);
    }),
  );
});

test('a lookup finds what a walk over all ranges finds: the one that holds the key, or none in a gap', () => {
  const cut = fc.uniqueArray(fc.uint8Array({ maxLength: 3 }), {
    minLength: 2,
    maxLength: 12,
    selector: (bytes) => Buffer.from(bytes).toString('hex'),
  });
  fc.assert(
    fc.property(cut, fc.array(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: 30 }), (cuts, keys) => {
      const bounds = cuts.map((bytes) => Buffer.from(bytes)).sort(Buffer.compare);
      const ranges = bounds
        .slice(0, -1)
        .map((start, i) => ({ start, end: bounds[i + 1]!, group: BigInt(i + 1) }))
        .filter((_, i) => i % 3 !== 2);
      const router = new Router(ranges.toReversed());
      for (const key of keys.filter((bytes) => bytes[0] !== 0x21)) {
        const holder = ranges.find(({ start, end }) => Buffer.compare(start, key) <= 0 && Buffer.compare(key, end) < 0);
        expect(router.groupOf(key)).toBe(holder?.group);
      }
    }),
  );
});

test('ranges have gaps where a route key lies in none of them', () => {
  const gaps = (text: string) => haveGaps(parseRanges(text, 'x'));
  expect([':=1', ':m=1,m:=2'].map(gaps)).toEqual([false, false]);
  expect(['a:=1', ':m=1', ':m=1,n:=2'].map(gaps)).toEqual([true, true, true]);
});
