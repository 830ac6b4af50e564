import { type Adapter, RowOwner } from '@ekv/adapter';
import { comparedFamilies } from './differing-owners.ts';
import type { MarkedOwners } from './marked-owners.ts';

/** Tells which rows are needed to read what is marked. */
export class NeededRows {
  readonly #adapters: readonly Adapter[];
  readonly #families: ReadonlySet<string>;
  readonly #marked: MarkedOwners;
  readonly #found = new RowOwner();
  #last = 0;

  constructor(adapters: readonly Adapter[], marked: MarkedOwners) {
    this.#adapters = adapters;
    this.#families = new Set(adapters.flatMap(comparedFamilies));
    this.#marked = marked;
  }

  /** Whether the row with this key is one of them. @param valueBytes length of its value. */
  readonly needs = (bytes: Buffer, start: number, end: number, valueBytes: number): boolean => {
    const owners = this.#ownersOf(bytes, start, end);
    if (owners === undefined) return false;
    const found = this.#found;
    // A key that breaks its format is refused by who reads it.
    if (!owners.find(found, bytes, start, end)) return true;
    // Scopes say how their units are read, and contents belong to any number of units.
    if (!found.keyPart.isThere || found.role === 'content') return true;
    if (found.isInValue) owners.findInValue(found, bytes, start, start + valueBytes);
    return found.role !== 'change' && this.#marked.has(found);
  };

  /** Of a row in a family that is compared. */
  #ownersOf(bytes: Buffer, start: number, end: number): Adapter['owners'] | undefined {
    for (let i = 0; i < this.#adapters.length; i++) {
      const at = (this.#last + i) % this.#adapters.length;
      const { owners } = this.#adapters[at]!;
      const family = owners.family(bytes, start, end);
      if (family === undefined) continue;
      this.#last = at;
      return this.#families.has(family) ? owners : undefined;
    }
    return undefined;
  }
}
