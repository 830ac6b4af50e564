import { DataError } from '@ekv/snapshot';

/** More than this many problems are not collected. */
export const MOST_PROBLEMS = 64;

/** Several problems of one tree, found in one run. */
export class TreeProblemsError extends DataError {
  static override readonly brand: string = 'TreeProblemsError';

  /** One line each. */
  readonly problems: readonly string[];
  /** False when the search ended at {@link MOST_PROBLEMS}. */
  readonly complete: boolean;
  readonly hint: string;

  /** @param hint goes after the count: what to do about all of them. */
  constructor(problems: readonly string[], complete: boolean, hint = '') {
    const count = complete ? `${problems.length} problems` : `at least ${problems.length} problems`;
    super(`${count}${hint}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
    this.complete = complete;
    this.hint = hint;
  }
}

/**
 * Collects what is wrong with a tree, so that an operator learns all of it at once. After {@link MOST_PROBLEMS} it gives
 * up and throws.
 */
export class Problems {
  readonly #found: DataError[] = [];

  get count(): number {
    return this.#found.length;
  }

  /** Takes a DataError, throws every other error on. */
  add(error: unknown): void {
    if (!(error instanceof DataError) || error instanceof TreeProblemsError) throw error;
    this.#found.push(error);
    if (this.#found.length === MOST_PROBLEMS) throw new TreeProblemsError(this.#lines(), false);
  }

  /** Gives what `work` gives; `undefined` when it failed with a DataError, which is kept. */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** Passes values on until their source fails with a DataError, which is kept. */
  *guard<T>(values: Iterable<T>): Generator<T> {
    try {
      yield* values;
    } catch (error) {
      this.add(error);
    }
  }

  /** Throws the one problem itself, or all of them together as a {@link TreeProblemsError}. */
  throwIfAny(): void {
    if (this.#found.length === 1) throw this.#found[0];
    if (this.#found.length > 1) throw new TreeProblemsError(this.#lines(), true);
  }

  #lines(): string[] {
    return this.#found.map((error) => error.message);
  }
}
