import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '@ekv/manifest';
import { SnapshotFormatError, UsageError } from '@ekv/snapshot';
import { beforeEach, describe, expect, test } from 'vitest';
import { attemptDecode, type DecodeAttempt, inputOf } from './decode-attempt.test-data.ts';
import type { DecodeRequest } from './decode-snapshot.ts';
import { decodeSnapshotFolder } from './decode-snapshot-folder.ts';
import { NO_EXCLUSIONS, REDIS } from './dump.test-data.ts';
import { attempt, publishRequest } from './publish-request.test-data.ts';
import { StrictError } from './run.ts';
import { type Entry, snapshotBytes, stringEntry } from './snapshot-file.test-data.ts';
import { output, picture, plant, temporaryFolder } from './temporary-folder.test-data.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place'));
});

const BAD_ROW: Entry = { key: '!redis|ttl|bad', value: Buffer.alloc(7) };
const BROKEN_OBJECT = '{"size_bytes":1,"parts":[{"part_no":1,"chunk_count":1}]}';

function object(key: string): Entry {
  return { key: `!s3|obj|head|b\0\x01\0\0\0\0\0\0\0\x01${key}\0\x01`, value: Buffer.from(BROKEN_OBJECT) };
}

function decode(bytes: Uint8Array, more: Partial<DecodeRequest> = {}): DecodeAttempt {
  writeFileSync(inputOf(folder), bytes);
  return attemptDecode(folder, more);
}

const salvage = (bytes: Uint8Array, more: Partial<DecodeRequest> = {}) => decode(bytes, { salvage: true, ...more });

function manifest() {
  const path = join(folder, 'out/MANIFEST.json');
  return readManifest(readFileSync(path), path);
}

describe('a snapshot that is salvaged', () => {
  test('gives the tree without what is damaged, and result, manifest and warnings tell what', () => {
    const { result, warnings } = salvage(snapshotBytes([stringEntry('a', 'one'), BAD_ROW], { footer: true }));
    expect(Object.keys(picture(join(folder, 'out/redis')))).toContain('db_0/strings/a.bin');
    expect(result).toMatchObject({ files: 1, partial: { rows: 1 } });
    expect(manifest().ekv).toEqual({ version: 1, partial: { rows: 1n } });
    expect(warnings).toMatchObject([
      { event: 'salvage_rows', fields: { count: 1, example: expect.stringContaining('!redis|ttl|bad') }, loss: true },
    ]);
    output('sha256sum', ['--check', '--strict', '--quiet', 'CHECKSUMS'], join(folder, 'out'));
  });

  test('and turns out whole is decoded as always', () => {
    const { result, warnings } = salvage(snapshotBytes([stringEntry('a', 'one')], { footer: true }));
    expect([result?.partial, manifest().ekv, warnings]).toEqual([undefined, undefined, []]);
  });

  test('counts entries that cannot be read beside the others', () => {
    const bytes = snapshotBytes([stringEntry('a', 'one'), stringEntry('b', 'two')]);
    const { result } = salvage(bytes.subarray(0, -1));
    expect(result?.counts).toMatchObject({ entries: 2, redis: 1, damaged: 1 });
  });

  test('only has the adapters looked at that are selected', () => {
    const { result } = salvage(snapshotBytes([stringEntry('a', 'one'), BAD_ROW]), { adapters: ['sqs'] });
    expect(result?.partial).toBeUndefined();
  });

  test('can be encoded; that warns, and a strict encode refuses it', () => {
    salvage(snapshotBytes([stringEntry('a', 'one'), BAD_ROW]));
    const request = publishRequest(folder, { input: join(folder, 'out'), selfTest: true });
    const { result, warnings } = attempt(request);
    expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
    expect(warnings).toMatchObject([{ event: 'partial_dump', fields: { rows: 1n }, doubt: true }]);
    expect(attempt({ ...request, strict: true }).error).toBeInstanceOf(StrictError);
  });

  test('cannot be strict at the same time', () => {
    const { error } = salvage(snapshotBytes([]), { strict: true });
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toMatch(/--salvage and --strict/);
  });

  test('is nothing when the header is not there', () => {
    const { error } = salvage(Buffer.from('EKVPBBL1'));
    expect(error?.message).toMatch(/truncated.*header/);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});

describe('an error about damage names --salvage as the way to the rest', () => {
  test.each<[string, () => Uint8Array]>([
    ['a row', () => snapshotBytes([BAD_ROW])],
    ['a file that is cut', () => snapshotBytes([stringEntry('a', 'one')]).subarray(0, -1)],
    ['a wrong checksum', () => Buffer.concat([snapshotBytes([stringEntry('a', 'one')]), Buffer.from('oops')])],
    ['an object', () => snapshotBytes([object('a')])],
    ['several objects', () => snapshotBytes([object('a'), object('b')])],
  ])('%s', (_, bytes) => {
    const { error } = decode(bytes(), { adapters: ['redis', 's3'] });
    expect(error?.message.split('\n')[0]).toMatch(/; --salvage decodes the rest(:|$)/);
    expect(salvage(bytes(), { adapters: ['redis', 's3'] }).result?.partial).toBeDefined();
  });

  test('but not where there is no rest, or nothing is damaged', () => {
    expect(decode(Buffer.from('EKVPBBL1')).error?.message).not.toContain('--salvage');
    expect(decode(Buffer.alloc(40)).error?.message).not.toContain('--salvage');
    const unusable = { ...object('a//b'), value: Buffer.from('{}') };
    expect(decode(snapshotBytes([unusable]), { adapters: ['s3'] }).error?.message).not.toContain('--salvage');
  });
});

describe("a node's folder", () => {
  const NAME = '0000000000000010';
  const decodeFolder = (more: { salvage?: boolean } = {}) =>
    decodeSnapshotFolder({
      folder: join(folder, 'node'),
      output: join(folder, 'out'),
      adapters: REDIS,
      exclusions: NO_EXCLUSIONS,
      toolVersion: 'ekv/test',
      ...more,
    });

  test('whose newest snapshot is damaged can be salvaged too', () => {
    const whole = snapshotBytes([stringEntry('a', 'one')], { footer: true });
    whole[whole.length - 1]! ^= 1;
    plant(join(folder, 'node'), { [`fsm-snap/${NAME}.fsm`]: whole });
    expect(() => decodeFolder()).toThrow(SnapshotFormatError);
    expect(() => decodeFolder()).toThrow(/--salvage decodes the rest; there is no older one/);
    expect(decodeFolder({ salvage: true })).toMatchObject([{ partial: { checksum: 1 } }]);
  });

  test('whose token does not fit is one more damage', () => {
    const whole = snapshotBytes([stringEntry('a', 'one')], { footer: true });
    plant(join(folder, 'node'), { [`fsm-snap/${NAME}.fsm`]: whole, 'snap/none': '' });
    expect(() => decodeFolder()).toThrow(/holds no token/);
    expect(decodeFolder({ salvage: true })).toMatchObject([{ partial: { token: 1 } }]);
  });
});
