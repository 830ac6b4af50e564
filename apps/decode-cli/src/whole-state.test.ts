import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test, vi } from 'vitest';
import { run } from './program.test-support.ts';
import { snapshotOf } from './snapshot-file.test-data.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let paths: readonly string[];
beforeEach(() => {
  folder = temporaryFolder();
  const input = join(folder, 'in.fsm');
  writeFileSync(input, snapshotOf([['a', 'one']]));
  paths = ['--input', input, '--output', join(folder, 'out')];
});

test.each([
  '--include-incomplete-uploads',
  '--include-orphans',
  '--preserve-sqs-visibility',
  '--include-sqs-side-records',
])('--whole-state with %s is exit 1, with the reason, before anything is made', async (flag) => {
  const { code, stderr } = await run(...paths, '--whole-state', flag);
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`--whole-state and ${flag} do not go together: .+; leave ${flag} out\\n$`));
  expect(existsSync(join(folder, 'out'))).toBe(false);
});

test('--payload-from may be given several times, and each file is opened', async () => {
  const other = join(folder, 'other.fsm');
  writeFileSync(other, snapshotOf([['b', 'two']]));
  const good = await run(...paths, '--payload-from', other, '--payload-from', other);
  expect(good.code).toBe(0);
  const missing = await run(...paths, '--force', '--payload-from', other, '--payload-from', join(folder, 'none.fsm'));
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain('none.fsm');
});
