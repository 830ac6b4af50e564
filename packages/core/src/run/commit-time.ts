import { DataError, millisecondsOf, type Warn } from '@ekv/snapshot';

/** Commit timestamps run ahead of the wall clock by that much, ms. docs/format/01-snapshot.md, section 9. */
const AHEAD_MS = 9000n;
/** A timestamp further ahead than this is almost surely a typing error, ms. */
const FAR_AHEAD_MS = 24 * 60 * 60 * 1000;

/** Time since the snapshot was taken that a tree was decoded from, ms. Throws DataError when nothing tells it. */
export function millisecondsSince(lastCommitTs: bigint): bigint {
  if (lastCommitTs === 0n) {
    throw new DataError(
      '--shift-times: the manifest has no last_commit_ts, so nothing tells when the data was taken; give it one',
    );
  }
  return BigInt(Date.now()) - (millisecondsOf(lastCommitTs) - AHEAD_MS);
}

/**
 * Says what is odd about the timestamp that all rows get.
 *
 * @param given by the operator. @param used that one, or the manifest's.
 */
export function warnOfTimestamp(given: bigint | undefined, used: bigint, warn: Warn): void {
  if (given !== undefined && millisecondsOf(given) > BigInt(Date.now() + FAR_AHEAD_MS)) {
    warn({
      event: 'timestamp_far_ahead',
      message: '--last-commit-ts is more than a day ahead of the clock: a restored cluster would run that far ahead',
      fields: { last_commit_ts: given },
    });
  }
  if (used !== 0n) return;
  warn({
    event: 'timestamp_zero',
    message:
      'the manifest has no last_commit_ts, so all rows get the timestamp 0; for a tree that was made by hand give one with --last-commit-ts',
    fields: {},
  });
}
