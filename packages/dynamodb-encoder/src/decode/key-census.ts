import { ITEM_SUFFIX } from '../files/paths.ts';
import { type ItemKey, itemIdentity } from '../layout/item-key.ts';
import { KeyBytes } from '../layout/key-bytes.ts';
import { storedValue } from '../layout/value-range.ts';
import type { ItemRows } from './item-rows.ts';
import type { PlainItem } from './plain-item.ts';

const NOTHING = Buffer.alloc(0);

/** Learns from the keys of a table whether two of its items could have one name or be one item. */
export class KeyCensus {
  #headNumber = 0;
  /** Whether rows stand under other keys than encode gives, or under several generations: without it no two items are one. */
  isOdd = false;
  /** Whether all items of the table, stale ones included, are such that `PlainItem` reads them. */
  isPlain = true;
  readonly #key = new KeyBytes();
  readonly #hash = { numbers: false, others: false };
  readonly #range = { numbers: false, others: false };
  #hasEmptyHash = false;
  #hasHashLikeFile = false;

  /** @param rows of which the row at hand is the item's. */
  add({ hash, range }: ItemKey, rows: ItemRows): void {
    const { bytes, keyEnd } = rows.at;
    const identity = itemIdentity({ hash, range });
    this.#addHead(rows, identity.compare(bytes, rows.partsStart, keyEnd) === 0);
    this.#addKinds(hash.kind, range?.kind);
    if (range !== undefined && 'bytes' in hash) this.#addHash(hash.kind, hash.bytes, 0, hash.bytes.length);
  }

  /** As {@link add}. */
  addPlain({ hash, range }: PlainItem, rows: ItemRows): void {
    const key = this.#key;
    key.begin(NOTHING);
    const isBuilt = key.appendPart(hash) && (range === undefined || key.appendPart(range));
    if (!isBuilt) return this.add({ hash: storedValue(hash), range: range && storedValue(range) }, rows);
    this.#addHead(rows, key.equals(rows.at.bytes, rows.partsStart, rows.at.keyEnd));
    this.#addKinds(hash.kind, range?.kind);
    if (range !== undefined) this.#addHash(hash.kind, hash.bytes, hash.start, hash.end);
  }

  #addHead({ headNumber }: ItemRows, isOwnKey: boolean): void {
    if (this.#headNumber === 0) this.#headNumber = headNumber;
    if (headNumber !== this.#headNumber || !isOwnKey) this.isOdd = true;
  }

  #addKinds(hash: string, range: string | undefined): void {
    this.#hash[hash === 'N' ? 'numbers' : 'others'] = true;
    if (range !== undefined) this.#range[range === 'N' ? 'numbers' : 'others'] = true;
  }

  /** Of a table with a range key. */
  #addHash(kind: string, bytes: Buffer, start: number, end: number): void {
    if (kind === 'S' && start === end) this.#hasEmptyHash = true;
    else if (!this.#hasHashLikeFile) this.#hasHashLikeFile = holdsSuffix(bytes, start, end);
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

const SUFFIX = Buffer.from(ITEM_SUFFIX);

function holdsSuffix(bytes: Buffer, start: number, end: number): boolean {
  const last = end - SUFFIX.length;
  for (let i = start; i <= last; i++) {
    let same = 0;
    while (same < SUFFIX.length && bytes[i + same] === SUFFIX[same]) same++;
    if (same === SUFFIX.length) return true;
  }
  return false;
}
