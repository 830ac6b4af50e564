import {
  hashFile,
  listFile,
  type Pair,
  type StreamEntry,
  setFile,
  sortedSetFile,
  streamFile,
} from './collection-files.ts';
import type { Dice } from './dice.ts';
import { type ValuePool, WORDS } from './value-pool.ts';

const FIRST_ID_MS = Date.UTC(2026, 0, 1);
const BINARY_SHARE = 16;

export type CollectionType = 'hash' | 'zset' | 'list' | 'set' | 'stream';

/** Makes the files of the collections of one tree: 2 to 20 elements each, streams 5 to 44 entries. */
export class CollectionMaker {
  readonly #pool: ValuePool;
  readonly #dice: Dice;
  readonly #elementBytes: number;

  /** @param elementBytes length of fields' values, members, items and details of stream entries. */
  constructor(pool: ValuePool, dice: Dice, elementBytes: number) {
    this.#pool = pool;
    this.#dice = dice;
    this.#elementBytes = elementBytes;
  }

  /** @param record moves the first id of a stream. */
  make(type: CollectionType, record: number, expiry: number | null): string {
    switch (type) {
      case 'hash':
        return hashFile(
          this.#times(2, 20, (k) => this.#field(k)),
          expiry,
        );
      case 'set':
        return setFile(
          this.#times(2, 20, () => this.#element()),
          expiry,
        );
      case 'list':
        return listFile(
          this.#times(2, 20, () => this.#element()),
          expiry,
        );
      case 'zset':
        return sortedSetFile(
          this.#times(2, 20, () => this.#member()),
          expiry,
        );
      case 'stream':
        return streamFile(this.#entries(FIRST_ID_MS + record), expiry);
    }
  }

  #field(k: number): Pair<Buffer> {
    const name = k % 4 === 0 ? this.#pool.text(this.#dice, 12) : Buffer.from(`field:${k}`);
    return [name, this.#element()];
  }

  #member(): Pair<number> {
    const number = Buffer.from(`member:${this.#dice.below(1e6)}:`);
    return [Buffer.concat([number, this.#pool.text(this.#dice, 8)]), this.#score()];
  }

  /** In order of their ids; a quarter has the time of the one before. */
  #entries(firstMs: number): StreamEntry[] {
    let ms = firstMs;
    let seq = 0;
    return this.#times(5, 44, () => {
      if (this.#dice.oneIn(4)) seq++;
      else {
        ms += 1 + this.#dice.below(5000);
        seq = 0;
      }
      const event = { name: 'event', value: this.#dice.pick(WORDS) };
      const detail = { name: 'detail', value: this.#pool.text(this.#dice, this.#elementBytes).toString() };
      return { ms, seq, fields: [event, detail] };
    });
  }

  #element(): Buffer {
    const binary = this.#dice.oneIn(BINARY_SHARE);
    return binary ? this.#pool.binary(this.#dice, this.#elementBytes) : this.#pool.text(this.#dice, this.#elementBytes);
  }

  /** Quarters between -500000 and 500000, and now and then infinity. */
  #score(): number {
    return this.#dice.oneIn(128) ? Number.POSITIVE_INFINITY : (this.#dice.below(4_000_001) - 2_000_000) / 4;
  }

  #times<T>(least: number, most: number, make: (k: number) => T): T[] {
    return Array.from({ length: least + this.#dice.below(most - least + 1) }, (_, k) => make(k));
  }
}
