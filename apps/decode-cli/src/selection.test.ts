import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test, vi } from 'vitest';
import { run } from './program.test-support.ts';
import { snapshotOf } from './snapshot-file.test-data.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let output: string;
let paths: readonly string[];
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'out');
  const input = join(folder, 'in.fsm');
  const keys = ['user:1', 'user:2', 'user:test', 'session:1'];
  writeFileSync(input, snapshotOf(keys.map((key) => [key, 'v'])));
  paths = ['--input', input, '--output', output];
});

const strings = () => readdirSync(join(output, 'redis/db_0/strings')).sort();

test('patterns may be given several times, and the last line and --json say what was left out', async () => {
  const flags = [
    '--match',
    'redis/user:*',
    '--match',
    'redis/none*',
    '--exclude',
    '*test',
    '--exclude',
    '*/x',
    '--json',
  ];
  const { code, stdout, stderr } = await run(...paths, ...flags);
  expect(code).toBe(0);
  expect(strings()).toEqual(['user%3A1.bin', 'user%3A2.bin']);
  expect(stderr).toMatch(/event=selection_unmatched count=2/);
  expect(stderr).toMatch(/msg="snapshot decoded" .* unselected=2 /);
  const filter = [{ match: ['redis/user:*', 'redis/none*'], exclude: ['*test', '*/x'] }];
  expect(JSON.parse(stdout)).toMatchObject({ counts: { redis: 2, unselected: 2 }, filter });
  expect(JSON.parse(readFileSync(join(output, 'MANIFEST.json'), 'utf8')).ekv.filter).toEqual(filter);
});

test.each<[flags: string[], words: RegExp]>([
  [['--match', 'redis/nobody'], /nothing in .*in\.fsm is taken by --match 'redis\/nobody'; it has redis\n$/],
  [['--scope', 'dynamodb=orders'], /is taken by --scope 'dynamodb=orders'; it has redis\n$/],
  [['--scope', 'orders'], /the scope "orders" must be ADAPTER=NAME/],
  [['--match', 'session:*'], /the pattern "session:\*" must begin with redis\//],
  [['--match', ''], /the flag --match needs a value|is empty/],
  [['--expired', 'yes'], /--expired "yes" must be keep or drop/],
  [['--match', 'redis/user:*', '--match', 'redis/none', '--strict'], /selection_unmatched/],
])('%j is exit 1, and nothing is written', async (flags, words) => {
  const { code, stderr } = await run(...paths, ...flags);
  expect(code).toBe(1);
  expect(stderr).toMatch(words);
  expect(existsSync(output)).toBe(false);
});

test('a dump that is there was made by another selection', async () => {
  const node = join(folder, 'fsm-snap');
  mkdirSync(node);
  copyFileSync(join(folder, 'in.fsm'), join(node, '0000000000000015.fsm'));
  const all = (...more: string[]) => run('--input-snap-dir', node, '--all', '--output', join(folder, 'dumps'), ...more);
  expect((await all('--match', 'redis/user:*')).code).toBe(0);
  expect((await all('--match', 'redis/user:*')).stderr).toContain('kept=0000000000000015');
  const other = await all('--match', 'redis/session:*');
  expect(other.stderr).toContain('it was made with another selection');
});
