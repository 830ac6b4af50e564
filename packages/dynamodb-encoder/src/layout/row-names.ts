import { partBytes, partEnd } from '@ekv/adapter';
import { printable } from '@ekv/snapshot';
import { GENERATION_ROWS, INDEX_ROWS, ITEM_ROWS, TABLE_ROWS } from './families.ts';
import { numberOfKey } from './number-of-key.ts';
import { shownText } from './shown-text.ts';

const BAR = 0x7c;

/** A row in the words of people, by its key, for `nameRows`. docs/format/04-dynamodb.md, section 1. */
export function dynamodbRowName(row: Buffer): string | undefined {
  const text = row.toString('latin1');
  for (const family of [TABLE_ROWS, GENERATION_ROWS])
    if (text.startsWith(family)) return tableName(text.slice(family.length));
  if (text.startsWith(ITEM_ROWS)) {
    const [[table = ''], at] = partsBetweenBars(row, ITEM_ROWS.length, 2);
    return `the item ${keyAt(row, at)} of ${tableName(table)}`;
  }
  if (!text.startsWith(INDEX_ROWS)) return undefined;
  const [[table = '', , index = ''], at] = partsBetweenBars(row, INDEX_ROWS.length, 3);
  return `the item ${keyAt(row, at)} of the index ${shownName(index)} of ${tableName(table)}`;
}

function tableName(part: string): string {
  return `the DynamoDB table ${shownName(part)}`;
}

function shownName(part: string): string {
  return shownText(Buffer.from(part, 'base64url'));
}

/** And where what comes after them begins. */
function partsBetweenBars(row: Buffer, start: number, count: number): [parts: string[], at: number] {
  const parts: string[] = [];
  let at = start;
  for (let end = row.indexOf(BAR, at); parts.length < count && end !== -1; end = row.indexOf(BAR, at)) {
    parts.push(row.toString('latin1', at, end));
    at = end + 1;
  }
  return [parts, at];
}

/** The values of the key attributes; what is the key of a number is taken for one. */
function keyAt(row: Buffer, start: number): string {
  const shown: string[] = [];
  for (let at = start; at < row.length; ) {
    const end = partEnd(row, at, row.length);
    if (end === -1) break;
    const part = partBytes(row, at, end);
    shown.push(numberOfKey(part) ?? `"${printable(part)}"`);
    at = end;
  }
  return `(${shown.join(', ')})`;
}
