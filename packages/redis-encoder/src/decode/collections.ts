import { atRow } from '@ekv/adapter';
import type { JsonBytes } from '@ekv/dump-tree';
import { beginCollection, endCollection } from '../files/collection-json.ts';
import { COLLECTION_SUFFIX } from '../files/paths.ts';
import type { Kind } from '../key-kinds.ts';
import { type Metadata, readCountMetadata } from '../layout/metadata.ts';
import { CountMismatches } from './count-mismatches.ts';
import type { DecodeContext } from './decode-context.ts';
import type { ExpiryOwners } from './expiry-owners.ts';
import { ElementRows } from './rows/element-rows.ts';
import { KeyJoin } from './rows/key-join.ts';
import { byLength, type KeyRange } from './rows/key-order.ts';
import { CountChangeRows, LengthPrefixedRows, type PositionedRows } from './rows/keyed-rows.ts';
import { OneValueRows } from './rows/one-value-rows.ts';
import { LENGTH_THEN_KEY, SortedKeyRows } from './rows/sorted-key-rows.ts';
import { shifted } from './shifted.ts';

/** Key families of a type whose Redis key follows its length. */
export interface CollectionFamilies {
  readonly elements: string;
  readonly metadata: string;
  readonly changes?: string;
  readonly oneValue?: string;
  readonly expiries: keyof ExpiryOwners & ('hashes' | 'sets' | 'sortedSets' | 'streams');
}

/** How a hash, set or sorted set becomes a JSON file. */
export interface CollectionType extends CollectionFamilies {
  /** As in the names of warnings. */
  readonly name: string;
  readonly folder: string;
  readonly kind: Kind;
  /** Name of the list in the JSON file, and of its elements in warnings. */
  readonly list: string;
  /** Position of the type in the order of the key map. */
  readonly keymapPosition: number;
  /** Takes the element row at hand; throws DataError when its value is wrong. */
  readonly takeElement: (row: PositionedRows, elements: ElementRows) => void;
  /** Takes all elements of a collection in the old one-value form. */
  readonly takeOneValue: (row: PositionedRows, elements: ElementRows) => void;
  /** Writes the row at hand of the elements, number `i` in the file. */
  readonly writeElement: (json: JsonBytes, elements: ElementRows, i: number) => void;
}

/** Writes every collection of a type as one file, elements sorted by the bytes of their names. */
export function decodeCollections(context: DecodeContext, type: CollectionType): void {
  const rows = new CollectionRows(context, type);
  const mismatches = new CountMismatches(context.warn, type.name, `observed_${type.list}`);
  const { elements, scratch } = context;
  const unused = new ElementRows(scratch);
  while (rows.next()) {
    elements.clear();
    for (; rows.join.holds(rows.elements); rows.elements.advance()) type.takeElement(rows.elements, elements);
    const metadata = rows.takeMetadata((row) => readCountMetadata(row, type.metadata));
    // Where elements make it unused it must be right all the same.
    const oneValue = elements.count > 0 ? unused : elements;
    rows.takeOneValue((row) => takeOneValue(row, type, oneValue));
    mismatches.compare(rows.join, declaredCount(metadata?.count, rows.takeCountChanges()), elements.count);
    const owned = rows.takeExpiry();
    if (!isWritten(context, type.kind, rows.join)) continue;
    writeCollection(context, type, rows.join, expiryOf(metadata, owned, context));
  }
  for (const rest of [elements, unused]) rest.clear();
  rows.close();
  mismatches.finish();
}

function writeCollection(context: DecodeContext, type: CollectionType, key: KeyRange, expireAtMs: bigint | null): void {
  const { elements, file, names } = context;
  const { json } = file;
  elements.sortByName();
  file.begin(`${type.folder}/${names.collection(type.keymapPosition, key)}${COLLECTION_SUFFIX}`);
  beginCollection(json, type.list, elements.count);
  for (let i = 0; elements.next(); i++) {
    type.writeElement(json, elements, i);
    file.mayCut();
  }
  endCollection(json, elements.count, expireAtMs);
  file.end();
}

/** Whether a value gets its file: not when the key expires as another kind, too, which a server shows. */
export function isWritten({ leftOut, kinds }: DecodeContext, kind: Kind, key: KeyRange): boolean {
  if (leftOut.has(kind, key)) return false;
  kinds?.add(key.bytes.subarray(key.keyStart, key.keyEnd), kind);
  return true;
}

/** The expiry to write: the one in the metadata where its form has one, else that of the index row. */
export function expiryOf(
  metadata: Pick<Metadata, 'expireAtMs'> | undefined,
  owned: bigint | null,
  context: DecodeContext,
) {
  return shifted(metadata?.expireAtMs === undefined ? owned : metadata.expireAtMs, context);
}

/** As the type does, with the row in the error. */
export function takeOneValue(row: PositionedRows, type: CollectionType, elements: ElementRows): void {
  elements.clear();
  atRow(row, () => type.takeOneValue(row, elements), `this ${type.oneValue} row is wrong: `);
}

/** Base count and changes together; `undefined` when a key has neither, then there is nothing to compare with. */
export function declaredCount(base: bigint | undefined, changes: bigint | undefined): bigint | undefined {
  return base === undefined && changes === undefined ? undefined : (base ?? 0n) + (changes ?? 0n);
}

/**
 * Walks over the collections of one type in order of (length, key): element rows, metadata, count changes, the old
 * one-value form and owned expiries side by side. For each key the caller takes {@link elements} and the rest.
 */
export class CollectionRows {
  readonly elements: LengthPrefixedRows;
  readonly join: KeyJoin;
  readonly #metadata: LengthPrefixedRows;
  readonly #changes: CountChangeRows | undefined;
  readonly #oneValue: OneValueRows | undefined;
  readonly #expiries: SortedKeyRows;

  constructor(context: DecodeContext, type: CollectionFamilies) {
    const { source, scratch } = context;
    this.elements = new LengthPrefixedRows(source.rows(type.elements), type.elements);
    this.#metadata = new LengthPrefixedRows(source.rows(type.metadata), type.metadata);
    this.#changes =
      type.changes === undefined ? undefined : new CountChangeRows(source.rows(type.changes), type.changes);
    this.#oneValue = type.oneValue === undefined ? undefined : new OneValueRows(source, type.oneValue, scratch);
    this.#expiries = new SortedKeyRows(context.expiries[type.expiries], LENGTH_THEN_KEY);
    const keys = [this.elements, this.#metadata, this.#oneValue].filter((rows) => rows !== undefined);
    this.join = new KeyJoin(byLength, keys);
  }

  /** Goes to the next key. */
  next(): boolean {
    return this.join.next();
  }

  /** The metadata row at hand, parsed, or `undefined`; when bytes follow the key several rows may name it, the last counts. */
  takeMetadata<T>(parse: (row: PositionedRows) => T): T | undefined {
    let found: T | undefined;
    while (this.join.holds(this.#metadata)) {
      found = parse(this.#metadata);
      this.#metadata.advance();
    }
    return found;
  }

  /** Sum of the count changes; `undefined` when there are none. */
  takeCountChanges(): bigint | undefined {
    const changes = this.#changes;
    if (changes === undefined || !this.join.skipTo(changes)) return undefined;
    let sum = 0n;
    while (this.join.holds(changes)) {
      sum += changes.bytes.readBigInt64BE(changes.valueStart);
      changes.advance();
    }
    return sum;
  }

  /** Gives the old one-value row to `use` when the key has one. */
  takeOneValue(use: (row: PositionedRows) => void): void {
    const rows = this.#oneValue;
    while (rows !== undefined && this.join.holds(rows)) {
      use(rows);
      rows.advance();
    }
  }

  /** The expiry of the index row that this key owns, or `null`. */
  takeExpiry(): bigint | null {
    if (!this.join.skipTo(this.#expiries)) return null;
    const expiry = this.#expiries.bytes.readBigUInt64BE(this.#expiries.valueStart);
    this.#expiries.advance();
    return expiry;
  }

  /** Lets go of sorted rows, also of those that no key has taken. */
  close(): void {
    this.#oneValue?.close();
    this.#expiries.close();
  }
}
