import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants, hostname } from 'node:os';
import { join } from 'node:path';
import { type Ended, until } from '@ekv/test-support/program-run';
import { stops } from '@ekv/test-support/signals';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { plantDump } from './dump.test-data.ts';
import { PROGRAM, run, start } from './program.test-support.ts';

const IS_CHECKOUT = existsSync(new URL('../../../.git', import.meta.url));

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let input: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  [input, output] = [join(folder, 'tree'), join(folder, 'place/out.fsm')];
  plantDump(input);
  for (const name of ['place', 'scratch']) mkdirSync(join(folder, name));
});

/** Encodes the tree of the test. */
function encode(...more: readonly string[]): Promise<Ended> {
  return run('--input', input, '--output', output, '--adapter', 'redis', ...more);
}

/** Lines of CHECKSUMS for files of the tree. */
function listOf(...paths: readonly string[]): string {
  return paths.map((path) => `${hash('sha256', readFileSync(join(input, path)), 'hex')}  ${path}\n`).join('');
}

function published(): string[] {
  return readdirSync(join(folder, 'place')).sort();
}

describe('what is printed', () => {
  test('--help: all flags, examples and exit codes on standard output, exit 0', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const flags = ['input', 'output', 'adapter', 'last-commit-ts', 'self-test', 'scratch-root', 'verify', 'strict'];
    const all = [
      ...flags,
      'drop-unsupported',
      'require-data',
      'remove-leftovers',
      'update-checksums',
      'new-manifest',
      'accept-formatting',
      'complete',
      'shift-times',
      'safe',
      'progress',
      'quiet',
      'json',
      'log-format',
      'version',
      'help',
    ];
    for (const flag of all) expect(stdout).toContain(`--${flag}`);
    expect(stdout).toMatch(/Usage: ekv-encode/);
    expect(stdout).toMatch(/Exit codes: 0 /);
    expect((await run('-h')).stdout).toBe(stdout);
  });

  test('--safe is --self-test, --strict, --verify and --require-data in one, and --help recommends it', async () => {
    // Nothing lists the files of this tree.
    const unlisted = await encode('--safe');
    expect(unlisted).toMatchObject({ code: 2, stdout: '' });
    expect(unlisted.stderr).toMatch(/ekv-encode: --verify: /);
    plant(input, { CHECKSUMS: listOf('MANIFEST.json', 'redis/db_0/strings/a.bin') });
    const safe = await encode('--safe');
    expect(safe).toMatchObject({ code: 0, stderr: expect.stringContaining(' self_test=true ') });
    plant(input, { 'redis/db_0/strings/stray': '' });
    expect((await encode('--safe')).stderr).toMatch(/--strict: .*stray_files/);
    rmSync(join(input, 'redis'), { recursive: true });
    expect((await encode('--safe')).code).toBe(2);
    expect((await run('--help')).stdout).toMatch(/For backups, and before a restore, always use --safe\./);
  });

  test('the name under which the program is called', async () => {
    const alias = join(folder, 'elastickv-snapshot-encode');
    symlinkSync(PROGRAM, alias);
    const { stdout } = await start(['--help'], { program: alias }).ended;
    expect(stdout).toMatch(/Usage: elastickv-snapshot-encode/);
    expect((await start([], { program: alias }).ended).stderr).toMatch(/^elastickv-snapshot-encode: /);
  });

  test('--version: the version of the package on standard output, in a checkout with its commit, exit 0', async () => {
    const { code, stdout, stderr } = await run('--version');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(IS_CHECKOUT ? /^ekv\/\d+\.\d+\.\d+\+[0-9a-f]{12}\n$/ : /^ekv\/\d+\.\d+\.\d+\n$/);
  });

  test('success: one closing line on standard error behind the warnings, nothing on standard output', async () => {
    const { code, stdout, stderr } = await encode('--self-test', '--scratch-root', join(folder, 'scratch'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^[^\n]* event=partial_snapshot [^\n]*\ntime=\S+ level=INFO msg="encode complete" .*\n$/);
    expect(stderr).toMatch(/ mode=0600 warning_count=1\n$/);
    expect(stderr).toContain(` output=${output} bytes=67 self_test=true adapters=redis entries=1 redis=1 `);
    expect(published()).toEqual(['out.fsm', 'out.fsm.encode_info.json']);
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  test('--json: one object with paths, digest, counts and warnings on standard output', async () => {
    const { stdout } = await encode('--json', '--last-commit-ts', '0xffffffffffffffff');
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      exit_code: 0,
      tool: 'ekv-encode',
      version: expect.stringMatching(/^ekv\//),
      elapsed_ms: expect.any(Number),
      input,
      output,
      sidecar: `${output}.encode_info.json`,
      bytes: 67,
      self_test: { ran: false, matched: false },
      adapters: ['redis'],
      entries: 1,
      rows: { redis: 1 },
      last_commit_ts: 2 ** 64,
      last_commit_ts_text: '18446744073709551615',
      sha256: hash('sha256', readFileSync(output), 'hex'),
      mode: '0600',
      replaced: false,
      partial: false,
      warning_count: 2,
      warnings: [
        {
          event: 'timestamp_unusable',
          message: expect.stringContaining('the largest value that can be used is 18446744073709486079'),
          last_commit_ts: 2 ** 64,
          last_commit_ts_text: '18446744073709551615',
        },
        {
          event: 'partial_snapshot',
          message:
            'the snapshot holds redis only; restoring it replaces the whole state: the data of dynamodb, s3, sqs on the target is gone',
          adapters: 'redis',
          missing: 'dynamodb,s3,sqs',
        },
      ],
    });
    expect(stdout).toContain('"last_commit_ts":18446744073709551615,');
    expect(stdout).toMatch(/^[^\n]*\n$/);
  });

  test('--json on a mismatch: the digest of the rejected bytes, the report, the first difference, exit 2', async () => {
    plantDump(input, { 'redis/db_0/strings/%62.bin': '' });
    const { code, stdout, stderr } = await encode('--json', '--self-test');
    expect(code).toBe(2);
    expect(stderr).toBe(
      `ekv-encode: self-test diff (see ${output}.mismatch.txt): 2 differences between the tree and what the snapshot decodes to; the first: redis/db_0/strings/%62.bin (missing in scratch); nothing was published\n`,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      exit_code: 2,
      report: `${output}.mismatch.txt`,
      rejected_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      self_test: { ran: true, matched: false, differences: 2 },
      error: { kind: 'data' },
    });
    expect(published()).toEqual(['out.fsm.encode_info.json', 'out.fsm.mismatch.txt']);
  });

  test('the closing line has its fields in the order of --json and under the same names', async () => {
    await encode();
    const { stdout, stderr } = await encode('--json', '--self-test');
    const line = [
      ...stderr
        .trimEnd()
        .split('\n')
        .at(-1)!
        .matchAll(/ (\w+)=/g),
    ].map(([, name]) => name!);
    const { rows, ...others } = JSON.parse(stdout) as { readonly rows: object };
    const names = Object.keys(others).flatMap((name) => (name === 'entries' ? [name, ...Object.keys(rows)] : [name]));
    expect(line).toContain('replaced');
    expect(line.slice(line.indexOf('output'))).toEqual(names.filter((name) => line.includes(name)));
  });

  test('an older output: the closing line and --json tell that it was replaced, and after a mismatch where it is', async () => {
    await encode();
    const replaced = await encode('--json');
    expect(replaced.stderr).toMatch(/ mode=0600 replaced=true warning_count=1\n$/);
    expect(JSON.parse(replaced.stdout)).toMatchObject({ replaced: true });
    plantDump(input, { 'redis/db_0/strings/%62.bin': '' });
    const { code, stdout, stderr } = await encode('--json', '--self-test');
    expect(code).toBe(2);
    expect(stderr).toMatch(/; nothing was published; the older \S+\/out\.fsm is \S+\/out\.fsm\.previous now\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ previous: `${output}.previous` });
    const second = await encode('--json', '--self-test');
    expect(second.stderr).toMatch(/; an older snapshot from an earlier run is \S+\/out\.fsm\.previous\n$/);
    expect(JSON.parse(second.stdout)).toMatchObject({ ok: false, previous: `${output}.previous` });
    const again = await encode('--json');
    expect(again.stderr).toMatch(/ mode=0600 previous=\S+\/out\.fsm\.previous warning_count=1\n$/);
    expect(JSON.parse(again.stdout)).toMatchObject({ replaced: false, previous: `${output}.previous` });
  });

  test('a link that a mismatch removed is told', async () => {
    symlinkSync('nowhere', output);
    plantDump(input, { 'redis/db_0/strings/%62.bin': '' });
    expect((await encode('--self-test')).stderr).toMatch(
      /; nothing was published; the link \S+\/out\.fsm was removed\n$/,
    );
  });

  test('--json on failure: kind, message and problems', async () => {
    plantDump(input, { 'redis/db_0/sets/x.json': '{', 'redis/db_0/sets/y.json': '{' });
    const { code, stdout, stderr } = await encode('--json');
    const { ok, exit_code, error } = JSON.parse(stdout);
    expect({ code, ok, exit_code }).toEqual({ code: 2, ok: false, exit_code: 2 });
    expect(error).toMatchObject({ kind: 'data', message: 'redis: 2 problems:' });
    expect(error.problems).toHaveLength(2);
    expect(stderr.split('\n')).toEqual([
      'ekv-encode: redis: 2 problems:',
      `  ${error.problems[0]}`,
      `  ${error.problems[1]}`,
      '',
    ]);
  });

  test('--quiet: no closing line, warnings and errors all the same', async () => {
    plantDump(input, {}, { adapters: { redis: {}, dynamodb: {}, s3: {}, sqs: {} } });
    const quiet = async (...more: string[]) => await run('--input', input, '--output', output, '--quiet', ...more);
    expect(await quiet('--require-data', '--adapter', 'redis')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^[^\n]* event=partial_snapshot [^\n]*\n$/),
    });
    rmSync(join(input, 'redis'), { recursive: true });
    const { stderr } = await quiet();
    expect(stderr).toMatch(/^time=\S+ level=WARN .* event=no_data adapters=redis,dynamodb,s3,sqs\n$/);
    expect((await quiet('--require-data')).stderr).toMatch(/^ekv-encode: --require-data: .*\n$/);
  });

  test('--log-format json: one object a line, for closing line, warning and error', async () => {
    rmSync(join(input, 'redis'), { recursive: true });
    const lines = async (...more: string[]) => {
      const { stderr } = await encode('--log-format', 'json', ...more);
      return stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    };
    expect(await lines()).toMatchObject([
      { level: 'WARN', event: 'no_data' },
      { level: 'WARN', event: 'partial_snapshot' },
      { level: 'INFO', msg: 'encode complete', output },
    ]);
    expect(await lines('--require-data')).toMatchObject([{ level: 'ERROR', msg: expect.stringContaining('redis') }]);
  });

  test('EKV_DEBUG: a stack trace behind the error, otherwise none', async () => {
    const args = ['--input', join(folder, 'nothing'), '--output', output];
    expect((await start(args, { env: { EKV_DEBUG: '1' } }).ended).stderr).toMatch(/\n {4}at /);
    expect((await run(...args)).stderr.split('\n')).toHaveLength(2);
  });

  test('a path with a line break does not break the line of an error', async () => {
    const { stderr } = await run('--input', join(folder, 'a\n\x1b[2Jb'), '--output', output);
    expect(stderr).toMatch(/^ekv-encode: .*a\\x0a\\x1b\[2Jb\/MANIFEST\.json cannot be opened.*\n$/);
  });
});

describe('exit codes (08, section 8)', () => {
  const flags = (args: () => readonly string[]) => async () => run(...args());
  const place = () => ['--input', input, '--output', output];

  test.each<[string, RegExp, () => Promise<Ended>]>([
    ['no flags', /--input is required/, flags(() => [])],
    ['no output', /--output is required/, flags(() => ['--input', input])],
    ['an unknown flag', /--cluster-id/, flags(() => [...place(), '--cluster-id', 'x'])],
    ['a plain word', /"true"/, flags(() => [...place(), '--self-test', 'true'])],
    ['an unknown adapter', /"foo"/, flags(() => [...place(), '--adapter', 'foo'])],
    ['an empty adapter list', /no adapter is selected/, flags(() => [...place(), '--adapter', ','])],
    ['a timestamp that is none', /last-commit-ts/, flags(() => [...place(), '--last-commit-ts', '1e3'])],
    ['an output inside the tree', /inside the input tree/, flags(() => ['--input', input, '--output', `${input}/x`])],
    ['a missing input', /MANIFEST\.json/, flags(() => ['--input', join(folder, 'no'), '--output', output])],
    [
      'a missing output folder',
      /no\/out\.fsm/,
      flags(() => ['--input', input, '--adapter', 'redis', '--output', join(folder, 'no/out.fsm')]),
    ],
    ['a missing scratch root', /scratch root/, () => encode('--self-test', '--scratch-root', join(folder, 'no'))],
  ])('1 for %s; the message names it', async (_, words, attempt) => {
    const { code, stderr, stdout } = await attempt();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^ekv-encode: [^\n]*\n$/);
    expect(published()).toEqual([]);
  });

  test.each<[string, RegExp, object, readonly string[]]>([
    ['a manifest of a newer version', /version/, { format_version: 2 }, []],
    ['an adapter that is not in the manifest', /adapters\.s3.*--adapter/, {}, ['--adapter', 's3']],
    ['a timestamp below the manifest', /last-commit-ts 999 .* 1000/, {}, ['--last-commit-ts', '999']],
    [
      'a layout that is not read',
      /dynamodb_layout/,
      { adapters: { dynamodb: {} }, dynamodb_layout: 'jsonl' },
      ['--adapter', 'dynamodb'],
    ],
    ['an adapter without data', /--require-data/, { adapters: { s3: {} } }, ['--adapter', 's3', '--require-data']],
    ['a tree without CHECKSUMS', /--verify/, {}, ['--verify']],
  ])('2 for %s; the message names it', async (_, words, manifest, more) => {
    plantDump(input, {}, manifest);
    const { code, stderr } = await encode(...more);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    expect(published()).toEqual([]);
  });

  test('2 for files that strict does not leave out, 0 with a warning otherwise', async () => {
    plantDump(input, { 'redis/db_0/string/b.bin': '' });
    expect(await encode('--strict')).toMatchObject({ code: 2, stderr: expect.stringMatching(/stray_files/) });
    expect(await encode()).toMatchObject({ code: 0, stderr: expect.stringMatching(/event=stray_files/) });
  });

  test('0 with --drop-unsupported for what cannot be restored, 2 without', async () => {
    const exclusions = {
      include_incomplete_uploads: true,
      include_orphans: false,
      preserve_sqs_visibility: false,
      include_sqs_side_records: false,
    };
    plantDump(input, {}, { adapters: { s3: {} }, exclusions });
    expect(await encode('--adapter', 's3')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--drop-unsupported/),
    });
    expect((await encode('--adapter', 's3', '--drop-unsupported')).code).toBe(0);
  });
});

test('an empty --scratch-root is as good as none', async () => {
  expect((await encode('--self-test', '--scratch-root=')).code).toBe(0);
  expect(existsSync(join(process.cwd(), 'ekv-scratch'))).toBe(false);
});

test('a reader of standard output that goes away does not change what is published', async () => {
  const { child, ended } = start(['--input', input, '--output', output, '--adapter', 'redis', '--json']);
  child.stdout?.destroy();
  expect((await ended).code).toBe(0);
  expect(published()).toEqual(['out.fsm', 'out.fsm.encode_info.json']);
});

test('SIGUSR1 gives one line of progress, and no debugger', async () => {
  // Waits with all but publishing done: another process, this one, holds the lock.
  writeFileSync(`${output}.lock`, `${hostname()} ${process.pid} - fedcba9876543210\n`);
  const { child, ended } = start(['--input', input, '--output', output, '--adapter', 'redis']);
  await until(() => published().some((name) => name.startsWith('out.fsm.encode_info.json.tmp-')));
  child.kill('SIGUSR1');
  let said = '';
  child.stderr?.on('data', (piece) => (said += piece));
  await until(() => said.includes('level=INFO'));
  rmSync(`${output}.lock`);
  const { code, stderr } = await ended;
  expect(code).toBe(0);
  expect(stderr.match(/level=INFO msg=progress phase=publishing .*\n/g)).toHaveLength(1);
  expect(stderr).not.toMatch(/debugger/i);
});

describe.each(stops)('%s', (signal) => {
  test('stops a run before it publishes: exit 128 and its number, the older files and nothing else are there', async () => {
    plant(folder, { 'place/out.fsm': 'older', 'place/out.fsm.encode_info.json': 'older' });
    // The run comes as far as it can without publishing: another process, this one, holds the lock.
    const lock = `${hostname()} ${process.pid} - fedcba9876543210\n`;
    writeFileSync(`${output}.lock`, lock);
    const args = ['--input', input, '--output', output, '--adapter', 'redis', '--self-test', '--json'];
    const { child, ended } = start([...args, '--scratch-root', join(folder, 'scratch')]);
    await until(() => published().some((name) => name.startsWith('out.fsm.encode_info.json.tmp-')));
    expect(published().some((name) => name.startsWith('out.fsm.tmp-'))).toBe(true);
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(128 + constants.signals[signal]);
    expect(stderr).toBe(`ekv-encode: stopped by ${signal}; temporary files were removed, nothing was published\n`);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exit_code: code, error: { kind: 'stopped' } });
    expect(published()).toEqual(['out.fsm', 'out.fsm.encode_info.json', 'out.fsm.lock']);
    expect(readFileSync(output, 'latin1')).toBe('older');
    expect(readFileSync(`${output}.lock`, 'latin1')).toBe(lock);
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });
});

test('of a dump that was salvaged the closing line says that it is not complete', async () => {
  plantDump(input, {}, { ekv: { version: 1, partial: { rows: 3 } } });
  const { code, stderr, stdout } = await run('--input', input, '--output', output, '--adapter', 'redis', '--json');
  expect(code).toBe(0);
  expect(stderr.trim().split('\n').at(-1)).toMatch(/msg="encoded, incomplete: the dump was salvaged".* partial=true /);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, partial: true });
  rmSync(input, { recursive: true });
  plantDump(input);
  const whole = await run('--input', input, '--output', output, '--adapter', 'redis', '--json');
  expect(whole.stderr).not.toContain('partial=');
  expect(JSON.parse(whole.stdout)).toMatchObject({ partial: false });
});
