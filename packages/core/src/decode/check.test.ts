import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SnapshotFormatError, UsageError } from '@ekv/snapshot';
import { snapshotBytes, writeSnapshot } from '@ekv/test-support/node-file';
import { picture, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { plantSnapshot } from '../node-folder/node-folder.test-data.ts';
import { stringEntry } from '../redis-entry.test-support.ts';
import { decodeAllSnapshots } from './decode-all-snapshots.ts';
import { attemptDecode, inputOf } from './decode-attempt.test-data.ts';
import { requestOf } from './decode-folder.test-data.ts';
import type { DecodeRequest } from './decode-request.ts';
import { decodeSnapshotFolder } from './decode-snapshot-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
  writeSnapshot(inputOf(folder), [stringEntry('a', 'one'), stringEntry('b', 'two')]);
});

const CHECK: Partial<DecodeRequest> = { check: true, output: '' };

test('a check says what a decode says, but for the output, and writes nothing', () => {
  const before = picture(folder);
  const checked = attemptDecode(folder, CHECK);
  expect(picture(folder)).toEqual(before);
  const decoded = attemptDecode(folder);
  const { output: _, outcome, ...told } = decoded.result!;
  expect(outcome).toBe('decoded');
  expect(checked.result).toEqual({ ...told, ageSeconds: checked.result?.ageSeconds, output: '', outcome: 'checked' });
  expect(checked.warnings).toEqual(decoded.warnings);
});

test('what ends a decode ends a check, with the same words', () => {
  const bytes = snapshotBytes([stringEntry('a', 'one')], { footer: true });
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(inputOf(folder), bytes);
  const [checked, decoded] = [attemptDecode(folder, CHECK), attemptDecode(folder)];
  expect(checked.error).toBeInstanceOf(SnapshotFormatError);
  expect(checked.error?.message).toBe(decoded.error?.message);
});

test.each<[string, Partial<DecodeRequest>]>([
  ['--output', { output: 'out' }],
  ['--force', { force: true }],
  ['--remove-leftovers', { removeLeftovers: true }],
])('%s with a check is refused: it expects something to be written', (flag, more) => {
  const { error } = attemptDecode(folder, { ...CHECK, ...more });
  expect(error).toBeInstanceOf(UsageError);
  expect(error?.message).toContain(`leave ${flag} out`);
});

test('of a node the newest snapshot is checked, or all, against their tokens', () => {
  const node = join(folder, 'node');
  for (const name of ['0000000000000010', '000000000000001f']) plantSnapshot(node, name);
  const before = readdirSync(folder, { recursive: true }).sort();
  const request = { ...requestOf(node), ...CHECK };
  expect(decodeSnapshotFolder(request)).toMatchObject({ outcome: 'checked', snapshotIndex: 0x1fn, output: '' });
  expect(decodeAllSnapshots(request)).toMatchObject([
    { state: 'decoded', outcome: 'checked', output: '', snapshotIndex: 0x10n },
    { state: 'decoded', outcome: 'checked', output: '', snapshotIndex: 0x1fn },
  ]);
  writeFileSync(join(node, 'snap/0000000000000002-000000000000001f.snap'), 'no token');
  expect(() => decodeSnapshotFolder({ ...request, tokenPatienceMs: 0 })).toThrow(/is no snapshot token/);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
});
