import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bareJsonLines } from './bare-json-lines.ts';
import { generateTree } from './generate-tree.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const folder = scratchFolder();

test('a generated mixed tree has of 100 records 40 keys, 30 items, 10 objects and 20 messages', () => {
  const tree = join(folder, 'mixed');
  generateTree('mixed', tree, { records: 200, valueBytes: 60, seed: 1 });
  const files = (below: string) =>
    readdirSync(join(tree, below), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const keys = readdirSync(join(tree, 'redis/db_0'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect({
    keys: keys.reduce((sum, { name }) => sum + files(`redis/db_0/${name}`).length, 0),
    items: files('dynamodb').length - readdirSync(join(tree, 'dynamodb')).length,
    sidecars: files('s3').filter(({ name }) => name.endsWith('.elastickv-meta.json')).length,
    messages: bareJsonLines(tree).lines,
  }).toEqual({ keys: 80, items: 60, sidecars: 21, messages: 40 });
});
