import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { ITEM_SUFFIX, itemPath, itemPlace } from '../files/paths.ts';
import { itemIdentity } from '../layout/item-key.ts';
import type { DecodedTable } from './decoded-table.ts';
import { type ItemRows, itemsOf } from './item-rows.ts';

const ORDINAL_BYTES = 6;
/** Roles of generations in the order in which they win. */
const ACTIVE = 0;
const SOURCE = 1;
/** What claims a path: stands after the path and a zero byte. */
const FILE = 0;
const FOLDER = 1;

const RENAMED = Buffer.from([0]);
const LEFT_OUT = Buffer.from([1]);

/**
 * The items of one table that do not simply get their ordinary name, by ordinal. Most tables have none: their conflicts
 * cost nothing.
 */
export class NameConflicts {
  /** Items with the ordinary name of another one. */
  colliding = 0;
  /** Items left out because the table has an equal key already; not those that a migration replaces. */
  equal = 0;
  /** Path below `items/` of one of these. */
  equalExample = '';
  /** Whether the items with an empty hash key need a folder of their own. */
  emptyHashNeedsFolder = false;
  readonly #exceptions: ExternalSorter;
  #rows: SortedRows | undefined;
  #present = false;

  constructor(scratch: ScratchFolder) {
    this.#exceptions = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  rename(ordinal: Uint8Array): void {
    this.colliding++;
    this.#exceptions.add(ordinal, RENAMED);
  }

  leaveOut(ordinal: Uint8Array): void {
    this.#exceptions.add(ordinal, LEFT_OUT);
  }

  /** What to do with an item. To be asked in ascending order, once each. */
  take(ordinal: number): 'ordinary' | 'renamed' | 'left out' {
    if (this.#rows === undefined) {
      this.#rows = this.#exceptions.sorted();
      this.#present = this.#rows.next();
    }
    const rows = this.#rows;
    if (!this.#present || rows.bytes.readUIntBE(rows.keyStart, ORDINAL_BYTES) !== ordinal) return 'ordinary';
    const isRenamed = rows.bytes[rows.payloadStart] === RENAMED[0];
    this.#present = rows.next();
    return isRenamed ? 'renamed' : 'left out';
  }

  close(): void {
    this.#rows?.close();
    this.#exceptions.close();
  }
}

/**
 * Finds the items of a table that are one item, or that want one path. Two sorts, on disk when they are large: by the item's
 * identity, then by path. docs/format/04-dynamodb.md, sections 5, 6.2 and 6.6.
 */
export function findNameConflicts(rows: ItemRows, table: DecodedTable, scratch: ScratchFolder): NameConflicts {
  const conflicts = new NameConflicts(scratch);
  const claims = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  thenClosed(sortedIdentities(rows, table, claims, scratch), (identities) => claimPaths(identities, claims, conflicts));
  thenClosed(claims.sorted(), (sorted) => settleClaims(sorted, conflicts));
  return conflicts;
}

function thenClosed(rows: SortedRows, use: (rows: SortedRows) => void): void {
  try {
    use(rows);
  } finally {
    rows.close();
  }
}

/** Keys `identity, role, ordinal`, payloads paths. Adds the claims of folders that are named like files. */
function sortedIdentities(
  rows: ItemRows,
  table: DecodedTable,
  claims: ExternalSorter,
  scratch: ScratchFolder,
): SortedRows {
  const identities = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  let lastFolder = '';
  for (const { ordinal, role, key } of itemsOf(rows, table)) {
    const place = itemPlace(key);
    const tail = Buffer.allocUnsafe(1 + ORDINAL_BYTES);
    tail[0] = role === 'active' ? ACTIVE : SOURCE;
    tail.writeUIntBE(ordinal, 1, ORDINAL_BYTES);
    identities.add(Buffer.concat([itemIdentity(key), tail]), Buffer.from(itemPath(place), 'latin1'));
    if (place.folder === lastFolder || !place.folder.endsWith(ITEM_SUFFIX)) continue;
    lastFolder = place.folder;
    claims.add(claim(lastFolder, FOLDER, Buffer.alloc(0)), Buffer.alloc(0));
  }
  return identities.sorted();
}

/** Of the items with one identity the first of the active generation stays, or else the first of the source. */
function claimPaths(rows: SortedRows, claims: ExternalSorter, conflicts: NameConflicts): void {
  let winner: Buffer | undefined;
  let winnerRole = ACTIVE;
  while (rows.next()) {
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
    const tailAt = keyEnd - ORDINAL_BYTES - 1;
    const path = bytes.toString('latin1', payloadStart, payloadEnd);
    const ordinal = bytes.subarray(tailAt + 1, keyEnd);
    const role = bytes[tailAt]!;
    if (winner?.compare(bytes, keyStart, tailAt) !== 0) {
      winner = Buffer.from(bytes.subarray(keyStart, tailAt));
      winnerRole = role;
      claims.add(claim(path, FILE, winner), ordinal);
      continue;
    }
    conflicts.leaveOut(ordinal);
    if (role !== winnerRole) continue;
    if (conflicts.equal++ === 0) conflicts.equalExample = path;
  }
}

/** A path and who claims it: of several items the one with the lowest identity, whatever row it came from. */
function claim(path: string, kind: number, identity: Buffer): Buffer {
  return Buffer.concat([Buffer.from(path, 'latin1'), Buffer.from([0, kind]), identity]);
}

/** Files come before folders of the same path. */
function settleClaims(rows: SortedRows, conflicts: NameConflicts): void {
  let path: Buffer | undefined;
  let isTaken = false;
  while (rows.next()) {
    const { bytes, keyStart, payloadStart, payloadEnd } = rows;
    const pathEnd = bytes.indexOf(0, keyStart);
    const isFile = bytes[pathEnd + 1] === FILE;
    if (path?.compare(bytes, keyStart, pathEnd) !== 0) {
      path = Buffer.from(bytes.subarray(keyStart, pathEnd));
      isTaken = isFile;
    } else if (isFile) conflicts.rename(bytes.subarray(payloadStart, payloadEnd));
    else if (isTaken) conflicts.emptyHashNeedsFolder = true;
  }
}
