/** The text of docs/format/02-dump-tree.md, section 3.2. */
export const REAL_MANIFEST = `{
  "format_version": 1,
  "phase": "phase0-snapshot-decode",
  "elastickv_version": "dev",
  "snapshot_index": 42,
  "last_commit_ts": 117664584157167650,
  "wall_time_iso": "2026-01-02T03:04:05.123456789Z",
  "source": {
    "fsm_path": "0000042.fsm"
  },
  "adapters": {
    "dynamodb": {},
    "s3": {},
    "redis": {},
    "sqs": {}
  },
  "exclusions": {
    "include_incomplete_uploads": false,
    "include_orphans": false,
    "preserve_sqs_visibility": false,
    "include_sqs_side_records": false
  },
  "checksum_algorithm": "sha256",
  "checksum_format": "sha256sum",
  "encoded_filename_charset": "rfc3986-unreserved-plus-percent",
  "key_segment_max_bytes": 240,
  "s3_meta_suffix": ".elastickv-meta.json",
  "s3_collision_strategy": "leaf-data-suffix",
  "dynamodb_layout": "per-item"
}
`;

/** JSON text that stands for itself in {@link edited}. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * {@link REAL_MANIFEST} with other fields, given by full name: `exclusions.include_orphans`. A value of undefined takes
 * the field away, a {@link Raw} one is written as it stands.
 */
export function edited(fields: Readonly<Record<string, unknown>>): Buffer {
  const manifest = JSON.parse(REAL_MANIFEST) as Record<string, unknown>;
  const raw: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const steps = name.split('.');
    const last = steps.pop()!;
    let object = manifest;
    for (const step of steps) {
      object[step] ??= {};
      object = object[step] as Record<string, unknown>;
    }
    object[last] = value instanceof Raw ? `raw ${raw.push(value.text) - 1}` : value;
  }
  const text = JSON.stringify(manifest, (_, value) =>
    typeof value === 'bigint' ? `raw ${raw.push(String(value)) - 1}` : value,
  );
  return Buffer.from(text.replace(/"raw (\d+)"/g, (_, index) => raw[Number(index)]!));
}
