/** Generations of one queue in ascending order, kept as runs: they count up by one, so there are few. */
export class GenerationRuns {
  readonly #firsts: bigint[] = [];
  readonly #lasts: bigint[] = [];

  clear(): void {
    this.#firsts.length = this.#lasts.length = 0;
  }

  /** @param generation above all that were added, or the last one again. */
  add(generation: bigint): void {
    const last = this.#lasts.length - 1;
    if (last >= 0 && generation <= this.#lasts[last]! + 1n) this.#lasts[last] = generation;
    else {
      this.#firsts.push(generation);
      this.#lasts.push(generation);
    }
  }

  has(generation: bigint): boolean {
    let low = 0;
    let high = this.#firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lasts[middle]! < generation) low = middle + 1;
      else high = middle;
    }
    return low < this.#firsts.length && this.#firsts[low]! <= generation;
  }
}
