export type { ContainerHeader } from './container.ts';
export { crc32c } from './crc32c.ts';
export { Damage, type DamageKind } from './damage.ts';
export {
  DamagedDataError,
  DataError,
  DuplicateKeyError,
  EkvError,
  EnvironmentError,
  environmentError,
  machineReason,
  RowError,
  SnapshotFormatError,
  scratchError,
  TimestampTooLowError,
  UsageError,
} from './errors.ts';
export { ExternalSorter, type ExternalSorterOptions } from './external-sorter.ts';
export { type FileSlice, SliceReader, type TakeSlicePiece } from './file-slice.ts';
export { type FindingKind, Findings } from './findings.ts';
export type { ByteSink } from './hashed-output.ts';
export { KEY_CAP, VALUE_CAP } from './layout.ts';
export { ListedWarnings, SINGLE_WARNINGS } from './listed-warnings.ts';
export { printable } from './printable.ts';
export type { RowCursor } from './row-cursor.ts';
export type { RowSource, RowsOptions } from './row-source.ts';
export type { OnRow } from './scan.ts';
export { openUnlinked, ScratchFolder } from './scratch.ts';
export {
  type CheckOptions,
  type OpenSnapshotOptions,
  openSnapshot,
  type Snapshot,
  type SnapshotSummary,
} from './snapshot.ts';
export {
  type SnapshotRecord,
  SnapshotWriter,
  type SnapshotWriterOptions,
  type WrittenSnapshot,
} from './snapshot-writer.ts';
export type { SortedRows } from './sorted-run.ts';
export type { Warn, Warning, Weight } from './warning.ts';
