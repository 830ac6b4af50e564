import type { RowSource, Warn } from '@ekv/snapshot';
import { UPLOAD_PART_ROWS, UPLOAD_ROWS } from '../layout/families.ts';

/** Warns once of what a tree does not keep of buckets and uploads, though nothing is wrong with it. */
export function warnOfCreationTimes(buckets: number, warn: Warn): void {
  if (buckets === 0) return;
  warn({
    event: 's3_creation_times',
    message:
      'creation times and generations of buckets are not kept: restored buckets are of 1970-01-01, generation 1; the option wholeState keeps them',
    fields: { buckets },
  });
}

export function warnOfOpenUploads(source: RowSource, warn: Warn): void {
  const uploads = source.count(UPLOAD_ROWS);
  const parts = source.count(UPLOAD_PART_ROWS);
  if (uploads + parts === 0) return;
  warn({
    event: 's3_open_uploads',
    message: 'uploads were open when the snapshot was taken: they were left out; the option wholeState keeps them',
    fields: { uploads, parts },
  });
}
