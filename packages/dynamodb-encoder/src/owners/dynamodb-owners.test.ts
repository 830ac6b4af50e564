import { escapedPart, isInRange, RowOwner } from '@ekv/adapter';
import { describe, expect, test } from 'vitest';
import { keyPart } from '../layout/key-part.ts';
import { dynamodbOwners } from './dynamodb-owners.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const part = (text: string) => escapedPart(bytes(text)).toString('latin1');
const number = (text: string) => keyPart({ kind: 'N', bytes: Buffer.from(text) })!.toString('latin1');
const base64 = (text: string) => bytes(text).toString('base64url');

function find(text: string, value?: string): RowOwner | undefined {
  const found = new RowOwner();
  if (!dynamodbOwners.find(found, bytes(text), 0, text.length)) return undefined;
  if (value !== undefined) dynamodbOwners.findInValue(found, bytes(value), 0, value.length);
  return found;
}

const names = (found: RowOwner | undefined) =>
  [found?.scope, found?.key, found?.sortKey].map((name) => name?.toString('latin1'));

const ORDERS = `${base64('orders')}|7|`;

test.each([
  ['!ddb|meta|table|', 'definition'],
  ['!ddb|meta|gen|', 'counter'],
])('%s is of the table', (prefix, role) => {
  const found = find(prefix + base64('orders'));
  expect(found).toMatchObject({ adapter: 'dynamodb', family: prefix, role, kind: undefined, generation: undefined });
  expect(names(found)).toEqual(['orders', undefined, undefined]);
  expect(find(prefix)).toBeUndefined();
  expect(find(`${prefix}*`)).toBeUndefined();
});

describe('items', () => {
  test.each([
    ['a hash key', part('a/b'), ['a/b', undefined]],
    ['hash and range key', part('a\0') + part(''), ['a\0', '']],
    ['numbers', number('1700000000') + number('-0.50'), ['1700000000', '-0.5']],
    ['zero', number('0'), ['0', undefined]],
    ['bytes', part('\xff\xfe'), ['\xff\xfe', undefined]],
    ['the older encoding', `${base64('a')}|${base64('b|')}`, ['a', 'b|']],
    ['the older encoding without range key', `${base64('1.50')}|`, ['1.50', undefined]],
  ])('of %s', (_, key, [hash, range]) => {
    const found = find(`!ddb|item|${ORDERS}${key}`);
    expect(found).toMatchObject({ kind: 'item', role: 'value', generation: 7n });
    expect(names(found)).toEqual(['orders', hash, range]);
  });

  test.each(['', 'a', part('a').slice(0, -1), part('a') + part('b') + part('c'), 'a*|', 'YQ|*'])(
    'with a key that breaks the format are of the table alone: %j',
    (key) => {
      expect(names(find(`!ddb|item|${ORDERS}${key}`))).toEqual(['orders', undefined, undefined]);
    },
  );

  test.each([base64('orders'), `${base64('orders')}|1`, '|1|x'])(
    'without a table and a generation have no owner',
    (rest) => {
      expect(find(`!ddb|item|${rest}`)).toBeUndefined();
    },
  );

  test('of a generation that is no number tell none', () => {
    expect(find(`!ddb|item|dA|x|${part('a')}`)?.generation).toBeUndefined();
    expect(find(`!ddb|item|dA|${'9'.repeat(100_000)}|${part('a')}`)?.generation).toBeUndefined();
  });
});

describe('index rows', () => {
  const row = (key: string) => `!ddb|gsi|${ORDERS}${base64('by-due')}|${key}`;
  const item = (key: string) => `!ddb|item|${ORDERS}${key}`;

  test('are of the item that their value names', () => {
    const found = find(row(part('due') + part('a') + part('b')), item(part('a') + part('b')));
    expect(found).toMatchObject({ kind: 'item', role: 'index', generation: 7n, isInValue: false });
    expect(names(found)).toEqual(['orders', 'a', 'b']);
    expect(names(find(row(part('due') + part('x') + part('a')), item(part('a'))))).toEqual(['orders', 'a', undefined]);
  });

  test.each([
    ['two parts', part('due') + part('a'), ['a', undefined]],
    ['four parts', part('due') + part('x') + part('a') + part('b'), ['a', 'b']],
    ['three parts, which can be either', part('due') + part('a') + part('b'), [undefined, undefined]],
    ['the older encoding', `${base64('due')}||${base64('a')}|${base64('b')}`, ['a', 'b']],
  ])('without a value say what the key tells: %s', (_, key, [hash, range]) => {
    const found = find(row(key));
    expect(found?.isInValue).toBe(true);
    expect(names(found)).toEqual(['orders', hash, range]);
  });

  test.each(['', 'junk', `!ddb|item|${base64('other')}|7|${part('z')}`, `!ddb|item|${base64('orders')}`])(
    'with a value that is no key of the table are of what the key tells: %j',
    (value) => {
      expect(names(find(row(part('due') + part('a')), value))).toEqual(['orders', 'a', undefined]);
    },
  );
});

describe('ranges of an item', () => {
  const owner = { adapter: 'dynamodb', scope: bytes('orders'), key: bytes('5'), sortKey: bytes('x') } as const;
  const holds = (key: string) =>
    dynamodbOwners.ranges(owner, [7n]).some((range) => isInRange(range, bytes(key), 0, key.length));

  test.each([
    ['a text', part('5')],
    ['a number', number('5')],
  ])('hold it as %s, because its address does not tell', (_, hash) => {
    expect(holds(`!ddb|item|${ORDERS}${hash}${part('x')}`)).toBe(true);
  });

  test('hold it in the older encoding', () => {
    expect(holds(`!ddb|item|${ORDERS}${base64('5')}|${base64('x')}`)).toBe(true);
  });

  test('hold no item that begins alike', () => {
    expect(holds(`!ddb|item|${ORDERS}${part('5')}${part('xy')}`)).toBe(false);
    expect(holds(`!ddb|item|${ORDERS}${part('5')}`)).toBe(false);
  });
});
