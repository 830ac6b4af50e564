import { DataError, type SnapshotRow } from '@ekv/snapshot';
import { ItemReader } from '../files/item-json.ts';
import { isPathOf, itemPath, itemPlace } from '../files/paths.ts';
import { PlainPaths } from '../files/plain-paths.ts';
import type { ItemKey } from '../layout/item-key.ts';
import { readItemMessage } from '../layout/item-message.ts';
import type { Attribute } from '../layout/stored-value.ts';
import { storedValue } from '../layout/value-range.ts';
import { ItemRecords } from '../records/item-records.ts';
import type { Table } from '../records/table.ts';
import { MISNAMED } from '../sense/finding-kinds.ts';
import { ItemSense } from '../sense/item-sense.ts';
import { PlainSense } from '../sense/plain-sense.ts';
import type { EncodeContext } from './encode-context.ts';
import type { FoundItem, ItemSource } from './item-source.ts';
import { PlainRows } from './plain-rows.ts';

/**
 * The rows of the items of a table, and of its indexes. What is wrong with one is a problem of the run, and the next one comes.
 * docs/format/04-dynamodb.md, section 9.3.
 *
 * @param folder `items/` of the table, a byte string relative to the root.
 */
export function* encodeItems(
  context: EncodeContext,
  { table, folder }: { readonly table: Table; readonly folder: string },
  source: ItemSource,
): Generator<SnapshotRow> {
  const encoder = new ItemEncoder(context, table, folder);
  for (const found of source) {
    const rows = encoder.rowsOf(found);
    for (let i = 0; i < rows.length; i++) yield rows[i]!;
  }
}

const NO_ROWS: readonly SnapshotRow[] = [];

/** Makes rows, and looks at items on the way: their keys, their places, and what makes no sense in them. */
class ItemEncoder {
  readonly #context: EncodeContext;
  readonly #table: Table;
  readonly #folder: string;
  readonly #plain: PlainRows;
  readonly #plainPaths: PlainPaths;
  readonly #plainSense: PlainSense;
  readonly #reader: ItemReader;
  readonly #sense: ItemSense;

  constructor(context: EncodeContext, table: Table, folder: string) {
    this.#context = context;
    this.#table = table;
    this.#folder = folder;
    this.#plain = new PlainRows(table, context.message);
    this.#plainPaths = new PlainPaths(`${folder}/`);
    this.#plainSense = new PlainSense(table.schema, this.#plain.wanted);
    this.#reader = new ItemReader(context.reader);
    this.#sense = new ItemSense(context.findings, table.schema);
  }

  /** None when the item has a problem; valid until the next item. */
  rowsOf(found: FoundItem): readonly SnapshotRow[] {
    const { text, start, end } = found;
    return this.#plain.read(text, start, end) ? this.#plainRows(found) : this.#anyRows(found);
  }

  #plainRows(found: FoundItem): readonly SnapshotRow[] {
    const plain = this.#plain;
    const { hash, range, message, messageLength } = plain;
    this.#context.keys.add(plain.key(), pathWithLine(found.path, found));
    if (found.line === undefined && this.#plainPaths.of(hash, range) !== found.path)
      this.#checkPlace(found, { hash: storedValue(hash), range: range && storedValue(range) }, plain.identity());
    if (!this.#plainSense.isPlain(message, messageLength))
      this.#checkSense(found, readItemMessage(message.subarray(0, messageLength)), messageLength);
    return plain.rows();
  }

  /** Of an item of any form. */
  #anyRows(found: FoundItem): readonly SnapshotRow[] {
    const item = this.#context.problems.attempt(() => this.#records(found));
    if (item === undefined) return NO_ROWS;
    const { attributes, records } = item;
    this.#context.keys.add(records.itemKey, pathWithLine(found.path, found));
    if (found.line === undefined) this.#checkPlace(found, records.key, records.identity);
    this.#checkSense(found, attributes, records.records[0]!.value.length);
    return records.records;
  }

  /** Throws DataError. */
  #records(found: FoundItem): { readonly attributes: Attribute[]; readonly records: ItemRecords } {
    const { path, line, text, start, end } = found;
    const shown = this.#context.tree.display(path);
    const attributes = this.#reader.readLine(shown, text, start, end, line === undefined ? undefined : { line });
    try {
      return { attributes, records: new ItemRecords(this.#table, attributes) };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      throw new DataError(`${pathWithLine(shown, found)}: ${error.message}`, { cause: error });
    }
  }

  /** The place of a file means nothing, yet decode would put the item elsewhere: an operator may have meant something. */
  #checkPlace(found: FoundItem, key: ItemKey, identity: Buffer): void {
    if (isPathOf(key, identity, found.path.slice(this.#folder.length + 1))) return;
    this.#context.findings.add(MISNAMED, () => `${this.#shown(found)} (decode writes ${itemPath(itemPlace(key))})`);
  }

  #checkSense(found: FoundItem, attributes: readonly Attribute[], size: number): void {
    this.#sense.check({ toString: () => this.#shown(found) }, attributes, size);
  }

  /** For people. */
  #shown(found: FoundItem): string {
    return pathWithLine(this.#context.tree.display(found.path), found);
  }
}

/** @param path of the item's file, in any form. */
function pathWithLine(path: string, { line }: FoundItem): string {
  return line === undefined ? path : `${path}:${line}`;
}
