import { expect, test } from 'vitest';
import {
  hashRecords,
  hyperLogLogRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '../index.ts';
import { type Anything, refusal } from './given.test-data.ts';

const key = 'user:1';
test.each<[string, () => Anything, string]>([
  [
    'a value that GET did not find',
    () => [stringRecord(key, null as Anything)],
    'the value of the string user:1 must be text or bytes, not null',
  ],
  [
    'a payload',
    () => hyperLogLogRecords(key, 5 as Anything),
    'the payload of the HyperLogLog user:1 must be text or bytes, not a number; write String(...) around it',
  ],
  [
    'a value of a field',
    () => hashRecords(key, { city: 5 as Anything }),
    'the value of field city of the hash user:1 must be text or bytes, not a number; write String(...) around it',
  ],
  [
    'a name of a field',
    () =>
      hashRecords(key, [
        ['a', 'b'],
        [null as Anything, 'b'],
      ]),
    'the name of field 2 of the hash user:1 must be text or bytes, not null',
  ],
  [
    'a flat reply of HGETALL',
    () => hashRecords(key, ['a', 'b'] as Anything),
    'field 1 of the hash user:1 must be { name, value } or [name, value], not a text',
  ],
  [
    'a field of three parts',
    () => hashRecords(key, [['a', 'b', 'c']] as Anything),
    'field 1 of the hash user:1 must be { name, value } or [name, value], not an array of 3',
  ],
  [
    'fields that nobody waited for',
    () => hashRecords(key, Promise.resolve({}) as Anything),
    'the fields of the hash user:1 must be an iterable, an async iterable or a plain object, not a Promise; write await before it',
  ],
  [
    'a Date for fields',
    () => hashRecords(key, new Date() as Anything),
    'the fields of the hash user:1 must be an iterable, an async iterable or a plain object, not an object of class Date',
  ],
  [
    'bytes for fields',
    () => hashRecords(key, Buffer.alloc(0) as Anything),
    'the fields of the hash user:1 must be an iterable, an async iterable or a plain object, not bytes',
  ],
  [
    'text for items',
    () => listRecords(key, 'abc' as Anything),
    'the items of the list user:1 must be an iterable or an async iterable, not a text',
  ],
  [
    'an item',
    () => listRecords(key, ['a', 5 as Anything]),
    'item 2 of the list user:1 must be text or bytes, not a number; write String(...) around it',
  ],
  [
    'a member',
    () => setRecords(key, ['a', undefined as Anything]),
    'member 2 of the set user:1 must be text or bytes, not nothing',
  ],
  [
    'an object for a set',
    () => setRecords(key, {} as Anything),
    'the members of the set user:1 must be an iterable or an async iterable, not an object',
  ],
  [
    'a score that is NaN',
    () => sortedSetRecords(key, { bob: Number.NaN }),
    'the score of bob in the sorted set user:1 must be a number that a double can hold, "inf" or "-inf", not NaN',
  ],
  [
    'a score that is no number',
    () => sortedSetRecords(key, [['bob', '1,5']]),
    'the score of bob in the sorted set user:1 must be a number that a double can hold, "inf" or "-inf", not "1,5"',
  ],
  [
    'a score that is too large',
    () => sortedSetRecords(key, { bob: '1e400' }),
    'the score of bob in the sorted set user:1 must be a number that a double can hold, "inf" or "-inf", not "1e400"',
  ],
  [
    'a score that is missing',
    () => sortedSetRecords(key, [{ member: 'bob' } as Anything]),
    'the score of bob in the sorted set user:1 must be a number that a double can hold, "inf" or "-inf", not nothing',
  ],
  [
    'an id',
    () => streamRecords(key, [['1', []]]),
    'the id of entry 1 of the stream user:1 must be two numbers of 64 bits joined by "-", as 1714400000000-0, not "1"',
  ],
  [
    'an id with a zero in front',
    () => streamRecords(key, [['01-2', []]]),
    'the id of entry 1 of the stream user:1 must be two numbers of 64 bits joined by "-", as 1714400000000-0, not "01-2"',
  ],
  [
    'an id of 65 bits',
    () => streamRecords(key, [[{ ms: 2n ** 64n, seq: 0 }, []]]),
    `the id of entry 1 of the stream user:1 must be from 0 to ${2n ** 64n - 1n}, not ${2n ** 64n}`,
  ],
  [
    'a last id',
    () => streamRecords(key, [], { last: 'x' }),
    'the last id of the stream user:1 must be two numbers of 64 bits joined by "-", as 1714400000000-0, not "x"',
  ],
  [
    'a name without a value',
    () => streamRecords(key, [['1-0', ['a']]]),
    'entry 1-0 of the stream user:1 has a field name without a value',
  ],
  [
    'a field that is no text',
    () => streamRecords(key, [['1-0', ['a', Buffer.from([0xff])]]]),
    'entry 1-0 of the stream user:1: "\\xff" is not UTF-8; elastickv has streams of text alone',
  ],
  [
    'a field of an entry',
    () => streamRecords(key, [['1-0', { a: 5 as Anything }]]),
    'a field of entry 1-0 of the stream user:1 must be text or bytes, not a number; write String(...) around it',
  ],
  [
    'fields of an entry that are missing',
    () => streamRecords(key, [{ id: '1-0' } as Anything]),
    'the fields of entry 1-0 of the stream user:1 must be an iterable, an async iterable or a plain object, not nothing',
  ],
])('%s that cannot be written is refused, with its place', (_, records, message) => {
  expect(refusal(records)).toBe(message);
});

test('bytes whose memory was transferred are refused by their names', () => {
  const lost = new Uint8Array(6);
  structuredClone(lost.buffer, { transfer: [lost.buffer] });
  const lostBytes = 'has lost its bytes: their memory was transferred; give a copy';
  expect(refusal(() => [stringRecord(key, lost)])).toBe(`the value of the string user:1 ${lostBytes}`);
  expect(refusal(() => [stringRecord(lost, 'x')])).toBe(`the key of a string ${lostBytes}`);
});
