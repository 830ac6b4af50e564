import type { Exclusions } from './manifest-schema.ts';

/** What a decode can leave out or put in, in the order of the file. */
export const EXCLUSION_NAMES: ReadonlyArray<keyof Exclusions> = [
  'include_incomplete_uploads',
  'include_orphans',
  'preserve_sqs_visibility',
  'include_sqs_side_records',
  'rename_s3_collisions',
];
