import { ArgumentError, DataError, DuplicateKeyError, type SnapshotRow } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoded, itemPaths } from '../decode/decoded.test-data.ts';
import { type AttributeValue, defineTable, type Item } from '../index.ts';
import { definition, items } from './given.test-data.ts';

test('of any arguments, right or wrong, there is an error that names them, or rows that decode shows as they were given', () => {
  let shown = 0;
  const check = fc.property(definition, items, (table, given) => {
    const rows = rowsOrError(() => defineTable(table).rows(given));
    if (!Array.isArray(rows)) return void expect(rows.message).toMatch(/table|item/);
    const tree = unlessDuplicate(() => decoded(rows));
    if (tree === undefined) return;
    const found = itemPaths(tree, Object.keys(tree.files)[0]!.split('/')[0]).map((path) =>
      parsedFile(tree.files, path),
    );
    // An array among the items is a page of them.
    const wanted = (given.flat() as Item[]).map((item) => itemJson(item));
    expect(found.toSorted()).toEqual(wanted.toSorted());
    shown += found.length;
  });
  fc.assert(check, { numRuns: 80 });
  expect(shown).toBeGreaterThan(20);
});

function rowsOrError(make: () => Iterable<SnapshotRow>): SnapshotRow[] | Error {
  try {
    return [...make()];
  } catch (error) {
    if (error instanceof ArgumentError || error instanceof DataError) return error;
    throw error;
  }
}

function unlessDuplicate<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof DuplicateKeyError) return undefined;
    throw error;
  }
}

/** A comparable text of a file, whose names are in another order than in the item. */
function parsedFile(files: Readonly<Record<string, string>>, path: string): string {
  const name = Object.keys(files).find((file) => file.endsWith(`/items/${path}`))!;
  return canonical(JSON.parse(files[name]!));
}

function itemJson(item: Item): string {
  return canonical(Object.fromEntries(entriesOf(item).map(([name, value]) => [name, valueJson(value)])));
}

function valueJson(value: AttributeValue): unknown {
  if ('B' in value) return { B: Buffer.from(value.B).toString('base64') };
  if ('BS' in value) return { BS: [...value.BS].map((bytes) => Buffer.from(bytes).toString('base64')) };
  if ('L' in value) return { L: value.L.map(valueJson) };
  if ('M' in value)
    return { M: Object.fromEntries(entriesOf(value.M).map(([name, inner]) => [name, valueJson(inner)])) };
  return value;
}

function entriesOf(item: Item): Array<[string, AttributeValue]> {
  return item instanceof Map ? [...item] : Object.entries(item);
}

/** JSON with names in order. */
function canonical(json: unknown): string {
  const ordered = (_: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
      : value;
  return JSON.stringify(json, ordered);
}
