import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareTrees } from './compare-trees.ts';
import { generateTree } from './generate-tree.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const folder = scratchFolder();
const small = generated('small', 200, 1);

function generated(name: string, records: number, seed: number): string {
  const target = join(folder, name);
  generateTree('dynamodb', target, { records, valueBytes: 60, seed });
  return target;
}

function items(root: string, table: string): number {
  const entries = readdirSync(join(root, 'dynamodb', table, 'items'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

describe('a generated DynamoDB tree', () => {
  test('has the same bytes for the same options', () => {
    const again = generated('again', 200, 1);
    expect(compareTrees(small, again).differences).toBe(0);
  });

  test('has of 100 items 70 with an index, 20 with a hash key alone, 10 with other keys than texts', () => {
    expect(['orders', 'sessions', 'metrics'].map((table) => items(small, table))).toEqual([140, 40, 20]);
  });

  test('has other items for another seed', () => {
    expect(compareTrees(small, generated('other', 200, 2)).differences).toBeGreaterThan(100);
  });

  test('has the same items in a larger one', () => {
    const lines = (root: string) => readFileSync(join(root, 'CHECKSUMS'), 'utf8').split('\n');
    const larger = new Set(lines(generated('larger', 1000, 1)));
    expect(lines(small).filter((line) => line.includes('/items/') && !larger.has(line))).toEqual([]);
  });
});
