import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TreeProblemsError } from '@ekv/dump-tree';
import { DataError, type EkvError, EnvironmentError, TimestampTooLowError, UsageError } from '@ekv/snapshot';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { GuardError } from '../adapters/guards.ts';
import { LAST_COMMIT_TS, NO_GUARDS, plantDump, REDIS } from '../dump.test-data.ts';
import { CountingDestination } from '../files/counting-destination.test-data.ts';
import { publishSnapshot } from '../publish/publish-snapshot.ts';
import { variedDump } from '../varied-dump.test-data.ts';
import type { EncodeRequest } from './encode-request.ts';
import { AdapterError } from './encode-rows.ts';
import { type EncodeResult, encodeSnapshot } from './encode-snapshot.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
});

/** A request for a tree, with its scratch folder in the test's folder. */
function request(input: string, more: Partial<EncodeRequest> = {}): EncodeRequest {
  const scratchRoot = join(folder, 'scratch');
  return { input, adapters: REDIS, lastCommitTs: LAST_COMMIT_TS, guards: NO_GUARDS, scratchRoot, ...more };
}

/** The error of an encode, and what reached its destination. */
function failed(wrong: EncodeRequest, destination = new CountingDestination()) {
  try {
    encodeSnapshot(wrong, destination);
  } catch (error) {
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
    return { error: error as EkvError, destination };
  }
  throw new Error('the encode did not fail');
}

describe('checks of the request', () => {
  test.each([
    ['no input root is given', (): EncodeRequest => request('')],
    ['does not exist', () => request(join(folder, 'nothing'))],
    ['is not a folder', () => request(`${plantDump(join(folder, 'tree'))}/MANIFEST.json`)],
    ['MANIFEST.json is missing', () => request(folder)],
    ['no adapter is selected', () => request(plantDump(join(folder, 'tree')), { adapters: [] })],
    [
      'there is no adapter "reddis"',
      () => request(plantDump(join(folder, 'tree')), { adapters: ['reddis' as 'redis'] }),
    ],
  ])('are usage errors: %s', (words, wrong) => {
    const { error, destination } = failed(wrong());
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(words);
    expect(destination.writes).toBe(0);
  });

  test('a missing destination is a usage error', () => {
    const tree = plantDump(join(folder, 'tree'));
    expect(() => encodeSnapshot(request(tree), undefined as unknown as CountingDestination)).toThrow(
      /no destination is given/,
    );
  });

  test('come in the order of the contract: input, manifest, destination, adapters, timestamp, guards, tree', () => {
    const tree = join(folder, 'tree');
    const wrong = request(tree, {
      adapters: [],
      manifestLastCommitTs: LAST_COMMIT_TS + 1n,
      guards: { ...NO_GUARDS, include_orphans: true },
    });
    const messageOf = (asked: EncodeRequest, to: CountingDestination | undefined) => {
      try {
        encodeSnapshot(asked, to as CountingDestination);
      } catch (error) {
        return (error as Error).message;
      }
      return 'encoded';
    };
    const destination = new CountingDestination();
    expect(messageOf(wrong, undefined)).toMatch(/does not exist/);
    mkdirSync(tree);
    expect(messageOf(wrong, undefined)).toMatch(/MANIFEST.json is missing/);
    plantDump(tree, { 'redis/db_0/strings/%zz.bin': '' });
    expect(messageOf(wrong, undefined)).toMatch(/no destination/);
    expect(messageOf(wrong, destination)).toMatch(/no adapter/);
    const selected = { ...wrong, adapters: ['s3', 'redis'] as const };
    expect(messageOf(selected, destination)).toMatch(/last-commit-ts/);
    const late = { ...selected, lastCommitTs: LAST_COMMIT_TS + 1n };
    expect(messageOf(late, destination)).toMatch(/include_orphans/);
    expect(messageOf({ ...late, guards: NO_GUARDS }, destination)).toMatch(/%zz/);
    expect(destination.writes).toBe(0);
  });

  test('a made-up tree without MANIFEST.json is taken when that is allowed', () => {
    plant(folder, { 'tree/redis/db_0/strings/a.bin': 'one' });
    const destination = new CountingDestination();
    const result = encodeSnapshot(request(join(folder, 'tree'), { allowMissingManifest: true }), destination);
    expect(result.outcome).toBe('encoded');
  });
});

test("a timestamp below the manifest's has an error of its own, with both numbers", () => {
  const tree = plantDump(join(folder, 'tree'));
  const { error } = failed(request(tree, { lastCommitTs: 999n, manifestLastCommitTs: 1000n }));
  expect(error).toBeInstanceOf(TimestampTooLowError);
  expect(error).toBeInstanceOf(DataError);
  expect(error).toMatchObject({ given: 999n, manifest: 1000n });
  expect(error.message).toMatch(/last-commit-ts.*999.*1000/);
});

test.each([1000n, 1001n, 2n ** 64n - 1n])("the timestamp %s, not below the manifest's, is in header and keys", (ts) => {
  const tree = plantDump(join(folder, 'tree'));
  const destination = new CountingDestination();
  const result = encodeSnapshot(request(tree, { lastCommitTs: ts, manifestLastCommitTs: 1000n }), destination);
  expect(result.lastCommitTs).toBe(ts);
  expect(destination.bytes.readBigUInt64LE(8)).toBe(ts);
  const keyLength = Number(destination.bytes.readBigUInt64LE(16));
  expect(BigInt.asUintN(64, ~destination.bytes.readBigUInt64BE(24 + keyLength - 8))).toBe(ts);
});

test('a manifest timestamp of 0 is no bound', () => {
  const tree = plantDump(join(folder, 'tree'));
  const result = encodeSnapshot(
    request(tree, { lastCommitTs: 0n, manifestLastCommitTs: 0n }),
    new CountingDestination(),
  );
  expect(result.lastCommitTs).toBe(0n);
});

test('a guard is an error of its own, and not one byte reaches the destination', () => {
  const tree = plantDump(join(folder, 'tree'));
  const guards = { ...NO_GUARDS, include_orphans: true };
  const { error, destination } = failed(request(tree, { guards, adapters: ['redis', 's3'] }));
  expect(error).toBeInstanceOf(GuardError);
  expect(destination).toMatchObject({ writes: 0, length: 0 });
});

test.each([false, true])(
  'when an adapter fails not one byte reaches the destination, and its own error is the cause (self-test: %s)',
  (selfTest) => {
    const tree = plantDump(join(folder, 'tree'), {
      'redis/db_0/strings/a.bin': 'one',
      'redis/db_0/hashes/a.json': '{',
      'redis/db_0/hashes/b.json': '{',
    });
    const { error, destination } = failed(request(tree, { selfTest }));
    expect(error).toBeInstanceOf(AdapterError);
    expect(error).toMatchObject({ adapter: 'redis' });
    expect(error.cause).toBeInstanceOf(TreeProblemsError);
    expect(destination).toMatchObject({ writes: 0, length: 0 });
  },
);

test('a single problem of an adapter is the cause itself, and the message begins with the adapter', () => {
  const tree = plantDump(join(folder, 'tree'), { 'redis/db_0/hashes/a.json': '{' });
  const { error } = failed(request(tree));
  expect(error).toBeInstanceOf(AdapterError);
  expect(error.cause).toBeInstanceOf(DataError);
  expect(error.cause).not.toBeInstanceOf(TreeProblemsError);
  expect(error.message).toMatch(/^redis: .*hashes\/a\.json/);
});

test('the error of an adapter names it', () => {
  const tree = plantDump(join(folder, 'tree'), { 's3/bucket/object': 'body' });
  const { error } = failed(request(tree, { adapters: ['s3'] }));
  expect(error).toBeInstanceOf(AdapterError);
  expect(error).toMatchObject({ adapter: 's3' });
});

test('problems of several adapters are told together, in the fan-out order', () => {
  const tree = plantDump(join(folder, 'tree'), { 'redis/db_0/hashes/a.json': '{', 's3/b/o': '', 'sqs/q/m': '' });
  const { error } = failed(request(tree, { adapters: ['sqs', 's3', 'redis'] }));
  expect(error).toBeInstanceOf(TreeProblemsError);
  const adapters = (error as TreeProblemsError).problems.map((problem) => problem.slice(0, problem.indexOf(':')));
  expect(adapters).toEqual(['redis', 's3', 'sqs']);
});

test('a destination that fails while the bytes stream out is an error, and what it got before is there', () => {
  const tree = variedDump(folder);
  const whole = new CountingDestination();
  encodeSnapshot(request(tree), whole);
  const destination = new CountingDestination(16);
  expect(() => encodeSnapshot(request(tree), destination)).toThrow('the destination is full');
  expect(destination.bytes).toEqual(whole.bytes.subarray(0, 16));
});

test('a missing scratch root is the fault of the machine, and nothing reaches the destination', () => {
  const tree = plantDump(join(folder, 'tree'));
  rmSync(join(folder, 'scratch'), { recursive: true });
  const destination = new CountingDestination();
  expect(() => encodeSnapshot(request(tree, { selfTest: true }), destination)).toThrow(EnvironmentError);
  expect(destination.writes).toBe(0);
});

test('a run that needs no scratch does not look at its place', () => {
  const tree = plantDump(join(folder, 'tree'));
  rmSync(join(folder, 'scratch'), { recursive: true });
  expect(encodeSnapshot(request(tree), new CountingDestination()).outcome).toBe('encoded');
});

test('streaming, a matched self-test and a publication give the same bytes', () => {
  const tree = variedDump(folder);
  const [streamed, tested] = [new CountingDestination(), new CountingDestination()];
  encodeSnapshot(request(tree), streamed);
  encodeSnapshot(request(tree, { selfTest: true }), tested);
  const output = join(folder, 'out.fsm');
  publishSnapshot({ input: tree, output, adapters: REDIS, toolVersion: 'ekv/test', selfTest: true });
  expect(tested.bytes).toEqual(streamed.bytes);
  expect(readFileSync(output)).toEqual(streamed.bytes);
});

test('the result tells size, digest, entries, rows by adapter and the adapters, in the fan-out order', () => {
  const tree = plantDump(join(folder, 'tree'));
  const destination = new CountingDestination();
  const result = encodeSnapshot(request(tree, { adapters: ['sqs', 'redis'] }), destination);
  expect(result).toEqual({
    outcome: 'encoded',
    selfTest: 'not run',
    lastCommitTs: LAST_COMMIT_TS,
    bytes: destination.length,
    sha256: hash('sha256', destination.bytes, 'hex'),
    entries: 1,
    rows: new Map([
      ['redis', 1],
      ['sqs', 0],
    ]),
    adaptersEnabled: ['redis', 'sqs'],
    warnings: 2,
  });
});

test('a mismatch cannot be taken for a success: the snapshot is told only to who looks at the outcome', () => {
  expectTypeOf<EncodeResult>().not.toHaveProperty('selfTest');
  expectTypeOf<Extract<EncodeResult, { outcome: 'mismatch' }>>().toHaveProperty('mismatch');
  expectTypeOf<Extract<EncodeResult, { outcome: 'encoded' }>>().toHaveProperty('selfTest');
});

test('a tree that decode would not give back is a mismatch: a result with digest and report, 0 bytes and 0 writes', () => {
  const tree = plantDump(join(folder, 'tree'), { 'redis/db_0/strings/%61.bin': 'one' });
  const destination = new CountingDestination();
  const result = encodeSnapshot(request(tree, { selfTest: true }), destination);
  expect(result).toMatchObject({ outcome: 'mismatch', mismatch: { differences: 2 }, entries: 1 });
  expect(destination).toMatchObject({ writes: 0, length: 0 });
  expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
});

test.each(['EIO', 'EACCES'])(
  'a tree in which the machine refuses with %s is no matter of data, and ends the run there',
  (code) => {
    const input = plantDump(folder);
    let refused = 0;
    replaceCall('openSync', (original, ...args) => {
      if (!String(args[0]).includes('/redis/')) return original(...args);
      refused++;
      throw systemError(code);
    });
    const { error, destination } = failed(request(input));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain(code);
    expect(error.message).toContain('/redis/db_0/');
    expect(refused).toBe(1);
    expect(destination.length).toBe(0);
  },
);
