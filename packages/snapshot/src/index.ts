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
export type { ByteSource } from './format/byte-source.ts';
export { millisecondsOf, timestampAt } from './format/commit-timestamp.ts';
export { KEY_CAP, VALUE_CAP } from './format/constants.ts';
export type { ContainerHeader } from './format/container.ts';
export { crc32c } from './format/crc32c.ts';
export { ListedWarnings, SINGLE_WARNINGS } from './listed-warnings.ts';
export { READ_NO_LINK } from './open-flags.ts';
export { printable } from './printable.ts';
export {
  type WriteProgress,
  type WriteSnapshotOptions,
  type WrittenFile,
  writeSnapshot,
} from './publish/write-snapshot.ts';
export type { CheckedSnapshot, SnapshotSummary } from './read/checked-snapshot.ts';
export { type OpenSnapshotOptions, openSnapshot } from './read/open-snapshot.ts';
export type { RowCursor } from './read/row-cursor.ts';
export type { ReadableSnapshot, RowSource, RowsOptions } from './read/row-source.ts';
export { MOST_UNKNOWN_FAMILIES, type OnRow, OTHER_FAMILIES } from './read/scan.ts';
export type { CheckOptions, Snapshot } from './read/snapshot.ts';
export { readStream } from './read/stream-start.ts';
export { ExternalSorter, type ExternalSorterOptions } from './sort/external-sorter.ts';
export { type OpenScratchFile, openUnlinked, ScratchFolder } from './sort/scratch.ts';
export { MAIN_SORT_BYTES, SIDE_SORT_BYTES, SMALL_SORT_BYTES } from './sort/sort-memory.ts';
export type { SortedRows } from './sort/sorted-run.ts';
export type { RunRange, SortedRuns } from './sort/sorted-runs.ts';
export type { Warn, Warning, Weight } from './warning.ts';
export { type ByteSink, giveBlock } from './write/byte-sink.ts';
export { type FileSlice, SliceReader, type TakeSlicePiece } from './write/file-slice.ts';
export type { RowInput, RowOrRows } from './write/row-input.ts';
export {
  type SnapshotRow,
  SnapshotWriter,
  type SnapshotWriterOptions,
  type WrittenSnapshot,
} from './write/snapshot-writer.ts';
export { writeAll } from './write-all.ts';
