import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareTrees } from './compare-trees.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const folder = scratchFolder();
const left = join(folder, 'left');
const right = join(folder, 'right');

/** Two equal trees, one of them changed. */
function compareAfter(change: () => void) {
  for (const tree of [left, right]) rmSync(tree, { recursive: true, force: true });
  mkdirSync(join(left, 'redis'), { recursive: true });
  writeFileSync(join(left, 'redis', 'a.bin'), 'x'.repeat(100_000));
  writeFileSync(join(left, 'redis', 'b.bin'), 'b');
  writeFileSync(join(left, 'MANIFEST.json'), manifest('117664584157167650', 'one'));
  writeFileSync(join(left, 'CHECKSUMS'), 'c0  A\nc1  MANIFEST.json\nc2  redis/a.bin\n');
  cpSync(left, right, { recursive: true });
  change();
  return compareTrees(left, right);
}

function manifest(lastCommitTs: string, run: string): string {
  return `{"last_commit_ts": ${lastCommitTs}, "source": {"fsm_path": "${run}.fsm"}, "wall_time_iso": "${run}"}`;
}

test('equal trees have no difference', () => {
  expect(compareAfter(() => {})).toEqual({ files: 4, differences: 0, examples: [] });
});

test('another byte at the end of a long file is a difference', () => {
  const { examples } = compareAfter(() => writeFileSync(join(right, 'redis', 'a.bin'), `${'x'.repeat(99_999)}y`));
  expect(examples).toEqual(['other bytes: redis/a.bin']);
});

test('a file that is longer is a difference', () => {
  const { examples } = compareAfter(() => writeFileSync(join(right, 'redis', 'b.bin'), 'bb'));
  expect(examples).toEqual(['other bytes: redis/b.bin']);
});

test('a missing file and a file too many are differences', () => {
  const { examples } = compareAfter(() => {
    rmSync(join(right, 'redis', 'b.bin'));
    writeFileSync(join(right, 'redis', 'c.bin'), '');
  });
  expect(examples).toEqual([`only in ${left}: redis/b.bin`, `only in ${right}: redis/c.bin`]);
});

test('the fields of MANIFEST.json that name the run, and its line in CHECKSUMS, are no difference', () => {
  const { differences } = compareAfter(() => {
    writeFileSync(join(right, 'MANIFEST.json'), manifest('117664584157167650', 'two'));
    writeFileSync(join(right, 'CHECKSUMS'), 'c0  A\nc9  MANIFEST.json\nc2  redis/a.bin\n');
  });
  expect(differences).toBe(0);
});

test('another timestamp of the data is a difference, also in the last digit', () => {
  const { examples } = compareAfter(() =>
    writeFileSync(join(right, 'MANIFEST.json'), manifest('117664584157167651', 'one')),
  );
  expect(examples).toEqual(['other bytes: MANIFEST.json']);
});

test('another line of CHECKSUMS is a difference', () => {
  const { examples } = compareAfter(() =>
    writeFileSync(join(right, 'CHECKSUMS'), 'c0  A\nc1  MANIFEST.json\nc3  redis/a.bin\n'),
  );
  expect(examples).toEqual(['other bytes: CHECKSUMS']);
});
