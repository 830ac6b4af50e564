import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TreeProblemsError } from '@ekv/dump-tree';
import { DataError, EnvironmentError, SnapshotFormatError, UsageError } from '@ekv/snapshot';
import { replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { type Entry, snapshotBytes, writeSnapshot } from '@ekv/test-support/node-file';
import { makeFifo, output } from '@ekv/test-support/system-program';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { NO_EXCLUSIONS, REDIS } from '../dump.test-data.ts';
import { stringEntry } from '../redis-entry.test-support.ts';
import { attemptDecode, type DecodeAttempt, inputOf } from './decode-attempt.test-data.ts';
import type { DecodeRequest } from './decode-request.ts';
import { decodeOpened } from './decode-snapshot.ts';

let folder: string;
let input: string;
beforeEach(() => {
  folder = temporaryFolder();
  input = inputOf(folder);
  mkdirSync(join(folder, 'scratch'));
});

function decode(more: Partial<DecodeRequest> = {}): DecodeAttempt {
  return attemptDecode(folder, more);
}

function withEntries(...entries: readonly Entry[]): void {
  writeSnapshot(input, entries);
}

/** What is in the test's folder beside the input and scratch. */
function leftInFolder(): string[] {
  return readdirSync(folder).filter((name) => !name.endsWith('.fsm') && name !== 'scratch');
}

/** An expiry row of seven bytes; it must have eight. */
const BAD_ROW: Entry = { key: '!redis|ttl|bad', value: Buffer.alloc(7) };

test('a decode gives the tree, MANIFEST.json and CHECKSUMS, and tells counts, files and bytes', () => {
  withEntries(stringEntry('a', 'one'), stringEntry('b', 'three'));
  const { result, warnings } = decode();
  expect(Object.keys(picture(join(folder, 'out')))).toEqual([
    'CHECKSUMS',
    'MANIFEST.json',
    'redis',
    'redis/db_0',
    'redis/db_0/strings',
    'redis/db_0/strings/a.bin',
    'redis/db_0/strings/b.bin',
  ]);
  expect(result).toMatchObject({ files: 2, bytes: 8, snapshotIndex: 0x51n, lastCommitTs: 1000n, footer: 'none' });
  expect(warnings).toEqual([]);
  expect(leftInFolder()).toEqual(['out']);
  output('sha256sum', ['--check', '--strict', '--quiet', 'CHECKSUMS'], join(folder, 'out'));
});

test('MANIFEST.json has these bytes', () => {
  withEntries(stringEntry('a', 'one'));
  decode({
    adapters: ['s3', 'redis'],
    clusterId: 'prod <eu>',
    exclusions: { ...NO_EXCLUSIONS, rename_s3_collisions: true },
  });
  const text = readFileSync(join(folder, 'out/MANIFEST.json'), 'utf8');
  const time = /"wall_time_iso": "([^"]*)"/.exec(text)?.[1];
  expect(Math.abs(Date.parse(time!) - Date.now())).toBeLessThan(60_000);
  expect(text.replace(time!, 'TIME')).toBe(`{
  "format_version": 1,
  "phase": "phase0-snapshot-decode",
  "elastickv_version": "ekv/1.2.3",
  "cluster_id": "prod <eu>",
  "snapshot_index": 81,
  "last_commit_ts": 1000,
  "wall_time_iso": "TIME",
  "source": {
    "fsm_path": "${input}"
  },
  "adapters": {
    "s3": {},
    "redis": {}
  },
  "exclusions": {
    "include_incomplete_uploads": false,
    "include_orphans": false,
    "preserve_sqs_visibility": false,
    "include_sqs_side_records": false,
    "rename_s3_collisions": true
  },
  "checksum_algorithm": "sha256",
  "checksum_format": "sha256sum",
  "encoded_filename_charset": "rfc3986-unreserved-plus-percent",
  "key_segment_max_bytes": 240,
  "s3_meta_suffix": ".elastickv-meta.json",
  "s3_collision_strategy": "leaf-data-suffix",
  "dynamodb_layout": "per-item"
}
`);
});

describe('checks come in the order of 08, 2.3', () => {
  test.each([
    ['--input is required', { input: '', output: '' }],
    ['--output is required', { output: '', adapters: [] }],
    ['no adapter is selected', { adapters: [], dynamodbLayout: 'jsonl' }],
    [
      '--dynamodb-bundle-size goes with --dynamodb-bundle-mode jsonl',
      { dynamodbPartBytes: 4096, adapters: ['reddis'] },
    ],
    ['there is no adapter "reddis"', { adapters: ['reddis'], output: '.' }],
  ] as ReadonlyArray<readonly [string, Partial<DecodeRequest>]>)('%s', (words, more) => {
    const { error } = decode(more);
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toContain(words);
    expect(leftInFolder()).toEqual([]);
  });

  test('the target is looked at before the input is opened', () => {
    plant(folder, { 'out/file': '' });
    expect(decode().error?.message).toMatch(/exists and is not empty/);
  });

  test('an input that cannot be opened is the fault of the machine, with the path; folders that were made are gone', () => {
    const { error } = decode({ output: join(folder, 'a/b/out') });
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error?.message).toContain(input);
    expect(leftInFolder()).toEqual([]);
  });
});

describe('a tree appears as a whole or not at all', () => {
  test.each<[string, () => void, object]>([
    ['a malformed row', () => withEntries(stringEntry('a', 'one'), BAD_ROW), {}],
    ['a truncated file', () => writeFileSync(input, snapshotBytes([stringEntry('a', 'one')]).subarray(0, -5)), {}],
    ['a wrong checksum', () => writeFileSync(input, Buffer.concat([snapshotBytes([]), Buffer.from('abcd')])), {}],
    [
      'data that would be lost, when strict',
      () => withEntries(stringEntry('a', 'one'), { key: 'raw' }),
      { strict: true },
    ],
    ['a malformed row of another adapter', () => withEntries({ key: '!sqs|queue|meta|q' }), { adapters: ['sqs'] }],
  ])('%s leaves nothing, and no folder that was made for it', (_, make, more) => {
    make();
    const { error } = decode({ output: join(folder, 'a/b/out'), ...more });
    expect(error).toBeInstanceOf(DataError);
    expect(leftInFolder()).toEqual([]);
  });

  test('a disk that gets full leaves nothing', () => {
    withEntries(stringEntry('a', 'one'));
    replaceCall('writeSync', () => {
      throw systemError('ENOSPC');
    });
    const { error } = decode();
    restoreCalls();
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(leftInFolder()).toEqual([]);
  });

  test('a failed decode leaves the earlier dump that it was to replace', () => {
    plant(folder, { 'out/MANIFEST.json': 'earlier', 'out/redis/x': 'earlier' });
    const before = picture(join(folder, 'out'));
    withEntries(BAD_ROW);
    expect(decode({ force: true }).error).toBeInstanceOf(DataError);
    expect(picture(join(folder, 'out'))).toEqual(before);
    expect(leftInFolder()).toEqual(['out']);
  });

  test('an earlier dump is replaced as a whole with force, and refused without', () => {
    plant(folder, { 'out/MANIFEST.json': 'earlier', 'out/sqs/x': 'earlier' });
    withEntries(stringEntry('a', 'one'));
    expect(decode().error).toBeInstanceOf(UsageError);
    expect(decode({ force: true }).error).toBeUndefined();
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['CHECKSUMS', 'MANIFEST.json', 'redis']);
  });

  test('a snapshot that lies inside the dump it would replace is refused', () => {
    plant(folder, { 'out/MANIFEST.json': 'earlier', 'out/in.fsm': snapshotBytes([]) });
    const { error } = decode({ force: true, input: join(folder, 'out/in.fsm') });
    expect(error).toBeInstanceOf(UsageError);
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['MANIFEST.json', 'in.fsm']);
  });

  test('what is left of a replaced dump and cannot be removed is a warning', () => {
    plant(folder, { 'out/MANIFEST.json': 'earlier' });
    withEntries(stringEntry('a', 'one'));
    replaceCall('rmSync', (original, ...args) => {
      if (String(args[0]).includes('.out.old-')) throw systemError('EPERM');
      return original(...args);
    });
    const { result, warnings } = decode({ force: true });
    restoreCalls();
    expect(warnings).toMatchObject([{ event: 'leftovers', message: expect.stringContaining('.out.old-') }]);
    expect(result?.warnings).toBe(1);
  });

  test('hidden folders of killed runs are told and stay', () => {
    plant(folder, { '.out.tmp-0123456789abcdef/redis/x': '' });
    withEntries(stringEntry('a', 'one'));
    const { warnings } = decode();
    expect(warnings).toMatchObject([{ event: 'leftovers', fields: { count: 1 } }]);
    expect(warnings[0]?.message).toContain('.out.tmp-0123456789abcdef');
    expect(leftInFolder()).toEqual(['.out.tmp-0123456789abcdef', 'out']);
  });
});

test('a malformed row is told with path, ordinal, offset and key', () => {
  withEntries(stringEntry('a', 'one'), BAD_ROW);
  const offset = snapshotBytes([stringEntry('a', 'one')]).length;
  const { error } = decode();
  expect(error).toBeInstanceOf(SnapshotFormatError);
  expect(error).toMatchObject({ ordinal: 2, offset, key: Uint8Array.from(Buffer.from('!redis|ttl|bad')) });
  expect(error?.message).toMatch(new RegExp(`^${input}: entry 2 at offset ${offset}, key !redis\\|ttl\\|bad: `));
});

test('of entries that had to be sorted first a malformed row is told with path and key', () => {
  writeSnapshot(input, [BAD_ROW, stringEntry('a', 'one')], { order: 'as given' });
  const { error } = decode();
  expect(error).toBeInstanceOf(SnapshotFormatError);
  expect(error?.message).toMatch(new RegExp(`^${input}: entry key !redis\\|ttl\\|bad: `));
});

test('a malformed row of an adapter that is not selected does no harm', () => {
  withEntries(BAD_ROW);
  expect(decode({ adapters: ['s3'] }).result?.counts).toMatchObject({ redis: 0, internal: 1 });
});

test('several rows that an adapter refuses are told together, each with the path', () => {
  withEntries({ key: '!ddb|item|a' }, { key: '!ddb|item|b' }, { key: '!ddb|gsi|c' });
  const { error } = decode({ adapters: ['redis', 'dynamodb'] });
  expect(error).toBeInstanceOf(TreeProblemsError);
  expect((error as TreeProblemsError).problems).toEqual([
    expect.stringMatching(new RegExp(`^${input}: .*!ddb\\|item\\|a`)),
    expect.stringMatching(new RegExp(`^${input}: .*!ddb\\|item\\|b`)),
  ]);
});

test('rows of an adapter that is left out are counted as internal and not looked at', () => {
  withEntries({ key: '!ddb|item|a' }, { key: '!ddb|item|b' }, { key: '!ddb|gsi|c' });
  expect(decode().result?.counts.internal).toBe(3);
});

describe('files of other shapes', () => {
  const entries = [stringEntry('a', 'one'), stringEntry('b', 'two'), stringEntry('c', 'three')];

  test('a right checksum at the end is told', () => {
    writeSnapshot(input, entries, { footer: true });
    expect(decode().result?.footer).toBe('ok');
  });

  test('entries out of order, or there twice, give the same tree', () => {
    withEntries(...entries);
    decode();
    writeSnapshot(input, [...entries].reverse().concat(entries), { order: 'as given' });
    const { result } = decode({ output: join(folder, 'again') });
    expect(result?.counts).toMatchObject({ entries: 6, redis: 3, superseded: 3 });
    expect(readFileSync(join(folder, 'again/redis/db_0/strings/c.bin'), 'latin1')).toBe('three');
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  test('a file that is deleted while it is read is read to its end', () => {
    withEntries(...entries);
    const request = {
      input,
      output: join(folder, 'out'),
      adapters: REDIS,
      exclusions: NO_EXCLUSIONS,
      toolVersion: 'x',
    };
    const result = decodeOpened(request, {}, { examine: () => unlinkSync(input) });
    expect(result.files).toBe(3);
  });

  test('a pipe is read through scratch, which is gone afterwards', () => {
    withEntries(...entries);
    const pipe = join(folder, 'pipe.fsm');
    makeFifo(pipe);
    spawn('sh', ['-c', 'cat "$0" > "$1"', input, pipe], { stdio: 'ignore' });
    expect(decode({ input: pipe }).result?.files).toBe(3);
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });
});
