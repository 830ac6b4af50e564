import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test, vi } from 'vitest';
import { plantDump } from './dump.test-data.ts';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  plantDump(join(folder, 'tree'), { 'redis/db_0/strings/a.bin': 'one', 'redis/db_0/strings/z.bin': 'two' });
});

const encode = (...more: readonly string[]) =>
  run('--input', join(folder, 'tree'), '--output', join(folder, 'out'), '--adapter', 'redis', ...more);

test('the closing line and the JSON result have the groups, each with its file', async () => {
  const { code, stdout, stderr } = await encode('--groups', ':m=1,m:=20', '--with-catalog', '--self-test', '--json');
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/msg="encode complete" output=\S+\/out groups=1,20 bytes=\d+ self_test=true .* catalog=true /);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({
    ok: true,
    exit_code: 0,
    ranges: ':m=1,m:=20',
    catalog: true,
    rows: { redis: 2 },
    entries: 8,
  });
  expect(result.groups).toMatchObject([
    { group: 1, output: join(folder, 'out/group-1.fsm'), entries: 7 },
    { group: 20, sidecar: join(folder, 'out/group-20.fsm.encode_info.json'), entries: 1 },
  ]);
  expect(readdirSync(join(folder, 'out'))).toHaveLength(4);
});

test('a row without a route is exit 2 with its key, and nothing is there', async () => {
  const { code, stdout } = await encode('--groups', ':m=1', '--json');
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { kind: 'data' } });
  expect(JSON.parse(stdout).error.message).toContain('!redis|str|z has no route');
  expect(readdirSync(folder)).toEqual(['tree']);
});

test('flags that mean nothing are exit 1', async () => {
  const refused: ReadonlyArray<readonly [says: string, ...flags: string[]]> = [
    ['--partition-map goes with --groups', '--partition-map', 'q.fifo:1=1'],
    ['--with-catalog goes with --groups', '--with-catalog'],
    ['--groups has no range', '--groups='],
  ];
  const runs = refused.map(async ([says, ...flags]) => {
    const { code, stderr } = await encode(...flags);
    expect(code).toBe(1);
    expect(stderr).toContain(says);
  });
  await Promise.all(runs);
  expect(readdirSync(folder)).toEqual(['tree']);
});
