/**
 * All versions of all rows of several snapshots in one order, ascending by encoded key, deletions too, rows of other groups left out.
 * The fields describe the current version; indexes point into `bytes` and are valid until the next call of `next`.
 */
export interface VersionCursor {
  readonly bytes: Buffer;
  readonly keyStart: number;
  /** End of the stored key; the 8 bytes of the inverted timestamp follow. */
  readonly keyEnd: number;
  /** Body, after the value header. */
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly timestamp: bigint;
  readonly tombstone: boolean;
  /** Index of the snapshot that the version is of. */
  readonly input: number;
  next(): boolean;
  /** The error for a version that breaks a rule of its family: says where it stands. */
  refused(rule: string): Error;
}

/** What the node says about the snapshot of one group. */
export interface TransactionGroup {
  /** For people. */
  readonly name: string;
  /** Milliseconds; docs/format/09-groups.md, section 4. Nothing or 0: not known. */
  readonly clockCeilingMs: bigint | undefined;
  /** Versions above it are all there; nothing: no version was ever removed. */
  readonly minRetainedTs: bigint | undefined;
}

/** The snapshots of the groups of a cluster, as rows that may be walked over several times. */
export interface TransactionInputs {
  /** By index of the snapshot. */
  readonly groups: readonly TransactionGroup[];
  /** @param prefix of the keys; empty for all rows. @param bodies `passed over`: of a value only its length is asked for. */
  entries(prefix: string, bodies: 'read' | 'passed over'): VersionCursor;
  /** Whether the group that the row with this stored key belongs to is not among the inputs. Default: all are there. */
  isMissing?(storedKey: Uint8Array): boolean;
}
