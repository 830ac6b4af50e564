import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { plantDump } from './dump.test-data.ts';
import { run } from './program.test-support.ts';

let output: string;
let paths: readonly string[];
beforeEach(() => {
  const folder = temporaryFolder();
  output = join(folder, 'out.fsm');
  plantDump(join(folder, 'tree'), { 'redis/db_0/strings/user%3A1.bin': 'v', 'redis/db_0/strings/user%3A2.bin': 'v' });
  paths = ['--input', join(folder, 'tree'), '--output', output, '--adapter', 'redis'];
});

test('a part of a dump is encoded, also when it is strict, with a warning and the mark in the sidecar', async () => {
  const selection = ['--match', 'redis/user:*', '--exclude', 'redis/user:2'];
  const { code, stderr } = await run(...paths, ...selection, '--strict');
  expect(code).toBe(0);
  expect(stderr).toMatch(/event=partial_snapshot adapters=redis .*filter="--match 'redis\/user:\*' --exclude/);
  expect(stderr).toMatch(/msg="encode complete" .*entries=1 /);
  const { ekv } = JSON.parse(readFileSync(`${output}.encode_info.json`, 'utf8'));
  expect(ekv.filter).toEqual([{ match: ['redis/user:*'], exclude: ['redis/user:2'] }]);
});

test.each<[flags: string[], code: number, words: RegExp]>([
  [['--match', 'redis/nobody'], 1, /nothing in .*tree is taken by --match 'redis\/nobody'; it has redis\n$/],
  [['--match', 'redis/a', '--safe'], 1, /--self-test compares the snapshot with the whole tree/],
  [['--expired', 'drop', '--self-test'], 1, /--self-test compares the snapshot with the whole tree/],
  [['--scope', 'redis=a'], 1, /keys of redis are chosen by patterns/],
])('%j is exit %i, and nothing is published', async (flags, expected, words) => {
  const { code, stderr } = await run(...paths, ...flags);
  expect(code).toBe(expected);
  expect(stderr).toMatch(words);
  expect(existsSync(output)).toBe(false);
});
