import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '@ekv/test-support/program-run';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test, vi } from 'vitest';
import { run, start } from './program.test-support.ts';
import { snapshotOf } from './snapshot-file.test-data.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'out');
  plant(folder, { 'a.fsm': snapshotOf([['a', 'one']]), 'group-2/b.fsm': snapshotOf([['b', 'two']]) });
});

function decode(...inputs: readonly string[]): Promise<Ended> {
  return run(...inputs, '--output', output, '--json');
}

function strings(): string[] {
  const path = join(output, 'redis/db_0/strings');
  return readdirSync(path).map((name) => readFileSync(join(path, name), 'latin1'));
}

test('--input several times: all are read, and the closing line and --json say which groups they are', async () => {
  const { code, stdout, stderr } = await decode('--input', `1=${folder}/a.fsm`, `--input=${folder}/group-2/b.fsm`);
  expect(code).toBe(0);
  expect(strings()).toEqual(['one', 'two']);
  expect(stderr).toMatch(/msg="snapshot decoded" input="[^"]*a\.fsm, [^"]*b\.fsm" .* footer=ok groups=1,2 taken_at=/);
  expect(stderr).not.toContain('snapshot_index');
  const json = JSON.parse(stdout);
  expect(json).toMatchObject({
    groups: [
      { group: 1, fsm_path: join(folder, 'a.fsm') },
      { group: 2, fsm_path: join(folder, 'group-2/b.fsm') },
    ],
    transactions: { committed: 0, lost_by_node: 0 },
  });
  expect(json).not.toHaveProperty('snapshot_index');
  expect(json.warnings.map(({ event }: { event: string }) => event)).toEqual(['no_catalog']);
});

test('one of several inputs may be standard input, whose manifest says so', async () => {
  const { child, ended } = start(['--input', '3=-', '--input', join(folder, 'a.fsm'), '--output', output], {
    stdin: 'pipe',
  });
  child.stdin?.end(snapshotOf([['c', 'three']]));
  expect((await ended).code).toBe(0);
  expect(strings()).toEqual(['one', 'three']);
  const { ekv, source } = JSON.parse(readFileSync(join(output, 'MANIFEST.json'), 'utf8'));
  expect(source).toBeUndefined();
  expect(ekv.groups[0]).toMatchObject({ group: 3, fsm_path: '-' });
});

test('--as-of with one file: the closing line has the moment, and when that was by the clock', async () => {
  const moment = (1_700_000_009_000n << 16n) | 0xffffn;
  const { code, stdout, stderr } = await decode('--input', join(folder, 'a.fsm'), '--as-of', '2023-11-14T22:13:20Z');
  expect(code).toBe(0);
  expect(stderr).toContain(` as_of_ts=${moment} as_of=2023-11-14T22:13:20.000Z snapshot_index=0 `);
  expect(JSON.parse(stdout)).toMatchObject({ as_of_ts_text: `${moment}`, snapshot_index: 0 });
});

test.each([
  [['--as-of', 'yesterday'], /--as-of "yesterday" must be none, auto, a commit timestamp/],
  [['--as-of', 'auto'], /--as-of auto: nothing in .*a\.fsm says when it was taken/],
  [['--routes', ':m'], /--routes: ":m" has no "=" and no group/],
  [['--input', '0=x'], /0 is the number of no group that holds rows/],
  [['--input', ''], /--input is required/],
  [['--input', 'group-2/missing.fsm'], /cannot read group-2\/missing\.fsm/],
  [['--salvage', '--as-of', '5'], /--salvage leaves --as-of out/],
])('%j is refused, exit 1, and nothing is written', async (more, message) => {
  const { code, stderr } = await decode('--input', join(folder, 'a.fsm'), ...more);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(existsSync(output)).toBe(false);
});

test('--help shows several groups, and --as-of as an undo', async () => {
  const { stdout } = await run('--help');
  for (const flag of ['--as-of', '--routes', '--allow-missing-groups', '--keep-strays']) expect(stdout).toContain(flag);
  expect(stdout).toMatch(/--as-of with a time is an undo/);
});
