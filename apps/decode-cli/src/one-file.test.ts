import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { until } from '@ekv/test-support/program-run';
import { tarMembers } from '@ekv/test-support/tar-file';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { PROGRAM, run, start } from './program.test-support.ts';
import { manyStrings, snapshotOf } from './snapshot-file.test-data.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let input: string;
beforeEach(() => {
  folder = temporaryFolder();
  input = join(folder, '0000000000000051.fsm');
  writeFileSync(input, snapshotOf([['a', 'one']]));
  for (const name of ['place', 'scratch']) mkdirSync(join(folder, name));
});

const output = () => join(folder, 'place/dump.tar.zst');
const scratch = () => ['--scratch-root', join(folder, 'scratch')];
const inPlace = () => readdirSync(join(folder, 'place')).sort();

const MEMBERS = ['MANIFEST.json', 'redis/db_0/strings/a.bin', 'CHECKSUMS'];

describe('standard output', () => {
  test.each(['tar', 'tar.zst'])('takes a dump as %s, and nothing else', (format) => {
    const args = [PROGRAM, '--input', input, '--output', '-', '--format', format, ...scratch()];
    const { stdout, status, stderr } = spawnSync(process.execPath, args, { maxBuffer: 1 << 24 });
    expect(status).toBe(0);
    expect(stderr.toString()).toMatch(/^\S+ level=INFO msg="snapshot decoded" .* output=- /);
    expect(Object.keys(tarMembers(stdout))).toEqual(MEMBERS);
    expect(stdout.readUInt32BE(0) === 0x28b52ffd).toBe(format === 'tar.zst');
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  test('takes no folder, and not the object of --json too', async () => {
    expect(await run('--input', input, '--output', '-')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/--format tar or --format tar\.zst \(one that is called - is \.\/-\)\n$/),
    });
    const { code, stderr } = await run('--input', input, '--output', '-', '--format', 'tar', '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('both write to standard output') });
  });

  test('whose reader has gone ends the run, exit 1', async () => {
    writeFileSync(input, snapshotOf(manyStrings(20_000)));
    const command = `"$0" "$@" 2>"${join(folder, 'said')}"; echo $? >"${join(folder, 'code')}"`;
    const args = [process.execPath, PROGRAM, '--input', input, '--output', '-', '--format', 'tar', ...scratch()];
    spawnSync('sh', ['-c', `(${command}) | head -c 1000 >/dev/null`, ...args]);
    expect(readFileSync(join(folder, 'code'), 'utf8')).toBe('1\n');
    expect(readFileSync(join(folder, 'said'), 'utf8')).toBe('ekv-decode: whoever read standard output has ended\n');
  });
});

test('--all with --format makes one archive for each snapshot, inside the output', async () => {
  plant(folder, {
    'node/fsm-snap/0000000000000001.fsm': snapshotOf([['a', 'one']]),
    'node/fsm-snap/0000000000000002.fsm': snapshotOf([['a', 'two']]),
  });
  const all = [
    '--input-snap-dir',
    join(folder, 'node'),
    '--all',
    '--output',
    join(folder, 'place/dumps'),
    ...scratch(),
  ];
  expect(await run(...all, '--format', 'tar.zst')).toMatchObject({ code: 0 });
  const names = ['0000000000000001.tar.zst', '0000000000000002.tar.zst'];
  expect(readdirSync(join(folder, 'place/dumps')).sort()).toEqual(names);
  const second = join(folder, 'place/dumps', names[1]!);
  expect(Object.keys(tarMembers(readFileSync(second)))).toEqual(MEMBERS);
  // Again: what is there and whole is kept, and what is damaged is no dump, which nothing replaces without being asked to.
  writeFileSync(second, readFileSync(second).subarray(0, -9));
  const again = await run(...all, '--format', 'tar.zst');
  expect(again.code).toBe(1);
  expect(again.stderr).toMatch(/0000000000000001 kept: .*\.tar\.zst\n/);
  expect(again.stderr).toMatch(/0000000000000002 failed: the output .*\.tar\.zst exists; choose another name/);
});

test('a form that there is not is refused', async () => {
  const { code, stderr } = await run('--input', input, '--output', output(), '--format', 'zip');
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'ekv-decode: --format "zip" must be folder, tar or tar.zst\n' });
});

test('a disk that is full leaves nothing: exit 1, and no archive or hidden name', () => {
  writeFileSync(input, snapshotOf(manyStrings(20_000)));
  const args = [PROGRAM, '--input', input, '--output', join(folder, 'place/dump.tar'), ...scratch()];
  const command = 'ulimit -f 2000 && exec "$0" "$@"';
  const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, ...args], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/cannot write .*dump\.tar: /) });
  expect(inPlace()).toEqual([]);
  expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
});

describe('a decode to an archive that is stopped', () => {
  const begun = () => {
    writeFileSync(input, snapshotOf(manyStrings(30_000)));
    return start(['--input', input, '--output', output(), ...scratch()]);
  };

  test('by a signal leaves nothing', async () => {
    const { child, ended } = begun();
    await until(() => inPlace().some((name) => name.startsWith('.dump.tar.zst.tmp-')));
    child.kill('SIGTERM');
    expect((await ended).code).toBe(128 + constants.signals.SIGTERM);
    expect(inPlace()).toEqual([]);
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  test('by a kill leaves hidden names alone, which the next run tells of, and removes when asked to', async () => {
    const { child, ended } = begun();
    await until(() => inPlace().some((name) => name.startsWith('.dump.tar.zst.tmp-')));
    child.kill('SIGKILL');
    await ended;
    expect(inPlace().map((name) => name.replace(/[0-9a-f]{16}$/, 'RUN'))).toEqual([
      '.dump.tar.zst.run-RUN',
      '.dump.tar.zst.tmp-RUN',
    ]);
    writeFileSync(input, snapshotOf([['a', 'one']]));
    const again = ['--input', input, '--output', output(), ...scratch()];
    const { code, stderr } = await run(...again);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/event=leftovers count=2/) });
    expect(statSync(output()).mode & 0o777).toBe(0o600);
    expect(await run(...again, '--force', '--remove-leftovers')).toMatchObject({ code: 0 });
    expect(inPlace()).toEqual(['dump.tar.zst']);
  });
});
