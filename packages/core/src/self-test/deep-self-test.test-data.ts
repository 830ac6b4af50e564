import { encodeSnapshot } from '../encode/encode-snapshot.ts';

/** A program: encodes a tree of buckets with a self-test, and says how it came out. */

const result = encodeSnapshot(
  {
    input: process.argv[2]!,
    adapters: ['s3'],
    lastCommitTs: 1000n,
    guards: {
      include_incomplete_uploads: false,
      include_orphans: false,
      preserve_sqs_visibility: false,
      include_sqs_side_records: false,
      dynamodb_layout: 'per-item',
    },
    selfTest: true,
  },
  { write: () => {} },
);
process.stdout.write(result.outcome === 'mismatch' ? result.mismatch.first : result.outcome);
