import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManifestError } from '@ekv/manifest';
import { DataError, SnapshotFormatError, TimestampTooLowError, UsageError } from '@ekv/snapshot';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { GuardError } from '../adapters/guards.ts';
import { decodeSnapshot } from '../decode/decode-snapshot.ts';
import { LAST_COMMIT_TS, manifestOf, NO_EXCLUSIONS, plantDump, REDIS } from '../dump.test-data.ts';
import { ChecksumsError } from '../encode/checksums-findings.ts';
import { StrictError } from '../run/run.ts';
import { variedDump } from '../varied-dump.test-data.ts';
import { attempt, placesOf, publishRequest, sidecarOf } from './publish-request.test-data.ts';

let folder: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'place/out.fsm');
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place'));
});

function plantTree(files?: Record<string, string>): void {
  plantDump(join(folder, 'tree'), files);
}

test('checks come in the order of 08, 3.4: place, manifest, selection, timestamp, guards, output, tree', () => {
  const tree = join(folder, 'tree');
  const errorOf = (more: object) => attempt(publishRequest(folder, { adapters: ['redis', 's3'], ...more })).error;
  mkdirSync(tree);
  expect(errorOf({ output: join(tree, 'out.fsm') })?.message).toMatch(/lies inside the input tree/);
  const late = { output: join(folder, 'no/out.fsm'), lastCommitTs: 1n };
  expect(errorOf(late)).toBeInstanceOf(UsageError);
  expect(errorOf(late)?.message).toMatch(/MANIFEST\.json/);
  plantTree({ 'redis/db_0/sets/a.json': '{', 'MANIFEST.json': '{' });
  expect(errorOf(late)).toBeInstanceOf(ManifestError);
  plantTree({});
  expect(errorOf(late)?.message).toMatch(/no adapters\.s3/);
  plant(tree, {
    'MANIFEST.json': manifestOf({ adapters: ['redis', 's3'], exclusions: { ...NO_EXCLUSIONS, include_orphans: true } }),
  });
  expect(errorOf(late)).toBeInstanceOf(TimestampTooLowError);
  expect(errorOf({ ...late, lastCommitTs: LAST_COMMIT_TS })).toBeInstanceOf(GuardError);
  const dropped = { ...late, lastCommitTs: LAST_COMMIT_TS, dropUnsupported: true };
  expect(errorOf(dropped)?.message).toMatch(/does not exist/);
  expect(errorOf({ ...dropped, output })?.message).toMatch(/^redis: /);
});

test.each([
  ['--input is required', { input: '' }],
  ['--output is required', { output: '' }],
  ['no adapter is selected', { adapters: [] }],
])('%s', (words, more) => {
  plantTree();
  const { error } = attempt(publishRequest(folder, more));
  expect(error).toBeInstanceOf(UsageError);
  expect(error?.message).toContain(words);
});

test('all adapters that the dump was made without are named in the canonical order, and the way out', () => {
  plantDump(join(folder, 'tree'), {}, { adapters: [] });
  const missing = (adapters: readonly ('redis' | 's3' | 'sqs')[]) =>
    attempt(publishRequest(folder, { adapters })).error;
  expect(missing(['sqs', 'redis', 's3'])?.message).toMatch(/adapters\.redis, adapters\.s3, adapters\.sqs: .*--adapter/);
  expect(missing(['sqs', 'redis'])?.message).toMatch(/adapters\.redis, adapters\.sqs: /);
  expect(missing(['sqs'])).toBeInstanceOf(DataError);
});

describe('an output inside the input tree is refused before anything is written', () => {
  beforeEach(() => {
    plantTree({ 'redis/db_0/strings/a.bin': 'one' });
    symlinkSync('tree', join(folder, 'link'));
    symlinkSync('../tree/MANIFEST.json', join(folder, 'place/link.fsm'));
  });

  test.each([
    ['in its root', 'tree/out.fsm', 'tree'],
    ['over its manifest', 'tree/MANIFEST.json', 'tree'],
    ['deeper down', 'tree/redis/db_0/out.fsm', 'tree'],
    ['as its root', 'tree', 'tree'],
    ['by ..', 'place/../tree/out.fsm', 'tree'],
    ['through a link to the tree', 'link/out.fsm', 'tree'],
    ['when the input is named by a link', 'tree/out.fsm', 'link'],
    ['when both are named by links and ..', 'link/redis/../out.fsm', 'place/../link'],
    ['as a link to one of its files', 'place/link.fsm', 'tree'],
  ])('%s', (_, to, from) => {
    const before = picture(folder);
    const { error } = attempt(publishRequest(folder, { input: `${folder}/${from}`, output: `${folder}/${to}` }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toMatch(/lies inside the input tree/);
    expect(picture(folder)).toEqual(before);
  });

  test('a place whose name only begins like the tree is none inside it', () => {
    expect(attempt(publishRequest(folder, { output: join(folder, 'tree.fsm') })).result?.outcome).toBe('published');
  });
});

describe('MANIFEST.json must be a plain file', () => {
  test.each([
    ['a symlink', /is a symlink/, (path: string) => symlinkSync('elsewhere', path)],
    ['a dangling symlink', /is a symlink/, (path: string) => symlinkSync('nothing', path)],
    ['a folder', /must be a regular file/, (path: string) => mkdirSync(path)],
  ])('%s there is bad data', (_, words, make) => {
    plant(folder, { 'tree/elsewhere': manifestOf() });
    make(join(folder, 'tree/MANIFEST.json'));
    const { error } = attempt(publishRequest(folder));
    expect(error).toBeInstanceOf(DataError);
    expect(error?.message).toMatch(words);
  });

  test('a hard link there is bad data, and the message says how to copy the tree', () => {
    plantTree();
    linkSync(join(folder, 'tree/MANIFEST.json'), join(folder, 'other'));
    const { error } = attempt(publishRequest(folder));
    expect(error).toBeInstanceOf(DataError);
    expect(error?.message).toMatch(/hard-linked.*cp -r/);
  });

  test('a root that is a file is the mistake of the operator', () => {
    plantTree();
    const { error } = attempt(publishRequest(folder, { input: join(folder, 'tree/MANIFEST.json') }));
    expect(error).toBeInstanceOf(UsageError);
  });
});

describe('the sidecar', () => {
  test('has these bytes, with the digest of the snapshot', () => {
    plantDump(join(folder, 'tree'), undefined, { clusterId: 'c <1> & "ü"', lastCommitTs: 9007199254740993n });
    const { result } = attempt(publishRequest(folder, { selfTest: true, lastCommitTs: 9007199254740995n }));
    const text = readFileSync(`${output}.encode_info.json`, 'utf8');
    const time = /"wall_time_iso": "([^"]*)"/.exec(text)?.[1];
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?Z$/);
    expect(Math.abs(Date.parse(time!) - Date.now())).toBeLessThan(60_000);
    expect(text.replace(time!, 'TIME')).toBe(`{
  "format_version": 1,
  "encoder_version": "ekv/1.2.3",
  "encoder_key_format_version": 1,
  "wall_time_iso": "TIME",
  "input_root": "${folder}/tree",
  "output_fsm_path": "${output}",
  "output_fsm_sha256": "${result?.sha256}",
  "last_commit_ts": 9007199254740995,
  "last_commit_ts_overridden": true,
  "manifest_last_commit_ts": 9007199254740993,
  "manifest_cluster_id": "c \\u003c1\\u003e \\u0026 \\"ü\\"",
  "adapters_enabled": [
    "redis"
  ],
  "self_test": {
    "ran": true,
    "matched": true
  }
}
`);
  });

  test('lists the selected adapters in the fan-out order, also those without data', () => {
    plantDump(join(folder, 'tree'), undefined, { adapters: ['redis', 'dynamodb', 's3', 'sqs'] });
    attempt(publishRequest(folder, { adapters: ['sqs', 's3', 'redis', 's3'] }));
    expect(sidecarOf(output).adapters_enabled).toEqual(['redis', 's3', 'sqs']);
  });

  test('says that the timestamp was overridden for an equal value too, and not without one', () => {
    plantTree();
    attempt(publishRequest(folder, { lastCommitTs: LAST_COMMIT_TS }));
    expect(sidecarOf(output)).toMatchObject({ last_commit_ts: LAST_COMMIT_TS, last_commit_ts_overridden: true });
    attempt(publishRequest(folder));
    expect(sidecarOf(output)).toMatchObject({ last_commit_ts: LAST_COMMIT_TS, last_commit_ts_overridden: false });
  });
});

describe('warnings and the switches that make errors of them', () => {
  const eventsOf = (more = {}) => attempt(publishRequest(folder, more)).warnings.map(({ event }) => event);

  test('a tree without data is a warning; requireData makes it bad data', () => {
    plantTree({});
    expect(eventsOf()).toEqual(['no_data']);
    const { error } = attempt(publishRequest(folder, { requireData: true }));
    expect(error).toBeInstanceOf(DataError);
    expect(error?.message).toMatch(/--require-data.*redis/);
  });

  test('requireData refuses an adapter without data only when it was named, or when all are without', () => {
    plantTree();
    plant(join(folder, 'tree'), { 'MANIFEST.json': manifestOf({ adapters: ['redis', 's3'] }) });
    const required = { adapters: ['redis', 's3'], requireData: true } as const;
    const run = (more: object) => attempt(publishRequest(folder, { ...required, ...more }));
    expect(run({}).result?.outcome).toBe('published');
    expect(run({ namedAdapters: ['redis'] }).result?.outcome).toBe('published');
    expect(run({ namedAdapters: ['redis', 's3'] }).error?.message).toMatch(/--require-data.* no data of s3;/);
    expect(run({ adapters: ['s3'] }).error).toBeInstanceOf(DataError);
  });

  test('a tree that differs from its CHECKSUMS is a warning; verify makes it an error, and the older output stays', () => {
    const tree = variedDump(folder);
    expect(attempt(publishRequest(folder, { verify: true })).result?.outcome).toBe('published');
    const older = readFileSync(output);
    writeFileSync(join(tree, 'redis/db_0/strings/plain.bin'), 'other');
    expect(attempt(publishRequest(folder, { verify: true })).error).toBeInstanceOf(ChecksumsError);
    expect(readFileSync(output)).toEqual(older);
    expect(eventsOf()).toEqual(['checksums_differ']);
    expect(readFileSync(output)).not.toEqual(older);
  });

  test('a tree without CHECKSUMS encodes silently; verify refuses it', () => {
    plantTree();
    expect(eventsOf()).toEqual([]);
    expect(attempt(publishRequest(folder, { verify: true })).error).toBeInstanceOf(ChecksumsError);
  });

  test('files that are left out are a warning; strict refuses them, with the event, and publishes nothing', () => {
    plantTree({ 'redis/db_0/strings/a.bin': 'one', 'redis/db_0/string/b.bin': 'lost' });
    const { error } = attempt(publishRequest(folder, { strict: true }));
    expect(error).toBeInstanceOf(StrictError);
    expect(error?.message).toMatch(/stray_files/);
    expect(placesOf(output)).toEqual({ output: 'none', sidecar: 'none', report: 'none', temporaries: [] });
    expect(eventsOf()).toEqual(['stray_files']);
  });

  test.each<[string, bigint, string[]]>([
    ['the last that leaves a millisecond above', 2n ** 64n - 2n ** 16n - 1n, ['timestamp_far_ahead']],
    ['the first that leaves none', 2n ** 64n - 2n ** 16n, ['timestamp_unusable']],
    ['the last of all', 2n ** 64n - 1n, ['timestamp_unusable']],
  ])('a timestamp from which no node can go on is a warning that --strict refuses: %s', (_, lastCommitTs, events) => {
    plantTree();
    expect(eventsOf({ lastCommitTs })).toEqual(events);
    const { error } = attempt(publishRequest(folder, { lastCommitTs, strict: true }));
    if (events.includes('timestamp_unusable')) expect(error).toBeInstanceOf(StrictError);
    else expect(error).toBeUndefined();
  });

  test.each([false, true])(
    'so is that of a manifest; the message names it, and the largest that can be used (flag: %s)',
    (isFlag) => {
      plantTree();
      plant(folder, { 'tree/MANIFEST.json': manifestOf({ lastCommitTs: 2n ** 64n - 1n }) });
      const { warnings } = attempt(publishRequest(folder, isFlag ? { lastCommitTs: 2n ** 64n - 1n } : {}));
      expect(warnings).toMatchObject([{ event: 'timestamp_unusable', doubt: true }]);
      expect(warnings[0]?.message).toContain(
        `${isFlag ? '--last-commit-ts' : 'last_commit_ts of the manifest'} is 18446744073709551615, `,
      );
      expect(warnings[0]?.message).toContain('the largest value that can be used is 18446744073709486079');
    },
  );

  test('a timestamp more than a day ahead of the clock is a warning', () => {
    plantTree();
    const ahead = (ms: number) => BigInt(Date.now() + ms) << 16n;
    expect(eventsOf({ lastCommitTs: ahead(25 * 3600_000) })).toEqual(['timestamp_far_ahead']);
    expect(eventsOf({ lastCommitTs: ahead(23 * 3600_000) })).toEqual([]);
  });

  test('warnings are counted in the result', () => {
    plantTree({});
    // That the snapshot is empty, and that it holds one adapter only.
    expect(attempt(publishRequest(folder)).result?.warnings).toBe(2);
  });
});

test('a publication and a decode of it give the tree back, byte by byte', () => {
  const tree = variedDump(folder);
  attempt(publishRequest(folder, { selfTest: true }));
  const again = join(folder, 'again');
  decodeSnapshot({ input: output, output: again, adapters: REDIS, exclusions: NO_EXCLUSIONS, toolVersion: 'ekv/test' });
  const withoutLists = (root: string) =>
    Object.fromEntries(Object.entries(picture(root)).filter(([path]) => path.includes('redis')));
  expect(withoutLists(again)).toEqual(withoutLists(tree));
  expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
});

test('the row of a damaged file is told in the report: a mismatch moves the older output away', () => {
  variedDump(folder);
  attempt(publishRequest(folder));
  const { result } = attempt(publishRequest(folder, { selfTest: true }), (path) => {
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('!zs|scr|') + '!zs|scr|'.length + 4 + 'scores'.length]! ^= 1;
    writeFileSync(path, bytes);
  });
  expect(result).toMatchObject({ outcome: 'mismatch', mismatch: { differences: 1 } });
  expect(placesOf(output)).toEqual({
    output: 'none',
    sidecar: 'new',
    report: 'new',
    temporaries: ['out.fsm.previous', 'out.fsm.previous.encode_info.json'],
  });
  expect(readFileSync(`${output}.mismatch.txt`, 'latin1')).toMatch(
    /^the snapshot holds other rows than were built.*\n$/,
  );
});

test('the errors of a damaged snapshot are no errors of an encode', () => {
  plantTree();
  const { error, result } = attempt(publishRequest(folder, { selfTest: true }), (path) => writeFileSync(path, 'EKV'));
  expect(error).not.toBeInstanceOf(SnapshotFormatError);
  expect(result).toMatchObject({ outcome: 'mismatch', mismatch: { first: expect.stringMatching(/^decode refused/) } });
});
