import { UsageError } from '@ekv/snapshot';

/** What an archive may hold at most: a few KiB can be made to unpack to more than any disk has. docs/format/07-restore.md, section 7.3. */
export interface ArchiveLimits {
  /** Files and folders. Default: {@link MOST_MEMBERS}. */
  readonly maxMembers?: number | undefined;
  /** Of all files together. Default: {@link MOST_BYTES}. */
  readonly maxBytes?: number | undefined;
}

/** Files and folders that are unpacked when nothing is said. */
export const MOST_MEMBERS = 100_000_000;

/** Bytes that are unpacked when nothing is said: 1 TiB. */
export const MOST_BYTES = 2 ** 40;

/** Elastickv's own tool unpacks so many files and folders, and no more. */
export const MOST_MEMBERS_ELSEWHERE = 1_000_000;

/** Throws UsageError for what is no limit. */
export function limitsOf({
  maxMembers = MOST_MEMBERS,
  maxBytes = MOST_BYTES,
}: ArchiveLimits): Required<Readonly<Record<keyof ArchiveLimits, number>>> {
  checkLimit(maxMembers, 'maxMembers');
  checkLimit(maxBytes, 'maxBytes');
  return { maxMembers, maxBytes };
}

function checkLimit(value: number, name: string): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new UsageError(`the option ${name} must be a whole number from 1 on, not ${value}`);
}
