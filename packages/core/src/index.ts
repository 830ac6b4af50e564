export {
  type GuardFields,
  isInRange,
  type KeyRange,
  type Owner,
  type RowOwner,
  type RowOwners,
  type RowRole,
  type UnitKind,
} from '@ekv/adapter';
export { ADAPTERS, selectedAdapters } from './adapters/adapters.ts';
export { GuardError } from './adapters/guards.ts';
export { decodeAllSnapshots, type KeptDump, type SnapshotOutcome } from './decode/decode-all-snapshots.ts';
export type { DecodeCounts } from './decode/decode-counts.ts';
export { type DecodeGroupsRequest, decodeGroups } from './decode/decode-groups.ts';
export type { DecodeRequest, DecodeResult } from './decode/decode-request.ts';
export { decodeSnapshot } from './decode/decode-snapshot.ts';
export { type DecodeFolderRequest, decodeSnapshotFolder } from './decode/decode-snapshot-folder.ts';
export type { DumpFormat } from './decode/dump-format.ts';
export type { ExpectedData } from './decode/missing-data.ts';
export { FAMILIES, type KnownFamily, unreadFamily } from './decode/row-classes.ts';
export { ChecksumsError } from './encode/checksums-findings.ts';
export type { EncodeRequest } from './encode/encode-request.ts';
export { AdapterError } from './encode/encode-rows.ts';
export { type Encoded, type EncodeResult, encodeSnapshot, type Mismatched } from './encode/encode-snapshot.ts';
export { forget } from './forget/forget.ts';
export type {
  ForgetRequest,
  ForgetResult,
  Forgotten,
  ForgottenSum,
  TellForgotten,
} from './forget/forget-request.ts';
export type { AsOf } from './groups/as-of.ts';
export type { GroupFile } from './groups/group-file.ts';
export type { GroupReading } from './groups/read-together.ts';
export { snapshotIndexOf } from './node-folder/snapshot-index.ts';
export { type SnapshotTime, snapshotTime } from './node-folder/snapshot-time.ts';
export { ownersOf, readAddress, shownAddress, writeAddress } from './owners/addresses.ts';
export { OwnerFinder, type ValueRange } from './owners/owner-finder.ts';
export type {
  Published,
  PublishRequest,
  PublishResult,
  Rejected,
} from './publish/publish-request.ts';
export { publishSnapshot } from './publish/publish-snapshot.ts';
export type {
  EncodedGroup,
  PublishedGroups,
  PublishGroupsRequest,
  PublishGroupsResult,
  RejectedGroups,
} from './publish-groups/groups-request.ts';
export { publishGroups } from './publish-groups/publish-groups.ts';
export { type RepairRequest, type RepairResult, repairTree, type UpdatedChecksums } from './repair/repair-tree.ts';
export { ADAPTER_NAMES } from './run/adapter-list.ts';
export { Progress } from './run/progress.ts';
export { type RunOptions, StrictError } from './run/run.ts';
export { ChosenOwners } from './selection/chosen-owners.ts';
export { momentOf } from './selection/filters.ts';
export { KnownScopes } from './selection/known-scopes.ts';
export { Selection, type SelectionOptions, type Unmatched } from './selection/selection.ts';
export { nothingTaken, tellOfUnmatched } from './selection/unmatched.ts';
export type { SelfTestMismatch } from './self-test/self-test.ts';
export { chosenEntries } from './sources/chosen-entries.ts';
export { type InputKind, inputKindOf } from './sources/input-kind.ts';
export { type OpenedInput, type OpenedRows, openRows, type RowsRequest } from './sources/open-rows.ts';
export { type TriedDecode, tryDecoders } from './sources/try-decoders.ts';
