import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CheckedSnapshot, type Damage, openSnapshot, ScratchFolder } from '@ekv/snapshot';
import { snapshotBytes } from '@ekv/test-support/node-file';
import { SQS_FAMILIES } from '../layout/families.ts';

/** A row of one commit, key and value as byte strings. */
export type NodeRow = readonly [key: string, value: string];

const TIMESTAMP = 117664502744219697n;

/** A snapshot file of rows in the order a node writes. */
function nodeFile(rows: readonly NodeRow[]): Buffer {
  const entries = rows.map(([key, value]) => ({ key, value: Buffer.from(value, 'latin1'), timestamp: TIMESTAMP }));
  return snapshotBytes(entries, { headerTimestamp: TIMESTAMP });
}

/** Opens the rows as a checked snapshot for the time of the call. */
export function withNodeFile<T>(
  rows: readonly NodeRow[],
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
      return use(snapshot.check({ families: SQS_FAMILIES }), scratch);
    } finally {
      snapshot.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
