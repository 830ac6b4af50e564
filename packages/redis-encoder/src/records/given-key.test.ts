import { expect, test } from 'vitest';
import { ONE, refusal } from './given.test-data.ts';
import { rowsInHex } from './records.test-data.ts';

test.each(Object.keys(ONE))('text in place of bytes is UTF-8: the key of a %s', (kind) => {
  expect(rowsInHex(ONE[kind]!('Zürich'))).toEqual(rowsInHex(ONE[kind]!(Buffer.from('Zürich'))));
});

test.each(Object.keys(ONE))('what is no key is refused in the words of the caller: %s', (kind) => {
  for (const [given, what] of [
    [undefined, 'must be text or bytes, not nothing'],
    [null, 'must be text or bytes, not null'],
    [7, 'must be text or bytes, not a number; write String(...) around it'],
    [['a'], 'must be text or bytes, not an array'],
    ['a\ud800', 'has a lone surrogate, so it has no form in UTF-8'],
  ])
    expect(refusal(() => ONE[kind]!(given))).toBe(`the key of a ${kind} ${what}`);
});

test.each(Object.keys(ONE))('an expiry that stands for none is none: %s', (kind) => {
  const permanent = rowsInHex(ONE[kind]!('k'));
  for (const none of [undefined, null, 0, 0n, -1, -1n])
    for (const options of [none, { expireAt: none }]) expect(rowsInHex(ONE[kind]!('k', options))).toEqual(permanent);
  expect(rowsInHex(ONE[kind]!('k', {}))).toEqual(permanent);
});

test.each(Object.keys(ONE))('an expiry is a number, a bigint or a Date: %s', (kind) => {
  const at = 5795418435365;
  const expected = rowsInHex(ONE[kind]!('k', BigInt(at)));
  expect(expected.join()).toContain('0000054559db6f25');
  for (const same of [at, new Date(at), { expireAt: at }, { expireAt: new Date(at) }])
    expect(rowsInHex(ONE[kind]!('k', same))).toEqual(expected);
});

test.each(Object.keys(ONE))('what is no expiry is refused with the key: %s', (kind) => {
  const range = `must be from 1 to ${2n ** 63n - 1n} (milliseconds since 1970), not`;
  for (const [given, what] of [
    [-2, 'is -2, which PEXPIRETIME gives for a key that does not exist'],
    [new Date(0), `${range} 0`],
    [2n ** 63n, `${range} ${2n ** 63n}`],
    [new Date(Number.NaN), 'is no valid Date'],
    [-3n, `${range} -3`],
    [-3, `must be from 0 to ${2n ** 64n - 1n}, not -3`],
    [1.5, 'must be a whole number (a bigint, or a number up to 2^53 - 1), not 1.5'],
    ['0', 'must be a Date or milliseconds since 1970, not a text; write Number(...) around it'],
    [false, 'must be a Date or milliseconds since 1970, not a boolean'],
  ])
    expect(refusal(() => ONE[kind]!('k', { expireAt: given }))).toBe(`the expiry of the ${kind} k ${what}`);
});

test.each(Object.keys(ONE))(
  'an option that is misspelt is refused, it would give a key that never expires: %s',
  (kind) => {
    expect(refusal(() => ONE[kind]!('k', { expireAtMs: 5n }))).toBe(
      `the ${kind} k has no option "expireAtMs"; it takes expireAt, warn${kind === 'stream' ? ', last' : ''}`,
    );
    expect(refusal(() => ONE[kind]!('k', [5n]))).toBe(
      `the options of the ${kind} k must be a plain object, not an array`,
    );
    expect(refusal(() => ONE[kind]!('k', Promise.resolve(5n)))).toContain(
      'must be a plain object, not a Promise; write await before it',
    );
    expect(refusal(() => ONE[kind]!('k', { warn: 5 }))).toBe(
      `the option "warn" of the ${kind} k must be a function, not a number`,
    );
  },
);
