import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CheckedSnapshot, type Damage, openSnapshot, ScratchFolder } from '@ekv/snapshot';

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
  const header = Buffer.alloc(16);
  header.write('EKVPBBL1', 'latin1');
  let newest = 0n;
  for (const { timestamp } of rows) if (timestamp > newest) newest = timestamp;
  header.writeBigUInt64LE(newest, 8);
  const entries = rows.map((row) => {
    const suffix = Buffer.alloc(8);
    suffix.writeBigUInt64BE(BigInt.asUintN(64, ~row.timestamp));
    const header = Buffer.alloc(9);
    header[0] = row.tombstone ? 1 : 0;
    return { key: Buffer.concat([row.key, suffix]), value: Buffer.concat([header, row.value]) };
  });
  entries.sort((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat([header, ...entries.flatMap(({ key, value }) => [length(key), key, length(value), value])]);
}

function length(bytes: Uint8Array): Buffer {
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt(bytes.length));
  return field;
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
