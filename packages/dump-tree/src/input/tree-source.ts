import type { ByteSource, FileSlice } from '@ekv/snapshot';
import type { DigestOnOpening, TakePiece } from '../files/file-digest.ts';
import type { FileLimit } from '../files/file-limits.ts';
import type { EntryKind } from './entry-kind.ts';

/** What stands in a folder. `name` is a byte string: one character per byte. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

/** A file that is read when its rows are written. */
export interface LargeFile {
  /** In bytes. */
  readonly size: number;
  /** When it was changed last, ms since 1970. */
  readonly modifiedMs: number;
  /** A part of it. @param offset, length in bytes. Reading it fails when the file has changed since. */
  readonly slice: (offset: number, length: number) => FileSlice;
}

/** A file of a tree that is read in pieces; its `name` is the path for messages. Reading it throws TreeReadError, EnvironmentError. */
export interface TreeFile extends ByteSource {
  /**
   * Checks that it is still the file that {@link TreeSource.readOrLeave} left. To be called after the last byte was read. Throws
   * TreeReadError.
   */
  checkUnchanged(left: LargeFile): void;
}

/**
 * A dump tree that is read: what an encoder needs of it, be it a folder or, one day, an archive. Paths are byte strings relative
 * to the root, with `/`. What stands in it is not trusted: only regular files are given, and each only as a whole or not at all.
 * Throws DataError for what is wrong with the tree, EnvironmentError when the machine refuses; both with the path.
 */
export interface TreeSource {
  /** Whether all of a file is read when it is opened or left for later, for its digest. */
  readonly takesDigests: boolean;
  /** Path of the folder, when the tree is one: other threads can open its files. */
  readonly root?: string;
  /** The path for people and for messages; always one line. */
  display(path: string): string;
  /** Whether the folder is there. Throws DataError when something else stands in its place, or a link on the way. */
  isFolder(path: string): boolean;
  /** What stands in a folder, in any order; never more than a piece of it is in memory. */
  entries(path: string): Iterable<TreeEntry>;
  /** How many files may be expected and not read; 0 or absent: none. */
  readonly mostExpected?: number;
  /**
   * Says that a file is likely to be read whole soon, files in this order: so it can be read ahead. Means nothing else; a file that is
   * not read leaves no trace, and what is wrong with one is said when it is read.
   *
   * @param bytes a larger one is not going to be read whole. Default: any is.
   */
  expect?(path: string, bytes?: number): void;
  /** The whole file, as a view that is valid until the next read. Throws DataError also for a file above the limit. */
  read(path: string, limit: FileLimit): Buffer;
  /** As {@link read}; `undefined` when there is no such file. */
  readOptional(path: string, limit: FileLimit): Buffer | undefined;
  /**
   * A file of up to `limit` bytes as {@link read} gives it. A larger one is checked in the same way, its digest recorded
   * where digests are taken, and its bytes are left for later.
   *
   * @param take gets the bytes of a file that is left, in pieces of up to 256 KiB, before this returns.
   */
  readOrLeave(path: string, limit: number, take?: TakePiece): Buffer | LargeFile;
  /** As {@link readOrLeave}, for JSON: the digest of a file that is left is `recorded of JSON`. */
  readOrLeaveJson(path: string, limit: number): Buffer | LargeFile;
  /** Opens a file that is read in pieces; the caller closes it. `undefined` when there is no such file. Default: `recorded`. */
  openOptional(path: string, digest?: DigestOnOpening): TreeFile | undefined;
  /** The path of the file that a slice of {@link LargeFile} is a part of. */
  pathOf(slice: FileSlice): string;
}
