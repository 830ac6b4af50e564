import { DataError, millisecondsOf, timestampAt, UsageError, type Warn, wallTimeOf } from '@ekv/snapshot';

/** A timestamp further ahead than this is almost surely a typing error, ms. */
const FAR_AHEAD_MS = 24 * 60 * 60 * 1000;

/** The largest timestamp above which a node's clock has another millisecond; see {@link warnOfTimestamp}. */
const LAST_USABLE_TIMESTAMP = timestampAt((1n << 48n) - 1n) - 1n;

/** Time since the snapshot was taken that a tree was decoded from, ms. Throws DataError when nothing tells it. */
export function millisecondsSince(lastCommitTs: bigint): bigint {
  if (lastCommitTs === 0n) {
    throw new DataError(
      '--shift-times: the manifest has no last_commit_ts, so nothing tells when the data was taken; give it one',
    );
  }
  return BigInt(Date.now()) - wallTimeOf(lastCommitTs);
}

/**
 * Says what is odd about the timestamp that all rows get.
 *
 * @param given by the operator. @param used that one, or the manifest's.
 */
export function warnOfTimestamp(given: bigint | undefined, used: bigint, warn: Warn): void {
  if (used > LAST_USABLE_TIMESTAMP) warnOfUnusable(given, used, warn);
  else if (given !== undefined && millisecondsOf(given) > BigInt(Date.now() + FAR_AHEAD_MS)) {
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

/**
 * The clock of a node goes on at the millisecond above the snapshot's timestamp, so that new writes win over what was restored: above the
 * last millisecond there is none. docs/format/08-cli.md, section 3.3.
 */
function warnOfUnusable(given: bigint | undefined, used: bigint, warn: Warn): void {
  const where = given === undefined ? 'last_commit_ts of the manifest' : '--last-commit-ts';
  warn({
    event: 'timestamp_unusable',
    message: unusableText(where, used),
    fields: { last_commit_ts: used },
    doubt: true,
  });
}

function unusableText(where: string, timestamp: bigint): string {
  return `${where} is ${timestamp}, and no node can go on from there: its clock starts one millisecond above the snapshot's, and the 48 bits of milliseconds of a timestamp are at their end, so the restore refuses the snapshot; the largest value that can be used is ${LAST_USABLE_TIMESTAMP}, and one near the present time is what you want`;
}

/** For a manifest that is written: no later run could go below its timestamp. Throws UsageError. */
export function refuseUnusable(given: bigint | undefined): void {
  if (given !== undefined && given > LAST_USABLE_TIMESTAMP)
    throw new UsageError(unusableText('--last-commit-ts', given));
}
