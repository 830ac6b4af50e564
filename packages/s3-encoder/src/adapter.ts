import { type Adapter, addedByFlag } from '@ekv/adapter';
import { decodeS3 } from './decode/index.ts';
import { completedSidecar } from './encode/completed-sidecar.ts';
import { encodeS3, hasSuffixRenames } from './encode/index.ts';
import { isJsonPath, isKeymapPath } from './files/paths.ts';
import { mayBeOfObject } from './files/unit-files.ts';
import { HEAD_ROWS, INTERNAL_FAMILIES, S3_FAMILIES, UPLOAD_PART_ROWS, UPLOAD_ROWS } from './layout/families.ts';
import { s3Owners } from './owners/s3-owners.ts';

/** S3, for programs that work on whole trees. */
export const s3Adapter: Adapter = {
  name: 's3',
  families: {
    data: S3_FAMILIES,
    derived: [UPLOAD_ROWS, UPLOAD_PART_ROWS],
    internal: INTERNAL_FAMILIES,
    operational: [],
    unread: new Map(),
  },
  fileFamilies: [HEAD_ROWS, HEAD_ROWS],
  stateEntries: ['buckets.jsonl', 'counters.jsonl', 'uploads.jsonl', 'uploads'],
  guards: [
    addedByFlag('include_incomplete_uploads', 'open uploads are not read back'),
    addedByFlag('include_orphans', 'orphaned chunks are not read back'),
  ],
  owners: s3Owners,
  mayBeOf: mayBeOfObject,
  encode: encodeS3,
  decode: (source, sink, { warn, scratch, exclusions, state, payloadsFrom, workers }) =>
    decodeS3(source, sink, {
      warn,
      scratch,
      renameCollisions: exclusions.rename_s3_collisions ?? false,
      includeIncompleteUploads: exclusions.include_incomplete_uploads,
      includeOrphans: exclusions.include_orphans,
      state,
      payloadsFrom,
      workers,
    }),
  isJson: isJsonPath,
  isLineSet: isKeymapPath,
  completed: completedSidecar,
  exclusionsOf: (tree, exclusions) => ({
    ...exclusions,
    rename_s3_collisions: exclusions.rename_s3_collisions ?? hasSuffixRenames(tree),
  }),
};
