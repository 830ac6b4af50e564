import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

const fromRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const SNAPSHOT = fromRoot('fixtures/golden/live/all-four/00000000000001b9.fsm');
const DAMAGED = fromRoot('fixtures/golden/live/damaged/value-bit/0000000000000033.fsm');

/** A dump of the snapshot, and one that was edited. */
let folder: string;
let dump: string;
let edited: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-diff-'));
  dump = join(folder, 'dump');
  edited = join(folder, 'edited');
  for (const output of [dump, edited])
    expect((await run('decode', '--input', SNAPSHOT, '--output', output, '--quiet')).code).toBe(0);
  edit('redis/db_0/hashes/cart%3Acustomer%2F0.json', '"15"', '"16"');
  edit('dynamodb/products/items/sku-1.json', '"22"', '"23"');
  edit('sqs/ship/_queue.json', '"delay_seconds": 0', '"delay_seconds": 5');
  writeFileSync(join(edited, 'redis/db_0/strings/motd.bin'), 'hello');
  rmSync(join(edited, 'redis/db_0/hll/visitors.bin'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function edit(path: string, from: string, to: string): void {
  const file = join(edited, path);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

const TOLD = `~ redis/cart:customer/0 (hash)
    field "sku-1": "15" -> "16"
+ redis/motd (string)
- redis/visitors (hyperloglog)
~ dynamodb/products/sku-1
    attribute "stock": {"N":"22"} -> {"N":"23"}
~ sqs/ship (queue)
    setting "delay seconds": 0 -> 5
`;

describe('ekv diff', () => {
  test('of the same: nothing on standard output, exit 0', async () => {
    const { code, stdout, stderr } = await run('diff', SNAPSHOT, dump);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('msg="the same"');
  });

  test('of different: what differs and the sums, without colours in a pipe, exit 1', async () => {
    const { code, stdout, stderr } = await run('diff', SNAPSHOT, edited, '--quiet');
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `${TOLD}
                     added  removed  changed
redis (hash)             0        0        1
redis (hyperloglog)      0        1        0
redis (string)           1        0        0
dynamodb/products        0        0        1
sqs/ship                 0        0        0  queue settings changed
all                      1        1        2
`,
    });
    expect(stderr).not.toContain('INFO');
    const summary = await run('diff', SNAPSHOT, edited, '--quiet', '--summary');
    expect(stdout.endsWith(`\n\n${summary.stdout}`)).toBe(true);
  });

  test('--json: lines, the last of them the result', async () => {
    const { code, stdout } = await run('diff', '--from', SNAPSHOT, '--to', edited, '--json', '--adapter', 'redis');
    expect(code).toBe(1);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.address ?? line.summary_of ?? line.outcome)).toEqual([
      ...['redis/cart:customer/0', 'redis/motd', 'redis/visitors'],
      ...['redis', 'redis', 'redis', 'different'],
    ]);
    expect(lines[0].differences).toEqual([{ part: 'field', name: 'sku-1', from: '15', to: '16' }]);
    expect(lines.at(-1)).toMatchObject({ ok: false, exit_code: 1, tool: 'ekv diff', added: 1, removed: 1, changed: 1 });
    const same = await run('diff', SNAPSHOT, SNAPSHOT, '--json');
    expect(JSON.parse(same.stdout)).toMatchObject({ ok: true, exit_code: 0, outcome: 'same', added: 0 });
  });

  test('--differences says how much of each is shown', async () => {
    const { code, stdout, stderr } = await run('diff', SNAPSHOT, edited, '--differences', '0');
    expect(stdout).toContain('(hash)\n    ... and 1 more differences\n+ redis/motd');
    expect(code, stderr).toBe(1);
    expect(stderr).toContain('msg=different');
  });

  test.each([
    [['a.fsm'], /ekv diff: name what is compared: ekv diff <from> <to>/],
    [['/none/a.fsm', '/none/b.fsm'], /ekv diff: \/none\/a\.fsm does not exist; name a snapshot file/],
    [[SNAPSHOT, SNAPSHOT, '--differences', 'x'], /--differences "x" must be a number, or all/],
    [
      [SNAPSHOT, SNAPSHOT, SNAPSHOT],
      /unexpected word .*: <from> and <to> are given already; for several there are --from and --to/,
    ],
    [[SNAPSHOT, ''], /ekv diff: the path of an input is empty; name a snapshot file, or a dump/],
    [['--from', '', '--to', SNAPSHOT], /the path of an input is empty/],
    [['-', SNAPSHOT], /- is standard input, which is read once alone; write it to a file/],
    [[SNAPSHOT, DAMAGED], /the checksum does not match.*; --salvage of decode takes the rest$/m],
    [['--from', '0=x', '--to', SNAPSHOT], /--from 0=x: 0 is the number of no group/],
  ])('%j: trouble, exit 2', async (words, said) => {
    const { code, stdout, stderr } = await run('diff', ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  });
});
