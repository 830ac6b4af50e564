import { shownText } from '../layout/shown-text.ts';
import type { Table } from './table.ts';

/** Which item of a table it is, for messages; its text is made only when a message needs it. */
export class ItemName {
  readonly #table: Table;
  readonly #counted: boolean;
  #item: unknown;
  /** From 1 on. */
  #number = 0;

  /** @param counted `one` of which nobody counts the items. */
  constructor(table: Table, counted: 'one' | 'one of many') {
    this.#table = table;
    this.#counted = counted === 'one of many';
  }

  /** Goes to the next item, of which nothing was checked. */
  next(item: unknown): void {
    this.#item = item;
    this.#number++;
  }

  /** `item 7 of the table "orders" (customer: "alice", number: 1)`. */
  toString(): string {
    const { name, hashKey, rangeKey } = this.#table.schema;
    const keys = [hashKey, rangeKey].map((key) => this.#shownKey(key.toString())).filter((key) => key !== undefined);
    const item = this.#counted ? `item ${this.#number}` : 'an item';
    return `${item} of the table ${shownText(name)}${keys.length === 0 ? '' : ` (${keys.join(', ')})`}`;
  }

  /** `undefined` where it cannot be said. */
  #shownKey(name: string): string | undefined {
    const item = this.#item;
    if (name === '' || typeof item !== 'object' || item === null) return undefined;
    const value: unknown = item instanceof Map ? item.get(name) : (item as Record<string, unknown>)[name];
    if (typeof value !== 'object' || value === null) return undefined;
    const { S: text, N: number, B: bytes } = value as Record<string, unknown>;
    if (typeof text === 'string') return `${name}: ${shownText(text)}`;
    if (typeof number === 'string') return `${name}: ${shownText(number)}`;
    return bytes instanceof Uint8Array ? `${name}: ${shownBytes(bytes)}` : undefined;
  }
}

const MOST_SHOWN = 32;

function shownBytes(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, MOST_SHOWN)).toString('hex');
  return bytes.length > MOST_SHOWN ? `0x${hex}... (${bytes.length} bytes)` : `0x${hex}`;
}
