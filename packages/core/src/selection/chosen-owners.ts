import type { Owner, RowOwner } from '@ekv/adapter';
import { OwnerFinder, type ValueRange } from '../owners/owner-finder.ts';
import type { Selection } from './selection.ts';

/**
 * What becomes of a row. `unit`: it is one of a unit that is taken. `scope`: it is about a scope, or about one of its units and does not tell which; it stays when
 * anything of the scope does. `content`: any unit may name it. `none`: it belongs to nobody whom an adapter knows.
 */
export type RowFate = 'unit' | 'scope' | 'content' | 'none' | 'left out';

/** Applies a selection to rows. One for each walk: rows of one owner come one after the other. */
export class ChosenOwners {
  readonly #selection: Selection;
  readonly #finder = new OwnerFinder();
  #found: RowOwner | undefined;
  #adapter = '';
  #scope: Buffer | undefined;
  #key: Buffer | undefined;
  #sortKey: Buffer | undefined;
  #fate: RowFate = 'none';

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** Of the row that was asked for last. */
  get owner(): RowOwner | undefined {
    return this.#found;
  }

  /** @param value as {@link OwnerFinder.find} takes it. */
  fateOf(bytes: Buffer, start: number, end: number, value?: ValueRange): RowFate {
    const found = this.#finder.find(bytes, start, end, value);
    this.#found = found;
    if (found === undefined) return 'none';
    if (found.role === 'content') return 'content';
    const { adapter, scope, key, sortKey } = found;
    // Names are the same objects while they are the same bytes.
    if (
      key !== undefined &&
      key === this.#key &&
      scope === this.#scope &&
      sortKey === this.#sortKey &&
      adapter === this.#adapter
    )
      return this.#fate;
    this.#adapter = adapter;
    this.#scope = scope;
    this.#key = key;
    this.#sortKey = sortKey;
    this.#fate = this.#judge({ adapter, scope, key, sortKey }, found.kind !== undefined);
    return this.#fate;
  }

  /** A row of a unit that does not tell which goes with all of its scope. */
  #judge(owner: Owner, isOfUnit: boolean): RowFate {
    if (owner.key !== undefined) return this.#selection.takes(owner) ? 'unit' : 'left out';
    if (this.#selection.takes(owner)) return 'scope';
    return !isOfUnit && this.#selection.mayHold(owner) ? 'scope' : 'left out';
  }
}
