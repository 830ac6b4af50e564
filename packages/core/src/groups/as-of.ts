import { isWallTime } from '@ekv/manifest';
import { AHEAD_MS, DataError, type SnapshotSummary, timestampAt, UsageError, wallTimeOf } from '@ekv/snapshot';

/** A moment in the history of snapshots: a commit timestamp, inclusive; `auto` for one that all of them have seen in full. */
export type AsOf = 'none' | 'auto' | bigint;

/** What a moment is looked for in. */
export interface InHistory {
  /** For people. */
  readonly name: string;
  readonly summary: Pick<SnapshotSummary, 'clockCeilingMs' | 'minRetainedTs'>;
}

/** A ceiling is ahead of the clock by 10 s, and a timestamp may be given out 10 s before its writes are in all groups. */
const SETTLED_MS = 20_000n;
const COUNTER_MAX = 0xffffn;
const U64_MAX = 2n ** 64n - 1n;
/** The last millisecond of the year 9999; later times cannot be given. */
const LATEST_MS = 253_402_300_799_999n;

/** The value of `--as-of`, or of another flag like it. docs/format/08-cli.md, section 2.6. Throws UsageError. */
export function parseAsOf(text: string, flag = '--as-of'): AsOf {
  if (text === 'none' || text === 'auto') return text;
  if (/^[0-9]+$/.test(text) && BigInt(text) <= U64_MAX) return BigInt(text);
  if (isWallTime(text) && Date.parse(text) >= 0) return momentAt(BigInt(Date.parse(text)));
  throw new UsageError(
    `${flag} ${JSON.stringify(text)} must be none, auto, a commit timestamp in decimal digits, or a time with its zone such as 2026-01-02T03:04:05Z`,
  );
}

/** The commit timestamp up to which all was written by a time of the wall clock, one second less rather than more. */
function momentAt(milliseconds: bigint): bigint {
  return lastOf(milliseconds + AHEAD_MS);
}

function lastOf(milliseconds: bigint): bigint {
  return timestampAt(milliseconds) | COUNTER_MAX;
}

/**
 * The moment in the history of some snapshots; `undefined` for the newest state of each. docs/format/09-groups.md, section 4.
 *
 * @param called the option that says it, for errors.
 * @throws DataError, with the moments that can be asked for, when one of them does not hold it.
 */
export function momentIn(asOf: AsOf, inputs: readonly InHistory[], called = 'asOf'): bigint | undefined {
  if (asOf === 'none') return undefined;
  const option = `the option ${called}`;
  const moment = asOf === 'auto' ? latestOfAll(inputs, option) : asOf;
  for (const input of inputs) {
    const { clockCeilingMs, minRetainedTs = 0n } = input.summary;
    if (minRetainedTs > moment) throw tooEarly(`${option} ${asText(moment)}`, input.name, minRetainedTs, inputs.length);
    if (clockCeilingMs && moment > lastOf(clockCeilingMs))
      throw tooLate(`${option} ${asText(moment)}`, input.name, clockCeilingMs);
  }
  return moment;
}

/** The latest moment that all of them have surely seen in full. */
function latestOfAll(inputs: readonly InHistory[], option: string): bigint {
  let lowest: bigint | undefined;
  for (const { name, summary } of inputs) {
    const ceiling = summary.clockCeilingMs ?? 0n;
    if (ceiling < SETTLED_MS)
      throw new DataError(
        `${option} auto: nothing in ${name} says when it was taken, as in a file of a node, so no moment follows from it; give ${option} a commit timestamp, or a time`,
      );
    if (lowest === undefined || ceiling < lowest) lowest = ceiling;
  }
  return lastOf(lowest! - SETTLED_MS);
}

function tooEarly(asked: string, name: string, retained: bigint, snapshots: number): DataError {
  const other =
    snapshots === 1
      ? 'or decode an older snapshot'
      : 'or take the snapshots of all groups closer together (a start of the node with ELASTICKV_RAFT_SNAPSHOT_COUNT=5 gives each group a new one every few seconds)';
  return new DataError(
    `${asked} is before what ${name} still has: its node dropped versions older than ${asText(retained)}; ask for that moment or a later one, ${other}`,
  );
}

function tooLate(asked: string, name: string, ceiling: bigint): DataError {
  return new DataError(
    `${asked} is after ${name} was taken: the latest moment that it can know is ${asText(lastOf(ceiling))}; ask for that moment or an earlier one, or take a newer snapshot`,
  );
}

/** A moment for people: its timestamp, and the time of the wall clock that it is about. Both can be given to `--as-of`. */
function asText(moment: bigint): string {
  const milliseconds = wallTimeOf(moment);
  if (milliseconds < 0n || milliseconds > LATEST_MS) return String(moment);
  return `${moment} (${new Date(Number(milliseconds)).toISOString()})`;
}
