import { DataError } from '@ekv/snapshot';
import { writeItemLine } from '../files/item-json.ts';
import { MessageJson } from '../files/message-json.ts';
import type { DecodeContext } from './decode-context.ts';
import type { DecodedTable } from './decoded-table.ts';
import { type EqualItemsSettler, settleEqualItems } from './equal-items.ts';
import type { ItemParts } from './item-parts.ts';
import type { DecodedItem, ItemRows } from './item-rows.ts';
import type { KeyCensus } from './key-census.ts';
import { PlainItem } from './plain-item.ts';

/**
 * Writes the items of a table as lines, in the order of the rows that encode gives them. docs/format/04-dynamodb.md, section 11.2.
 *
 * @param census of the table, which was checked.
 */
export function writeItemLines(
  context: DecodeContext,
  rows: ItemRows,
  table: DecodedTable,
  { isOdd, isPlain }: KeyCensus,
  parts: ItemParts,
): void {
  const { json, scratch } = context;
  // Else the rows at hand stand in that order, and no two of them are one item.
  if (isOdd) return settleEqualItems(rows, table, scratch, new SortedLines(context, table, parts));
  const plain = new PlainItem(table.schema);
  const messages = new MessageJson(json);
  for (let has = rows.firstOf(table); has; has = rows.nextOf(table)) {
    const { bytes, valueStart, valueEnd } = rows.at;
    if (isPlain || plain.read(rows)) messages.line(bytes, valueStart, valueEnd);
    else writeItemLine(json, rows.attributes());
    parts.add(json.view());
  }
}

/** Gets the lines in the order of their items. */
class SortedLines implements EqualItemsSettler {
  readonly #context: DecodeContext;
  readonly #table: DecodedTable;
  readonly #parts: ItemParts;

  constructor(context: DecodeContext, table: DecodedTable, parts: ItemParts) {
    this.#context = context;
    this.#table = table;
    this.#parts = parts;
  }

  payloadOf({ attributes }: DecodedItem): Buffer {
    writeItemLine(this.#context.json, attributes);
    return this.#context.json.view();
  }

  keep(_identity: Buffer, _ordinal: Buffer, line: Buffer): void {
    this.#parts.add(line);
  }

  leaveOut(_ordinal: Buffer, why: 'replaced' | 'equal', line: Buffer): void {
    if (why === 'replaced') return;
    const { source, problems, warnings } = this.#context;
    if (source.damage !== undefined) return warnings.addEqual(this.#table, 1);
    problems.add(
      new DataError(
        `the table ${this.#table.keys.shown} has two items with one key, one of them is ${excerpt(line)}; decode with one file per item, which keeps the first and says so`,
      ),
    );
  }
}

const MOST_SHOWN = 200;

function excerpt(line: Buffer): string {
  const text = line.toString('utf8', 0, Math.min(line.length - 1, MOST_SHOWN));
  return line.length - 1 > MOST_SHOWN ? `${text}...` : text;
}
