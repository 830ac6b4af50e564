/** What a program needs beside the adapter, so that one package to install is enough: the same functions and classes that `@ekv/snapshot` has. */
export {
  ArgumentError,
  DataError,
  DuplicateKeyError,
  EkvError,
  EnvironmentError,
  openSnapshot,
  RowError,
  type Snapshot,
  SnapshotFormatError,
  type SnapshotRow,
  type Warning,
  type WriteSnapshotOptions,
  type WrittenFile,
  writeSnapshot,
} from '@ekv/snapshot';
