import { join } from 'node:path';
import { expect, test } from 'vitest';
import { falseBuild } from './false-build.test-data.ts';
import { measureProcess } from './measured-process.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const folder = scratchFolder();
const PROGRAM = join(import.meta.dirname, 'compare-builds.ts');

test.each([
  [['one'], 'name two checkouts, A and B'],
  [[folder, folder], 'run pnpm build in'],
])('%j is refused with what to do', async (words, message) => {
  const { code, output } = await measureProcess([process.execPath, PROGRAM, ...words]);
  expect(code).toBe(1);
  expect(output).toContain(message);
});

test('both builds are measured, each step by pairs, and snapshots that differ are said', async () => {
  const a = falseBuild(join(folder, 'a'));
  const b = falseBuild(join(folder, 'b'), "if (option('output')) fs.appendFileSync(option('output'), '/.');");
  const words = [
    '--shapes',
    'sqs',
    '--sizes',
    '10',
    '--steps',
    'encode,start',
    '--runs',
    '2',
    '--folder',
    join(folder, 'c'),
  ];
  const { code, output } = await measureProcess([process.execPath, PROGRAM, a, b, ...words]);
  expect(output).toContain('sqs-10 (the two write different snapshots)');
  expect(output).toMatch(/encode +wall s.*\n +cpu s.*\n +peak MiB.*\n +start +wall s/);
  expect(code).toBe(0);
});
