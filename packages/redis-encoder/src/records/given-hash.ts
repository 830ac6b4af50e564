import { nameRows, printable, type SnapshotRow } from '@ekv/snapshot';
import { givenBytes, type TextOrBytes } from '@ekv/snapshot/arguments';
import { HASH_FIELD_ROWS, HASH_METADATA_ROWS } from '../layout/families.ts';
import { lengthRowKey } from '../layout/row-keys.ts';
import { collectionName, fieldName } from '../layout/row-names.ts';
import { expiryRecords } from './blob-rows.ts';
import { countRecord, hashFieldRecord } from './collection-rows.ts';
import {
  type AsyncRows,
  checkPair,
  type ElementRecords,
  type Elements,
  givenPairs,
  isPair,
  type Rows,
  recordsOf,
} from './given-elements.ts';
import { type Expiry, GivenKey, type KeyOptions } from './given-key.ts';

/** A field, in either form. */
export type HashField =
  | { readonly name: TextOrBytes; readonly value: TextOrBytes }
  | readonly [name: TextOrBytes, value: TextOrBytes];

/** Fields with their values: a plain object, a Map, or anything else that gives fields. */
export type HashFields = Iterable<HashField> | Readonly<Record<string, TextOrBytes>>;

/**
 * The rows of a hash. Names must differ: the writer refuses the second one. An async source, such as one of HSCAN, gives rows to
 * `for await`. Fields are taken one by one as the rows are. Throws ArgumentError. docs/format/03-redis.md, section 6.
 *
 * @param options when the key expires, or that and more.
 */
export function hashRecords(key: TextOrBytes, fields: HashFields, options?: Expiry | KeyOptions): Rows;
export function hashRecords(
  key: TextOrBytes,
  fields: AsyncIterable<HashField>,
  options?: Expiry | KeyOptions,
): AsyncRows;
export function hashRecords(
  key: TextOrBytes,
  fields: HashFields | AsyncIterable<HashField>,
  options?: Expiry | KeyOptions,
): Rows | AsyncRows {
  const given = new GivenKey('hash', key, options);
  const elements = givenPairs(fields as Elements<HashField>, () => `the fields of ${given.name()}`);
  return recordsOf(elements, new HashRecords(given));
}

class HashRecords implements ElementRecords<HashField> {
  readonly #key: GivenKey;
  readonly #head: Buffer;
  #count = 0;
  #name: Uint8Array = Buffer.alloc(0);

  constructor(key: GivenKey) {
    this.#key = key;
    nameRows(HASH_METADATA_ROWS, collectionName);
    nameRows(HASH_FIELD_ROWS, fieldName);
    this.#head = lengthRowKey(HASH_FIELD_ROWS, key.bytes);
  }

  of(field: HashField): SnapshotRow {
    this.#count++;
    checkPair(field, '{ name, value } or [name, value]', this.#field);
    const [name, value] = isPair(field) ? field : [field.name, field.value];
    this.#name = givenBytes(name, this.#nameOfField);
    return hashFieldRecord(this.#head, { name: this.#name, value: givenBytes(value, this.#valueOfField) });
  }

  end(): SnapshotRow[] {
    const { bytes, expireAt } = this.#key;
    this.#key.finish();
    return [countRecord(HASH_METADATA_ROWS, bytes, this.#count, expireAt), ...expiryRecords(bytes, expireAt)];
  }

  readonly #field = () => `field ${this.#count} of ${this.#key.name()}`;
  readonly #nameOfField = () => `the name of ${this.#field()}`;
  readonly #valueOfField = () => `the value of field ${printable(this.#name)} of ${this.#key.name()}`;
}
