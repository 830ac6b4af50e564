import { U64_MAX } from '@ekv/adapter';
import { DataError } from '@ekv/snapshot';
import { GENERATION_ROWS, INDEX_ROWS, ITEM_ROWS, TABLE_ROWS } from './families.ts';
import type { TableSchema } from './table-message.ts';

/** Keys of rows; docs/format/04-dynamodb.md, sections 1 and 2.1. */

const BAR = 0x7c;

/** A name in a key: base64 in the URL alphabet, without padding. */
export function nameInKey(name: Buffer): string {
  return name.toString('base64url');
}

/** The beginnings of the keys of one table, generation 1. */
export class TableKeys {
  readonly table: Buffer;
  readonly generation: Buffer;
  /** Of an item, before the parts of its key attributes. */
  readonly itemHead: Buffer;
  readonly #indexes: readonly Buffer[];

  constructor({ name, indexes }: TableSchema) {
    const table = nameInKey(name);
    this.table = Buffer.from(TABLE_ROWS + table, 'latin1');
    this.generation = Buffer.from(GENERATION_ROWS + table, 'latin1');
    this.itemHead = Buffer.from(`${ITEM_ROWS}${table}|1|`, 'latin1');
    this.#indexes = indexes.map((index) => Buffer.from(`${INDEX_ROWS}${table}|1|${nameInKey(index.name)}|`, 'latin1'));
  }

  /** @param parts of the primary key. */
  item(parts: readonly Buffer[]): Buffer {
    return joined(this.itemHead, parts);
  }

  /**
   * @param index position in the schema's list.
   * @param parts of the index key and then of the primary key.
   */
  index(index: number, parts: readonly Buffer[]): Buffer {
    return joined(this.#indexes[index]!, parts);
  }
}

function joined(head: Buffer, parts: readonly Buffer[]): Buffer {
  let length = head.length;
  for (const part of parts) length += part.length;
  const key = Buffer.allocUnsafe(length);
  key.set(head);
  let at = head.length;
  for (const part of parts) {
    key.set(part, at);
    at += part.length;
  }
  return key;
}

/** The name of a table, as it stands in the key of its row. Throws DataError. */
export function readTableKey(key: Buffer): string {
  return checkedName(key.toString('latin1', TABLE_ROWS.length));
}

/** What the key of an item row says. */
export interface ItemRowKey {
  /** The table's name as it stands in the key. */
  readonly table: string;
  readonly generation: bigint;
  /** Offset of the parts of the key attributes, in the key. */
  readonly partsAt: number;
}

/** Throws DataError. Sections 1 and 8. */
export function readItemKey(key: Buffer): ItemRowKey {
  const tableEnd = key.indexOf(BAR, ITEM_ROWS.length);
  if (tableEnd === -1) throw new DataError('the key of an item must hold a table, "|", a generation, "|" and a key');
  const table = checkedName(key.toString('latin1', ITEM_ROWS.length, tableEnd));
  const generationEnd = key.indexOf(BAR, tableEnd + 1);
  if (generationEnd === -1) throw new DataError('the key of an item must hold "|" behind its generation');
  const generation = generationOf(key.toString('latin1', tableEnd + 1, generationEnd));
  if (generationEnd + 1 === key.length) throw new DataError('the key of an item ends behind its generation');
  return { table, generation, partsAt: generationEnd + 1 };
}

function generationOf(text: string): bigint {
  const isNumber = /^[0-9]+$/.test(text);
  const digits = text.replace(/^0+(?=[0-9])/, '');
  const generation = isNumber && digits.length <= 20 ? BigInt(digits) : undefined;
  if (generation === undefined || generation > U64_MAX) {
    throw new DataError(
      `the generation in the key of an item must be decimal digits, at most ${U64_MAX}, not ${JSON.stringify(text)}`,
    );
  }
  return generation;
}

/** One name has one spelling: with other unused bits two rows would lead to one folder. */
function checkedName(text: string): string {
  if (text === '') throw new DataError('the key holds no table name');
  if (!/^[A-Za-z0-9_-]+$/.test(text) || Buffer.from(text, 'base64url').toString('base64url') !== text)
    throw new DataError('the table name in the key is not base64 in the URL alphabet without padding');
  return text;
}
