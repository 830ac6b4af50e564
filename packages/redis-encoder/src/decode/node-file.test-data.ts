import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CheckedSnapshot, type Damage, openSnapshot, ScratchFolder } from '@ekv/snapshot';
import { snapshotBytes } from '@ekv/test-support/node-file';

/** One version of a row, as a node keeps it. */
export interface NodeRow {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly timestamp: bigint;
  /** True for a deletion. */
  readonly tombstone?: boolean;
}

/** A snapshot file of rows that each have their own commit timestamp, in the order a node writes. */
function nodeFile(rows: readonly NodeRow[]): Buffer {
  let newest = 0n;
  for (const { timestamp } of rows) if (timestamp > newest) newest = timestamp;
  const entries = rows.map(({ tombstone = false, ...row }) => ({ ...row, isDeletion: tombstone }));
  return snapshotBytes(entries, { headerTimestamp: newest });
}

/** Opens the rows as a checked snapshot for the time of the call. */
export function withNodeFile<T>(
  rows: readonly NodeRow[],
  families: readonly string[],
  use: (source: CheckedSnapshot, scratch: ScratchFolder) => T,
  damage?: Damage,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-node-file-'));
  const scratch = new ScratchFolder(folder);
  try {
    const path = join(folder, 'node.fsm');
    writeFileSync(path, nodeFile(rows));
    const snapshot = openSnapshot(path, { scratch, damage });
    try {
      return use(snapshot.check({ families }), scratch);
    } finally {
      snapshot.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
