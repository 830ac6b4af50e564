import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { DataError, RowError } from '../errors.ts';
import type { CheckedSnapshot } from '../read/checked-snapshot.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { mergeSnapshots } from './merge-snapshots.ts';
import { checkedOf, rowsOf, type Version } from './merged.test-data.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

const FAMILIES = ['!k|', '!k|long|', '!s3|chunkblob|'];

/** Keys of a tiny alphabet, so that they are prefixes of each other and run into versions. */
const key = fc.tuple(
  fc.constantFrom(...FAMILIES, '!other|x|'),
  fc.array(fc.constantFrom('\x00', 'a', 'b', '\xff'), { maxLength: 10 }).map((parts) => parts.join('')),
);
const version = fc.record({
  key: key.map((parts) => parts.join('')),
  at: fc.oneof(fc.bigInt(1n, 100n), fc.bigInt(1n, 2n ** 64n - 1n)),
  body: fc.option(fc.string({ maxLength: 200 }), { nil: undefined }),
});
/** Each version of a key once. */
const history = fc
  .array(version, { maxLength: 60 })
  .map((versions) => [...new Map(versions.map((one) => [`${one.key}@${one.at}`, one])).values()]);

function opened(versions: readonly Version[], name: string): CheckedSnapshot {
  return checkedOf(versions, { name, families: FAMILIES, scratch, lastCommitTs: 2n ** 64n - 1n });
}

/** The versions in several inputs: those of one key in one of them. */
function spread(versions: readonly Version[], over: readonly number[]): Version[][] {
  const inputs: Version[][] = over.map(() => []);
  const keys = [...new Set(versions.map(({ key }) => key))];
  for (const one of versions) inputs[over[keys.indexOf(one.key) % over.length]! % over.length]!.push(one);
  return inputs;
}

test('rows that are spread over one to eight inputs and merged again are those of one input, counts too', () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(7), { minLength: 1, maxLength: 8 }), (versions, over) => {
      const whole = opened(versions, 'whole.fsm');
      const inputs = spread(versions, over).map((part, i) => opened(part, `${i}.fsm`));
      const merged = mergeSnapshots(inputs, { name: 'all', families: FAMILIES, scratch });
      const { clockCeilingMs, ...summary } = whole.summary;
      const shift = ({ start, end }: { start: number; end: number }) => ({
        start: start === 0 ? 0 : start - 16,
        end: end === 0 ? 0 : end - 16,
      });
      expect({ ...merged.source.summary, clockCeilingMs: undefined }).toEqual({
        ...summary,
        clockCeilingMs: undefined,
        ranges: summary.ranges.map(shift),
      });
      for (const family of FAMILIES) {
        const want = rowsOf(whole, family, 'read');
        expect(rowsOf(merged.source, family, 'read')).toEqual(want);
        expect(rowsOf(merged.source, family, 'passed over')).toEqual(want);
      }
      merged.close();
    }),
    { numRuns: 300 },
  );
});

test('as of a moment the rows are those of a map into which the history was put up to then, but for timeless families', () => {
  fc.assert(
    fc.property(
      history,
      fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
      fc.oneof(fc.bigInt(0n, 101n), fc.bigInt(0n, 2n ** 64n - 1n)),
      (versions, over, asOf) => {
        const inputs = spread(versions, over).map((part, i) => opened(part, `${i}.fsm`));
        const merged = mergeSnapshots(inputs, { name: 'all', families: FAMILIES, scratch, asOf });
        const map = new Map<string, string>();
        for (const { key, at, body } of versions.toSorted((a, b) => (a.at < b.at ? -1 : 1))) {
          if (at > asOf && !key.startsWith('!s3|chunkblob|')) continue;
          if (body === undefined) map.delete(key);
          else map.set(key, body);
        }
        const found = FAMILIES.flatMap((family) => rowsOf(merged.source, family, 'read'));
        const want = [...map].filter(([key]) => FAMILIES.some((family) => key.startsWith(family)));
        expect(new Map(found)).toEqual(new Map(want));
        expect(found.length).toBe(want.length);
        merged.close();
      },
    ),
    { numRuns: 300 },
  );
});

test('inputs whose rows lie between each other are read right, also when where they stand does not fit in memory', () => {
  const count = 140_000;
  const versions = Array.from({ length: count }, (_, i) => ({
    key: `!k|${String(i).padStart(6, '0')}`,
    at: 7n,
    body: `${i}`,
  }));
  const inputs = [0, 1].map((half) =>
    opened(
      versions.filter((_, i) => i % 2 === half),
      `${half}.fsm`,
    ),
  );
  const merged = mergeSnapshots(inputs, { name: 'all', families: FAMILIES, scratch });
  expect(rowsOf(merged.source, '!k|', 'read')).toEqual(versions.map(({ key, body }) => [key, body]));
  const sideBySide = ['!k|', '!k|'].map((family) => merged.source.rows(family));
  for (let i = 0; i < 1000; i++) for (const cursor of sideBySide) expect(cursor.next()).toBe(true);
  merged.close();
});

test('256 inputs are merged', () => {
  const inputs = Array.from({ length: 256 }, (_, i) =>
    opened([{ key: `!k|${i % 16}|${i}`, at: 5n, body: `of ${i}` }], `${i}.fsm`),
  );
  const merged = mergeSnapshots(inputs, { name: 'all', families: FAMILIES, scratch });
  const rows = rowsOf(merged.source, '!k|', 'read');
  expect(rows).toHaveLength(256);
  expect(rows.find(([key]) => key === '!k|3|83')).toEqual(['!k|3|83', 'of 83']);
  merged.close();
});

test('one version with one value in several inputs counts once', () => {
  const rows = [
    { key: '!k|a', at: 5n, body: 'x'.repeat(100_000) },
    { key: '!k|b', at: 5n, body: undefined },
  ];
  const inputs = [opened(rows, 'a.fsm'), opened(rows, 'b.fsm'), opened(rows.slice(0, 1), 'c.fsm')];
  const { source, close } = mergeSnapshots(inputs, { name: 'all', families: FAMILIES, scratch });
  expect(rowsOf(source, '!k|', 'read')).toEqual([['!k|a', rows[0]!.body]]);
  expect(source.summary).toMatchObject({ entries: 5, superseded: 3, tombstones: 1 });
  close();
});

test.each([
  ['another value', 'b', 'c'],
  ['another length', 'b', 'bb'],
  ['a deletion', 'b', undefined],
  ['another end', `${'x'.repeat(70_000)}a`, `${'x'.repeat(70_000)}b`],
])('one version with %s in two inputs is refused, with both files and the key', (_, one, other) => {
  const inputs = [one, other].map((body, i) => opened([{ key: '!k|a', at: 5n, body }], `${i}.fsm`));
  expect(() => mergeSnapshots(inputs, { name: 'all', families: FAMILIES, scratch })).toThrow(DataError);
  expect(() => mergeSnapshots(inputs, { name: 'all', families: FAMILIES, scratch })).toThrow(
    /^0\.fsm and 1\.fsm have different values for the key !k\|a of version 5: they are not of one cluster/,
  );
});

test('a stray is left out and counted, also where it is the version that the right input has', () => {
  const inputs = [
    opened([{ key: '!k|a', at: 5n, body: 'right' }], 'a.fsm'),
    opened(
      [
        { key: '!k|a', at: 5n, body: 'wrong' },
        { key: '!k|b', at: 5n, body: 'b' },
      ],
      'b.fsm',
    ),
  ];
  const leftOut: string[] = [];
  const strays = {
    isStray: (input: number, bytes: Buffer, start: number) => input === 1 && bytes[start + 3] === 0x61,
    leftOut: (input: number, bytes: Buffer, start: number, end: number) =>
      leftOut.push(`${input} ${bytes.toString('latin1', start, end)}`),
  };
  const merged = mergeSnapshots(inputs, { name: 'all', families: FAMILIES, scratch, strays });
  expect(rowsOf(merged.source, '!k|', 'read')).toEqual([
    ['!k|a', 'right'],
    ['!k|b', 'b'],
  ]);
  expect(merged.strays).toBe(1);
  expect(leftOut).toEqual(['1 !k|a']);
  merged.close();
});

test('families that nobody named before can be read, too', () => {
  const inputs = ['a', 'b'].map((name) => opened([{ key: `!late|${name}`, at: 5n, body: name }], `${name}.fsm`));
  const merged = mergeSnapshots(inputs, { name: 'all', families: FAMILIES, scratch });
  const source = merged.rowsOf(['!late|']);
  expect(source.count('!late|')).toBe(2);
  const cursor = source.rows('!late|');
  expect([cursor.next(), cursor.next(), cursor.next()]).toEqual([true, true, false]);
  merged.close();
});

test('a row that an adapter refuses is said to be in its file, at its place there', () => {
  const inputs = [
    opened([{ key: '!k|a', at: 5n, body: '' }], 'a.fsm'),
    opened(
      [
        { key: '!k|b', at: 5n, body: '1' },
        { key: '!k|c', at: 5n, body: '' },
      ],
      'b.fsm',
    ),
  ];
  const { source, close } = mergeSnapshots(inputs, { name: 'all', families: FAMILIES, scratch });
  const cursor = source.rows('!k|');
  for (let i = 0; i < 3; i++) cursor.next();
  const error = source.located(new RowError('wrong', { offset: cursor.offset, key: Buffer.from('!k|c') }));
  expect(error.message).toBe('b.fsm: entry 2 at offset 54, key !k|c: wrong');
  close();
});
