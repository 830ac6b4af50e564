import { ExternalSorter } from '../sort/external-sorter.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import { SIDE_SORT_BYTES } from '../sort/sort-memory.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import { versionBefore } from './encoded-key.ts';
import { LOCK_ROWS, readLock } from './transaction-rows.ts';
import type { VersionCursor } from './version-cursor.ts';

/** A lock of a transaction on a key. */
export interface LockOfKey {
  /** Stored key that the transaction writes. A view that holds until the next lock. */
  readonly key: Buffer;
  /** First key of the transaction. A view, as well. */
  readonly primary: Buffer;
  /** When the transaction began. */
  readonly start: bigint;
  /** Version that took the lock away; nothing while it stands. */
  readonly endedAt: bigint | undefined;
}

const NOTHING = Buffer.alloc(0);
const LENGTH = 4;

/**
 * Takes all versions of all locks and gives those that were set, key by key, with the version that ended each. Sorted externally, as
 * versions of other keys may stand between those of one key (docs/format/01-snapshot.md, section 6.2).
 */
export function eachLock(rows: VersionCursor, scratch: ScratchFolder, take: (lock: LockOfKey) => void): void {
  const sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  try {
    addVersions(rows, sorter);
    if (sorter.count > 0) giveLocks(sorter.sorted(), take);
  } finally {
    sorter.close();
  }
}

/** Key of a record: length of the stored key, that key, inverted version. Payload: nothing for a deletion, else start and first key. */
function addVersions(rows: VersionCursor, sorter: ExternalSorter): void {
  const length = Buffer.alloc(LENGTH);
  const start = Buffer.alloc(8);
  while (rows.next()) {
    const { bytes, keyEnd } = rows;
    const keyStart = rows.keyStart + LOCK_ROWS.length;
    length.writeUInt32BE(keyEnd - keyStart);
    const key = Buffer.concat([length, bytes.subarray(keyStart, keyEnd + 8)]);
    if (rows.tombstone) {
      sorter.add(key, NOTHING);
      continue;
    }
    const lock = readLock(rows);
    start.writeBigUInt64BE(lock.start);
    sorter.add(key, start, bytes.subarray(lock.primaryStart, lock.primaryEnd));
  }
}

function giveLocks(rows: SortedRows, take: (lock: LockOfKey) => void): void {
  let previous = NOTHING;
  let younger: bigint | undefined;
  while (rows.next()) {
    if (rows.isRepeated()) continue;
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
    const sameKey = bytes.subarray(keyStart, keyEnd - 8);
    if (!sameKey.equals(previous)) {
      previous = Buffer.from(sameKey);
      younger = undefined;
    }
    if (payloadStart !== payloadEnd) {
      take({
        key: sameKey.subarray(LENGTH),
        primary: bytes.subarray(payloadStart + 8, payloadEnd),
        start: bytes.readBigUInt64BE(payloadStart),
        endedAt: younger,
      });
    }
    younger = versionBefore(bytes, keyEnd);
  }
}
