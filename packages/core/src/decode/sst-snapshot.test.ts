import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '@ekv/manifest';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { plantSnapshot, tokenOf } from '../node-folder/node-folder.test-data.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { decodeAllSnapshots } from './decode-all-snapshots.ts';
import { attemptDecode, inputOf } from './decode-attempt.test-data.ts';
import { refusalOf, requestOf } from './decode-folder.test-data.ts';
import { decodeSnapshotFolder } from './decode-snapshot-folder.ts';

const golden = join(import.meta.dirname, '../../../../fixtures/golden/live/sst');
const NAME = '0000000000000051';
const adapters = [...ADAPTER_NAMES];

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
  copyFileSync(join(golden, `${NAME}.fsm`), inputOf(folder));
});

const bytesOf = (name: string) => readFileSync(join(golden, `${name}.fsm`));

/** One in which a byte of a data block is another one. */
function damaged(): Buffer {
  const bytes = bytesOf(NAME);
  bytes[1000]! ^= 1;
  return bytes;
}

test('a snapshot of SST files gives the tree that the ordinary form of the same state gives', () => {
  const sst = attemptDecode(folder, { adapters });
  copyFileSync(join(golden, 'plain.fsm'), inputOf(folder));
  const plain = attemptDecode(folder, { adapters, output: join(folder, 'plain') });
  const tree = (name: string) =>
    Object.entries(picture(join(folder, name))).filter(([path]) => !['MANIFEST.json', 'CHECKSUMS'].includes(path));
  expect(tree('out').length).toBeGreaterThan(50);
  expect(tree('out')).toEqual(tree('plain'));
  const manifests = ['out', 'plain'].map((name) =>
    readManifest(readFileSync(join(folder, name, 'MANIFEST.json')), name),
  );
  expect(manifests[0]!.last_commit_ts).toBe(manifests[1]!.last_commit_ts);
  expect(sst.warnings).toEqual(plain.warnings);
  expect(sst.result).toMatchObject({ footer: 'ok', snapshotIndex: 0x51n });
});

test('a check of it says what a decode says, and writes nothing', () => {
  const before = picture(folder);
  const { result, warnings } = attemptDecode(folder, { adapters, check: true, output: '' });
  expect(picture(folder)).toEqual(before);
  const decoded = attemptDecode(folder, { adapters });
  expect(result).toMatchObject({ outcome: 'checked', counts: decoded.result!.counts });
  expect(warnings).toEqual(decoded.warnings);
});

test('without a checksum it is whole all the same: its manifest says what belongs to it', () => {
  writeFileSync(inputOf(folder), bytesOf(NAME).subarray(0, -4));
  const { result, warnings } = attemptDecode(folder, { adapters, strict: true });
  expect(result?.footer).toBe('none');
  expect(warnings.map(({ event }) => event)).not.toContain('cut_snapshot');
});

test('of a node whose snapshots have both forms the newest, and all, are decoded against their tokens', () => {
  const node = join(folder, 'node');
  plantSnapshot(node, '0000000000000010');
  const bytes = bytesOf(NAME);
  plant(node, { [`fsm-snap/${NAME}.fsm`]: bytes, [`snap/0000000000000002-${NAME}.snap`]: tokenOf(NAME, bytes) });
  const request = requestOf(node, { folder: node });
  expect(decodeSnapshotFolder(request)).toMatchObject({ snapshotIndex: 0x51n, footer: 'ok' });
  const all = decodeAllSnapshots({ ...request, output: join(folder, 'all') });
  expect(all.map(({ state }) => state)).toEqual(['decoded', 'decoded']);
  expect(readFileSync(join(folder, 'all', NAME, 'redis/db_0/strings/city.bin')).length).toBeGreaterThan(0);

  const other = damaged();
  plant(node, { [`fsm-snap/${NAME}.fsm`]: other });
  expect(refusalOf(() => decodeSnapshotFolder({ ...request, output: join(folder, 'third') })).message).toMatch(
    /0000000000000051\.fsm: 000000\.sst, data block .* the next older one is .*0000000000000010\.fsm/,
  );
});

test('a damaged one is refused with a hint; salvaged, it gives what its other blocks hold, and says what is lost', () => {
  writeFileSync(inputOf(folder), damaged());
  const { error } = attemptDecode(folder, { adapters });
  expect(error?.message).toMatch(/000000\.sst, data block at offset \d+ of it.*; --salvage decodes the rest$/);
  expect(existsSync(join(folder, 'out'))).toBe(false);

  const { result, warnings } = attemptDecode(folder, { adapters, salvage: true });
  expect(result?.partial).toMatchObject({ sst_files: 1, checksum: 1, lost_rows: expect.any(Number) });
  const events = warnings.filter(({ loss }) => loss).map(({ event }) => event);
  expect(events).toEqual(expect.arrayContaining(['salvage_bytes', 'salvage_lost_rows', 'salvage_sst_files']));
  const { ekv } = readManifest(readFileSync(join(folder, 'out/MANIFEST.json')), 'MANIFEST.json');
  expect(ekv?.partial).toMatchObject({ sst_files: 1n });
});
