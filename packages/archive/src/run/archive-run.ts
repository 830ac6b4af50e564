import type { Warn } from '@ekv/snapshot';
import { newRunId } from '@ekv/snapshot/publish';

/** What a run is doing. */
export type ArchivePhase = 'packing' | 'unpacking' | 'verifying' | 'listing' | 'publishing';

/** How a run is watched and stopped; all may be left out. */
export interface ArchiveRun {
  /** Gets what the operator should know. */
  readonly warn?: Warn;
  /** 16 lower-case hex digits in the names of temporary files. Default: random. */
  readonly runId?: string;
  readonly progress?: ArchiveProgress;
  /** Is passed before the step that cannot be taken back. */
  readonly gate?: { pass(): void };
}

export interface ArchiveProgress {
  /** @param total bytes or members that there are, where that is known. */
  begin(phase: ArchivePhase, total?: number): void;
  /** One member more, of so many bytes. */
  count(bytes: number): void;
  /** So many more of the total are done. */
  advance(units: number): void;
}

const SILENT: ArchiveProgress = { begin: () => {}, count: () => {}, advance: () => {} };

/** A run with all that a caller left out, and its warnings counted. */
export class CountedRun {
  readonly runId: string;
  readonly progress: ArchiveProgress;
  readonly gate: { pass(): void };
  readonly #warn: Warn;
  #warnings = 0;

  constructor({ warn = () => {}, runId = newRunId(), progress = SILENT, gate = { pass: () => {} } }: ArchiveRun) {
    this.runId = runId;
    this.progress = progress;
    this.gate = gate;
    this.#warn = warn;
  }

  /** Given so far. */
  get warnings(): number {
    return this.#warnings;
  }

  readonly warn: Warn = (warning) => {
    this.#warnings++;
    this.#warn(warning);
  };
}
