import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Ended, PROGRAM, run, start, until } from './program-run.test-data.ts';
import { manyStrings, rawSnapshot, snapshotOf } from './snapshot-file.test-data.ts';
import { plant, temporaryFolder } from './temporary-folder.test-data.ts';

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
    const shared = ['scratch-root', 'strict', 'salvage', 'quiet', 'json', 'log-format', 'version', 'help'];
    for (const flag of [...flags, ...s3, ...sqs, ...shared]) expect(stdout).toContain(`--${flag}`);
    expect(stdout).toMatch(/Usage: ekv-decode/);
    expect(stdout).toMatch(/Exit codes: 0 /);
  });

  test('the name under which the program is called', async () => {
    const alias = join(folder, 'elastickv-snapshot-decode');
    symlinkSync(PROGRAM, alias);
    expect((await start([], { program: alias }).ended).stderr).toMatch(/^elastickv-snapshot-decode: /);
  });

  test('--version: the version of the package on standard output, exit 0', async () => {
    expect(await run('--version')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^ekv\/\d+\.\d+\.\d+(\+[0-9a-f]{12})?\n$/),
    });
  });

  test('success: one closing line with all counts on standard error, nothing on standard output', async () => {
    const { code, stdout, stderr } = await decode();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^time=\S+ level=INFO msg="snapshot decoded" [^\n]*\n$/);
    expect(stderr).toContain(
      ` input=${input} output=${output} entries=2 dynamodb=0 s3=0 redis=2 sqs=0 tombstone=0 superseded=0 expired=0 operational=0 internal=0 unknown=0 last_commit_ts=1000 footer=ok `,
    );
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  test('--json: one object with paths, counts and warnings on standard output', async () => {
    writeFileSync(input, rawSnapshot([[Buffer.from('raw'), Buffer.alloc(0)]]));
    const { stdout } = await decode('--json', '--quiet');
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      exit_code: 0,
      input,
      output,
      counts: {
        entries: 1,
        redis: 0,
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
      snapshot_index: 81,
      files: 0,
      bytes: 0,
      warnings: [{ event: 'unread_user_data', message: expect.any(String), family: '', count: 1, example: 'raw' }],
    });
  });

  test('--salvage of a damaged file: exit 3, the closing line says that the tree is incomplete, with counts', async () => {
    const bytes = snapshotOf([['a', 'one']]);
    writeFileSync(input, bytes.subarray(0, -6));
    const refused = await decode();
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--salvage decodes the rest') });
    const { code, stderr, stdout } = await decode('--salvage', '--json');
    expect(code).toBe(3);
    expect(stderr).toMatch(/msg="snapshot salvaged, incomplete" .* damaged=1 .* damaged_bytes=\d+\n$/);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      exit_code: 3,
      partial: { bytes: bytes.length - 6 - 16 },
      warnings: [{ event: 'salvage_bytes' }],
    });
    expect(readFileSync(join(output, 'MANIFEST.json'), 'utf8')).toContain('"partial": {');
  });

  test('--salvage of a whole file: exit 0, as without it', async () => {
    expect(await decode('--salvage')).toMatchObject({ code: 0, stderr: expect.stringContaining('"snapshot decoded"') });
  });

  test('--salvage and --strict contradict each other: exit 1', async () => {
    expect(await decode('--salvage', '--strict')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--strict'),
    });
    expectNothingLeft();
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
    writeFileSync(input, rawSnapshot([[Buffer.from('raw'), Buffer.alloc(0)]]));
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
      /"xml" must be per-item/,
      () => ['--input', input, ...place(), '--dynamodb-bundle-mode', 'xml'],
    ],
    [
      'a bundle mode that is not there yet',
      /jsonl is not implemented/,
      () => ['--input', input, ...place(), '--dynamodb-bundle-mode', 'jsonl'],
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
    expect(all.stderr).toMatch(/msg="snapshots decoded" snapshots=2 /);
    expect(JSON.parse(all.stdout)).toMatchObject({ snapshots: [{ snapshot_index: 9 }, { snapshot_index: 10 }] });
    expect(readdirSync(join(folder, 'all'))).toEqual(['0000000000000009', '000000000000000a']);
  });
});

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  const exitCode = 128 + constants.signals[signal];

  test('stops a decode that writes: exit 128 and its number, no hidden folder and no folder that it made is left', async () => {
    writeFileSync(input, snapshotOf(manyStrings(20_000)));
    const target = join(folder, 'place/new/deep/out');
    const { child, ended } = start(['--input', input, '--output', target, '--scratch-root', join(folder, 'scratch')]);
    await until(() => existsSync(join(target, '..')) && readdirSync(join(target, '..')).length > 0);
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code).toBe(exitCode);
    expect(stderr).toBe(`ekv-decode: stopped by ${signal}; temporary files were removed\n`);
    expectNothingLeft();
  });

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
    await until(() => readdirSync(join(folder, 'scratch')).length > 0);
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
