import type { SizeBucket, SizeDistribution } from '../report.ts';
import { ADAPTER_ORDER, AdapterCells } from './adapter-cells.ts';

const BITS = 32;

/** Rows by size, in powers of two. */
export class Sizes {
  readonly #cells = new AdapterCells();
  #largest = -1;
  #smallest = BITS + 1;

  /** @param bytes of key and body, below 2^32. */
  add(adapter: number, bytes: number): void {
    const bucket = BITS - Math.clz32(bytes);
    if (bucket > this.#largest) this.#largest = bucket;
    if (bucket < this.#smallest) this.#smallest = bucket;
    this.#cells.add(bucket, adapter, bytes);
  }

  distribution(): SizeDistribution {
    const buckets: SizeBucket[] = [];
    for (let i = this.#smallest; i <= this.#largest; i++) buckets.push(this.#bucket(i));
    return { buckets };
  }

  #bucket(i: number): SizeBucket {
    const byAdapter = ADAPTER_ORDER.map((name, adapter) => {
      const rows = this.#cells.count(i, adapter);
      return [name, { rows, bytes: this.#cells.bytes(i, adapter) }] as const;
    }).filter(([, { rows }]) => rows > 0);
    return {
      from: i === 0 ? 0 : 2 ** (i - 1),
      below: 2 ** i,
      rows: byAdapter.reduce((sum, [, { rows }]) => sum + rows, 0),
      bytes: byAdapter.reduce((sum, [, { bytes }]) => sum + bytes, 0),
      byAdapter: Object.fromEntries(byAdapter),
    };
  }
}
