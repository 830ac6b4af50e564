import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '@ekv/test-support/program-run';
import { tarOf } from '@ekv/test-support/tar-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { plantDump, plantLargeDump } from './dump.test-data.ts';
import { PROGRAM, run, start } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let dump: string;
let archive: string;
beforeEach(() => {
  folder = temporaryFolder();
  [dump, archive] = [join(folder, 'dump'), join(folder, 'place/dump.tar.zst')];
  mkdirSync(join(folder, 'place'));
  plantDump(dump, { 'redis/a.bin': Buffer.from('hello') });
});

const pack = (...more: readonly string[]): Promise<Ended> => run('pack', '--input', dump, '--output', archive, ...more);
const unpack = (...more: readonly string[]): Promise<Ended> =>
  run('unpack', '--input', archive, '--output', join(folder, 'place/again'), ...more);
const place = () => readdirSync(join(folder, 'place')).sort();

describe('what is printed', () => {
  test('help of the program and of its commands on standard output, with examples, exit 0', async () => {
    const overview = await run('--help');
    expect(overview).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['pack', 'unpack', 'verify', 'list']) {
      expect(overview.stdout).toContain(`ekv-archive ${command} `);
      const { code, stdout } = await run(command, '--help');
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`Usage: ekv-archive ${command}`));
      expect(stdout).toMatch(/Examples:\n {2}.*ekv-archive/);
      expect(stdout).toContain('Exit codes: 0');
      expect(stdout).toContain('--input');
    }
  });

  test('a closing line on standard error, nothing on standard output, no progress where nobody looks on', async () => {
    const packed = await pack();
    expect(packed).toMatchObject({ code: 0, stdout: '' });
    expect(packed.stderr).toMatch(
      /^time=\S+ level=INFO msg="dump packed" input=\S+ .* members=4 files=3 .* sha256=[0-9a-f]{64} warning_count=0\n$/,
    );
    expect(await unpack('--quiet')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    expect((await run('verify', archive)).stderr).toMatch(/msg="dump verified" input=\S+ kind=tar\.zst files=3 .*\n$/);
  });

  test('--json: one object with all of it', async () => {
    const packed = JSON.parse((await pack('--json')).stdout);
    expect(packed).toMatchObject({
      ok: true,
      tool: 'ekv-archive pack',
      outcome: 'packed',
      replaced: false,
      members: 4,
      warnings: [],
    });
    expect(packed.sha256).toBe(hash('sha256', readFileSync(archive), 'hex'));
    expect(JSON.parse((await unpack('--json')).stdout)).toMatchObject({
      outcome: 'unpacked',
      files: 3,
      kind: 'tar.zst',
    });
    writeFileSync(join(dump, 'redis/a.bin'), 'hullo');
    const { code, stdout } = await run('verify', '--json', dump);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      outcome: 'differs',
      differences: { changed: { count: 1, examples: ['redis/a.bin'] }, missing: { count: 0 } },
      error: { kind: 'data' },
    });
  });

  test('list: a line for each member, with --json all of them in the object; a reader that goes away is no error', async () => {
    await pack();
    const { code, stdout } = await run('list', archive);
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.replace(/^ *\d+ {2}\S+ {2}/, ''))).toEqual([
      'CHECKSUMS',
      'MANIFEST.json',
      'redis/',
      'redis/a.bin',
      '',
    ]);
    const listed = JSON.parse((await run('list', archive, '--json')).stdout);
    expect(listed).toMatchObject({ ok: true, outcome: 'listed', files: 3 });
    expect(listed.members.map(({ path }: { path: string }) => path)).toEqual([
      'CHECKSUMS',
      'MANIFEST.json',
      'redis',
      'redis/a.bin',
    ]);
    truncateSync(archive, 40);
    const cut = await run('list', '--json', '--input', archive);
    expect(cut.code).toBe(2);
    expect(JSON.parse(cut.stdout)).toMatchObject({
      ok: false,
      outcome: 'damaged',
      members: [],
      error: { kind: 'data' },
    });
  });

  test('pack to standard output and unpack from standard input', async () => {
    const command = `"$0" "$1" pack --input dump --output - --quiet | "$0" "$1" unpack --input - --output again --quiet && "$0" "$1" pack --input dump --output - --quiet | "$0" "$1" verify -`;
    const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, PROGRAM], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringMatching(/dump verified.* input=-/) });
    expect(readFileSync(join(folder, 'again/redis/a.bin'), 'utf8')).toBe('hello');
  });

  test('under its older name it does the same', async () => {
    const alias = join(folder, 'elastickv-snapshot-archive');
    symlinkSync(PROGRAM, alias);
    const packed = await start(['pack', '--input', dump, '--output', archive, '--json'], { program: alias }).ended;
    expect(JSON.parse(packed.stdout).tool).toBe('elastickv-snapshot-archive pack');
    expect((await start(['verify'], { program: alias }).ended).stderr).toMatch(
      /^elastickv-snapshot-archive verify: name the folder or archive/,
    );
  });
});

describe('exit codes', () => {
  test.each<[number, string, readonly string[], RegExp]>([
    [1, 'no command', [], /^ekv-archive: name a command, pack, unpack, verify or list/],
    [1, 'an unknown command', ['extract'], /^ekv-archive: unknown command "extract"; name one, pack/],
    [1, 'list with an output', ['list', '--output', 'x'], /^ekv-archive list: unknown flag --output/],
    [1, 'nothing to pack', ['pack', '--output', 'x'], /--input is required/],
    [1, 'no place for it', ['pack', '--input', 'x'], /--output is required/],
    [
      1,
      'an unknown compression',
      ['pack', '--input', 'x', '--output', 'y', '--compression', 'gzip'],
      /--compression must be zstd or none, not "gzip"/,
    ],
    [
      1,
      'an empty compression',
      ['unpack', '--input', 'x', '--output', 'y', '--compression='],
      /must be zstd or none, not ""/,
    ],
    [
      1,
      'a limit that is no number',
      ['unpack', '--input', 'x', '--output', 'y', '--max-bytes', '1G'],
      /--max-bytes "1G" must be decimal digits/,
    ],
    [
      1,
      'an object and an archive on one stream',
      ['pack', '--input', 'x', '--output', '-', '--json'],
      /--json and --output - both write/,
    ],
    [1, 'a plain word', ['pack', 'stray'], /unexpected word "stray"/],
    [1, 'what is not there', ['verify', '/nowhere/at/all'], /there is no archive \/nowhere\/at\/all/],
  ])('%i for %s', async (code, _, args, message) => {
    const ended = await run(...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('1 for an output that exists already, 2 for a dump or archive that is refused, and nothing is left', async () => {
    expect((await pack()).code).toBe(0);
    expect(await pack()).toMatchObject({ code: 1, stderr: expect.stringMatching(/exists already .* with --force\n$/) });
    expect((await pack('--force')).code).toBe(0);
    writeFileSync(join(dump, 'redis/new'), '');
    expect(await pack('--force')).toMatchObject({ code: 2, stderr: expect.stringMatching(/not listed: redis\/new/) });
    expect((await run('verify', archive)).code).toBe(0);
    truncateSync(archive, 100);
    expect(await unpack()).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/dump\.tar\.zst is damaged at byte \d+/),
    });
    expect(await unpack('--max-members', '1')).toMatchObject({ code: 2 });
    expect(place()).toEqual(['dump.tar.zst']);
  });

  test('1 for a disk or a limit that has no room, with what to do, and nothing is left', () => {
    plantLargeDump(dump, 2);
    const limited = (command: string) =>
      spawnSync('sh', ['-c', `ulimit -f 1000; exec "$0" "$1" ${command}`, process.execPath, PROGRAM], {
        cwd: folder,
        encoding: 'utf8',
      });
    const packed = limited('pack --input dump --output place/a.tar --compression none');
    expect(packed).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^ekv-archive pack: cannot write place\/a\.tar: .*"ulimit -f" allows/),
    });
    writeFileSync(join(folder, 'in.tar'), tarOf(dump, '.'));
    const unpacked = limited('unpack --input in.tar --output place/again');
    expect(unpacked).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^ekv-archive unpack: cannot write place\/again\/redis\/large\.bin: .*"ulimit -f"/),
    });
    expect(place()).toEqual([]);
  });
});
