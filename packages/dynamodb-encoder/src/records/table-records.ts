import { Findings, type SnapshotRow } from '@ekv/snapshot';
import { type WarnOptions, warnOf } from '@ekv/snapshot/arguments';
import type { Item } from './attribute-value.ts';
import { checkDefined, DefinedTable } from './defined-table.ts';
import { GivenItems } from './given-items.ts';
import { schemaRows } from './schema-rows.ts';

/**
 * The rows of a table beside its items: schema and generation counter. docs/format/04-dynamodb.md, section 1.
 *
 * @param options `warn` gets what makes no sense in the schema. Throws ArgumentError.
 */
export function tableRecords(table: DefinedTable, options: WarnOptions = {}): readonly SnapshotRow[] {
  const inner = DefinedTable.inner(table);
  const warn = warnOf(options, 'tableRecords');
  if (warn !== undefined) {
    const findings = new Findings();
    checkDefined(inner, findings);
    findings.report(warn);
  }
  return schemaRows(inner);
}

/**
 * The rows of an item: its own and one for each index that it is in. Keys must differ from item to item, or the snapshot
 * writer finds a duplicate. docs/format/04-dynamodb.md, sections 3.4 and 4.
 *
 * @param options `warn` gets what servers and clients could not use in it.
 * @throws ArgumentError for anything but an item; DataError for key attributes that are missing or can be no key, lists and maps that are
 * nested too deep, and rows that are too large. Both say which item.
 */
export function itemRecords(table: DefinedTable, item: Item, options: WarnOptions = {}): readonly SnapshotRow[] {
  const inner = DefinedTable.inner(table);
  const warn = warnOf(options, 'itemRecords');
  const findings = warn && new Findings();
  const records = new GivenItems(inner, 'one', findings).records(item);
  if (warn !== undefined) findings?.report(warn);
  return records;
}
