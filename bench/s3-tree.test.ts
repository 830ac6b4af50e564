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
  generateTree('s3', target, { records, valueBytes: 60, seed });
  return target;
}

function sidecars(root: string, bucket: string): number {
  const entries = readdirSync(join(root, 's3', bucket), { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => name.endsWith('.elastickv-meta.json')).length;
}

describe('a generated S3 tree', () => {
  test('has the same bytes for the same options', () => {
    expect(compareTrees(small, generated('again', 200, 1)).differences).toBe(0);
  });

  test('has of 100 objects 60 in one bucket and 40 in another, and one that is a folder', () => {
    expect([sidecars(small, 'photos'), sidecars(small, 'logs-archive')]).toEqual([121, 80]);
    expect(readFileSync(join(small, 's3/photos/KEYMAP.jsonl'), 'utf8')).toContain('"kind":"s3-leaf-data"');
  });

  test('has other objects for another seed', () => {
    expect(compareTrees(small, generated('other', 200, 2)).differences).toBeGreaterThan(100);
  });
});
