import { plant } from '@ekv/test-support/temporary-folder';

const MANIFEST = {
  format_version: 1,
  phase: 'phase0-snapshot-decode',
  last_commit_ts: 1000,
  wall_time_iso: '2026-01-02T03:04:05Z',
  adapters: { redis: {} },
  exclusions: {
    include_incomplete_uploads: false,
    include_orphans: false,
    preserve_sqs_visibility: false,
    include_sqs_side_records: false,
  },
  checksum_algorithm: 'sha256',
  checksum_format: 'sha256sum',
  encoded_filename_charset: 'rfc3986-unreserved-plus-percent',
  key_segment_max_bytes: 240,
  s3_meta_suffix: '.elastickv-meta.json',
  s3_collision_strategy: 'leaf-data-suffix',
  dynamodb_layout: 'per-item',
};

/** Makes a dump tree with one string of Redis, and whatever is given. */
export function plantDump(root: string, files: Readonly<Record<string, string>> = {}, manifest: object = {}): void {
  plant(root, {
    'MANIFEST.json': JSON.stringify({ ...MANIFEST, ...manifest }),
    'redis/db_0/strings/a.bin': 'one',
    ...files,
  });
}
