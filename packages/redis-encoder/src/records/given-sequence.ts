import { nameRows, type SnapshotRow } from '@ekv/snapshot';
import { givenBytes, type TextOrBytes } from '@ekv/snapshot/arguments';
import { LIST_ITEM_ROWS, LIST_METADATA_ROWS, SET_MEMBER_ROWS, SET_METADATA_ROWS } from '../layout/families.ts';
import { lengthRowKey } from '../layout/row-keys.ts';
import { collectionName, itemName, keyName, memberName } from '../layout/row-names.ts';
import { expiryRecords } from './blob-rows.ts';
import { countRecord, listItemRecord, listMetadataRecord, setMemberRecord } from './collection-rows.ts';
import {
  type AsyncRows,
  type ElementRecords,
  type Elements,
  givenElements,
  type Rows,
  recordsOf,
} from './given-elements.ts';
import { type Expiry, GivenKey, type KeyOptions } from './given-key.ts';

/**
 * The rows of a list, first item first. An async source gives rows to `for await`. Items are taken one by one as the rows are.
 * Throws ArgumentError. docs/format/03-redis.md, section 8.
 *
 * @param options when the key expires, or that and more.
 */
export function listRecords(key: TextOrBytes, items: Iterable<TextOrBytes>, options?: Expiry | KeyOptions): Rows;
export function listRecords(
  key: TextOrBytes,
  items: AsyncIterable<TextOrBytes>,
  options?: Expiry | KeyOptions,
): AsyncRows;
export function listRecords(
  key: TextOrBytes,
  items: Elements<TextOrBytes>,
  options?: Expiry | KeyOptions,
): Rows | AsyncRows {
  const given = new GivenKey('list', key, options);
  return recordsOf(
    givenElements(items, () => `the items of ${given.name()}`),
    new ListRecords(given),
  );
}

/** The rows of a set; members must differ. As {@link listRecords} for the rest. docs/format/03-redis.md, section 7. */
export function setRecords(key: TextOrBytes, members: Iterable<TextOrBytes>, options?: Expiry | KeyOptions): Rows;
export function setRecords(
  key: TextOrBytes,
  members: AsyncIterable<TextOrBytes>,
  options?: Expiry | KeyOptions,
): AsyncRows;
export function setRecords(
  key: TextOrBytes,
  members: Elements<TextOrBytes>,
  options?: Expiry | KeyOptions,
): Rows | AsyncRows {
  const given = new GivenKey('set', key, options);
  return recordsOf(
    givenElements(members, () => `the members of ${given.name()}`),
    new SetRecords(given),
  );
}

class ListRecords implements ElementRecords<TextOrBytes> {
  readonly #key: GivenKey;
  #count = 0;

  constructor(key: GivenKey) {
    nameRows(LIST_METADATA_ROWS, keyName);
    nameRows(LIST_ITEM_ROWS, itemName);
    this.#key = key;
  }

  of(item: TextOrBytes): SnapshotRow {
    return listItemRecord(this.#key.bytes, this.#count++, givenBytes(item, this.#name));
  }

  end(): SnapshotRow[] {
    const { bytes, expireAt } = this.#key;
    this.#key.finish();
    return [listMetadataRecord(bytes, this.#count, expireAt), ...expiryRecords(bytes, expireAt)];
  }

  readonly #name = () => `item ${this.#count} of ${this.#key.name()}`;
}

class SetRecords implements ElementRecords<TextOrBytes> {
  readonly #key: GivenKey;
  readonly #head: Buffer;
  #count = 0;

  constructor(key: GivenKey) {
    nameRows(SET_METADATA_ROWS, collectionName);
    nameRows(SET_MEMBER_ROWS, memberName);
    this.#key = key;
    this.#head = lengthRowKey(SET_MEMBER_ROWS, key.bytes);
  }

  of(member: TextOrBytes): SnapshotRow {
    this.#count++;
    return setMemberRecord(this.#head, givenBytes(member, this.#name));
  }

  end(): SnapshotRow[] {
    const { bytes, expireAt } = this.#key;
    this.#key.finish();
    return [countRecord(SET_METADATA_ROWS, bytes, this.#count, expireAt), ...expiryRecords(bytes, expireAt)];
  }

  readonly #name = () => `member ${this.#count} of ${this.#key.name()}`;
}
