import { fewOf, type Warn } from '@ekv/snapshot';
import { snapshotTime } from '../node-folder/snapshot-time.ts';
import type { GroupSource } from './known-groups.ts';

/** Snapshots that were taken within this time fit together well enough, ms. */
const TOGETHER_MS = 2000;
/** Times that a warning names. */
const SHOWN = 8;

/** Warns of snapshots of several groups that are of different moments, or of unknown ones. docs/format/09-groups.md, section 4. */
export function warnOfTakenApart(inputs: readonly GroupSource[], warn: Warn): void {
  if (inputs.length < 2 || areOfOneEncode(inputs)) return;
  const times = inputs.map(({ source }) => takenAtMs(source.summary));
  const known = times.filter((time) => time !== undefined);
  const apart = Math.max(...known) - Math.min(...known);
  if (known.length === times.length && apart <= TOGETHER_MS) return;
  const texts = inputs.map(({ source }, i) => `${source.path} ${timeText(times[i])}`);
  const seconds = (apart / 1000).toFixed(1);
  const how = known.length === times.length ? `lie ${seconds} s apart` : 'are not all known';
  warn({
    event: 'groups_apart',
    message: `the times at which the groups were taken ${how}, so what was written to several groups may be there in part: ${fewOf(texts.slice(0, SHOWN), texts.length)}; --as-of auto reads all as of one moment, or take the snapshots closer together`,
    fields: { groups: inputs.length, ...(known.length === times.length ? { milliseconds: apart } : {}) },
    doubt: true,
  });
}

/** No node gives two groups one timestamp, and an encode gives it to all. */
function areOfOneEncode(inputs: readonly GroupSource[]): boolean {
  const { lastCommitTs } = inputs[0]!.source.summary;
  return inputs.every(
    ({ source: { summary } }) => summary.wrapperVersion === 0 && summary.lastCommitTs === lastCommitTs,
  );
}

function timeText(time: number | undefined): string {
  return time === undefined ? 'at an unknown time' : new Date(time).toISOString();
}

/** By the clock of its node alone; `undefined` when that is not in the file. */
export function takenAtMs(summary: Parameters<typeof snapshotTime>[0]): number | undefined {
  const { takenAt, takenAtIsApproximate } = snapshotTime(summary);
  return takenAtIsApproximate ? undefined : takenAt?.getTime();
}
