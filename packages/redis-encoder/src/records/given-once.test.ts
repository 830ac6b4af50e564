import { expect, test } from 'vitest';
import { hashRecords, listRecords, setRecords, sortedSetRecords, streamRecords } from '../index.ts';
import { type Anything, refusal } from './given.test-data.ts';

type Make = (elements: Anything) => Anything;

const COLLECTIONS: ReadonlyArray<readonly [name: string, element: unknown, make: Make]> = [
  ['the fields of the hash k', ['f', 'v'], (fields) => hashRecords('k', fields)],
  ['the items of the list k', 'i', (items) => listRecords('k', items)],
  ['the members of the set k', 'm', (members) => setRecords('k', members)],
  ['the members of the sorted set k', ['m', 1], (members) => sortedSetRecords('k', members)],
  ['the entries of the stream k', ['1-0', ['f', 'v']], (entries) => streamRecords('k', entries)],
];

const RULE = 'this generator or stream was given before, and it gives what it has once; make a new one';

test.each(COLLECTIONS)(
  'a generator that was given before is refused, the key would be empty: %s',
  (name, one, make) => {
    const elements = [one].values();
    const whole = [...make([one])].length;
    expect([...make(elements)]).toHaveLength(whole);
    expect(refusal(() => make(elements))).toBe(`${name}: ${RULE}`);
    async function* later() {
      yield one;
    }
    const toCome = later();
    make(toCome);
    expect(refusal(() => make(toCome))).toBe(`${name}: ${RULE}`);
  },
);

test.each(COLLECTIONS)('what can be walked over again may be given again: %s', (_, one, make) => {
  const elements = [one];
  const whole = [...make(elements)].length;
  expect([...make(elements)]).toHaveLength(whole);
});

test('a generator is taken as given when the call is right in all else', () => {
  const entries = [['1-0', ['f', 'v']] as const].values();
  expect(() => streamRecords('k', entries, { last: 'x' })).toThrow('the last id of the stream k');
  expect([...streamRecords('k', entries)]).toHaveLength(2);
});

test('the fields of an entry are given once too', () => {
  const fields = new Map([['f', 'v']]).entries();
  const entries = [
    ['1-0', fields],
    ['2-0', fields],
  ] as const;
  expect(refusal(() => streamRecords('k', entries))).toBe(`the fields of entry 2-0 of the stream k: ${RULE}`);
});
