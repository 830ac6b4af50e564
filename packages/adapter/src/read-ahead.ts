import type { TreeSource } from '@ekv/dump-tree';

/**
 * The same entries, while the files of those that follow are expected, as far ahead as the tree reads. Where nothing is read ahead it
 * gives the entries themselves. What fails on the way fails when its turn comes: so nothing is seen of the look ahead.
 *
 * @param entries of which making one must change nothing but what making others needs. @param expect is to expect the files of an
 * entry, in the order in which they are read, and to give their number.
 */
export function readAhead<T>(
  tree: Pick<TreeSource, 'mostExpected'>,
  entries: Iterable<T>,
  expect: (entry: T) => number,
): Iterable<T> {
  const { mostExpected = 0 } = tree;
  return mostExpected === 0 ? entries : ahead(entries, expect, mostExpected);
}

function* ahead<T>(entries: Iterable<T>, expect: (entry: T) => number, most: number): Generator<T> {
  const source = new Source(entries);
  // A ring: the entries that are waiting, and how many files of each are expected.
  const waiting = new Array<T | undefined>(most);
  const files = new Uint32Array(most);
  let first = 0;
  let count = 0;
  let expected = 0;
  try {
    for (;;) {
      while (count < most && expected < most && source.next()) {
        const at = (first + count++) % most;
        waiting[at] = source.value!;
        expected += files[at] = expect(source.value!);
      }
      if (count === 0) return source.end();
      expected -= files[first]!;
      count--;
      const entry = waiting[first]!;
      first = (first + 1) % most;
      yield entry;
    }
  } finally {
    source.close();
  }
}

/** Entries, and an error that is thrown after the last of them. */
class Source<T> {
  value: T | undefined;
  readonly #entries: Iterator<T>;
  #isDone = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(entries: Iterable<T>) {
    this.#entries = entries[Symbol.iterator]();
  }

  next(): boolean {
    if (this.#isDone) return false;
    try {
      const { done, value } = this.#entries.next();
      this.#isDone = done === true;
      this.value = value;
    } catch (error) {
      this.#isDone = true;
      this.#failure = { error };
    }
    return !this.#isDone;
  }

  end(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Ends the walk that gives the entries, if it has not ended. */
  close(): void {
    if (!this.#isDone) this.#entries.return?.();
    this.#isDone = true;
  }
}
