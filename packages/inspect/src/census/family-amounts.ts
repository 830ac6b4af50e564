import { FAMILIES, unreadFamily } from '@ekv/core';
import { MOST_UNKNOWN_FAMILIES, OTHER_FAMILIES, unknownFamily, type VersionWalk } from '@ekv/snapshot';
import { entriesOf, fileBytesOf } from '../amounts.ts';
import type { FamilyReport } from '../report.ts';
import { AmountsTable } from './amounts-table.ts';
import { nameText } from './name-text.ts';

/** Amounts by key family, of those too that nobody knows. */
export class FamilyAmounts {
  readonly #table = new AmountsTable(FAMILIES.length);
  /** Rows of the table of families that are not known, by their prefix. */
  readonly #unknown = new Map<string, number>();
  #others = -1;

  add(walk: VersionWalk, bytes: number): void {
    const row = walk.family === -1 ? this.#unknownRow(walk) : walk.family;
    this.#table.add(row, walk.state, bytes);
  }

  /** Those that have an entry, the largest first. */
  reports(): FamilyReport[] {
    const known = FAMILIES.map((family, row) => ({
      prefix: family.prefix,
      class: family.class,
      ...(family.adapter && { adapter: family.adapter }),
      amounts: this.#table.amounts(row),
    }));
    const unknown = Array.from(this.#unknown, ([prefix, row]): FamilyReport => {
      const what = unreadFamily(prefix);
      return {
        prefix: nameText(Buffer.from(prefix, 'latin1')),
        class: what === undefined ? 'unknown' : 'unread',
        ...(what && { says: what.says }),
        amounts: this.#table.amounts(row),
      };
    });
    const others: FamilyReport[] =
      this.#others === -1
        ? []
        : [{ prefix: OTHER_FAMILIES, class: 'unknown', amounts: this.#table.amounts(this.#others) }];
    return [...known, ...unknown, ...others]
      .filter(({ amounts }) => entriesOf(amounts) > 0)
      .sort((a, b) => fileBytesOf(b.amounts) - fileBytesOf(a.amounts));
  }

  #unknownRow({ bytes, keyStart, keyEnd }: VersionWalk): number {
    const prefix = unknownFamily(bytes, keyStart, keyEnd);
    const found = this.#unknown.get(prefix);
    if (found !== undefined) return found;
    const row = FAMILIES.length + this.#unknown.size;
    if (this.#unknown.size < MOST_UNKNOWN_FAMILIES) {
      this.#unknown.set(prefix, row);
      return row;
    }
    this.#others = row;
    return row;
  }
}
