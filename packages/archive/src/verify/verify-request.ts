import type { ChecksumsFinding } from '@ekv/dump-tree';
import type { ArchiveKind } from '../compression/archive-kind.ts';
import type { ArchiveLimits } from '../members/archive-limits.ts';
import type { Difference } from './tree-differences.ts';

/** A dump that is to be verified. docs/format/07-restore.md, section 7.1. */
export interface VerifyRequest extends ArchiveLimits {
  /** A folder, an archive, or `-` for an archive on standard input. */
  readonly input: string;
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}

/**
 * - `verified`: manifest and list are in order, and the files are those that are listed.
 * - `differs`: all of it can be read, and files are not those that are listed: somebody has edited it, or a copy of it is not whole.
 * - `damaged`: a part of it cannot be read for what it is.
 */
export type VerifyOutcome = 'verified' | 'differs' | 'damaged';

export interface VerifyResult {
  readonly outcome: VerifyOutcome;
  readonly input: string;
  readonly kind: 'folder' | ArchiveKind;
  /** One line each. */
  readonly problems: readonly string[];
  /** Files that were read, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** How the files differ from CHECKSUMS; `undefined` when they could not be compared. */
  readonly differences: Differences | undefined;
  /** Of the manifest; `undefined` when it is not in order. */
  readonly clusterId: string | undefined;
  readonly lastCommitTs: bigint | undefined;
  readonly wallTime: string | undefined;
  readonly warnings: number;
}

export type Differences = Readonly<Record<Difference, ChecksumsFinding>>;
