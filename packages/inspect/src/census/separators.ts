/** What names are divided at by many, the more usual ones first. */
const CANDIDATES = [':', '/', '|', '.', '#', ',', ';', '-', '_', ' '].map((separator) => separator.charCodeAt(0));
/** Keys that are looked at in each scope, and how much of them. */
const MOST_KEYS = 1000;
const LOOKED_AT = 128;
/** Of a separator that divides names into groups. */
const LEAST_SHARE = 0.3;
const LEAST_KEYS_OF_GROUP = 2;

/** Finds the byte at which the names of a scope are divided, from some of them. */
export class SeparatorSample {
  /** By candidate: keys that have it, and what stands before the first one. */
  readonly #found = CANDIDATES.map(() => ({ keys: 0, groups: new Set<string>() }));
  #keys = 0;

  /** Whether it wants to see more. */
  get isFull(): boolean {
    return this.#keys >= MOST_KEYS;
  }

  /** Looks at the name `bytes[start, end)`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    this.#keys++;
    const limit = Math.min(end, start + LOOKED_AT);
    for (const [i, separator] of CANDIDATES.entries()) {
      const at = bytes.subarray(start, limit).indexOf(separator);
      // What begins with it, or only ends with it, is not divided by it.
      if (at <= 0) continue;
      const found = this.#found[i]!;
      found.keys++;
      found.groups.add(Buffer.from(bytes.subarray(start, start + at)).toString('latin1'));
    }
  }

  /** The separator, one byte as a byte string; empty when names are not divided by any. */
  separator(): string {
    let best = '';
    let bestScore = 0;
    for (const [i, { keys, groups }] of this.#found.entries()) {
      if (keys === 0 || keys < this.#keys * LEAST_SHARE || keys < groups.size * LEAST_KEYS_OF_GROUP) continue;
      // A separator that all have is better than one that makes fewer groups.
      const score = (keys / this.#keys) * (1 - groups.size / keys);
      if (score <= bestScore * MARGIN) continue;
      best = String.fromCharCode(CANDIDATES[i]!);
      bestScore = score;
    }
    return best;
  }
}

/** A less usual separator must be better by so much. */
const MARGIN = 1.1;
