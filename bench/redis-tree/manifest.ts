/** Commit timestamp of the generated data: milliseconds of 2026-01-02 and a counter of 16 bits. */
export const COMMIT_TS = (BigInt(Date.UTC(2026, 0, 2)) << 16n) | 7n;

/** MANIFEST.json as decode writes it, apart from the fields that name a run; docs/format/02-dump-tree.md, section 3. */
export function manifest(): Buffer {
  const fields = {
    format_version: 1,
    phase: 'phase0-snapshot-decode',
    elastickv_version: 'generated',
    last_commit_ts: 0,
    wall_time_iso: '2026-01-01T00:00:00Z',
    source: { fsm_path: 'generated.fsm' },
    adapters: { dynamodb: {}, s3: {}, redis: {}, sqs: {} },
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
  // A number above 2^53 does not survive JSON.stringify.
  const text = JSON.stringify(fields, null, 2).replace('"last_commit_ts": 0', `"last_commit_ts": ${COMMIT_TS}`);
  return Buffer.from(`${text}\n`);
}
