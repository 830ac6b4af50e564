import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type Ended, until } from '@ekv/test-support/program-run';
import { stops } from '@ekv/test-support/signals';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { PROGRAM, run, start } from './program.test-support.ts';
import { manyStrings, rawSnapshot, snapshotOf } from './snapshot-file.test-data.ts';

const IS_CHECKOUT = existsSync(new URL('../../../.git', import.meta.url));

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let input: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  [input, output] = [join(folder, '0000000000000051.fsm'), join(folder, 'place/out')];
  writeFileSync(
    input,
    snapshotOf([
      ['a', 'one'],
      ['b', 'two'],
    ]),
  );
  for (const name of ['place', 'scratch']) mkdirSync(join(folder, name));
});

/** A string, and a row that no adapter reads. */
const WITH_RAW_KEY = rawSnapshot([
  [Buffer.from('!redis|str|a'), Buffer.from('\xff\x01\x00one', 'latin1')],
  [Buffer.from('raw'), Buffer.alloc(0)],
]);

function place(): string[] {
  return ['--output', output, '--scratch-root', join(folder, 'scratch')];
}

/** Decodes the snapshot of the test. */
function decode(...more: readonly string[]): Promise<Ended> {
  return run('--input', input, ...place(), ...more);
}

function expectNothingLeft(): void {
  expect(readdirSync(join(folder, 'place'))).toEqual([]);
  expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
}

describe('what is printed', () => {
  test('--help: all flags, examples and exit codes on standard output, exit 0', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const flags = [
      'input',
      'input-snap-dir',
      'all',
      'output',
      'adapter',
      'dynamodb-bundle-mode',
      'cluster-id',
      'force',
    ];
    const s3 = ['include-incomplete-uploads', 'include-orphans', 'rename-collisions'];
    const sqs = ['preserve-sqs-visibility', 'include-sqs-side-records'];
    const shared = ['scratch-root', 'strict', 'require-data', 'safe', 'quiet', 'json', 'log-format', 'version', 'help'];
    for (const flag of [...flags, ...s3, ...sqs, ...shared]) expect(stdout).toContain(`--${flag}`);
    expect(stdout).toMatch(/Usage: ekv-decode/);
    expect(stdout).toMatch(/Exit codes: 0 /);
  });

  test('the name under which the program is called', async () => {
    const alias = join(folder, 'elastickv-snapshot-decode');
    symlinkSync(PROGRAM, alias);
    expect((await start([], { program: alias }).ended).stderr).toMatch(/^elastickv-snapshot-decode: /);
  });

  test('--version: the version of the package on standard output, in a checkout with its commit, exit 0', async () => {
    expect(await run('--version')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(IS_CHECKOUT ? /^ekv\/\d+\.\d+\.\d+\+[0-9a-f]{12}\n$/ : /^ekv\/\d+\.\d+\.\d+\n$/),
    });
  });

  test('success: one closing line with all counts on standard error, nothing on standard output', async () => {
    const { code, stdout, stderr } = await decode();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^time=\S+ level=INFO msg="snapshot decoded" [^\n]*\n$/);
    expect(stderr).toContain(
      ` input=${input} output=${output} entries=2 dynamodb=0 s3=0 redis=2 sqs=0 tombstone=0 superseded=0 expired=0 operational=0 internal=0 unknown=0 last_commit_ts=1000 footer=ok snapshot_index=81 taken_at=1970-01-01T00:00:00.000Z taken_at_is_approximate=true age=`,
    );
    expect(stderr).toMatch(/ age=\d+d\d*h? files=2 bytes=6 warning_count=0\n$/);
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  test('--check: the closing line of a decode without an output, and nothing is written', async () => {
    const { code, stdout, stderr } = await run('--input', input, '--check', '--json');
    expect(code).toBe(0);
    expect(stderr).toMatch(/ msg="snapshot checked" input=\S+ entries=2 .* files=2 bytes=6 warning_count=\d+\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, checked: true, counts: { redis: 2 }, files: 2 });
    expect(JSON.parse(stdout)).not.toHaveProperty('output');
    expectNothingLeft();
    writeFileSync(input, WITH_RAW_KEY);
    expect(await run('--input', input, '--check', '--strict')).toMatchObject({ code: 1, stdout: '' });
    const refused = await run('--input', input, '--check', '--output', output);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/--check writes nothing: leave --output out/),
    });
    expectNothingLeft();
  });

  test('of a snapshot that was encoded from a salvaged dump the closing line says so, with what was lost', async () => {
    const output_fsm_sha256 = hash('sha256', readFileSync(input), 'hex');
    const info = { format_version: 1, output_fsm_sha256, ekv: { version: 1, partial: { rows: 3 } } };
    writeFileSync(`${input}.encode_info.json`, JSON.stringify(info));
    const { code, stdout, stderr } = await decode('--json');
    expect(code).toBe(0);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /msg="snapshot decoded, incomplete: its dump was salvaged" .* lost_before_rows=3$/,
    );
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, lost_before: { rows: 3 } });
  });

  test('--json: one object with paths, counts and warnings on standard output', async () => {
    writeFileSync(input, WITH_RAW_KEY);
    const { stdout } = await decode('--json', '--quiet');
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      exit_code: 0,
      tool: 'ekv-decode',
      version: expect.stringMatching(/^ekv\//),
      elapsed_ms: expect.any(Number),
      input,
      output,
      counts: {
        entries: 2,
        redis: 1,
        dynamodb: 0,
        s3: 0,
        sqs: 0,
        tombstone: 0,
        superseded: 0,
        expired: 0,
        internal: 0,
        operational: 0,
        unknown: 1,
      },
      footer: 'ok',
      last_commit_ts: 1000,
      last_commit_ts_text: '1000',
      snapshot_index: 81,
      snapshot_index_text: '81',
      taken_at: '1970-01-01T00:00:00.000Z',
      taken_at_ms: 0,
      taken_at_is_approximate: true,
      age_seconds: expect.any(Number),
      files: 1,
      bytes: 3,
      dynamodb_layout: 'per-item',
      warning_count: 1,
      warnings: [{ event: 'unread_user_data', message: expect.any(String), family: '', count: 1, example: 'raw' }],
    });
  });

  test('counts have the same names and order in the closing line and in --json', async () => {
    const { stdout, stderr } = await decode('--json');
    const line = [
      ...stderr
        .trimEnd()
        .split('\n')
        .at(-1)!
        .matchAll(/ (\w+)=/g),
    ].map(([, name]) => name!);
    const names = Object.keys(JSON.parse(stdout).counts);
    expect(line.slice(line.indexOf('entries'), line.indexOf('unknown') + 1)).toEqual(names);
    expect(line.at(-1)).toBe('warning_count');
  });

  test('--json on failure: kind and message', async () => {
    writeFileSync(input, 'EKV');
    const { code, stdout, stderr } = await decode('--json');
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exit_code: 1, error: { kind: 'data' }, warnings: [] });
    expect(code).toBe(1);
    expect(stderr).toBe(`ekv-decode: ${JSON.parse(stdout).error.message}\n`);
  });

  test('--quiet: nothing on success, warnings and errors all the same', async () => {
    expect(await decode('--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect((await decode('--quiet')).stderr).toMatch(/^ekv-decode: the output .* exists and is not empty.*\n$/);
    writeFileSync(input, WITH_RAW_KEY);
    expect((await decode('--quiet', '--force')).stderr).toMatch(/^time=\S+ level=WARN .* event=unread_user_data .*\n$/);
  });

  test('--log-format json: one object a line', async () => {
    const { stderr } = await decode('--log-format', 'json');
    expect(JSON.parse(stderr)).toMatchObject({ level: 'INFO', msg: 'snapshot decoded', entries: 2 });
    expect(stderr).toMatch(/^[^\n]*\n$/);
  });

  test('EKV_DEBUG: a stack trace behind the error, otherwise none', async () => {
    const args = ['--input', join(folder, 'nothing.fsm'), ...place()];
    expect((await start(args, { env: { EKV_DEBUG: '1' } }).ended).stderr).toMatch(/\n {4}at /);
    expect((await run(...args)).stderr.split('\n')).toHaveLength(2);
  });
});

describe('exit code 1', () => {
  test.each<[string, RegExp, () => string[]]>([
    ['no flags', /--input is required.*--input-snap-dir/, () => []],
    ['an empty input', /--input is required/, () => ['--input=', ...place()]],
    ['no output', /--output is required/, () => ['--input', input]],
    [
      'both kinds of input',
      /--input or --input-snap-dir, not both/,
      () => ['--input', input, '--input-snap-dir', folder, ...place()],
    ],
    ['--all with one file', /--all goes with --input-snap-dir/, () => ['--input', input, '--all', ...place()]],
    ['an unknown flag', /--checksums/, () => ['--input', input, ...place(), '--checksums']],
    ['a plain word', /"dump"/, () => ['--input', input, ...place(), 'dump']],
    ['an unknown adapter', /"foo"/, () => ['--input', input, ...place(), '--adapter', 'foo']],
    [
      'a bundle mode that does not exist',
      /"xml" must be per-item or jsonl/,
      () => ['--input', input, ...place(), '--dynamodb-bundle-mode', 'xml'],
    ],
    [
      'a size of files that hold one item each',
      /--dynamodb-bundle-size goes with --dynamodb-bundle-mode jsonl/,
      () => ['--input', input, ...place(), '--dynamodb-bundle-size', '1MiB'],
    ],
    [
      'a size of files without digits',
      /"1 MB" must be digits, and KiB, MiB or GiB/,
      () => ['--input', input, ...place(), '--dynamodb-bundle-mode', 'jsonl', '--dynamodb-bundle-size', '1 MB'],
    ],
    [
      'too small files',
      /--dynamodb-bundle-size 4095 must be .* from 4096/,
      () => ['--input', input, ...place(), '--dynamodb-bundle-mode', 'jsonl', '--dynamodb-bundle-size', '4095'],
    ],
    ['a missing file', /nothing\.fsm/, () => ['--input', join(folder, 'nothing.fsm'), ...place()]],
    ['a folder as file', /it is a folder/, () => ['--input', folder, ...place()]],
    [
      'a folder without a snapshot',
      /holds no snapshot/,
      () => ['--input-snap-dir', join(folder, 'scratch'), ...place()],
    ],
    ['a missing folder', /nothing/, () => ['--input-snap-dir', join(folder, 'nothing'), ...place()]],
  ])('for %s; the message names it, nothing is left', async (_, words, args) => {
    const { code, stderr, stdout } = await run(...args());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^ekv-decode: [^\n]*\n$/);
    expectNothingLeft();
  });

  test('for a malformed row, with path, ordinal, offset and key; nothing is left', async () => {
    writeFileSync(input, rawSnapshot([[Buffer.from('!redis|ttl|a'), Buffer.alloc(7)]]));
    const { code, stderr } = await decode();
    expect(code).toBe(1);
    expect(stderr).toContain(`${input}: entry 1 at offset 16, key !redis|ttl|a: `);
    expectNothingLeft();
  });

  test('for lost user data with --strict, 0 with a warning otherwise', async () => {
    writeFileSync(input, rawSnapshot([[Buffer.from('raw'), Buffer.alloc(0)]]));
    expect(await decode('--strict')).toMatchObject({ code: 1, stderr: expect.stringMatching(/unread_user_data/) });
    expectNothingLeft();
    expect((await decode()).code).toBe(0);
  });
});

describe('where the snapshot comes from', () => {
  test('--input - is standard input, through scratch; the manifest says so', async () => {
    const { child, ended } = start(['--input', '-', ...place()], { stdin: 'pipe' });
    const bytes = readFileSync(input);
    child.stdin?.write(bytes.subarray(0, 20));
    child.stdin?.end(bytes.subarray(20));
    expect((await ended).code).toBe(0);
    expect(readFileSync(join(output, 'redis/db_0/strings/a.bin'), 'latin1')).toBe('one');
    expect(JSON.parse(readFileSync(join(output, 'MANIFEST.json'), 'utf8')).source.fsm_path).toBe('-');
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  test('--input-snap-dir is the newest snapshot of a node, with --all every one', async () => {
    plant(folder, {
      'node/fsm-snap/0000000000000009.fsm': snapshotOf([['a', 'old']]),
      'node/fsm-snap/000000000000000a.fsm': snapshotOf([['a', 'new']]),
    });
    expect((await run('--input-snap-dir', join(folder, 'node'), ...place())).code).toBe(0);
    expect(readFileSync(join(output, 'redis/db_0/strings/a.bin'), 'latin1')).toBe('new');
    const all = await run('--input-snap-dir', join(folder, 'node'), '--all', '--output', join(folder, 'all'), '--json');
    expect(all.stderr).toMatch(
      /msg="snapshots decoded" snapshots=2 decoded=0000000000000009,000000000000000a snapshot_index=10 taken_at=\S+ .*age=/,
    );
    expect(JSON.parse(all.stdout)).toMatchObject({ snapshots: [{ snapshot_index: 9 }, { snapshot_index: 10 }] });
    expect(readdirSync(join(folder, 'all'))).toEqual(['0000000000000009', '000000000000000a']);
  });
});

describe('--all', () => {
  const NAMES = ['0000000000000009', '000000000000000a', '000000000000000b'];
  const folderArguments = () => ['--input-snap-dir', join(folder, 'node/copies'), '--all', ...place()];
  const statesOf = (stdout: string) => JSON.parse(stdout).snapshots.map(({ state }: { state: string }) => state);

  beforeEach(() => {
    for (const name of NAMES) plant(folder, { [`node/copies/${name}.fsm`]: snapshotOf([['a', name]]) });
  });

  test('goes on after a failure, names each snapshot with its state, the failed ones last, and exits with 1', async () => {
    writeFileSync(join(folder, `node/copies/${NAMES[1]}.fsm`), 'EKV');
    const { code, stderr, stdout } = await run(...folderArguments(), '--json');
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      `ekv-decode: 1 of 3 snapshots failed: ${NAMES[1]}`,
      `  ${NAMES[0]} decoded: ${join(output, NAMES[0]!)}`,
      `  ${NAMES[2]} decoded: ${join(output, NAMES[2]!)}`,
      expect.stringMatching(new RegExp(`^  ${NAMES[1]} failed: .*/${NAMES[1]}\\.fsm is truncated`)),
      '',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      exit_code: 1,
      snapshots: [
        { state: 'decoded', output: join(output, NAMES[0]!), snapshot_index: 9, counts: { redis: 1 } },
        { state: 'failed', input: join(folder, `node/copies/${NAMES[1]}.fsm`), error: { kind: 'data' } },
        { state: 'decoded', snapshot_index: 11 },
      ],
      error: { kind: 'data', message: `1 of 3 snapshots failed: ${NAMES[1]}` },
    });
    expect(readdirSync(output)).toEqual([NAMES[0], NAMES[2]]);
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  test('what has the name of a snapshot and is no file is named with its state, and exits with 1', async () => {
    const link = '0000000000000033';
    symlinkSync('nowhere', join(folder, `node/copies/${link}.fsm`));
    const { code, stderr, stdout } = await run(...folderArguments(), '--json');
    expect(code).toBe(1);
    expect(stderr.split('\n').at(0)).toBe(`ekv-decode: 1 of 4 snapshots failed: ${link}`);
    expect(stderr.split('\n').at(-2)).toMatch(new RegExp(`^  ${link} irregular: .*/${link}\\.fsm is a symlink, where`));
    expect(JSON.parse(stdout)).toMatchObject({
      snapshots: [{}, {}, {}, { state: 'irregular', error: { kind: 'environment' } }],
      error: { kind: 'environment' },
    });
    expect(readdirSync(output)).toEqual(NAMES);
  });

  test('can be repeated: what is there is kept, and said to be kept', async () => {
    writeFileSync(join(folder, `node/copies/${NAMES[1]}.fsm`), 'EKV');
    await run(...folderArguments());
    writeFileSync(join(folder, `node/copies/${NAMES[1]}.fsm`), snapshotOf([['a', 'mended']]));
    const again = await run(...folderArguments(), '--json', '--safe');
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(
      new RegExp(`snapshots=3 kept=${NAMES[0]},${NAMES[2]} decoded=${NAMES[1]} snapshot_index=11 `),
    );
    expect(statesOf(again.stdout)).toEqual(['kept', 'decoded', 'kept']);
    expect(JSON.parse(again.stdout).snapshots[0]).toMatchObject({ snapshot_index: 9, last_commit_ts: 1000 });
  });

  test('names the snapshot in every warning, in lines and in --json', async () => {
    for (const name of NAMES) writeFileSync(join(folder, `node/copies/${name}.fsm`), WITH_RAW_KEY);
    const { stderr, stdout } = await run(...folderArguments(), '--json');
    const paths = NAMES.map((name) => join(folder, `node/copies/${name}.fsm`));
    expect(JSON.parse(stdout).warnings.map(({ snapshot }: { snapshot: string }) => snapshot)).toEqual(paths);
    for (const path of paths) expect(stderr).toMatch(new RegExp(`event=unread_user_data snapshot=${path} `));
  });
});

describe('a decode without data', () => {
  test.each([['--require-data'], ['--strict'], ['--safe']])('is a warning, and exit 1 with %s', async (flag) => {
    writeFileSync(input, snapshotOf([]));
    const { code, stderr } = await decode(flag);
    expect(code).toBe(1);
    expect(stderr).toMatch(/has no data of redis, dynamodb, s3, sqs/);
    expectNothingLeft();
    expect(await decode()).toMatchObject({ code: 0, stderr: expect.stringMatching(/level=WARN .*event=no_data/) });
  });

  test('of one adapter is refused by --require-data and --safe when it was named, and not by default', async () => {
    expect((await decode('--adapter', 'redis,sqs', '--require-data')).stderr).toMatch(/no data of sqs: /);
    expect((await decode('--adapter', 'redis,sqs', '--safe')).code).toBe(1);
    expectNothingLeft();
    expect((await decode('--adapter', 'all', '--safe')).code).toBe(0);
  });
});

test('--safe is --strict too: a cut file of a node is refused', async () => {
  const rows = snapshotOf([['a', 'one']]).subarray(0, -4);
  writeFileSync(input, Buffer.concat([Buffer.from('EKVTHLC1'), Buffer.alloc(8, 1), rows]));
  expect(await decode('--safe')).toMatchObject({ code: 1, stderr: expect.stringMatching(/--strict: .*cut_snapshot/) });
  expectNothingLeft();
});

test('the time of a snapshot is 10 s before the ceiling of its wrapper, in the closing line and in --json', async () => {
  const ceiling = Buffer.alloc(8);
  ceiling.writeBigUInt64BE(BigInt(Date.now() + 10_000 - 7_265_000));
  const wrapped = Buffer.concat([Buffer.from('EKVTHLC1'), ceiling, snapshotOf([['a', 'one']]).subarray(0, -4)]);
  writeFileSync(input, wrapped);
  const { stderr, stdout } = await decode('--json');
  const { taken_at, taken_at_ms, taken_at_is_approximate, age_seconds } = JSON.parse(stdout);
  expect(taken_at_is_approximate).toBe(false);
  expect(BigInt(taken_at_ms)).toBe(ceiling.readBigUInt64BE() - 10_000n);
  expect(new Date(taken_at).getTime()).toBe(taken_at_ms);
  expect(age_seconds).toBeGreaterThanOrEqual(7265);
  expect(stderr).toMatch(new RegExp(` snapshot_index=81 taken_at=${taken_at} age=2h1m files=1 `));
});

test('standard input that is no snapshot is refused by its first bytes, however long it is', async () => {
  const { child, ended } = start(['--input', '-', ...place()], { stdin: 'pipe' });
  const more = setInterval(() => child.stdin?.write(Buffer.alloc(1 << 16)), 1);
  const { code, stderr } = await ended;
  clearInterval(more);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/standard input has the wrong magic/) });
  expectNothingLeft();
});

describe.each(stops)('%s', (signal) => {
  test('stops a decode that writes: exit 128 and its number, no hidden folder and no folder that it made is left', async () => {
    writeFileSync(input, snapshotOf(manyStrings(20_000)));
    const target = join(folder, 'place/new/deep/out');
    const { child, ended } = start(['--input', input, '--output', target, '--scratch-root', join(folder, 'scratch')]);
    await until(() => existsSync(join(target, '..')) && readdirSync(join(target, '..')).length > 0);
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code).toBe(128 + constants.signals[signal]);
    expect(stderr).toBe(`ekv-decode: stopped by ${signal}; temporary files were removed\n`);
    expectNothingLeft();
  });
});

/** Whether a process holds a file in the scratch folder; it has no name. */
function isSpooling(pid: number): boolean {
  const open = readdirSync(`/proc/${pid}/fd`).map((fd) => targetOf(`/proc/${pid}/fd/${fd}`));
  return open.some((path) => path.startsWith(join(folder, 'scratch')));
}

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  const exitCode = 128 + constants.signals[signal];

  test('leaves the earlier dump that a stopped decode was to replace', async () => {
    writeFileSync(input, snapshotOf(manyStrings(20_000)));
    plant(output, { 'MANIFEST.json': 'earlier' });
    const { child, ended } = start(['--input', input, '--output', output, '--force']);
    await until(() => readdirSync(join(folder, 'place')).length > 1);
    child.kill(signal);
    expect((await ended).code).toBe(exitCode);
    expect(readdirSync(join(folder, 'place'))).toEqual(['out']);
    expect(readFileSync(join(output, 'MANIFEST.json'), 'latin1')).toBe('earlier');
  });

  test('ends a decode that waits for its standard input; a shell sees 128 and its number, scratch is empty', async () => {
    const { child, ended } = start(['--input', '-', ...place()], { stdin: 'pipe' });
    child.stdin?.write('EKVPBBL1');
    await until(() => isSpooling(child.pid!));
    child.kill(signal);
    const end = await ended;
    expect(end.signal ?? end.code).toBe(end.signal === null ? exitCode : signal);
    expect(end.stderr).toMatch(new RegExp(`^ekv-decode: stopped by ${signal}; temporary files were removed\n$`));
    expectNothingLeft();
  });

  test('in the middle of --all leaves the trees that are finished, and nothing of the others', async () => {
    plant(folder, {
      'node/fsm-snap/0000000000000001.fsm': snapshotOf([['a', 'one']]),
      'node/fsm-snap/0000000000000002.fsm': snapshotOf(manyStrings(20_000)),
    });
    const { child, ended } = start(['--input-snap-dir', join(folder, 'node'), '--all', ...place()]);
    await until(() => existsSync(output) && readdirSync(output).some((name) => name.startsWith('.0000000000000002.')));
    child.kill(signal);
    expect((await ended).code).toBe(exitCode);
    expect(readdirSync(output)).toEqual(['0000000000000001']);
    expect(readdirSync(join(output, '0000000000000001')).sort()).toEqual(['CHECKSUMS', 'MANIFEST.json', 'redis']);
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });
});

/** A file may be closed between the listing and the look. */
function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
