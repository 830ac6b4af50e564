import { EkvError } from './base-errors.ts';
import { printable } from './printable.ts';

// In a file of their own: a program that checks arguments alone bundles no other error.
export { ArgumentError, EkvError } from './base-errors.ts';

/** The operator's mistake in flags, arguments or the choice of paths. Exit code 1. */
export class UsageError extends EkvError {
  static override readonly brand: string = 'UsageError';
}

/** The machine refuses: disk full, no permission, a file that is not there. Exit code 1. */
export class EnvironmentError extends EkvError {
  static override readonly brand: string = 'EnvironmentError';
}

/** Input that breaks a rule of the formats. Exit code 2 on encode, 1 on decode. */
export class DataError extends EkvError {
  static override readonly brand: string = 'DataError';
}

/** A part of a snapshot's data is damaged, with nothing to say about a single row; salvaging leaves it out. */
export class DamagedDataError extends DataError {
  static override readonly brand: string = 'DamagedDataError';
}

/** A snapshot file that breaks a rule of docs/format/01-snapshot.md. */
export class SnapshotFormatError extends DataError {
  static override readonly brand: string = 'SnapshotFormatError';

  /** Offset in bytes from the start of the file of the entry or header that is wrong. */
  readonly offset: number;
  /** 1-based number of the entry, 0 when the header is wrong. */
  readonly ordinal: number;
  /** User key of the entry, when it could be read. */
  readonly key: Uint8Array | undefined;
  /**
   * False for a file that is whole but cannot be decoded: encrypted, of another format, without any state. Another copy or
   * an older snapshot of the same node is no better then.
   */
  readonly isDamage: boolean;

  constructor(message: string, place: SnapshotPlace) {
    super(message);
    this.offset = place.offset;
    this.ordinal = place.ordinal;
    this.key = place.key;
    this.isDamage = place.isDamage ?? true;
  }
}

/** Where in a snapshot file something is wrong, and of what sort it is: see {@link SnapshotFormatError}. */
export interface SnapshotPlace {
  readonly offset: number;
  readonly ordinal: number;
  readonly key?: Uint8Array;
  readonly isDamage?: boolean;
}

/**
 * A row whose key or value breaks a rule of its adapter. It knows its place in the file, not the file; whoever opened the
 * file makes a {@link SnapshotFormatError} of it.
 */
export class RowError extends DataError {
  static override readonly brand: string = 'RowError';

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
  static override readonly brand: string = 'DuplicateKeyError';

  /** The user key that occurs twice. */
  readonly key: Uint8Array;

  constructor(message: string, key: Uint8Array) {
    super(message);
    this.key = key;
  }
}

/** A commit timestamp below the one of the manifest (docs/format/08-cli.md, section 3.3). */
export class TimestampTooLowError extends DataError {
  static override readonly brand: string = 'TimestampTooLowError';

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
  const reason = machineReason(String(error.code)) ?? error.message;
  return new EnvironmentError(`cannot ${action} ${path}: ${reason}`, { cause: error });
}

/** As {@link environmentError}, for temporary data: where it lies, and how to choose another place. */
export function scratchError(error: unknown, action: string, path: string): unknown {
  const named = environmentError(error, action, path);
  if (!(named instanceof EnvironmentError) || named === error) return named;
  return new EnvironmentError(`${named.message}; ${ANOTHER_SCRATCH}`, { cause: error });
}

const ANOTHER_SCRATCH = 'temporary data goes to the folder of the option scratchRoot, else of TMPDIR, else to /tmp';

/** What an error code of the system means to an operator, with the code; `undefined` for codes that a machine's state does not explain. */
export function machineReason(code: string): string | undefined {
  // Node's own name of a code, as ERR_FS_EISDIR.
  const own = code.replace(/^ERR_FS_(?=E[A-Z]+$)/, '');
  const reason = REASONS[own];
  return reason === undefined ? undefined : reason.replace(/;|$/, ` (${own})$&`);
}

const MORE_ROOM = '; free some space or choose another place, then run again';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: `no space left on the device${MORE_ROOM}`,
  EDQUOT: `the disk quota is used up${MORE_ROOM}`,
  EFBIG: 'the file would be larger than this file system or "ulimit -f" allows',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it exists already',
  ENOTEMPTY: 'the folder is not empty; another program works there, or left something there',
  ELOOP: 'it is a symlink, or a part of the path is one that leads in a circle',
  ENAMETOOLONG:
    'a name of more than 255 bytes, or a path of more than 4095, is more than the system takes; use a shorter one',
  EMLINK: 'it has as many names or folders as the file system allows',
  EXDEV: 'the two places are on different file systems',
  EBUSY: 'it is in use, as a mount point for one',
  ETXTBSY: 'it is a program that runs',
  EMFILE: 'too many open files; raise the limit with ulimit -n',
  ENFILE: 'too many open files on the whole machine; close some, or raise fs.file-max',
  EAGAIN:
    'the system has no more of what it takes, threads as a rule; raise the limit of processes with ulimit -u, or try again later',
  ENOMEM: 'the memory is used up; give the run more, or run less beside it',
  EIO: 'the device reports an input/output error; see the log of the kernel, and check the disk',
  ENXIO: 'there is no such device, or nobody at the other end',
  ENODEV: 'there is no such device',
  ENOTCONN: 'the file system is not connected any more',
  ESTALE: 'the file is gone from its network file system; mount it again',
  ETIMEDOUT: 'the file system does not answer; is its server there',
  EHOSTDOWN: "the file system's server is down",
  EHOSTUNREACH: "the file system's server cannot be reached",
  ENETUNREACH: "the file system's server cannot be reached",
  ECONNREFUSED: "the file system's server refuses the connection",
  ECONNRESET: "the file system's server ended the connection",
  ENOKEY: 'the folder is encrypted and its key is not there; unlock it first',
  EILSEQ: 'the file system does not take the bytes of such a name',
  EREMOTEIO: 'the remote device reports an input/output error',
  EUCLEAN: 'the file system is damaged; check it with fsck',
  ENOTSUP: 'this file system cannot do that',
  EOPNOTSUPP: 'this file system cannot do that',
  ENOSYS: 'this system cannot do that',
  EOVERFLOW: 'it is larger than this system can tell',
};
