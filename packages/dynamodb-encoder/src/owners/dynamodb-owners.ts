import {
  decodedBase64Url,
  escapedPart,
  type KeyRange,
  keysFrom,
  type Owner,
  oneKey,
  type PartForm,
  partBytes,
  partEnd,
  type RowOwner,
  type RowOwners,
  rowOwners,
  sortedRanges,
} from '@ekv/adapter';
import { DataError } from '@ekv/snapshot';
import { DYNAMODB_FAMILIES, GENERATION_ROWS, INDEX_ROWS, ITEM_ROWS, TABLE_ROWS } from '../layout/families.ts';
import { numberKey } from '../layout/number-key.ts';
import { numberOfKey } from '../layout/number-of-key.ts';
import { nameInKey } from '../layout/row-keys.ts';
import { readTableMessage } from '../layout/table-message.ts';

const BAR = 0x7c;

/**
 * Whose the DynamoDB rows are. Keys of rows do not say of which kind a key attribute is: bytes that are the key of a number are taken for
 * one, and the text of a number stands for both. docs/format/04-dynamodb.md, sections 1 and 2.
 */
export const dynamodbOwners: RowOwners = rowOwners({
  addresses: { adapter: 'dynamodb', scope: 'table', unit: 'item', hasSortKey: true },
  families: new Map([
    [TABLE_ROWS, (found, bytes, start, end) => readTableRow(found, 'definition', bytes, start, end)],
    [GENERATION_ROWS, (found, bytes, start, end) => readTableRow(found, 'counter', bytes, start, end)],
    [ITEM_ROWS, readItemRow],
    [INDEX_ROWS, readIndexRow],
  ]),
  inValue: new Map([[INDEX_ROWS, takeFromItemKey]]),
  ranges,
  generationsIn,
});

const BASE64_PART: PartForm = (bytes, start, end) => decodedBase64Url(bytes.subarray(start, end));

/** A part of section 2.2; a number as its text. */
const KEY_PART: PartForm = (bytes, start, end) => {
  const part = partBytes(bytes, start, end);
  const number = numberOfKey(part);
  return number === undefined ? part : Buffer.from(number);
};

function readTableRow(
  found: RowOwner,
  role: 'definition' | 'counter',
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  found.role = role;
  return takeTable(found, bytes, start, end);
}

function takeTable(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  found.scopePart.set(BASE64_PART, bytes, start, end);
  return end > start && found.scope !== undefined;
}

function readItemRow(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  const at = readHead(found, bytes, start, end);
  if (at === -1) return false;
  found.kind = 'item';
  takeKey(found, bytes, at, end);
  return true;
}

function readIndexRow(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  const at = readHead(found, bytes, start, end);
  if (at === -1) return false;
  found.kind = 'item';
  found.role = 'index';
  found.isInValue = true;
  const index = barIn(bytes, at, end);
  if (index !== -1) takeKeyBehindIndexKey(found, bytes, index + 1, end);
  return true;
}

/** `table | generation |`. @returns where what follows begins, or -1. */
function readHead(found: RowOwner, bytes: Buffer, start: number, end: number): number {
  const table = barIn(bytes, start, end);
  const generation = table === -1 ? -1 : barIn(bytes, table + 1, end);
  if (generation === -1 || !takeTable(found, bytes, start, table)) return -1;
  if (isNumber(bytes, table + 1, generation)) found.setGeneration('digits', bytes, table + 1, generation);
  return generation + 1;
}

const LONGEST_GENERATION = 20;

function isNumber(bytes: Buffer, start: number, end: number): boolean {
  if (end === start || end - start > LONGEST_GENERATION) return false;
  for (let i = start; i < end; i++) if (bytes[i]! < 0x30 || bytes[i]! > 0x39) return false;
  return true;
}

/** The parts of an item's key, of one encoding or the other; of a malformed key nothing. */
function takeKey(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  const hashEnd = partEnd(bytes, start, end);
  if (hashEnd === -1) return takeOlderKey(found, bytes, start, end);
  if (hashEnd !== end && partEnd(bytes, hashEnd, end) !== end) return false;
  found.keyPart.set(KEY_PART, bytes, start, hashEnd);
  if (hashEnd === end) found.sortKeyPart.clear();
  else found.sortKeyPart.set(KEY_PART, bytes, hashEnd, end);
  return true;
}

/** Section 2.4: what is empty behind the bar is no range key. */
function takeOlderKey(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  const bar = barIn(bytes, start, end);
  if (bar === -1 || !isBase64(bytes, start, bar) || !isBase64(bytes, bar + 1, end)) return false;
  found.keyPart.set(BASE64_PART, bytes, start, bar);
  if (bar + 1 === end) found.sortKeyPart.clear();
  else found.sortKeyPart.set(BASE64_PART, bytes, bar + 1, end);
  return true;
}

function isBase64(bytes: Buffer, start: number, end: number): boolean {
  return decodedBase64Url(bytes.subarray(start, end)) !== undefined;
}

/** The item's key follows that of the index. Of three parts nobody can tell which of the two has a range key. */
function takeKeyBehindIndexKey(found: RowOwner, bytes: Buffer, start: number, end: number): void {
  const ends: number[] = [];
  for (let at = start; at < end; ) {
    at = partEnd(bytes, at, end);
    if (at === -1) break;
    ends.push(at);
  }
  if (ends.at(-1) === end) {
    if (ends.length === 2) takeKey(found, bytes, ends[0]!, end);
    else if (ends.length === 4) takeKey(found, bytes, ends[1]!, end);
    return;
  }
  let at = start;
  for (let i = 0; i < 2; i++) {
    const bar = barIn(bytes, at, end);
    if (bar === -1) return;
    at = bar + 1;
  }
  takeOlderKey(found, bytes, at, end);
}

/** Of an index row: its value is the key of the item's row. */
function takeFromItemKey(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  const tableAt = start + ITEM_ROWS.length;
  if (tableAt > end || bytes.toString('latin1', start, tableAt) !== ITEM_ROWS) return false;
  const table = barIn(bytes, tableAt, end);
  const generation = table === -1 ? -1 : barIn(bytes, table + 1, end);
  if (generation === -1 || !found.scopePart.equals(bytes.subarray(tableAt, table))) return false;
  return takeKey(found, bytes, generation + 1, end);
}

function barIn(bytes: Buffer, start: number, end: number): number {
  for (let i = start; i < end; i++) if (bytes[i] === BAR) return i;
  return -1;
}

function ranges({ scope, key, sortKey }: Owner, generations?: readonly bigint[]): KeyRange[] {
  if (scope === undefined) return sortedRanges(DYNAMODB_FAMILIES.map((family) => keysFrom(Buffer.from(family))));
  const table = nameInKey(scope);
  const heads = generations?.map((generation) => `${table}|${generation}|`) ?? [`${table}|`];
  const found = heads.map((head) => keysFrom(Buffer.from(INDEX_ROWS + head)));
  if (key === undefined) {
    found.push(...[TABLE_ROWS, GENERATION_ROWS].map((family) => oneKey(Buffer.from(family + table))));
    found.push(...heads.map((head) => keysFrom(Buffer.from(ITEM_ROWS + head))));
  } else if (generations === undefined) found.push(keysFrom(Buffer.from(ITEM_ROWS + heads[0]!)));
  else
    for (const head of heads)
      for (const rest of keysOf(key, sortKey)) found.push(oneKey(Buffer.concat([Buffer.from(ITEM_ROWS + head), rest])));
  return sortedRanges(found);
}

/** That of the table, and that from which its items are being moved. */
function generationsIn(found: RowOwner, bytes: Buffer, start: number, end: number): readonly bigint[] {
  if (found.family !== TABLE_ROWS) return [];
  try {
    const { generation, sourceGeneration } = readTableMessage(bytes.subarray(start, end));
    return sourceGeneration === 0n ? [generation] : [generation, sourceGeneration];
  } catch (error) {
    if (error instanceof DataError) return [];
    throw error;
  }
}

/** All that the key of an item may be behind its generation. */
function keysOf(key: Buffer, sortKey: Buffer | undefined): Buffer[] {
  const older = Buffer.from(`${nameInKey(key)}|${sortKey === undefined ? '' : nameInKey(sortKey)}`);
  if (sortKey === undefined) return [...partsOf(key), older];
  return [...partsOf(key).flatMap((hash) => partsOf(sortKey).map((range) => Buffer.concat([hash, range]))), older];
}

/** A text or bytes; and when it is the text of a number, that. */
function partsOf(key: Buffer): Buffer[] {
  const number = numberKey(key.toString());
  return [escapedPart(key), ...(number === undefined ? [] : [escapedPart(number)])];
}
