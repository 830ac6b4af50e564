import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '@ekv/snapshot';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { stringEntry } from '../redis-entry.test-support.ts';
import { StrictError } from '../run/run.ts';
import { attemptDecode, type DecodeAttempt, inputOf } from './decode-attempt.test-data.ts';
import type { DecodeRequest } from './decode-request.ts';

const ALL = ['redis', 'dynamodb', 's3', 'sqs'] as const;
/** The count change of a hash, which has no file. */
const COUNT_CHANGE = { key: `!hs|meta|d|\0\0\0\x01h${'\0'.repeat(12)}`, value: Buffer.alloc(8) };

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
});

let runs = 0;
function decode(more: Partial<DecodeRequest>): DecodeAttempt {
  return attemptDecode(folder, { output: join(folder, `out-${runs++}`), ...more });
}

const told = ({ warnings }: DecodeAttempt) =>
  warnings.map(({ event, fields, doubt }) => [event, fields.adapters, doubt]);

test.each([
  ['without any row', []],
  ['whose rows give no file', [COUNT_CHANGE]],
])('a decode of a snapshot %s is warned of; strict and required data refuse it', (_, entries) => {
  writeSnapshot(inputOf(folder), entries);
  const attempt = decode({ adapters: ALL });
  expect(attempt.result?.files).toBe(0);
  expect(told(attempt)).toEqual([['no_data', 'redis,dynamodb,s3,sqs', true]]);
  expect(attempt.warnings[0]?.message).toMatch(/the dump is empty: check that it is the right group/);
  expect(decode({ adapters: ALL, strict: true }).error).toBeInstanceOf(StrictError);
  const { error, warnings } = decode({ adapters: ALL, requireData: true });
  expect(error).toBeInstanceOf(DataError);
  expect(error?.message).toMatch(/^--require-data: the snapshot has no data of redis, dynamodb, s3, sqs/);
  expect(warnings).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith('out'))).toEqual([`out-${runs - 3}`]);
});

test('single adapters without data are nothing to tell of by default, nor refused', () => {
  writeSnapshot(inputOf(folder), [stringEntry('a', 'one')]);
  expect(decode({ adapters: ALL, strict: true, requireData: true })).toMatchObject({
    warnings: [],
    result: { files: 1 },
  });
});

test('one that the operator named is told of, and required data refuses it, but strict does not', () => {
  writeSnapshot(inputOf(folder), [stringEntry('a', 'one')]);
  const request = { adapters: ['redis', 'sqs'], namedAdapters: ['redis', 'sqs'] } as const;
  const attempt = decode({ ...request, strict: true });
  expect(told(attempt)).toEqual([['no_data', 'sqs', undefined]]);
  expect(attempt.result?.files).toBe(1);
  const { error } = decode({ ...request, requireData: true });
  expect(error?.message).toMatch(/^--require-data: the snapshot has no data of sqs: /);
});

test('the only one that was named is all of them', () => {
  writeSnapshot(inputOf(folder), [stringEntry('a', 'one')]);
  const request = { adapters: ['sqs'], namedAdapters: ['sqs'] } as const;
  expect(told(decode(request))).toEqual([['no_data', 'sqs', true]]);
  expect(decode({ ...request, strict: true }).error).toBeInstanceOf(StrictError);
});
