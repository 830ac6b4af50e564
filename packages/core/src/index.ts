export type { GuardFields } from '@ekv/adapter';
export { ChecksumsError } from './checksums-findings.ts';
export { decodeAllSnapshots, type KeptDump, type SnapshotOutcome } from './decode-all-snapshots.ts';
export type { DecodeCounts } from './decode-counts.ts';
export { type DecodeRequest, type DecodeResult, decodeSnapshot } from './decode-snapshot.ts';
export { type DecodeFolderRequest, decodeSnapshotFolder } from './decode-snapshot-folder.ts';
export type { EncodeRequest } from './encode-request.ts';
export { AdapterError } from './encode-rows.ts';
export { type Encoded, type EncodeResult, encodeSnapshot, type Mismatched } from './encode-snapshot.ts';
export { GuardError } from './guards.ts';
export type { ExpectedData } from './missing-data.ts';
export type {
  Published,
  PublishRequest,
  PublishResult,
  Rejected,
} from './publish-request.ts';
export { publishSnapshot } from './publish-snapshot.ts';
export { type RepairRequest, type RepairResult, repairTree, type UpdatedChecksums } from './repair-tree.ts';
export { type RunOptions, StrictError } from './run.ts';
export * from './run-control.ts';
export type { SelfTestMismatch } from './self-test.ts';
export { snapshotIndexOf } from './snapshot-index.ts';
export type { SnapshotTime } from './snapshot-time.ts';
