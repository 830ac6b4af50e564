import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { ITEM_SUFFIX, itemPath, itemPlace } from '../files/paths.ts';
import type { DecodedTable } from './decoded-table.ts';
import { type EqualItemsSettler, settleEqualItems } from './equal-items.ts';
import { ItemExceptions } from './item-exceptions.ts';
import type { DecodedItem, ItemRows } from './item-rows.ts';

/** What claims a path: stands after the path and a zero byte. */
const FILE = 0;
const FOLDER = 1;

const NOTHING = Buffer.alloc(0);

/**
 * The items of one table that do not simply get their ordinary name, by ordinal. Most tables have none: their conflicts
 * cost nothing.
 */
export class NameConflicts {
  readonly exceptions: ItemExceptions;
  /** Items with the ordinary name of another one. */
  colliding = 0;
  /** Items left out because the table has an equal key already; not those that a migration replaces. */
  equal = 0;
  /** Path below `items/` of one of these. */
  equalExample = '';
  /** Whether the items with an empty hash key need a folder of their own. */
  emptyHashNeedsFolder = false;

  constructor(scratch: ScratchFolder) {
    this.exceptions = new ItemExceptions(scratch);
  }
}

/**
 * Finds the items of a table that are one item, or that want one path. Two sorts, on disk when they are large: by the item's
 * identity, then by path. docs/format/04-dynamodb.md, sections 5, 6.2 and 6.6.
 */
export function findNameConflicts(rows: ItemRows, table: DecodedTable, scratch: ScratchFolder): NameConflicts {
  const conflicts = new NameConflicts(scratch);
  const claims = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  try {
    settleEqualItems(rows, table, scratch, new PathClaims(claims, conflicts));
    settleClaims(claims.sorted(), conflicts);
    return conflicts;
  } catch (error) {
    conflicts.exceptions.close();
    throw error;
  } finally {
    claims.close();
  }
}

/** Claims the paths of the items that are kept, and the folders that are named like files. */
class PathClaims implements EqualItemsSettler {
  readonly #claims: ExternalSorter;
  readonly #conflicts: NameConflicts;
  #lastFolder = '';

  constructor(claims: ExternalSorter, conflicts: NameConflicts) {
    this.#claims = claims;
    this.#conflicts = conflicts;
  }

  /** The path. */
  payloadOf({ key }: DecodedItem): Buffer {
    const place = itemPlace(key);
    if (place.folder !== this.#lastFolder && place.folder.endsWith(ITEM_SUFFIX)) {
      this.#lastFolder = place.folder;
      this.#claims.add(claim(Buffer.from(place.folder, 'latin1'), FOLDER, NOTHING), NOTHING);
    }
    return Buffer.from(itemPath(place), 'latin1');
  }

  keep(identity: Buffer, ordinal: Buffer, path: Buffer): void {
    this.#claims.add(claim(path, FILE, identity), ordinal);
  }

  leaveOut(ordinal: Buffer, why: 'replaced' | 'equal', path: Buffer): void {
    const conflicts = this.#conflicts;
    conflicts.exceptions.leaveOut(ordinal);
    if (why === 'equal' && conflicts.equal++ === 0) conflicts.equalExample = path.toString('latin1');
  }
}

/** A path and who claims it: of several items the one with the lowest identity, whatever row it came from. */
function claim(path: Buffer, kind: number, identity: Buffer): Buffer {
  return Buffer.concat([path, Buffer.from([0, kind]), identity]);
}

/** Files come before folders of the same path. */
function settleClaims(rows: SortedRows, conflicts: NameConflicts): void {
  try {
    let path: Buffer | undefined;
    let isTaken = false;
    while (rows.next()) {
      const { bytes, keyStart, payloadStart, payloadEnd } = rows;
      const pathEnd = bytes.indexOf(0, keyStart);
      const isFile = bytes[pathEnd + 1] === FILE;
      if (path?.compare(bytes, keyStart, pathEnd) !== 0) {
        path = Buffer.from(bytes.subarray(keyStart, pathEnd));
        isTaken = isFile;
      } else if (isFile) {
        conflicts.colliding++;
        conflicts.exceptions.rename(bytes.subarray(payloadStart, payloadEnd));
      } else if (isTaken) conflicts.emptyHashNeedsFolder = true;
    }
  } finally {
    rows.close();
  }
}
