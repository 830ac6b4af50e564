import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const GOLDEN = join(import.meta.dirname, '../../../fixtures/golden');

/** One version of a row, as it stands in a file of a node. */
export interface RowVersion {
  /** Stored key, without the timestamp. */
  readonly key: Buffer;
  readonly committedAt: bigint;
  readonly isDeletion: boolean;
  /** Without the value header. */
  readonly value: Buffer;
}

/** All versions of all rows of a file, rows without a timestamp left out. @param path below fixtures/golden. */
export function rowVersions(path: string): RowVersion[] {
  const bytes = readFileSync(join(GOLDEN, path));
  const isOfNode = bytes.toString('latin1', 0, 7) === 'EKVTHLC';
  const end = bytes.length - (isOfNode ? 4 : 0);
  const versions: RowVersion[] = [];
  for (let at = isOfNode ? 32 : 16; at < end; ) {
    const key = bytes.subarray(at + 8, at + 8 + Number(bytes.readBigUInt64LE(at)));
    at += 8 + key.length;
    const value = bytes.subarray(at + 8, at + 8 + Number(bytes.readBigUInt64LE(at)));
    at += 8 + value.length;
    if (key.toString('latin1').startsWith('_meta_')) continue;
    versions.push({
      key: key.subarray(0, -8),
      committedAt: BigInt.asUintN(64, ~key.readBigUInt64BE(key.length - 8)),
      isDeletion: (value[0]! & 1) === 1,
      value: value.subarray(9),
    });
  }
  return versions;
}

/** The newest live version of each row whose key begins with a prefix, and when it was committed. */
export function newestRows(versions: readonly RowVersion[], prefix: string): RowVersion[] {
  const newest = new Map<string, RowVersion>();
  for (const version of versions) {
    const key = version.key.toString('latin1');
    if (!key.startsWith(prefix)) continue;
    const other = newest.get(key);
    if (other === undefined || other.committedAt < version.committedAt) newest.set(key, version);
  }
  return [...newest.values()].filter(({ isDeletion }) => !isDeletion);
}
