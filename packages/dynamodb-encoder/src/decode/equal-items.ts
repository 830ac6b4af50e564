import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { itemIdentity } from '../layout/item-key.ts';
import type { DecodedTable } from './decoded-table.ts';
import { type DecodedItem, type ItemRows, itemsOf } from './item-rows.ts';

/** Bytes of an item's ordinal in its table. */
export const ORDINAL_BYTES = 6;
/** Roles of generations in the order in which they win. */
const ACTIVE = 0;
const SOURCE = 1;

/** Is told what becomes of the items of a table, in the order of their identities. What it is given is valid until it returns. */
export interface EqualItemsSettler {
  /** What it wants to have again with the item. */
  payloadOf(item: DecodedItem): Buffer;
  /** The item is the one with its identity. @param ordinal of {@link ORDINAL_BYTES} bytes. */
  keep(identity: Buffer, ordinal: Buffer, payload: Buffer): void;
  /** Another item is kept: that of the generation that a migration goes to, or an `equal` one of the same generation. */
  leaveOut(ordinal: Buffer, why: 'replaced' | 'equal', payload: Buffer): void;
}

/**
 * Finds the items of a table that are one item, in a sort by identity, on disk when it is large: the first of the active generation
 * stays, or else the first of the source. docs/format/04-dynamodb.md, sections 5 and 6.6.
 */
export function settleEqualItems(
  rows: ItemRows,
  table: DecodedTable,
  scratch: ScratchFolder,
  settler: EqualItemsSettler,
): void {
  const sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  try {
    for (const item of itemsOf(rows, table)) sorter.add(sortKeyOf(item), settler.payloadOf(item));
    settle(sorter.sorted(), settler);
  } finally {
    sorter.close();
  }
}

/** `identity, role, ordinal`. */
function sortKeyOf({ ordinal, role, key }: DecodedItem): Buffer {
  const tail = Buffer.allocUnsafe(1 + ORDINAL_BYTES);
  tail[0] = role === 'active' ? ACTIVE : SOURCE;
  tail.writeUIntBE(ordinal, 1, ORDINAL_BYTES);
  return Buffer.concat([itemIdentity(key), tail]);
}

function settle(rows: SortedRows, settler: EqualItemsSettler): void {
  try {
    let winner: Buffer | undefined;
    let winnerRole = ACTIVE;
    while (rows.next()) {
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
      const tailAt = keyEnd - ORDINAL_BYTES - 1;
      const payload = bytes.subarray(payloadStart, payloadEnd);
      const ordinal = bytes.subarray(tailAt + 1, keyEnd);
      const role = bytes[tailAt]!;
      if (winner?.compare(bytes, keyStart, tailAt) === 0) {
        settler.leaveOut(ordinal, role === winnerRole ? 'equal' : 'replaced', payload);
        continue;
      }
      winner = Buffer.from(bytes.subarray(keyStart, tailAt));
      winnerRole = role;
      settler.keep(winner, ordinal, payload);
    }
  } finally {
    rows.close();
  }
}
