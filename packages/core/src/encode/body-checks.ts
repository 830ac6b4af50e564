import type { BodyCheck } from '@ekv/adapter';
import type { TakeSlicePiece, Warn } from '@ekv/snapshot';

/** The checks of bodies that adapters make while the snapshot is written. */
export class BodyChecks {
  readonly #checks: BodyCheck[] = [];

  /** Gives the first byte of the notes by which slices of this check are known. */
  readonly add = (check: BodyCheck): number => this.#checks.push(check) - 1;

  readonly take: TakeSlicePiece = (slice, piece) => {
    this.#checks[slice.note![0]!]!.take(slice, piece);
  };

  /** Tells what was found, after the last byte of the snapshot. */
  report(warn: Warn): void {
    for (const check of this.#checks) check.report(warn);
  }

  /** To be called in any case. */
  close(): void {
    for (const check of this.#checks) check.close();
  }
}
