import { LIST_ITEM_ROWS } from '../layout/families.ts';
import { readListMetadata } from '../layout/metadata.ts';
import { declaredCount, expiryOf } from './collection-walk.ts';
import { CountMismatches } from './count-mismatches.ts';
import type { ElementRows } from './rows/element-rows.ts';
import { KeyJoin } from './rows/key-join.ts';
import { type KeyRange, prefixLast } from './rows/key-order.ts';
import { ListItemRows } from './rows/list-item-rows.ts';
import { listCountChanges, listMetadataRows } from './rows/list-metadata-rows.ts';
import type { PrefixLastRows } from './rows/prefix-last-rows.ts';
import { SortedKeyRows, VALUE_THEN_KEY } from './rows/sorted-key-rows.ts';
import { isDropped, isShown, type ValueContext } from './value-context.ts';

/** Lists, one at a time, by the bytes of their keys, a key after those that it is a prefix of; docs/format/03-redis.md, section 8. */
export class ListWalk {
  /** Of the list at hand, in order, each the value of its row; nothing when it has none. */
  items: ElementRows | undefined;
  /** Of the list at hand, ms since 1970; `null` = does not expire. */
  expireAtMs: bigint | null = null;
  readonly #context: ValueContext;
  readonly #metadata: PrefixLastRows;
  readonly #itemRows: ListItemRows;
  readonly #changes: SortedKeyRows;
  readonly #expiries: SortedKeyRows;
  readonly #mismatches: CountMismatches;
  readonly #join: KeyJoin;

  constructor(context: ValueContext) {
    const { source, scratch, expiries, warn } = context;
    this.#context = context;
    this.#metadata = listMetadataRows(source);
    this.#itemRows = new ListItemRows(source.rows(LIST_ITEM_ROWS), LIST_ITEM_ROWS, { items: scratch });
    this.#changes = listCountChanges(source, scratch);
    this.#expiries = new SortedKeyRows(expiries.lists, VALUE_THEN_KEY);
    this.#mismatches = new CountMismatches(warn, 'list', 'observed_items');
    this.#join = new KeyJoin(prefixLast, [this.#metadata, this.#itemRows]);
  }

  /** Valid until the next one. */
  get key(): KeyRange {
    return this.#join;
  }

  /** Goes to the next list; false after the last one, then everything is closed. Throws RowError. */
  next(): boolean {
    for (;;) {
      if (this.items !== undefined) this.#itemRows.advance();
      this.items = undefined;
      if (!this.#join.next()) break;
      if (this.#take()) return true;
    }
    this.#mismatches.finish();
    this.close();
    return false;
  }

  /** Lets go of memory and scratch, and of changes of lists that do not exist. May be called twice. */
  close(): void {
    this.#itemRows.close();
    this.#changes.close();
    this.#expiries.close();
  }

  /** Takes the list of the key at hand; false when it is left out, or nobody asks for it. */
  #take(): boolean {
    const join = this.#join;
    const known = join.holds(this.#metadata) ? readListMetadata(this.#metadata) : undefined;
    if (known !== undefined) this.#metadata.advance();
    const changes = this.#changes;
    const change = join.skipTo(changes) ? changes.bytes.readBigInt64BE(changes.valueStart) : undefined;
    const expiries = this.#expiries;
    const owned = join.skipTo(expiries) ? expiries.bytes.readBigUInt64BE(expiries.valueStart) : null;
    this.items = join.holds(this.#itemRows) ? this.#itemRows.items : undefined;
    if (!this.#context.isWanted(join)) return false;
    this.expireAtMs = expiryOf(known, owned);
    if (isDropped(this.#context, this.expireAtMs)) return false;
    this.#mismatches.compare(join, declaredCount(known?.count, change), this.items?.count ?? 0);
    return isShown(this.#context, 'list', join);
  }
}
