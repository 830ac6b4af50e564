import type { Warn } from '@ekv/snapshot';

/** What a run is doing. */
type RestorePhase = 'checking the snapshot' | 'copying the snapshot' | 'publishing';

/** How a run is watched and stopped; all may be left out. */
export interface RestoreRun {
  /** Gets what the operator should know. */
  readonly warn?: Warn | undefined;
  /** 16 lower-case hex digits in the names of temporary files. Default: random. */
  readonly runId?: string | undefined;
  readonly progress?: { begin(phase: RestorePhase, bytes?: number): void; count(bytes: number): void } | undefined;
  /** Is passed before the step that cannot be taken back. */
  readonly gate?: { pass(): void } | undefined;
}
