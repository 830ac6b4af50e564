import type { Damage } from '../damage/damage.ts';
import type { ByteSource } from '../format/byte-source.ts';
import { printable } from '../printable.ts';
import type { SnapshotSummary } from '../read/checked-snapshot.ts';
import { openSnapshot } from '../read/open-snapshot.ts';
import type { ScratchFolder } from '../sort/scratch.ts';

/** Bytes in memory, as a file that has places. */
export function memoryBytes(bytes: Buffer, name = 'in.fsm'): ByteSource {
  return {
    name,
    byteLength: bytes.length,
    read: (position, into, offset, length) =>
      bytes.copy(into, offset, position, Math.min(bytes.length, position + length)),
    close: () => undefined,
  };
}

export interface ReadSnapshot {
  readonly summary: SnapshotSummary;
  /** Of the newest versions, in the order of the file: user key and body. */
  readonly rows: Array<readonly [key: string, body: string]>;
}

/** Reads the rows of one family. */
export function readSnapshot(
  input: Buffer | string,
  { scratch, damage, family = '!k|' }: { scratch: ScratchFolder; damage?: Damage; family?: string },
): ReadSnapshot {
  const source = typeof input === 'string' ? input : memoryBytes(input);
  using snapshot = openSnapshot(source, { scratch, damage });
  const checked = snapshot.check({ families: [family] });
  const rows: Array<readonly [string, string]> = [];
  const cursor = checked.rows(family);
  while (cursor.next()) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor;
    rows.push([printable(bytes.subarray(keyStart, keyEnd)), bytes.toString('latin1', valueStart, valueEnd)]);
  }
  return { summary: checked.summary, rows };
}
