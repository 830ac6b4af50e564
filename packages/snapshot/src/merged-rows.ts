import type { SortedRows } from './sorted-run.ts';

/**
 * Several sorted runs as one, by a binary heap of runs. Equal keys come in the order of the runs. While rows come from one run,
 * as they do where the input was in order, each costs one comparison.
 */
export class MergedRows implements SortedRows {
  readonly #runs: readonly SortedRows[];
  readonly #heap: number[] = [];
  /** The earlier of the two runs below the top: its place in the heap, 0 when it is not known. */
  #second = 0;
  #current: SortedRows | undefined;

  constructor(runs: readonly SortedRows[]) {
    this.#runs = runs;
    runs.forEach((run, i) => {
      if (run.next()) this.#heap.push(i);
    });
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#siftDown(i);
  }

  get bytes(): Buffer {
    return this.#current!.bytes;
  }

  get keyStart(): number {
    return this.#current!.keyStart;
  }

  get keyEnd(): number {
    return this.#current!.keyEnd;
  }

  get payloadStart(): number {
    return this.#current!.payloadStart;
  }

  get payloadEnd(): number {
    return this.#current!.payloadEnd;
  }

  next(): boolean {
    if (this.#current !== undefined) {
      if (!this.#current.next()) {
        const last = this.#heap.pop()!;
        if (this.#heap.length > 0) this.#heap[0] = last;
      }
      this.#siftTop();
    }
    const top = this.#heap[0];
    if (top === undefined) return false;
    this.#current = this.#runs[top]!;
    return true;
  }

  close(): void {
    for (const run of this.#runs) run.close();
  }

  #siftTop(): void {
    const heap = this.#heap;
    if (heap.length < 2) return;
    if (this.#second === 0 || this.#second >= heap.length)
      this.#second = heap.length > 2 && this.#before(heap[2]!, heap[1]!) ? 2 : 1;
    if (!this.#before(heap[this.#second]!, heap[0]!)) return;
    const run = heap[0]!;
    heap[0] = heap[this.#second]!;
    heap[this.#second] = run;
    this.#siftDown(this.#second);
    this.#second = 0;
  }

  #siftDown(at: number): void {
    const heap = this.#heap;
    const run = heap[at];
    if (run === undefined) return;
    let hole = at;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#before(heap[child]!, run)) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = run;
  }

  #before(a: number, b: number): boolean {
    const x = this.#runs[a]!;
    const y = this.#runs[b]!;
    const order = x.bytes.compare(y.bytes, y.keyStart, y.keyEnd, x.keyStart, x.keyEnd);
    return order < 0 || (order === 0 && a < b);
  }
}
