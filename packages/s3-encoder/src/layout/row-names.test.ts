import { join } from 'node:path';
import { type RowOrRows, writeSnapshot } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketRecords, objectRecords } from '../index.ts';
import { S3_FAMILIES } from './families.ts';
import { s3RowName } from './row-names.ts';

test.each<[string, () => RowOrRows[]]>([
  ['the S3 bucket "photos"', () => [bucketRecords({ name: 'photos' }), bucketRecords({ name: 'photos' })]],
  [
    'the object "a/b.jpg" in the S3 bucket "photos"',
    () => [objectRecords('photos', 'a/b.jpg', 'x'), objectRecords('photos', 'a/b.jpg', 'y')],
  ],
])('what is given twice is named in the words of the caller: %s', async (name, rows) => {
  await expect(writeSnapshot(join(temporaryFolder(), 'a.fsm'), rows())).rejects.toThrow(
    `: ${name} was given twice; give it once`,
  );
});

test('any bytes after a prefix have a name or none', () => {
  fc.assert(
    fc.property(fc.constantFrom(...S3_FAMILIES), fc.uint8Array(), (family, rest) => {
      s3RowName(Buffer.concat([Buffer.from(family), rest]));
    }),
  );
});
