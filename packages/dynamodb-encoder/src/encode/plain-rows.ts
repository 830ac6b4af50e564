import type { SnapshotRow } from '@ekv/snapshot';
import type { JsonMessage } from '../files/json-message.ts';
import { CanonicalMessage, type WantedValue } from '../layout/canonical-message.ts';
import { KeyBytes } from '../layout/key-bytes.ts';
import type { KeySchema } from '../layout/table-message.ts';
import { LONGEST_KEY, LONGEST_VALUE } from '../records/item-records.ts';
import type { Table } from '../records/table.ts';

/** The values that the rows of an index are made of. */
interface PlainIndex {
  readonly head: Buffer;
  readonly hash: WantedValue;
  /** `undefined` where the index has no range key. */
  readonly range: WantedValue | undefined;
}

/**
 * The rows of an item whose file is as decode writes it, in the main: names in order, plain numbers in its keys. They are made in
 * place, of bytes alone, and are valid until the next item. Whatever is rare or wrong is left to `ItemRecords`, which makes the same rows.
 */
export class PlainRows {
  readonly #table: Table;
  readonly #json: JsonMessage;
  readonly #message: CanonicalMessage;
  readonly #indexes: readonly PlainIndex[];
  readonly #key = new KeyBytes();
  /** Keys of the rows of indexes, one after the other, and where each ends. */
  readonly #indexKeys = new KeyBytes();
  readonly #indexEnds: number[] = [];
  readonly hash: WantedValue;
  /** `undefined` in a table without range key. */
  readonly range: WantedValue | undefined;

  /** @param json is used for each item. */
  constructor(table: Table, json: JsonMessage) {
    const { schema, keys } = table;
    this.#table = table;
    this.#json = json;
    const names = [schema, ...schema.indexes].flatMap(({ hashKey, rangeKey }) =>
      rangeKey.length === 0 ? [hashKey] : [hashKey, rangeKey],
    );
    this.#message = new CanonicalMessage(names.filter((name, i) => isFirst(name, i, names)));
    const wanted = (name: Buffer) => this.#message.wanted.find((attribute) => attribute.name.equals(name))!;
    const ofKey = ({ hashKey, rangeKey }: KeySchema) => ({
      hash: wanted(hashKey),
      range: rangeKey.length === 0 ? undefined : wanted(rangeKey),
    });
    const { hash, range } = ofKey(schema);
    this.hash = hash;
    this.range = range;
    this.#indexes = schema.indexes.map((index, i) => ({ head: keys.index(i, []), ...ofKey(index) }));
  }

  /** Values of the key attributes of the table and its indexes, in the item that was read last. */
  get wanted(): readonly WantedValue[] {
    return this.#message.wanted;
  }

  /** The message, in the first {@link messageLength} bytes. */
  get message(): Buffer {
    return this.#json.bytes;
  }

  get messageLength(): number {
    return this.#json.length;
  }

  /** Whether the item `text[start, end)` is such a one. */
  read(text: Buffer, start: number, end: number): boolean {
    const json = this.#json;
    if (!json.read(text, start, end) || !this.#message.read(json.bytes, 0, json.length)) return false;
    return json.length <= LONGEST_VALUE && this.#takeKey() && this.#takeIndexKeys();
  }

  /** Of the item's own row. */
  key(): Buffer {
    return this.#key.view();
  }

  /** The parts of the item's key. */
  identity(): Buffer {
    return this.#key.view().subarray(this.#table.keys.itemHead.length);
  }

  /** The item's own row first. */
  rows(): SnapshotRow[] {
    const key = this.#key.view();
    const rows: SnapshotRow[] = [{ key, value: this.#json.bytes.subarray(0, this.#json.length) }];
    let start = 0;
    for (const end of this.#indexEnds) {
      rows.push({ key: this.#indexKeys.bytes.subarray(start, end), value: key });
      start = end;
    }
    return rows;
  }

  #takeKey(): boolean {
    const { hash, range } = this;
    const key = this.#key;
    if (hash.found !== 'key' || (range !== undefined && range.found !== 'key')) return false;
    key.begin(this.#table.keys.itemHead);
    return key.appendPart(hash) && (range === undefined || key.appendPart(range)) && key.length <= LONGEST_KEY;
  }

  /** Of the indexes that the item is in. */
  #takeIndexKeys(): boolean {
    const keys = this.#indexKeys;
    const ends = this.#indexEnds;
    ends.length = 0;
    keys.begin(NOTHING);
    for (const { head, hash, range } of this.#indexes) {
      if (hash.found === 'absent') continue;
      const start = keys.length;
      keys.append(head, 0, head.length);
      if (hash.found !== 'key' || !keys.appendPart(hash)) return false;
      if (range?.found === 'absent') {
        keys.cutTo(start);
        continue;
      }
      if (range !== undefined && (range.found !== 'key' || !keys.appendPart(range))) return false;
      keys.append(this.#key.bytes, this.#table.keys.itemHead.length, this.#key.length);
      if (keys.length - start > LONGEST_KEY) return false;
      ends.push(keys.length);
    }
    return true;
  }
}

const NOTHING = Buffer.alloc(0);

function isFirst(name: Buffer, i: number, names: readonly Buffer[]): boolean {
  return names.findIndex((other) => other.equals(name)) === i;
}
