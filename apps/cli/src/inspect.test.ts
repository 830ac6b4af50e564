import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test, vi } from 'vitest';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

const LIVE = fileURLToPath(new URL('../../../fixtures/golden/live/', import.meta.url));
const NODE_FILE = join(LIVE, 'all-four/00000000000001b9.fsm');

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

test('what is piped is plain: no colour, no bar, nothing cut; the closing line is on standard error', async () => {
  const { code, stdout, stderr } = await run('inspect', NODE_FILE);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^\S+00000000000001b9\.fsm: snapshot, 163\.4 KiB, 1,397 entries, taken 2026-11-23 08:19:58 UTC\n/,
  );
  for (const title of [
    'By adapter',
    'By prefix',
    'Largest',
    'Most elements',
    'Sizes of rows',
    'What a decode would leave out',
  ])
    expect(stdout).toMatch(new RegExp(`^${title}$`, 'm'));
  expect(stdout).not.toMatch(/[^\n -~]/);
  expect(stderr).toMatch(/^time=\S+ level=INFO msg=inspected input=\S+ entries=1397 units=74 live_bytes=46315\n$/);
  expect(await run('inspect', NODE_FILE, '--quiet')).toMatchObject({ code: 0, stdout, stderr: '' });
});

test('--json prints one object, which has the report', async () => {
  const { code, stdout } = await run('inspect', NODE_FILE, '--json', '--quiet');
  const { ok, tool, report, units } = JSON.parse(stdout);
  expect({ code, ok, tool, units }).toEqual({ code: 0, ok: true, tool: 'ekv inspect', units: 74 });
  expect(report).toMatchObject({
    version: 1,
    totals: { units: 74, rows: 337 },
    inputs: [{ kind: 'snapshot', entries: 1397 }],
  });
  expect(report.adapters.map(({ adapter }: { adapter: string }) => adapter).sort()).toEqual([
    'dynamodb',
    'redis',
    's3',
    'sqs',
  ]);
});

test('--csv prints the table that is named, and a word that is none is told with those that there are', async () => {
  const { stdout } = await run('inspect', NODE_FILE, '--csv', 'scopes', '--quiet');
  expect(stdout.split('\n')[0]).toMatch(/^"adapter","kind","scope","separator","units","entries","rows","live_bytes",/);
  expect(stdout).toMatch(/^"dynamodb","table","ledger","[^"]*",1,54,3,198,/m);
  expect(await run('inspect', NODE_FILE, '--csv', 'all')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--csv "all" is no table; there are prefixes, scopes, families, largest'),
  });
  expect(await run('inspect', NODE_FILE, '--csv', 'scopes', '--json')).toMatchObject({ code: 1 });
});

test('--html writes a page, replaces an earlier one, and nothing else', async () => {
  const page = join(folder, 'report.html');
  for (let i = 0; i < 2; i++)
    expect(await run('inspect', NODE_FILE, '--html', page)).toMatchObject({ code: 0, stdout: '' });
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/i);
  expect(statSync(page).size).toBeLessThan(5 << 20);
  const other = join(folder, 'other.html');
  writeFileSync(other, 'something else');
  expect(await run('inspect', NODE_FILE, '--html', other)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`--html ${other} exists and is no page of a report`),
  });
  expect(readFileSync(other, 'utf8')).toBe('something else');
  expect(await run('inspect', NODE_FILE, '--html', folder)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('name a file'),
  });
  expect(await run('inspect', other, '--html', other)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is the input'),
  });
});

test('a tree, an archive of it, a folder of a node and several groups are told too', async () => {
  const tree = join(LIVE, 'all-four/tree');
  const archive = join(folder, 'dump.tar.zst');
  await run('archive', 'pack', '--input', tree, '--output', archive);
  for (const [input, kind] of [
    [tree, 'dump'],
    [archive, 'archive'],
  ] as const) {
    const { report } = JSON.parse((await run('inspect', input, '--json', '--quiet')).stdout);
    expect(report).toMatchObject({ inputs: [{ kind }], totals: { units: 54, rows: 170 } });
  }
  const { report } = JSON.parse((await run('inspect', join(LIVE, 'two-groups/node'), '--json', '--quiet')).stdout);
  expect(report.inputs.map(({ group }: { group: string }) => group)).toEqual(['1', '2']);
});

test('the history of a key is told, also of one that is not there', async () => {
  const { stdout } = await run('inspect', NODE_FILE, '--history', 'redis/recent', '--quiet');
  expect(stdout).toMatch(/^History\nredis\/recent\ncommitted \(UTC\) +rows written/m);
  const none = await run('inspect', NODE_FILE, '--history', 'redis/never', '--quiet');
  expect(none.stdout).toContain('redis/never: no version of it is in the input');
  expect(await run('inspect', NODE_FILE, '--history', 'nothing')).toMatchObject({ code: 1 });
});

test('exit codes: 1 for what was asked, 2 for a damaged input, 3 for what was salvaged of it', async () => {
  expect(await run('inspect')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('name what is looked into: ekv inspect <input>'),
  });
  expect(await run('inspect', join(folder, 'none'))).toMatchObject({ code: 1 });
  expect(await run('inspect', NODE_FILE, '--top', '1001')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--top is 1001'),
  });
  const damaged = join(LIVE, 'damaged/cut-in-value/0000000000000033.fsm');
  expect(await run('inspect', damaged)).toMatchObject({ code: 2, stdout: '' });
  expect(await run('inspect', damaged, '--salvage')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('inspected in part'),
  });
});

test('keys of control characters come out as text in every form', async () => {
  const path = writeSnapshot(join(folder, 'x.fsm'), [
    { key: '!redis|str|\x1b[31m\n</script>', value: Buffer.from('v') },
  ]);
  for (const form of [[], ['--json'], ['--csv', 'largest']]) {
    const { stdout } = await run('inspect', path, ...form, '--quiet');
    expect(stdout).toContain('%1B[31m%0A</script>');
    expect(stdout).not.toContain('\x1b');
  }
});

test('the output in docs/inspect.md is what is printed', async () => {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/inspect.md', import.meta.url)), 'utf8');
  const blocks = [...text.matchAll(/^ {4}\$ ekv inspect 00000000000001b9\.fsm(.*)\n((?: {4}.*\n|\n(?= {4}))+)/gm)];
  expect(blocks).toHaveLength(3);
  for (const [, flags, block] of blocks) {
    const { stdout } = await run('inspect', NODE_FILE, ...flags!.trim().split(' ').filter(Boolean), '--quiet');
    expect(stdout.replace(NODE_FILE, '00000000000001b9.fsm')).toContain(block!.replace(/^ {4}/gm, '').trimEnd());
  }
});
