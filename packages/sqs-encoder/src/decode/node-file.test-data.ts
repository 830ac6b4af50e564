import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CheckedSnapshot, type Damage, openSnapshot, ScratchFolder } from '@ekv/snapshot';
import { SQS_FAMILIES } from '../layout/families.ts';

/** A row of one commit, key and value as byte strings. */
export type NodeRow = readonly [key: string, value: string];

const HEADER_BYTES = 16;

/** A snapshot file of rows in the order a node writes. */
function nodeFile(rows: readonly NodeRow[]): Buffer {
  const timestamp = 117664502744219697n;
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('EKVPBBL1', 'latin1');
  header.writeBigUInt64LE(timestamp, 8);
  const suffix = Buffer.alloc(8);
  suffix.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp));
  const entries = rows.map(([key, value]) => ({
    key: Buffer.concat([Buffer.from(key, 'latin1'), suffix]),
    value: Buffer.concat([Buffer.alloc(9), Buffer.from(value, 'latin1')]),
  }));
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
