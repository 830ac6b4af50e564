import { type CheckedSnapshot, openSnapshot, type RowCursor } from '@ekv/snapshot';
import { type Entry, snapshotBytes } from '@ekv/test-support/node-file';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BytesAt, findDifferingRows } from './differing-rows.ts';

const FAMILY = '!x|';

/** Keys that begin with each other, and versions that look like what follows in them. */
const key = fc.string({ unit: fc.constantFrom('a', 'b', '\xff', '\0'), maxLength: 6 });
const timestamp = fc.constantFrom(
  1n,
  500n,
  0x9e9e9e9e9e9e9e9en,
  0x9d9e00ff9e9e9e9en,
  0xfffffffffffffffen,
  0x9effffffffffffffn,
);
const rows = fc.uniqueArray(
  fc.record({ key, timestamp, value: fc.constantFrom('', 'v', 'w', 'long'.repeat(100), `${'long'.repeat(99)}lang`) }),
  { maxLength: 12, selector: ({ key }) => key },
);
type Rows = typeof rows extends fc.Arbitrary<infer R> ? R : never;

/** A few rows changed, so that most are the same. */
const pair = fc.tuple(rows, rows, rows).map(([shared, a, b]) => [joined(shared, a), joined(shared, b)] as const);

function joined(...parts: readonly Rows[]): Rows {
  return [...new Map(parts.flat().map((row) => [row.key, row])).values()];
}

test('the keys are those under which two maps differ, each once, whatever order the versions give them', () => {
  let found = 0;
  let waited = 0;
  fc.assert(
    fc.property(pair, ([a, b]) => {
      const keys: string[] = [];
      const [from, to] = [opened(a), opened(b)];
      findDifferingRows(from, to, FAMILY, (key, values) => {
        keys.push(textAt(key));
        const known = [a, b].map((rows) => rows.find((row) => FAMILY + row.key === textAt(key))?.value);
        if (known.includes(undefined)) expect(values).toBeUndefined();
        else expect([textAt(values!.from), textAt(values!.to)]).toEqual(known);
      });
      expect(keys.toSorted()).toEqual(differing(a, b).toSorted());
      found += keys.length;
      if (orderOf(from).join() !== orderOf(to).join()) waited++;
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(250);
  expect(waited).toBeGreaterThan(25);
}, 30_000);

test('rows of one step are one or two', () => {
  const a = [{ key: 'a' }, { key: 'b' }, { key: 'd' }].map((row) => ({ ...row, value: 'v', timestamp: 1n as const }));
  let steps = 0;
  findDifferingRows(
    opened(a),
    opened(a.slice(1)),
    FAMILY,
    () => {},
    () => steps++,
  );
  expect(steps).toBe(3);
});

function opened(rows: Rows): CheckedSnapshot {
  const entries: Entry[] = [
    { key: '!w|' },
    ...rows.map(({ key, value, timestamp }) => ({ key: FAMILY + key, value: Buffer.from(value), timestamp })),
    { key: '!y' },
  ];
  const bytes = snapshotBytes(entries);
  const source = {
    name: 'x.fsm',
    byteLength: bytes.length,
    read: (position: number, into: Uint8Array, at: number, length: number) =>
      bytes.copy(into, at, position, Math.min(position + length, bytes.length)),
    close: () => {},
  };
  return openSnapshot(source).check({ families: [FAMILY] });
}

function textAt({ bytes, start, end }: BytesAt): string {
  return bytes.toString('latin1', start, end);
}

function orderOf(source: CheckedSnapshot): string[] {
  const keys: string[] = [];
  for (const rows: RowCursor = source.rows(FAMILY); rows.next(); )
    keys.push(rows.bytes.toString('latin1', rows.keyStart, rows.keyEnd));
  return keys;
}

function differing(a: Rows, b: Rows): string[] {
  const [x, y] = [a, b].map((rows) => new Map(rows.map(({ key, value }) => [FAMILY + key, value])));
  return [...new Set([...x!.keys(), ...y!.keys()])].filter((key) => x!.get(key) !== y!.get(key));
}
