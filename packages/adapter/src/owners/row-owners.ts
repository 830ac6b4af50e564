import { KeyFamilies } from '@ekv/snapshot';
import { type AddressForm, readAddress, writeAddress } from './address.ts';
import type { KeyRange } from './key-range.ts';
import type { Owner } from './owner.ts';
import type { RowOwner } from './row-owner.ts';

/** Whose the rows of an adapter are. docs/format/13-selection.md */
export interface RowOwners {
  /** How its addresses are made. */
  readonly addresses: AddressForm;
  /**
   * Looks whose the row with the key `bytes[start, end)` is, which stands without its version: of a deletion and of any version too. False: the key
   * is in none of the adapter's families, or it breaks the format; then `found` means nothing.
   */
  find(found: RowOwner, bytes: Buffer, start: number, end: number): boolean;
  /** For a row whose {@link RowOwner.isInValue} is true: takes from its value which unit it is. A value that breaks the format changes nothing. */
  findInValue(found: RowOwner, bytes: Buffer, start: number, end: number): void;
  /** Prefixes of the families of which {@link RowOwner.isInValue} can be true. */
  readonly valueFamilies: readonly string[];
  /** Prefix of the family that the key is in; `undefined` for none. The longest counts. */
  family(bytes: Buffer, start: number, end: number): string | undefined;
  /**
   * Stretches of keys that hold each row of an owner, all versions of it; ascending. Rows of others may stand in them where the format has something else before
   * the name: ask {@link find}. Contents that belong to no single unit are not in them: see {@link contentKey}.
   *
   * @param generations of the scope in which to look, as {@link RowOwner.generation} tells them. Absent: all, so for some adapters the
   * whole scope.
   */
  ranges(owner: Owner, generations?: readonly bigint[]): KeyRange[];
  /**
   * Key of the row of contents that this row names with its value. That row goes with the last one that names it. `undefined` for rows that
   * name none.
   */
  contentKey?(found: RowOwner, bytes: Buffer, start: number, end: number): Buffer | undefined;
  /**
   * When the unit of the row at hand ends, as this row says: ms since 1970, a double; 0 = it says nothing. `bytes[start, end)` is the beginning of its value, 8 KiB
   * or all of it. Absent: units of the adapter do not end by themselves.
   */
  expiresAtMs?(found: RowOwner, bytes: Buffer, start: number, end: number): number;
  /**
   * Generations of the scope whose units may be served, by a row of the scope: what its value says, or nothing. A value that breaks the
   * format says nothing. Absent: units have no generations.
   */
  generationsIn?(found: RowOwner, bytes: Buffer, start: number, end: number): readonly bigint[] | 'all';
  /** One line of printable text for an owner, which {@link readAddress} reads back to the same bytes. */
  writeAddress(owner: Owner): string;
  /** Throws UsageError. */
  readAddress(text: string): Owner;
}

/** Reads a key of one family behind its prefix. @returns false when it breaks the format. */
export type ReadOwner = (found: RowOwner, bytes: Buffer, afterPrefix: number, end: number) => boolean;

/** What sets the owners of one adapter apart. */
export interface OwnerRules extends Pick<RowOwners, 'ranges' | 'contentKey' | 'expiresAtMs' | 'generationsIn'> {
  readonly addresses: AddressForm;
  /** By prefix. */
  readonly families: ReadonlyMap<string, ReadOwner>;
  /** For families whose keys may say that the unit is in the value. */
  readonly inValue?: ReadonlyMap<string, ReadOwner>;
}

/** The owners of an adapter by its rules. */
export function rowOwners(rules: OwnerRules): RowOwners {
  const { addresses, families, inValue, ranges, contentKey, expiresAtMs, generationsIn } = rules;
  const prefixes = [...families.keys()];
  const readers = [...families.values()];
  const known = new KeyFamilies(prefixes);
  return {
    addresses,
    find: (found, bytes, start, end) => {
      const family = known.find(bytes, start, end);
      if (family === -1) return false;
      const prefix = prefixes[family]!;
      found.begin(addresses.adapter, prefix);
      return readers[family]!(found, bytes, start + prefix.length, end);
    },
    findInValue: (found, bytes, start, end) => {
      if (!found.isInValue) return;
      found.isInValue = false;
      inValue?.get(found.family)?.(found, bytes, start, end);
    },
    valueFamilies: [...(inValue?.keys() ?? [])],
    family: (bytes, start, end) => prefixes[known.find(bytes, start, end)],
    ranges,
    ...(contentKey && { contentKey }),
    ...(expiresAtMs && { expiresAtMs }),
    ...(generationsIn && { generationsIn }),
    writeAddress: (owner) => writeAddress(addresses, owner),
    readAddress: (text) => readAddress(addresses, text),
  };
}
