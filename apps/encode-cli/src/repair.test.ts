import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { plantDump } from './dump.test-data.ts';
import { run } from './program.test-support.ts';

let folder: string;
let tree: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  tree = join(folder, 'tree');
  output = join(folder, 'out.fsm');
  plantDump(tree, { 'redis/db_0/sets/s.json': '{"format_version":1,"members":["m"],"expire_at_ms":null}\n' });
});

test('a tree made by hand gets a manifest and a CHECKSUMS, and is then encoded', async () => {
  rmSync(join(tree, 'MANIFEST.json'));
  const encode = () => run('--input', tree, '--output', output, '--adapter', 'redis', '--verify');
  expect(await encode()).toMatchObject({ code: 1, stderr: expect.stringContaining('--new-manifest') });
  const repaired = await run('--input', tree, '--new-manifest', '--update-checksums', '--json');
  expect(repaired.code).toBe(0);
  expect(JSON.parse(repaired.stdout)).toMatchObject({
    ok: true,
    input: tree,
    new_manifest: { adapters: ['redis'] },
    checksums: { changed: 0, gone: 0 },
  });
  expect(repaired.stderr).toMatch(
    /msg="tree repaired" .*manifest=new adapters=redis files=\d+ changed=0 added=\d+ gone=0 warning_count=\d+/,
  );
  expect((await encode()).code).toBe(0);
});

test('a manifest written by hand is told all that it lacks, and the way to a new one', async () => {
  writeFileSync(join(tree, 'MANIFEST.json'), '{"format_version": 1, "phase": "x"}');
  const { code, stderr } = await run('--input', tree, '--output', output);
  expect(code).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  for (const field of ['phase', 'wall_time_iso', 'adapters', 'checksum_format', 'dynamodb_layout', '--new-manifest'])
    expect(stderr).toContain(field);
});

test('white space that an editor left is told as that, and accepted when asked for', async () => {
  const encode = (...more: string[]) =>
    run('--input', tree, '--output', output, '--adapter', 'redis', '--self-test', ...more);
  expect(await encode('--json')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /s\.json \(bytes differ\): only white space differs; --accept-formatting accepts that; nothing/,
    ),
    stdout: expect.stringContaining('"formatting_only":1'),
  });
  expect((await encode('--accept-formatting')).code).toBe(0);
  expect(JSON.parse(readFileSync(`${output}.encode_info.json`, 'utf8'))).toMatchObject({
    self_test: { ran: true, matched: true },
  });
});

test.each([
  ['a repair and an output', ['--update-checksums', '--output', 'x.fsm'], '--output'],
  ['a repair and a check', ['--update-checksums', '--verify'], '--verify'],
  ['a repair and --safe', ['--update-checksums', '--safe'], '--safe'],
  ['a repair and some adapters', ['--new-manifest', '--adapter', 'redis'], '--adapter'],
  ['--accept-formatting without a self-test', ['--accept-formatting', '--output', 'x.fsm'], '--self-test'],
])('%s do not go together', async (_, flags, word) => {
  const { code, stderr } = await run('--input', tree, ...flags);
  expect(code).toBe(1);
  expect(stderr).toContain(word);
});
