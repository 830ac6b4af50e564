/** What names are divided at by many, the more usual ones first. */
const CANDIDATES = [':', '/', '|', '.', '#', ',', ';', '-', '_', ' '];
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
  /** As far as they are looked at. Rows of one unit, or of its expiry, have one name. */
  readonly #names = new Set<string>();

  /** Whether it wants to see more. */
  get isFull(): boolean {
    return this.#names.size >= MOST_KEYS;
  }

  /** Looks at the name `bytes[start, end)`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const limit = Math.min(end, start + LOOKED_AT);
    const name = Buffer.from(bytes.subarray(start, limit)).toString('latin1');
    if (this.#names.has(name)) return;
    this.#names.add(name);
    for (const [i, separator] of CANDIDATES.entries()) {
      const at = name.indexOf(separator);
      // What begins with it, or only ends with it, is not divided by it.
      if (at <= 0) continue;
      const found = this.#found[i]!;
      found.keys++;
      found.groups.add(name.slice(0, at));
    }
  }

  /** The separator, one byte as a byte string; empty when names are not divided by any. */
  separator(): string {
    let best = '';
    let bestScore = 0;
    const all = this.#names.size;
    for (const [i, { keys, groups }] of this.#found.entries()) {
      if (keys === 0 || keys < all * LEAST_SHARE || keys < groups.size * LEAST_KEYS_OF_GROUP) continue;
      // A separator that all have is better than one that makes fewer groups.
      const score = (keys / all) * (1 - groups.size / keys);
      if (score <= bestScore * MARGIN) continue;
      best = CANDIDATES[i]!;
      bestScore = score;
    }
    return best;
  }
}

/** A less usual separator must be better by so much. */
const MARGIN = 1.1;
