/** The items with the largest weights of all that were offered; of equal ones those that came first. */
export class Largest<T> {
  readonly #most: number;
  /** A heap with the smallest on top; of equal ones the latest. */
  readonly #heap: Array<{ readonly weight: number; readonly order: number; readonly item: T }> = [];
  #offers = 0;

  /** @param most 0 or more. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether an item of this weight is among them for now; asked before one is made. */
  accepts(weight: number): boolean {
    return this.#heap.length < this.#most || (this.#most > 0 && weight > this.#heap[0]!.weight);
  }

  /** Offers an item. */
  add(weight: number, item: T): void {
    if (!this.accepts(weight)) return;
    const entry = { weight, order: this.#offers++, item };
    if (this.#heap.length < this.#most) this.#rise(this.#heap.push(entry) - 1);
    else {
      this.#heap[0] = entry;
      this.#sink(0);
    }
  }

  /** The largest first. */
  items(): T[] {
    return [...this.#heap].sort((a, b) => b.weight - a.weight || a.order - b.order).map(({ item }) => item);
  }

  #isBelow(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a]!, this.#heap[b]!];
    return x.weight < y.weight || (x.weight === y.weight && x.order > y.order);
  }

  #rise(at: number): void {
    for (let i = at; i > 0; ) {
      const parent = (i - 1) >>> 1;
      if (!this.#isBelow(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #sink(at: number): void {
    for (let i = at; ; ) {
      let lowest = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < this.#heap.length && this.#isBelow(child, lowest)) lowest = child;
      }
      if (lowest === i) return;
      this.#swap(i, lowest);
      i = lowest;
    }
  }

  #swap(a: number, b: number): void {
    const entry = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = entry;
  }
}
