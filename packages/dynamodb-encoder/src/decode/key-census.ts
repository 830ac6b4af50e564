import { type ItemKey, itemIdentity } from '../layout/item-key.ts';
import type { ItemRows } from './item-rows.ts';

/** Learns from the keys of a table whether two of its items could have one name or be one item. */
export class KeyCensus {
  #headNumber = 0;
  /** Whether rows stand under other keys than encode gives, or under several generations: without it no two items are one. */
  isOdd = false;
  readonly #hash = { numbers: false, others: false };
  readonly #range = { numbers: false, others: false };
  #hasEmptyHash = false;
  #hasHashLikeFile = false;

  add(key: ItemKey, rows: ItemRows): void {
    const { hash, range } = key;
    if (this.#headNumber === 0) this.#headNumber = rows.headNumber;
    if (rows.headNumber !== this.#headNumber || !itemIdentity(key).equals(rows.keyParts)) this.isOdd = true;
    this.#hash[hash.kind === 'N' ? 'numbers' : 'others'] = true;
    if (range === undefined) return;
    this.#range[range.kind === 'N' ? 'numbers' : 'others'] = true;
    if (hash.kind === 'S' && hash.bytes.length === 0) this.#hasEmptyHash = true;
    else if ('bytes' in hash && hash.bytes.includes('.json')) this.#hasHashLikeFile = true;
  }

  /**
   * Names of one kind differ when keys do; a number can have the name of a text. The file of an item with an empty hash key
   * can stand where another item's folder should.
   */
  mayCollide(): boolean {
    const [hash, range] = [this.#hash, this.#range];
    if (this.isOdd || (this.#hasEmptyHash && this.#hasHashLikeFile)) return true;
    return (hash.numbers && hash.others) || (range.numbers && range.others);
  }
}
