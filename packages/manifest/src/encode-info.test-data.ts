import type { EncodeInfo } from './encode-info-schema.ts';

/** The text of docs/format/08-cli.md, section 5.1. */
export const REAL_ENCODE_INFO = `{
  "format_version": 1,
  "encoder_version": "dev",
  "encoder_key_format_version": 1,
  "wall_time_iso": "2026-01-02T03:04:05.123456789Z",
  "input_root": "out",
  "output_fsm_path": "out.fsm",
  "output_fsm_sha256": "385891e687aa3affef9d8768756ed4e3e5f59f72d06783d7dafa40511744d7fd",
  "last_commit_ts": 117664584157167650,
  "last_commit_ts_overridden": false,
  "manifest_last_commit_ts": 117664584157167650,
  "manifest_cluster_id": "c-1",
  "adapters_enabled": [
    "redis",
    "dynamodb",
    "s3",
    "sqs"
  ],
  "self_test": {
    "ran": true,
    "matched": true
  }
}
`;

export const ENCODE_INFO: EncodeInfo = {
  format_version: 1,
  encoder_version: 'dev',
  encoder_key_format_version: 1,
  wall_time_iso: '2026-01-02T03:04:05.123456789Z',
  input_root: 'out',
  output_fsm_path: 'out.fsm',
  output_fsm_sha256: '385891e687aa3affef9d8768756ed4e3e5f59f72d06783d7dafa40511744d7fd',
  last_commit_ts: 117664584157167650n,
  last_commit_ts_overridden: false,
  manifest_last_commit_ts: 117664584157167650n,
  manifest_cluster_id: 'c-1',
  adapters_enabled: ['redis', 'dynamodb', 's3', 'sqs'],
  self_test: { ran: true, matched: true },
};
