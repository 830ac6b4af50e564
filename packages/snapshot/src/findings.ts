import type { Warn, Weight } from './warning.ts';

/** A kind of thing that may be found many times in one run and is reported once. */
export interface FindingKind extends Weight {
  /** Stable name for programs (docs/errors.md). */
  readonly event: string;
  /** What is wrong, in the plural: `messages have an MD5 that is not that of their body`. */
  readonly says: string;
  /** What follows from it, or what to do. */
  readonly advice: string;
}

/** Counts what is found, kind by kind, and gives one warning for each kind: with the count and the first example. */
export class Findings {
  readonly #found = new Map<FindingKind, { count: number; readonly example: string }>();

  /** @param example where it stands and how it shows, in one line for people. Made only for the first of a kind. */
  add(kind: FindingKind, example: () => string): void {
    const found = this.#found.get(kind);
    if (found === undefined) this.#found.set(kind, { count: 1, example: example() });
    else found.count++;
  }

  /** In the order in which the kinds were found first. */
  report(warn: Warn): void {
    for (const [{ event, says, advice, loss, doubt }, { count, example }] of this.#found) {
      warn({
        event,
        message: `${says}, for example ${example}; ${advice}`,
        fields: { count, example },
        ...(loss === undefined ? {} : { loss }),
        ...(doubt === undefined ? {} : { doubt }),
      });
    }
  }
}
