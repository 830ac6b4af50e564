export { adapterInManifest } from './adapter-in-manifest.ts';
export { EncodeInfoError, EncodeInfoVersionError } from './encode-info-error.ts';
export type { EncodeInfo } from './encode-info-schema.ts';
export { EXCLUSION_NAMES } from './exclusion-names.ts';
export {
  type DynamodbJsonl,
  extensionOf,
  type Filters,
  type GroupMembers,
  type LostCounts,
  type SnapshotPart,
} from './extension.ts';
export { lastCommitTs } from './last-commit-ts.ts';
export { ManifestError, ManifestVersionError } from './manifest-error.ts';
export type {
  AdapterName,
  DynamodbLayout,
  Exclusions,
  Manifest,
} from './manifest-schema.ts';
export { type DecodedTree, type HandMadeTree, newManifest, smallestManifest } from './new-manifest.ts';
export { type ReadEncodeInfoOptions, readEncodeInfo } from './read-encode-info.ts';
export { type ReadManifestOptions, readManifest } from './read-manifest.ts';
export { isWallTime, wallTimeIso } from './wall-time.ts';
export { encodeInfoBytes } from './write-encode-info.ts';
export { manifestBytes } from './write-manifest.ts';
