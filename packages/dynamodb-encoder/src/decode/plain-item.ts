import { CanonicalMessage } from '../layout/canonical-message.ts';
import type { KeySchema } from '../layout/table-message.ts';
import type { ValueRange } from '../layout/value-range.ts';
import type { ItemRows } from './item-rows.ts';

/**
 * An item as nearly all are: its message is canonical and it has the key attributes of its table. It is read in place, row after
 * row. All that is wrong or rare is left to the attributes of the row.
 */
export class PlainItem {
  readonly #message: CanonicalMessage;
  readonly hash: ValueRange;
  /** `undefined` in a table without range key. */
  readonly range: ValueRange | undefined;

  constructor({ hashKey, rangeKey }: KeySchema) {
    this.#message = new CanonicalMessage(rangeKey.length === 0 ? [hashKey] : [hashKey, rangeKey]);
    const [hash, range] = this.#message.wanted;
    this.hash = hash!;
    this.range = range;
  }

  /** Whether the row at hand holds such an item; then the keys are its own, until the next row. */
  read(rows: ItemRows): boolean {
    const { bytes, valueStart, valueEnd } = rows.at;
    return this.#message.read(bytes, valueStart, valueEnd) && this.#hasKeys();
  }

  /** As {@link read}, of a row that it has taken before. */
  readAgain(rows: ItemRows): boolean {
    const { bytes, valueStart, valueEnd } = rows.at;
    return this.#message.readAgain(bytes, valueStart, valueEnd) && this.#hasKeys();
  }

  #hasKeys(): boolean {
    for (const { found } of this.#message.wanted) if (found !== 'key') return false;
    return true;
  }
}
