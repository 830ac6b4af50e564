export { Damage, type DamageKind } from './damage/damage.ts';
export {
  ArgumentError,
  DamagedDataError,
  DataError,
  DuplicateKeyError,
  EkvError,
  EnvironmentError,
  environmentError,
  machineReason,
  RowError,
  SnapshotFormatError,
  TimestampTooLowError,
  UsageError,
} from './errors.ts';
export { fewOf } from './few-of.ts';
export { type FindingKind, Findings } from './findings.ts';
export { blockFor } from './format/block-for.ts';
export type { ByteSource } from './format/byte-source.ts';
export { AHEAD_MS, millisecondsOf, timestampAt, wallTimeOf } from './format/commit-timestamp.ts';
export { KEY_CAP, VALUE_CAP } from './format/constants.ts';
export type { ContainerHeader, SnapshotForm } from './format/container.ts';
export { crc32c } from './format/crc32c.ts';
export { ListedWarnings, SINGLE_WARNINGS } from './listed-warnings.ts';
export { type MergedSnapshot, type MergeOptions, mergeSnapshots } from './merge/merge-snapshots.ts';
export type { MergedEntriesOptions, StrayJudge } from './merge/merged-entries.ts';
export { type UnionOptions, UnionVersions } from './merge/union-versions.ts';
export type { KeepsEntry } from './narrow/kept-entries.ts';
export { type NarrowedSnapshot, type NarrowOptions, narrowSnapshot } from './narrow/narrow-snapshot.ts';
export { READ_NO_LINK } from './open-flags.ts';
export { printable } from './printable.ts';
export {
  type WriteProgress,
  type WriteSnapshotOptions,
  type WrittenFile,
  writeSnapshot,
} from './publish/write-snapshot.ts';
export type { CheckedSnapshot, EntriesOptions, SnapshotSummary } from './read/checked-snapshot.ts';
export { BODY_HEAD_BYTES, type EntryReader } from './read/entry-reader.ts';
export { KeyFamilies, unknownFamily } from './read/key-families.ts';
export { OpenKeys } from './read/open-keys.ts';
export { type OpenSnapshotOptions, openSnapshot } from './read/open-snapshot.ts';
export type { RowCursor, TakesRow } from './read/row-cursor.ts';
export type { ReadableSnapshot, RowSource, RowsOptions } from './read/row-source.ts';
export { MOST_UNKNOWN_FAMILIES, type OnRow, type OnVersion, OTHER_FAMILIES } from './read/scan.ts';
export type { CheckOptions, Snapshot } from './read/snapshot.ts';
export { type ByteStream, readStream } from './read/stream-start.ts';
export {
  COVERED,
  DAMAGED,
  DELETED,
  ENCRYPTED,
  EXPIRED,
  LIVE,
  VERSION_STATES,
  type VersionState,
  type VersionWalk,
} from './read/version-walk.ts';
export type { EntryRange } from './search/narrowed.ts';

export { ExternalSorter, type ExternalSorterOptions } from './sort/external-sorter.ts';
export { type OpenScratchFile, openUnlinked, ScratchFolder } from './sort/scratch.ts';
export { MAIN_SORT_BYTES, SIDE_SORT_BYTES, SMALL_SORT_BYTES } from './sort/sort-memory.ts';
export type { SortedRows } from './sort/sorted-run.ts';
export { type OpenTransaction, openTransactions } from './transactions/open-transactions.ts';
export {
  type ResolvedTransactions,
  resolveTransactions,
  type TransactionCounts,
} from './transactions/resolve-transactions.ts';
export {
  COMMIT_ROWS,
  INTENT_HEAD_BYTES,
  INTENT_ROWS,
  LOCK_ROWS,
  type Lock,
  ROLLBACK_ROWS,
  readLock,
  readTransactionKey,
  type TransactionKey,
  type ValueOfRow,
} from './transactions/transaction-rows.ts';
export type { TransactionGroup, TransactionInputs, VersionCursor } from './transactions/version-cursor.ts';
export type { Warn, Warning, Weight } from './warning.ts';
export { type ByteSink, giveBlock, type OpenDescriptor } from './write/byte-sink.ts';
export { type CopiedSnapshot, copySnapshot, type LeavesOut } from './write/copy-snapshot.ts';
export type { DivideRows } from './write/entry-output.ts';
export { type FileSlice, SliceReader, type TakeSlicePiece } from './write/file-slice.ts';
export type { RowInput, RowOrRows } from './write/row-input.ts';
export { nameRows, type RowName } from './write/row-names.ts';
export {
  type SnapshotRow,
  SnapshotWriter,
  type SnapshotWriterOptions,
  type WrittenSnapshot,
} from './write/snapshot-writer.ts';
export { writeAll } from './write-all.ts';
