import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastCommitTs, readManifest } from '@ekv/manifest';
import { DataError, UsageError, type Warning } from '@ekv/snapshot';
import { output } from '@ekv/test-support/system-program';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { manifestOf } from '../dump.test-data.ts';
import { publishSnapshot } from '../publish/publish-snapshot.ts';
import { variedDump } from '../varied-dump.test-data.ts';
import { type RepairRequest, type RepairResult, repairTree } from './repair-tree.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function repair(input: string, more: Partial<RepairRequest>): { result: RepairResult; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const result = repairTree(
    { input, toolVersion: 'ekv/test', scratchRoot: folder, ...more },
    { warn: (warning) => warnings.push(warning) },
  );
  return { result, warnings };
}

/** Encodes Redis alone. @returns what is told beside that. */
function encode(input: string, more: object = {}): Warning[] {
  const warnings: Warning[] = [];
  publishSnapshot(
    { input, output: join(folder, 'out.fsm'), adapters: ['redis'], toolVersion: 'ekv/test', ...more },
    { warn: (warning) => warnings.push(warning) },
  );
  return warnings.filter(({ event }) => event !== 'partial_snapshot');
}

describe('CHECKSUMS written anew', () => {
  test('are those that a decode writes, when nothing was edited, and nothing is told', () => {
    const tree = variedDump(folder);
    const before = readFileSync(join(tree, 'CHECKSUMS'));
    const { result, warnings } = repair(tree, { updateChecksums: true });
    expect(readFileSync(join(tree, 'CHECKSUMS')).equals(before)).toBe(true);
    expect(warnings).toEqual([]);
    expect(result.checksums).toMatchObject({ changed: 0, added: 0, gone: 0 });
  });

  test('make an edited tree true again: --verify and sha256sum accept it, and what changed is told', () => {
    const tree = variedDump(folder);
    writeFileSync(join(tree, 'redis/db_0/strings/plain.bin'), 'edited');
    writeFileSync(join(tree, 'redis/db_0/strings/new.bin'), 'new');
    rmSync(join(tree, 'redis/db_0/hashes'), { recursive: true });
    expect(() => encode(tree, { verify: true })).toThrow(/--verify: the tree differs/);
    const { result, warnings } = repair(tree, { updateChecksums: true });
    expect(result.checksums).toMatchObject({ changed: 1, added: 1, gone: 1 });
    expect(warnings.map(({ event, message }) => `${event} ${message}`)).toEqual([
      expect.stringMatching(/^checksums_updated changed files: .*strings\/plain\.bin; /),
      expect.stringMatching(/^checksums_updated files that were not listed: .*strings\/new\.bin; /),
      expect.stringMatching(/^checksums_updated listed files that are gone: .*hashes\/.*; /),
    ]);
    encode(tree, { verify: true });
    output('sha256sum', ['--check', '--strict', '--quiet', 'CHECKSUMS'], tree);
  });

  test('name twenty of the changed files, and count the others', () => {
    const tree = join(folder, 'tree');
    const files = Array.from({ length: 25 }, (_, i) => `redis/db_0/strings/${10 + i}.bin`);
    plant(tree, { 'MANIFEST.json': '{}', ...Object.fromEntries(files.map((path) => [path, 'x'])) });
    repair(tree, { updateChecksums: true });
    plant(tree, Object.fromEntries(files.map((path) => [path, 'edited'])));
    const [warning] = repair(tree, { updateChecksums: true }).warnings;
    expect(warning!.message).toMatch(/\/29\.bin and 5 more; the new CHECKSUMS/);
    for (const path of files.slice(0, 20)) expect(warning!.message).toContain(path);
  });

  test('list all adapters and the manifest, and nothing that stands beside them', () => {
    const tree = join(folder, 'tree');
    plant(tree, { 'MANIFEST.json': '{}', 's3/b/x': 'x', 'sqs/q/_queue.json': '{}', 'NOTES.md': 'x', '.git/HEAD': 'x' });
    const { result } = repair(tree, { updateChecksums: true });
    expect(result.checksums).toEqual({ files: 3, changed: 0, added: 3, gone: 0 });
    const paths = readFileSync(join(tree, 'CHECKSUMS'), 'utf8').match(/(?<= {2}).+/g);
    expect(paths).toEqual(['MANIFEST.json', 's3/b/x', 'sqs/q/_queue.json']);
  });

  test('are not written for a tree with links, all of which are named; the old list stays', () => {
    const tree = variedDump(folder);
    symlinkSync('/etc/passwd', join(tree, 'redis/db_0/strings/a.bin'));
    symlinkSync('/etc', join(tree, 'sqs'));
    const before = picture(tree);
    expect(() => repair(tree, { updateChecksums: true })).toThrow(DataError);
    expect(() => repair(tree, { updateChecksums: true })).toThrow(/2 problems:\n.*a\.bin is a symlink.*\n.*sqs/);
    expect(picture(tree)).toEqual(before);
  });

  test('of a tree without a manifest are not written', () => {
    plant(join(folder, 'tree'), { 'redis/db_0/strings/a.bin': 'x' });
    expect(() => repair(join(folder, 'tree'), { updateChecksums: true })).toThrow(/MANIFEST\.json is missing/);
  });

  test('of a very deep tree are written: no recursion', () => {
    const tree = join(folder, 'tree');
    plant(tree, { 'MANIFEST.json': manifestOf(), [`s3/b/${'d/'.repeat(1500)}x`]: 'x' });
    expect(repair(tree, { updateChecksums: true }).result.checksums?.files).toBe(2);
  });
});

describe('a new manifest', () => {
  test('is the smallest one for the folders that are there, and the tree can be encoded', () => {
    const tree = join(folder, 'tree');
    plant(tree, { 'redis/db_0/strings/a.bin': 'x', 'sqs/q/x': '', 'other/x': '' });
    const { result } = repair(tree, { newManifest: true, lastCommitTs: 77n });
    expect(result.adapters).toEqual(['redis', 'sqs']);
    const manifest = readManifest(readFileSync(join(tree, 'MANIFEST.json')), 'MANIFEST.json');
    expect(manifest.adapters).toEqual({ redis: {}, sqs: {} });
    expect(manifest.source).toBeUndefined();
    expect(lastCommitTs(manifest)).toBe(77n);
    expect(encode(tree, { selfTest: true })).toMatchObject([{ event: 'stray_entries', fields: { count: 1 } }]);
  });

  test('has the time of now, when no timestamp is given', () => {
    const tree = join(folder, 'tree');
    plant(tree, { 'redis/db_0/strings/a.bin': 'x' });
    const before = BigInt(Date.now());
    repair(tree, { newManifest: true });
    const manifest = readManifest(readFileSync(join(tree, 'MANIFEST.json')), 'MANIFEST.json');
    const ms = lastCommitTs(manifest) >> 16n;
    expect(ms >= before && ms <= BigInt(Date.now())).toBe(true);
  });

  test('is listed when CHECKSUMS is asked for in the same run', () => {
    const tree = join(folder, 'tree');
    plant(tree, { 'redis/db_0/strings/a.bin': 'x' });
    repair(tree, { newManifest: true, updateChecksums: true });
    encode(tree, { verify: true, strict: true });
  });

  test('never replaces one', () => {
    const tree = variedDump(folder);
    const before = picture(tree);
    expect(() => repair(tree, { newManifest: true })).toThrow(
      /MANIFEST\.json is there already; edit it, or move it away/,
    );
    expect(picture(tree)).toEqual(before);
  });

  test.each([
    ['a folder without data of an adapter', 'x/y', /has none of the folders redis, dynamodb, s3, sqs/],
    ['a file', 'redis', /must be a folder/],
  ])('is refused for %s', (_, path, message) => {
    plant(join(folder, 'tree'), { [path]: 'x' });
    expect(() => repair(join(folder, 'tree'), { newManifest: true })).toThrow(message);
    expect(existsSync(join(folder, 'tree/MANIFEST.json'))).toBe(false);
  });
});

test('a folder in the place of CHECKSUMS is refused before the tree is read', () => {
  plant(folder, { 'tree/redis/db_0/strings/a.bin': 'one', 'tree/MANIFEST.json': manifestOf({}) });
  mkdirSync(join(folder, 'tree/CHECKSUMS'));
  expect(() => repair(join(folder, 'tree'), { updateChecksums: true })).toThrow(
    /tree\/CHECKSUMS is a folder; move it away, then run this again$/,
  );
});

test('a root that is missing or no folder is named', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => repair(join(folder, 'no'), { newManifest: true })).toThrow(/no: no such file or folder|does not exist/);
  expect(() => repair(join(folder, 'file'), { newManifest: true })).toThrow(UsageError);
});

describe('a tree and its CHECKSUMS', () => {
  test('listed files that are gone are a loss: strict runs refuse, also when a folder is misspelled', () => {
    const tree = variedDump(folder);
    mkdirSync(join(tree, 'Redis'));
    rmSync(join(tree, 'redis'), { recursive: true });
    const warnings = encode(tree);
    expect(warnings).toContainEqual(expect.objectContaining({ event: 'checksums_missing_files', loss: true }));
    expect(() => encode(tree, { strict: true })).toThrow(/--strict: .*CHECKSUMS.*missing/);
  });

  test('edited files are none: strict runs accept them', () => {
    const tree = variedDump(folder);
    writeFileSync(join(tree, 'redis/db_0/strings/plain.bin'), 'edited');
    expect(encode(tree, { strict: true }).map(({ event }) => event)).toContain('checksums_differ');
  });
});

test('rows without a timestamp are told', () => {
  const tree = join(folder, 'tree');
  plant(tree, { 'MANIFEST.json': manifestOf({ lastCommitTs: 0n }), 'redis/db_0/strings/a.bin': 'x' });
  expect(encode(tree).map(({ event }) => event)).toEqual(['timestamp_zero']);
  expect(encode(tree, { lastCommitTs: 5n })).toEqual([]);
});

test('a new manifest gets no timestamp from which no node could go on', () => {
  plant(folder, { 'tree/redis/db_0/strings/a.bin': 'one' });
  const tree = join(folder, 'tree');
  const last = 2n ** 64n - 2n ** 16n - 1n;
  expect(() => repair(tree, { newManifest: true, lastCommitTs: last + 1n })).toThrow(UsageError);
  expect(() => repair(tree, { newManifest: true, lastCommitTs: last + 1n })).toThrow(
    `the largest value that can be used is ${last}`,
  );
  expect(existsSync(join(tree, 'MANIFEST.json'))).toBe(false);
  repair(tree, { newManifest: true, lastCommitTs: last });
  expect(existsSync(join(tree, 'MANIFEST.json'))).toBe(true);
});
