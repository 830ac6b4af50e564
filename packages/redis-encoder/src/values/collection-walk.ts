import { atRow } from '@ekv/adapter';
import type { Kind } from '../key-kinds.ts';
import { type Metadata, readCountMetadata } from '../layout/metadata.ts';
import { type CollectionFamilies, CollectionRows } from './collection-rows.ts';
import { CountMismatches } from './count-mismatches.ts';
import { ElementRows } from './rows/element-rows.ts';
import type { KeyRange } from './rows/key-order.ts';
import type { PositionedRows } from './rows/keyed-rows.ts';
import { isDropped, isShown, type ValueContext } from './value-context.ts';

/** How the rows of a hash, set or sorted set become its elements. */
export interface CollectionType extends CollectionFamilies {
  /** As in the names of warnings. */
  readonly name: string;
  readonly kind: Kind;
  /** Name of the list in a JSON file, and of its elements in warnings. */
  readonly list: string;
  /** Takes the element row at hand; throws DataError when its value is wrong. */
  readonly takeElement: (row: PositionedRows, elements: ElementRows) => void;
  /** Takes all elements of a collection in the old one-value form. */
  readonly takeOneValue: (row: PositionedRows, elements: ElementRows) => void;
}

/** The collections of a type, one at a time, in order of (length of the key, key). */
export class CollectionWalk {
  /** Of the key at hand, sorted by the bytes of their names. */
  readonly elements: ElementRows;
  /** Of the key at hand, ms since 1970; `null` = does not expire. */
  expireAtMs: bigint | null = null;
  readonly #context: ValueContext;
  readonly #type: CollectionType;
  readonly #rows: CollectionRows;
  readonly #mismatches: CountMismatches;
  readonly #unused: ElementRows;

  constructor(context: ValueContext, type: CollectionType) {
    this.#context = context;
    this.#type = type;
    this.#rows = new CollectionRows(context, type);
    this.#mismatches = new CountMismatches(context.warn, type.name, `observed_${type.list}`);
    this.#unused = new ElementRows(context.scratch);
    this.elements = context.elements;
  }

  /** Valid until the next one. */
  get key(): KeyRange {
    return this.#rows.join;
  }

  /** Goes to the next collection; false after the last one, then everything is closed. Throws RowError. */
  next(): boolean {
    while (this.#rows.next()) {
      if (!this.#context.isWanted(this.key)) this.#rows.pass();
      else if (this.#take()) return true;
    }
    this.#mismatches.finish();
    this.close();
    return false;
  }

  /** Lets go of memory and scratch. May be called twice. */
  close(): void {
    for (const rest of [this.elements, this.#unused]) rest.clear();
    this.#rows.close();
  }

  /** Takes the collection of the key at hand; false when it is left out. */
  #take(): boolean {
    const { elements } = this;
    const rows = this.#rows;
    const type = this.#type;
    elements.clear();
    for (; rows.join.holds(rows.elements); rows.elements.advance()) type.takeElement(rows.elements, elements);
    const metadata = rows.takeMetadata(this.#readMetadata);
    // Where elements make it unused it must be right all the same.
    const oneValue = elements.count > 0 ? this.#unused : elements;
    rows.takeOneValue((row) => takeOneValue(row, type, oneValue));
    const declared = declaredCount(metadata?.count, rows.takeCountChanges());
    this.expireAtMs = expiryOf(metadata, rows.takeExpiry());
    if (isDropped(this.#context, this.expireAtMs)) return false;
    this.#mismatches.compare(rows.join, declared, elements.count);
    if (!isShown(this.#context, type.kind, rows.join)) return false;
    elements.sortByName();
    return true;
  }

  readonly #readMetadata = (row: PositionedRows): Metadata => readCountMetadata(row, this.#type.metadata);
}

/** The expiry of a key: the one in the metadata where its form has one, else that of the index row. */
export function expiryOf(metadata: Pick<Metadata, 'expireAtMs'> | undefined, owned: bigint | null): bigint | null {
  return metadata?.expireAtMs === undefined ? owned : metadata.expireAtMs;
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
