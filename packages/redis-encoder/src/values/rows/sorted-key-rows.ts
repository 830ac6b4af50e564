import type { SortedRows } from '@ekv/snapshot';
import type { KeyedRows } from './keyed-rows.ts';

/** Where the rows of a sort hold the Redis key and the value. */
export interface KeyForm {
  /** `sort key`: the key ends it. `payload`: the key ends that, after the value. */
  readonly keyIn: 'sort key' | 'payload';
  /** Bytes before the Redis key. */
  readonly keyAt: number;
  /** Bytes of the payload before the value. */
  readonly valueAt: number;
}

/** Sort key `u32 length, key`, whose order is `byLength`; payload: the value. */
export const LENGTH_THEN_KEY: KeyForm = { keyIn: 'sort key', keyAt: 4, valueAt: 0 };

/** Sort key of `prefixLastSortKey`, from which the key cannot be read; payload: a value of 8 bytes, and the key. */
export const VALUE_THEN_KEY: KeyForm = { keyIn: 'payload', keyAt: 8, valueAt: 0 };

/** Rows out of a sort by Redis key. */
export class SortedKeyRows implements KeyedRows {
  readonly #rows: SortedRows | undefined;
  readonly #isKeyInPayload: boolean;
  readonly #keyAt: number;
  readonly #valueAt: number;
  present = false;
  bytes: Buffer = Buffer.alloc(0);
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;

  /** @param rows `undefined` stands for no rows at all. */
  constructor(rows: SortedRows | undefined, form: KeyForm) {
    this.#rows = rows;
    this.#isKeyInPayload = form.keyIn === 'payload';
    this.#keyAt = form.keyAt;
    this.#valueAt = form.valueAt;
    this.advance();
  }

  get restStart(): number {
    return this.keyEnd;
  }

  get restEnd(): number {
    return this.keyEnd;
  }

  advance(): void {
    const rows = this.#rows;
    this.present = rows?.next() ?? false;
    if (!this.present) return this.close();
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows!;
    this.bytes = bytes;
    this.keyStart = (this.#isKeyInPayload ? payloadStart : keyStart) + this.#keyAt;
    this.keyEnd = this.#isKeyInPayload ? payloadEnd : keyEnd;
    this.valueStart = payloadStart + this.#valueAt;
    this.valueEnd = this.#isKeyInPayload ? this.keyStart : payloadEnd;
  }

  /** Gives memory and files back; the last {@link advance} does so itself. */
  close(): void {
    this.#rows?.close();
  }
}
