import type { ReportAdapter } from '../report.ts';

/** The adapters by number: in the arrays of a census an adapter is its index here. */
export const ADAPTER_ORDER: readonly ReportAdapter[] = ['redis', 'dynamodb', 's3', 'sqs'];
const COLUMNS = 2 * ADAPTER_ORDER.length;

/** A count and a sum of bytes for each adapter, by a row number; in one array that grows. */
export class AdapterCells {
  #cells = new Float64Array(COLUMNS * 64);

  /** @param adapter index in {@link ADAPTER_ORDER}. */
  add(row: number, adapter: number, bytes: number, count = 1): void {
    const at = this.#cellOf(row) + 2 * adapter;
    this.#cells[at]! += count;
    this.#cells[at + 1]! += bytes;
  }

  count(row: number, adapter: number): number {
    return this.#cells[this.#cellOf(row) + 2 * adapter]!;
  }

  bytes(row: number, adapter: number): number {
    return this.#cells[this.#cellOf(row) + 2 * adapter + 1]!;
  }

  #cellOf(row: number): number {
    const at = row * COLUMNS;
    if (at >= this.#cells.length) {
      const wider = new Float64Array(Math.max(at + COLUMNS, this.#cells.length * 2));
      wider.set(this.#cells);
      this.#cells = wider;
    }
    return at;
  }
}
