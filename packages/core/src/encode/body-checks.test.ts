import { hash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Warning } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { LAST_COMMIT_TS, NO_GUARDS, plantDump } from '../dump.test-data.ts';
import { CountingDestination } from '../files/counting-destination.test-data.ts';
import { attempt, placesOf, plantOlder, publishRequest } from '../publish/publish-request.test-data.ts';
import { StrictError } from '../run/run.ts';
import { encodeSnapshot } from './encode-snapshot.ts';

const S3 = ['s3'] as const;
const BODY = 'y'.repeat((1 << 20) + 5);

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  for (const name of ['scratch', 'place']) mkdirSync(join(folder, name));
});

/** A tree with one large body. */
function plantBody(etag: string, more: Record<string, string> = {}): string {
  const sidecar = { format_version: 1, etag, size_bytes: BODY.length, last_modified: '2026-01-02T03:04:05Z' };
  const files = {
    's3/bucket/_bucket.json': '{\n  "format_version": 1,\n  "name": "bucket"\n}',
    's3/bucket/body': BODY,
    's3/bucket/body.elastickv-meta.json': JSON.stringify(sidecar, null, 2),
    ...more,
  };
  return plantDump(join(folder, 'tree'), files, { adapters: S3 });
}

const WRONG = hash('md5', 'other', 'hex');
const MISMATCH = { event: 's3_etag_mismatch', doubt: true, fields: { count: 1 } };

test.each([false, true])(
  'a body that is not what its etag says is published with a doubt (self-test: %s)',
  (selfTest) => {
    plantBody(WRONG);
    const { result, warnings } = attempt(publishRequest(folder, { adapters: S3, selfTest }));
    expect(result).toMatchObject({ outcome: 'published', selfTest: selfTest ? 'passed' : 'not run' });
    expect(warnings).toMatchObject([MISMATCH]);
  },
);

test.each([false, true])('strict, it is not published, and what was there stays (self-test: %s)', (selfTest) => {
  plantBody(WRONG);
  plantOlder(folder);
  const request = publishRequest(folder, { adapters: S3, selfTest, strict: true });
  const { error, warnings } = attempt(request);
  expect(error).toBeInstanceOf(StrictError);
  expect(error!.message).toMatch(/^--strict: .*s3_etag_mismatch/);
  expect(warnings).toMatchObject([MISMATCH]);
  expect(placesOf(request.output)).toMatchObject({ output: 'as before', sidecar: 'as before', temporaries: [] });
  expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
});

test('with CHECKSUMS, which makes bodies be read before, it is the same doubt', () => {
  plantBody(WRONG, { CHECKSUMS: `${hash('sha256', BODY, 'hex')}  s3/bucket/body\n` });
  const { error, warnings } = attempt(publishRequest(folder, { adapters: S3, strict: true }));
  expect(error).toBeInstanceOf(StrictError);
  expect(warnings.filter(({ event }) => event === MISMATCH.event)).toMatchObject([MISMATCH]);
});

test('strict, a destination that cannot take back gets no byte of it; else it gets all, and the doubt', () => {
  const input = plantBody(WRONG);
  const request = { input, adapters: S3, lastCommitTs: LAST_COMMIT_TS, guards: NO_GUARDS };
  const refused = new CountingDestination();
  expect(() => encodeSnapshot({ ...request, strict: true }, refused)).toThrow(StrictError);
  expect(refused.writes).toBe(0);
  const warnings: Warning[] = [];
  const result = encodeSnapshot(request, new CountingDestination(), { warn: (warning) => warnings.push(warning) });
  expect(result.outcome).toBe('encoded');
  expect(warnings).toMatchObject([MISMATCH, { event: 'partial_snapshot' }]);
});

test('strict, a body that is what its etag says is published', () => {
  plantBody(hash('md5', BODY, 'hex'));
  const { result, warnings } = attempt(publishRequest(folder, { adapters: S3, strict: true }));
  expect(warnings).toEqual([]);
  expect(result).toMatchObject({ outcome: 'published' });
});
