import { kindOf } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import { timestampAt } from '../format/commit-timestamp.ts';

/** No elastickv wrote before: a smaller timestamp is most likely milliseconds that nobody shifted. */
const EARLIEST = timestampAt(BigInt(Date.UTC(2015, 0, 1)));

/** 2^64 - 1 is no time for a node: nothing comes after it. */
const LATEST = 2n ** 64n - 2n;

/**
 * The commit timestamp that all rows get: milliseconds since 1970, shifted left by 16 bits. docs/format/01-snapshot.md, section 9.
 *
 * @param time a timestamp, or a time. Default: now. Throws ArgumentError for what is none.
 */
export function commitTimestamp(time: bigint | Date = new Date()): bigint {
  if (typeof time === 'bigint') {
    if (time >= EARLIEST && time <= LATEST) return time;
    throw new ArgumentError(
      `lastCommitTs ${time} is no commit timestamp, which is milliseconds since 1970 shifted left by 16 bits, from ${EARLIEST} to ${LATEST}; give a Date, or leave it out for now`,
    );
  }
  if (!(time instanceof Date) || Number.isNaN(time.getTime()))
    throw new ArgumentError(`lastCommitTs must be a commit timestamp (bigint) or a valid Date, not ${whatIs(time)}`);
  return commitTimestamp(timestampAt(BigInt(time.getTime())));
}

function whatIs(given: unknown): string {
  if (given instanceof Date) return 'an invalid Date';
  const isTime = typeof given === 'string' || typeof given === 'number';
  return isTime ? `${kindOf(given)}; wrap it in new Date(...)` : kindOf(given);
}
