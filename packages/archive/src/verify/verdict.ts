import type { ChecksumsReport } from '@ekv/dump-tree';
import type { Manifest } from '@ekv/manifest';
import { DataError } from '@ekv/snapshot';
import { differenceLines, differencesOf } from './tree-differences.ts';
import type { VerifyOutcome, VerifyResult } from './verify-request.ts';

/** Collects what is wrong with a dump. */
export class Verdict {
  readonly #damages: string[] = [];
  readonly #others: string[] = [];
  #report: ChecksumsReport | undefined;
  #manifest: Manifest | undefined;

  /** Keeps a DataError as damage, throws every other error on. */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.#damages.push(...error.message.split(/\n */));
      return undefined;
    }
  }

  get isDamaged(): boolean {
    return this.#damages.length > 0;
  }

  addDamage(line: string): void {
    this.#damages.push(line);
  }

  /** What is no damage, and not in the list of files either. */
  addDifference(line: string): void {
    this.#others.push(line);
  }

  set manifest(manifest: Manifest | undefined) {
    this.#manifest = manifest;
  }

  /** Throws EnvironmentError for what the machine does not let be read. */
  set report(report: ChecksumsReport | undefined) {
    if (report?.refusal !== undefined) throw report.refusal;
    this.#report = report;
  }

  result(): Pick<VerifyResult, 'outcome' | 'problems' | 'differences' | 'clusterId' | 'lastCommitTs' | 'wallTime'> {
    return {
      outcome: this.#outcome(),
      problems: [
        ...this.#damages,
        ...(this.#report === undefined ? [] : differenceLines(this.#report)),
        ...this.#others,
      ],
      differences: this.#report && differencesOf(this.#report),
      clusterId: this.#manifest?.cluster_id,
      lastCommitTs: this.#manifest?.last_commit_ts,
      wallTime: this.#manifest?.wall_time_iso,
    };
  }

  #outcome(): VerifyOutcome {
    if (this.isDamaged || (this.#report?.malformed.count ?? 0) > 0) return 'damaged';
    return this.#report?.ok === true && this.#others.length === 0 ? 'verified' : 'differs';
  }
}
