import type { RowCursor, ScratchFolder } from '@ekv/snapshot';
import { listItemKeyEnd } from '../../layout/row-keys.ts';
import { ElementRows, heldBeside } from './element-rows.ts';
import { rowBeginsWith } from './key-order.ts';
import type { KeyedRows } from './keyed-rows.ts';

/** A list whose items may not be complete yet. */
class OpenList {
  bytes: Buffer = Buffer.alloc(64);
  readonly keyStart = 0;
  keyEnd = 0;
  readonly items: ElementRows | undefined;

  /** @param scratch for many items; nothing when they are passed over. */
  constructor(scratch: ScratchFolder | undefined) {
    this.items = scratch === undefined ? undefined : new ElementRows(scratch);
  }

  /** @param others lists that are open. */
  open(bytes: Buffer, keyStart: number, keyEnd: number, others: number): void {
    const length = keyEnd - keyStart;
    if (length > this.bytes.length) this.bytes = Buffer.alloc(length * 2);
    bytes.copy(this.bytes, 0, keyStart, keyEnd);
    this.keyEnd = length;
    this.items?.clear();
    this.items?.holdAtMost(heldBeside(others));
  }
}

/**
 * The item rows `prefix, key, 8-byte sequence` of lists, one list at a time with all its items, in the order of
 * `prefixLast`.
 *
 * The rows carry no key length, so items of a list can stand among those of lists whose keys extend its own. A list is
 * complete when a row comes that, timestamp included, does not begin with its key; lists that wait are prefixes of the
 * row at hand.
 */
export class ListItemRows implements KeyedRows {
  readonly #rows: RowCursor;
  readonly #prefixLength: number;
  readonly #scratch: ScratchFolder | undefined;
  /** By length of key, the longest last. */
  readonly #open: OpenList[] = [];
  readonly #spare: OpenList[] = [];
  #ahead: boolean;
  #current: OpenList;
  present = false;

  /** @param options.items where many items are kept; `passed over`: only the keys are wanted. */
  constructor(rows: RowCursor, prefix: string, options: { readonly items: ScratchFolder | 'passed over' }) {
    this.#rows = rows;
    this.#prefixLength = prefix.length;
    this.#scratch = options.items === 'passed over' ? undefined : options.items;
    this.#current = new OpenList(undefined);
    this.#ahead = rows.next();
    this.advance();
  }

  get bytes(): Buffer {
    return this.#current.bytes;
  }

  /** Items in ascending order of their sequence numbers; the item's bytes are its value. Not when they are passed over. */
  get items(): ElementRows {
    return this.#current.items!;
  }

  readonly keyStart = 0;

  get keyEnd(): number {
    return this.#current.keyEnd;
  }

  get restStart(): number {
    return this.#current.keyEnd;
  }

  get restEnd(): number {
    return this.#current.keyEnd;
  }

  get valueStart(): number {
    return this.#current.keyEnd;
  }

  get valueEnd(): number {
    return this.#current.keyEnd;
  }

  advance(): void {
    if (this.present) {
      this.#current.items?.clear();
      this.#spare.push(this.#current);
    }
    for (;;) {
      const longest = this.#open[this.#open.length - 1];
      if (longest !== undefined && !this.#extends(longest)) {
        this.#current = this.#open.pop()!;
        this.present = true;
        return;
      }
      if (!this.#ahead) {
        this.present = false;
        return;
      }
      this.#take();
      this.#ahead = this.#rows.next();
    }
  }

  /** Lets go of memory and scratch. May be called twice. */
  close(): void {
    for (const { items } of [this.#current, ...this.#open, ...this.#spare]) items?.clear();
  }

  /** Whether items of the list, or of lists whose keys extend its own, can still come. */
  #extends(list: OpenList): boolean {
    return this.#ahead && rowBeginsWith(this.#rows, this.#prefixLength, list);
  }

  #take(): void {
    const { bytes, keyStart, valueStart, valueEnd } = this.#rows;
    const from = keyStart + this.#prefixLength;
    const to = listItemKeyEnd(this.#rows);
    const list = this.#find(bytes, from, to);
    list.items?.add(bytes, to, to, valueStart, valueEnd);
  }

  /** All open lists are prefixes of the row at hand, so they differ in length. */
  #find(bytes: Buffer, keyStart: number, keyEnd: number): OpenList {
    const length = keyEnd - keyStart;
    let at = this.#open.length;
    while (at > 0 && this.#open[at - 1]!.keyEnd > length) at--;
    const there = this.#open[at - 1];
    if (there !== undefined && there.keyEnd === length) return there;
    const list = this.#spare.pop() ?? new OpenList(this.#scratch);
    list.open(bytes, keyStart, keyEnd, this.#open.length);
    this.#open.splice(at, 0, list);
    return list;
  }
}
