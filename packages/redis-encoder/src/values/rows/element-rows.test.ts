import { readdirSync } from 'node:fs';
import { ScratchFolder } from '@ekv/snapshot';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ElementRows, heldBeside } from './element-rows.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

function walked(rows: ElementRows): Array<[string, string]> {
  const seen: Array<[string, string]> = [];
  while (rows.next())
    seen.push([
      rows.bytes.toString('latin1', rows.nameStart, rows.nameEnd),
      rows.bytes.toString('latin1', rows.valueStart, rows.valueEnd),
    ]);
  return seen;
}

const pair = fc.tuple(fc.string({ maxLength: 3 }), fc.string({ maxLength: 20 }));

test('elements come sorted by the bytes of their names, whether they are held or lie on disk', () => {
  fc.assert(
    fc.property(fc.array(fc.array(pair), { maxLength: 3 }), fc.nat({ max: 200 }), (collections, mostHeld) => {
      const rows = new ElementRows(scratch, mostHeld);
      for (const pairs of collections) {
        rows.clear();
        for (const [name, value] of pairs) rows.addPair(Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1'));
        rows.sortByName();
        expect(rows.count).toBe(pairs.length);
        expect(walked(rows)).toEqual([...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
      }
      rows.clear();
    }),
    { numRuns: 50 },
  );
}, 30_000);

test('elements without names stay in the order in which they came', () => {
  const rows = new ElementRows(scratch, 10);
  const values = Array.from({ length: 100 }, (_, i) => String(i));
  for (const value of values) rows.addPair(Buffer.alloc(0), Buffer.from(value));
  expect(walked(rows).map(([, value]) => value)).toEqual(values);
});

test('elements on disk that nobody walked over leave no scratch file open', () => {
  const rows = new ElementRows(scratch, 10);
  const before = readdirSync('/proc/self/fd').length;
  rows.addPair(Buffer.from('larger than a sort holds in memory'), Buffer.alloc(17 << 20));
  expect(readdirSync('/proc/self/fd').length).toBeGreaterThan(before);
  rows.clear();
  expect(readdirSync('/proc/self/fd').length).toBe(before);
});

test('a collection goes to disk above what it was told to hold', () => {
  const openFilesOf = (held: number) => {
    const rows = new ElementRows(scratch);
    rows.holdAtMost(held);
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 300; i++) rows.addPair(Buffer.alloc(0), Buffer.alloc(1000));
    const after = readdirSync('/proc/self/fd').length;
    rows.clear();
    return after - before;
  };
  expect(openFilesOf(1 << 20)).toBe(0);
  expect(openFilesOf(1 << 16)).toBe(1);
});

test('lists whose keys begin with each other hold together what two lists do, whatever their number', () => {
  const together = Array.from({ length: 250 }, (_, others) => heldBeside(others)).reduce((sum, held) => sum + held);
  expect(together).toBeLessThan(2 * heldBeside(0) + 250 * heldBeside(250));
  expect(heldBeside(250)).toBe(1 << 16);
});
