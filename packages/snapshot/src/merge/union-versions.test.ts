import { afterAll, expect, test } from 'vitest';
import { ScratchFolder } from '../sort/scratch.ts';
import { checkedOf, type Version } from './merged.test-data.ts';
import { UnionVersions } from './union-versions.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

const FAMILIES = ['!k|', '!l|'];
const inputs = (
  [
    [
      { key: '!k|a', at: 5n, body: 'one' },
      { key: '!k|b', at: 3n, body: 'x' },
      { key: '!l|a', at: 1n, body: 'l' },
    ],
    [
      { key: '!k|a', at: 9n, body: undefined },
      { key: '!k|a', at: 2n, body: '' },
    ],
    [],
  ] as Version[][]
).map((versions, i) => checkedOf(versions, { name: `${i}.fsm`, families: FAMILIES, scratch }));

function textsOf(union: UnionVersions): string[] {
  const texts: string[] = [];
  while (union.next()) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd, timestamp, tombstone, input } = union;
    const value = tombstone ? 'gone' : bytes.toString('latin1', valueStart, valueEnd);
    texts.push(`${bytes.toString('latin1', keyStart, keyEnd)}@${timestamp}=${value} of ${input}`);
  }
  return texts;
}

test('all versions come in one order, deletions too, and say which input they are of', () => {
  expect(textsOf(new UnionVersions(inputs, { family: '', bodies: 'read' }))).toEqual([
    '!k|a@9=gone of 1',
    '!k|a@5=one of 0',
    '!k|a@2= of 1',
    '!k|b@3=x of 0',
    '!l|a@1=l of 0',
  ]);
});

test('of one family, without strays', () => {
  const strays = { isStray: (input: number) => input === 1, leftOut: () => {} };
  expect(textsOf(new UnionVersions(inputs, { family: '!k|', bodies: 'read', strays }))).toEqual([
    '!k|a@5=one of 0',
    '!k|b@3=x of 0',
  ]);
});

test('without bodies their lengths hold', () => {
  const union = new UnionVersions(inputs, { family: '!l|', bodies: 'passed over' });
  expect(union.next()).toBe(true);
  expect(union.valueEnd - union.valueStart).toBe(1);
  expect(union.next()).toBe(false);
});

test('a version that is refused is said to be in its file, at its place there', () => {
  const union = new UnionVersions(inputs, { family: '!k|', bodies: 'read' });
  for (let i = 0; i < 4; i++) union.next();
  expect(union.refused('wrong').message).toBe('0.fsm: entry 2 at offset 56, key !k|b: wrong');
});
