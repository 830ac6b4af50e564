import type { TimeBucket, TimeDistribution } from '../report.ts';
import { ADAPTER_ORDER, AdapterCells } from './adapter-cells.ts';

const HOUR_MS = 3_600_000;
/** Lengths of stretches, in hours; each is a whole number of times the one before it. */
const WIDTHS_IN_HOURS = [1, 3, 6, 12, 24, 7 * 24, 28 * 24, 364 * 24];
/** Above the last: so many times as long, again and again. */
const NEXT = 10;
const MOST_BUCKETS = 1000;
/** Of a Date. */
const LATEST_MS = 8_640_000_000_000_000;

/** Counts by time, by the hour, or by longer stretches when there would be too many. */
export class Times {
  #width = 0;
  #widthMs = HOUR_MS;
  #cells = new AdapterCells();
  /** Row of a stretch by its number since 1970. */
  #rows = new Map<number, number>();
  #lastMs = -1;
  #lastStretch = -1;
  #lastRow = 0;
  #without = 0;
  #bytesWithout = 0;

  /** @param adapter index in {@link ADAPTER_ORDER}. @param ms since 1970, 0 or more. */
  add(adapter: number, ms: number, bytes: number): void {
    if (!(ms <= LATEST_MS)) return this.addWithout(bytes);
    if (ms !== this.#lastMs) {
      this.#lastMs = ms;
      const stretch = Math.floor(ms / this.#widthMs);
      if (stretch !== this.#lastStretch) {
        this.#lastRow = this.#rowOf(stretch);
        this.#lastStretch = Math.floor(ms / this.#widthMs);
      }
    }
    this.#cells.add(this.#lastRow, adapter, bytes);
  }

  /** Counts what has no time. */
  addWithout(bytes: number): void {
    this.#without++;
    this.#bytesWithout += bytes;
  }

  distribution(): TimeDistribution {
    const stretches = [...this.#rows].sort(([a], [b]) => a - b);
    return {
      widthMs: this.#widthMs,
      buckets: stretches.map(([stretch, row]) => this.#bucket(stretch, row)),
      without: { count: this.#without, bytes: this.#bytesWithout },
    };
  }

  #rowOf(stretch: number): number {
    const found = this.#rows.get(stretch);
    if (found !== undefined) return found;
    if (this.#rows.size < MOST_BUCKETS) {
      const row = this.#rows.size;
      this.#rows.set(stretch, row);
      return row;
    }
    return this.#rowOf(Math.floor(stretch / this.#widen()));
  }

  /** @returns how many times as long as before. */
  #widen(): number {
    const before = this.#widthMs;
    const hours = WIDTHS_IN_HOURS[++this.#width];
    this.#widthMs = hours === undefined ? before * NEXT : hours * HOUR_MS;
    const times = this.#widthMs / before;
    const [rows, cells] = [this.#rows, this.#cells];
    this.#rows = new Map();
    this.#cells = new AdapterCells();
    for (const [stretch, row] of rows) {
      const to = this.#rowOf(Math.floor(stretch / times));
      for (let adapter = 0; adapter < ADAPTER_ORDER.length; adapter++)
        this.#cells.add(to, adapter, cells.bytes(row, adapter), cells.count(row, adapter));
    }
    return times;
  }

  #bucket(stretch: number, row: number): TimeBucket {
    const byAdapter = ADAPTER_ORDER.map((name, adapter) => {
      const count = this.#cells.count(row, adapter);
      return [name, { count, bytes: this.#cells.bytes(row, adapter) }] as const;
    }).filter(([, { count }]) => count > 0);
    return {
      fromMs: stretch * this.#widthMs,
      count: byAdapter.reduce((sum, [, { count }]) => sum + count, 0),
      bytes: byAdapter.reduce((sum, [, { bytes }]) => sum + bytes, 0),
      byAdapter: Object.fromEntries(byAdapter),
    };
  }
}
