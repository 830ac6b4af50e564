import { type ContainerHeader, millisecondsOf } from '@ekv/snapshot';

/** When a snapshot was taken. */
export interface SnapshotTime {
  /** `undefined` when nothing tells: of a node that had committed nothing yet. */
  readonly takenAt: Date | undefined;
  /**
   * True when only the header's timestamp tells: some seconds late as a rule, and for a group that was quiet as early as its last
   * write.
   */
  readonly takenAtIsApproximate: boolean;
  /** Whole seconds from then until now; 0 for a time that is still to come. */
  readonly ageSeconds: number | undefined;
}

/** How far a node's clock ceiling is ahead of its clock, ms. */
const CEILING_AHEAD_MS = 10_000n;
const LATEST_DATE_MS = 8_640_000_000_000_000n;

/** docs/format/01-snapshot.md, section 2.5. */
export function snapshotTime({ clockCeilingMs, lastCommitTs }: ContainerHeader, nowMs = Date.now()): SnapshotTime {
  const isExact = clockCeilingMs !== undefined && clockCeilingMs > CEILING_AHEAD_MS && clockCeilingMs <= LATEST_DATE_MS;
  if (!isExact && lastCommitTs === 0n) return { takenAt: undefined, takenAtIsApproximate: true, ageSeconds: undefined };
  const takenAtMs = Number(isExact ? clockCeilingMs - CEILING_AHEAD_MS : millisecondsOf(lastCommitTs));
  return {
    takenAt: new Date(takenAtMs),
    takenAtIsApproximate: !isExact,
    ageSeconds: Math.max(0, Math.floor((nowMs - takenAtMs) / 1000)),
  };
}
