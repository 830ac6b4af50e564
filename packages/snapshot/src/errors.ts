import { printable } from './printable.ts';

/**
 * The one error hierarchy of ekv. A library caller tells the kinds apart by class, never by text.
 *
 * Every message is one line that says what is wrong, where (path, key, offset), by which rule, and where that helps
 * what to do next. Exit codes of the programs: docs/format/08-cli.md, section 8.
 */
export class EkvError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The operator's mistake in flags, arguments or the choice of paths. Exit code 1. */
export class UsageError extends EkvError {}

/** The machine refuses: disk full, no permission, a file that is not there. Exit code 1. */
export class EnvironmentError extends EkvError {}

/** Input that breaks a rule of the formats. Exit code 2 on encode, 1 on decode. */
export class DataError extends EkvError {}

/** A snapshot file that breaks a rule of docs/format/01-snapshot.md. */
export class SnapshotFormatError extends DataError {
  /** Offset in bytes from the start of the file of the entry or header that is wrong. */
  readonly offset: number;
  /** 1-based number of the entry, 0 when the header is wrong. */
  readonly ordinal: number;
  /** User key of the entry, when it could be read. */
  readonly key: Uint8Array | undefined;

  constructor(message: string, place: { offset: number; ordinal: number; key?: Uint8Array }) {
    super(message);
    this.offset = place.offset;
    this.ordinal = place.ordinal;
    this.key = place.key;
  }
}

/**
 * A row whose key or value breaks a rule of its adapter. It knows its place in the file, not the file; whoever opened the
 * file makes a {@link SnapshotFormatError} of it.
 */
export class RowError extends DataError {
  /** Offset in bytes of the row's entry. */
  readonly offset: number;
  /** User key of the row. */
  readonly key: Uint8Array;
  /** What is wrong, without the place. */
  readonly rule: string;

  constructor(rule: string, place: { offset: number; key: Uint8Array }) {
    super(`entry at offset ${place.offset}, key ${printable(place.key)}: ${rule}`);
    this.offset = place.offset;
    this.key = place.key;
    this.rule = rule;
  }
}

/** Two records with one user key (docs/format/01-snapshot.md, section 9.3). */
export class DuplicateKeyError extends DataError {
  /** The user key that occurs twice. */
  readonly key: Uint8Array;

  constructor(message: string, key: Uint8Array) {
    super(message);
    this.key = key;
  }
}

/** A commit timestamp below the one of the manifest (docs/format/08-cli.md, section 3.3). */
export class TimestampTooLowError extends DataError {
  readonly given: bigint;
  readonly manifest: bigint;

  constructor(message: string, given: bigint, manifest: bigint) {
    super(message);
    this.given = given;
    this.manifest = manifest;
  }
}

/** Turns an error of a system call into an {@link EnvironmentError} that names the path; other errors pass unchanged. */
export function environmentError(error: unknown, action: string, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof EkvError) return error;
  const reason = REASONS[String(error.code)] ?? error.message;
  return new EnvironmentError(`cannot ${action} ${path}: ${reason}`, { cause: error });
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied (EACCES)',
  EPERM: 'operation not permitted (EPERM)',
  EROFS: 'the file system is read-only (EROFS)',
  ENOSPC: 'no space left on the device (ENOSPC); free some space or choose another place, then run again',
  EDQUOT: 'the disk quota is used up (EDQUOT); free some space or choose another place, then run again',
  EFBIG: 'the file would be larger than this file system allows (EFBIG)',
  ENOENT: 'no such file or folder (ENOENT)',
  ENOTDIR: 'a part of the path is not a folder (ENOTDIR)',
  EISDIR: 'it is a folder (EISDIR)',
  EEXIST: 'it exists already (EEXIST)',
  ENAMETOOLONG:
    'the path, or a name in it, is longer than the system allows (ENAMETOOLONG); choose a place with a shorter path',
  ELOOP: 'it is a symlink (ELOOP)',
  EMFILE: 'too many open files (EMFILE); raise the limit with ulimit -n',
  EIO: 'the device reports an input/output error (EIO)',
};
