import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

const SNAPSHOT = fileURLToPath(new URL('../../../fixtures/golden/live/all-four/00000000000001b9.fsm', import.meta.url));

let folder: string;
let output: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-forget-'));
  output = join(folder, 'clean.fsm');
});

afterEach(() => rmSync(folder, { recursive: true }));

const CHOSEN = ['--match', 'redis/cart:customer/4', '--match', 's3/invoices/2026/03/customer-4*'];
const TOLD = `redis/cart:customer/4  36 entries, 1210 bytes
s3/invoices/2026/03/customer-4.txt  2 entries, 503 bytes
`;

test('what goes is printed, and is not in the new snapshot', async () => {
  const { code, stdout, stderr } = await run('forget', SNAPSHOT, '--output', output, ...CHOSEN);
  expect({ code, stdout }).toEqual({ code: 0, stdout: TOLD });
  expect(stderr).toContain('msg=forgotten');
  expect(stderr).toContain('still hold what was forgotten: remove them yourself');
  expect(readFileSync(SNAPSHOT).includes('cart:customer/4')).toBe(true);
  expect(readFileSync(output).includes('cart:customer/4')).toBe(false);
  const diff = await run('diff', SNAPSHOT, output, '--json');
  const lines = diff.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.filter(({ change }) => change).map(({ change, address }) => [change, address])).toEqual([
    ['removed', 's3/invoices/2026/03/customer-4.txt'],
  ]);
});

test('--check prints the same and writes nothing; --json gives lines', async () => {
  const text = await run('forget', '--input', SNAPSHOT, '--check', ...CHOSEN);
  expect(text).toMatchObject({ code: 0, stdout: TOLD });
  const { stdout } = await run('forget', SNAPSHOT, '--check', '--json', ...CHOSEN);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.slice(0, 2)).toEqual([
    { address: 'redis/cart:customer/4', adapter: 'redis', entries: 36, bytes: 1210 },
    { address: 's3/invoices/2026/03/customer-4.txt', adapter: 's3', entries: 2, bytes: 503 },
  ]);
  expect(lines[2]).toMatchObject({
    ok: true,
    outcome: 'checked',
    forgotten: { redis: { owners: 1, entries: 36, bytes: 1210 }, s3: { owners: 1, entries: 2, bytes: 503 } },
  });
  expect(existsSync(output)).toBe(false);
});

test('a dump becomes an archive without what is forgotten', async () => {
  const dump = join(folder, 'dump');
  const archive = join(folder, 'clean.tar');
  expect((await run('decode', '--input', SNAPSHOT, '--output', dump, '--quiet')).code).toBe(0);
  const { code, stdout } = await run('forget', dump, '--output', archive, '--match', 'redis/recent', '--quiet');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'redis/recent  9 entries, 264 bytes\n' });
  const diff = await run('diff', dump, archive, '--quiet');
  expect(diff.stdout.split('\n')[0]).toBe('- redis/recent (list)');
});

test.each([
  [[], 1, /name what is to be looked through: ekv forget <input>/],
  [[SNAPSHOT, '--check'], 1, /say what is to be forgotten: an address, as redis\/user:42, or --match/],
  [[SNAPSHOT, '--match', 'redis/*'], 1, /--output is required/],
  [[SNAPSHOT, '--check', '--match', 'redis/nobody'], 1, /nothing in .* is taken by --match/],
  [[SNAPSHOT, '--check', '--scope', 'dynamodb=product'], 1, /did you mean dynamodb\/products\?/],
  [[SNAPSHOT, '--check', '--match', '*', '--format', 'zip'], 1, /--format "zip" must be folder, tar or tar\.zst/],
  [['nowhere.fsm', '--check', '--match', '*'], 1, /nowhere\.fsm does not exist/],
])('%j is refused', async (args, code, words) => {
  const result = await run('forget', ...args);
  expect(result.code).toBe(code);
  expect(result.stderr).toMatch(words);
});

test('an address stands for what is called so alone, and not beside patterns', async () => {
  const { code, stdout } = await run('forget', SNAPSHOT, 'redis/recent', '--check', '--quiet');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'redis/recent  212 entries, 6360 bytes\n' });
  const pattern = await run('forget', SNAPSHOT, 'redis/rec[e]nt', '--check');
  expect(pattern.code).toBe(1);
  expect(pattern.stderr).toContain('has nothing at redis/rec[e]nt; ');
  expect(pattern.stderr).toContain('; for patterns there is --match');
  const both = await run('forget', SNAPSHOT, 'redis/recent', '--match', 'redis/*', '--check');
  expect(both.stderr).toBe('ekv forget: give addresses, or --match and --scope, not both\n');
});
