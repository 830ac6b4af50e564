import { Findings, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { encodedObjects } from '../hand-made-tree.test-data.ts';
import { lookAtBucket } from './bucket-sense.ts';

const found = (bucketFile: object) => encodedObjects({}, { bucketFile }).warnings;

test('settings that are known and not carried are one loss, with the fields of one bucket', () => {
  const all = { creation_time_iso: '2024-05-06T07:08:09Z', versioning: 'Enabled', policy_json: '{}' };
  expect(found(all)).toEqual([
    expect.objectContaining({
      event: 's3_settings_not_carried',
      loss: true,
      fields: {
        count: 1,
        example: expect.stringMatching(/bucket\/_bucket\.json \(creation_time_iso, versioning, policy_json\)$/),
      },
    }),
  ]);
});

test('settings without a value are none', () => {
  expect(found({ creation_time_iso: null, versioning: '', acl: '', owner: 'x', region: 'eu' })).toEqual([]);
});

test('an acl that S3 does not have is a doubt', () => {
  expect(found({ acl: 'public' })).toMatchObject([{ event: 's3_unknown_acl', doubt: true }]);
  expect(found({ acl: 'public-read' })).toEqual([]);
});

test.each([
  ['abc', true],
  ['my-bucket.logs', true],
  ['1.2.3.4.5', true],
  ['x'.repeat(63), true],
  ['b', false],
  ['x'.repeat(64), false],
  ['Upper', false],
  ['under_score', false],
  ['a..b', false],
  ['-ab', false],
  ['ab.', false],
  ['192.168.5.4', false],
  ['b\u00fc.', false],
])('a bucket named %j: S3 allows it: %s', (name, isAllowed) => {
  const findings = new Findings();
  lookAtBucket(findings, { name: Buffer.from(name), notCarried: [] }, 'file');
  const warnings: Warning[] = [];
  findings.report((warning) => warnings.push(warning));
  expect(warnings.map(({ event, doubt, loss }) => [event, doubt, loss])).toEqual(
    isAllowed ? [] : [['s3_unservable_buckets', undefined, undefined]],
  );
});
