import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { NameIndex } from './name-index.ts';

const name = (i: number) => `${hash('sha256', `${i}`, 'hex').slice(0, 32)}__${i}`;

test('each of many names has the place that was set last', () => {
  const index = new NameIndex();
  for (let i = 0; i < 20_000; i++) index.set(name(i), { offset: i, length: 1, number: i + 1 });
  for (let i = 0; i < 20_000; i += 2) index.set(name(i), { offset: 2 ** 40 + i, length: 2, number: i + 9 });
  for (let i = 0; i < 20_000; i++) {
    const [offset, length, number] = i % 2 === 0 ? [2 ** 40 + i, 2, i + 9] : [i, 1, i + 1];
    expect(index.get(name(i))).toEqual({ offset, length, number });
  }
});

test('a name that was not set has no place', () => {
  const index = new NameIndex();
  expect(index.get(name(0))).toBeUndefined();
  for (let i = 0; i < 5000; i++) index.set(name(i), { offset: i, length: 1, number: 1 });
  for (let i = 5000; i < 10_000; i++) expect(index.get(name(i))).toBeUndefined();
});

test('names that differ only behind the digest are two', () => {
  const index = new NameIndex();
  const digest = 'ab'.repeat(16);
  for (const tail of ['', 'a', 'b']) index.set(`${digest}__${tail}`, { offset: tail.length, length: 1, number: 1 });
  expect(index.get(`${digest}__`)).toMatchObject({ offset: 0 });
  expect(index.get(`${digest}__a`)).toMatchObject({ offset: 1 });
  expect(index.get(`${digest}__c`)).toBeUndefined();
});
