import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { listedFiles } from './listed-files.ts';

const DIGEST = 'a'.repeat(64);

function folderWith(files: Record<string, string>): string {
  const root = temporaryFolder();
  plant(root, files);
  return root;
}

test('the files of a list are counted by top-level folder, escaped names too', () => {
  const root = folderWith({
    CHECKSUMS: `${DIGEST}  MANIFEST.json\n${DIGEST}  redis/a\n\\${DIGEST}  redis/b\\nc\n${DIGEST}  s3/bucket/redis/x\n`,
  });
  expect(listedFiles(new InputTree(root))).toEqual(
    new Map([
      ['redis', 2],
      ['s3', 1],
    ]),
  );
});

test('a list of many blocks is counted to its end', () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => `${DIGEST}  ${i % 4 === 0 ? 'sqs' : 'redis'}/${i}\n`);
  expect(listedFiles(new InputTree(folderWith({ CHECKSUMS: lines.join('') })))).toEqual(
    new Map([
      ['sqs', 10_000],
      ['redis', 30_000],
    ]),
  );
});

test('what is no list, or cannot be read, lists nothing', () => {
  const other = folderWith({ CHECKSUMS: `${DIGEST}  redis/a\n` });
  const root = folderWith({});
  expect(listedFiles(new InputTree(root)).size).toBe(0);
  symlinkSync(join(other, 'CHECKSUMS'), join(root, 'CHECKSUMS'));
  expect(listedFiles(new InputTree(root)).size).toBe(0);
  expect(listedFiles(new InputTree(folderWith({ CHECKSUMS: '\n\n/\nx/y\n' }))).size).toBe(0);
});
