import { InputTree } from '@ekv/dump-tree';
import type { Warning } from '@ekv/snapshot';
import { folderWith } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { warnOfTopLevel } from './top-level.ts';

function warningsOf(files: Readonly<Record<string, string>>): Warning[] {
  const warnings: Warning[] = [];
  warnOfTopLevel(new InputTree(folderWith(files)), (warning) => warnings.push(warning));
  return warnings;
}

test('what stands at the top of a tree and belongs to no adapter is a loss, with the name that was meant', () => {
  expect(warningsOf({ 'Redis/db_0/x': '', 's3/b': '', 'MANIFEST.json': '' })).toMatchObject([
    {
      event: 'stray_entries',
      message: expect.stringContaining('Redis, did you mean redis?'),
      fields: { count: 1 },
      loss: true,
    },
  ]);
  expect(warningsOf({ a: '', b: '', c: '', d: '' })).toMatchObject([
    { message: expect.stringMatching(/left out: \w, \w, \w and 1 more$/), fields: { count: 4 } },
  ]);
});

test('folders of adapters, manifest, list, hidden entries and files of a run are no strays', () => {
  const names = [
    'redis/x',
    'dynamodb/x',
    's3/x',
    'sqs/x',
    'MANIFEST.json',
    'CHECKSUMS',
    '.git/x',
    'CHECKSUMS.tmp-0123456789abcdef',
  ];
  expect(warningsOf(Object.fromEntries(names.map((name) => [name, ''])))).toEqual([]);
});
