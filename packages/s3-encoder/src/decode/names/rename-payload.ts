import type { SortedRows } from '@ekv/snapshot';
import type { Rename, RenameKind } from '../../files/object-path.ts';

/** How sorts carry the name that an object got: a byte for the kind, then the path. */

const KINDS: readonly RenameKind[] = ['s3-leaf-data', 'meta-suffix-rename', 'sha-fallback'];

export function renamePayload({ kind, path }: Rename): Buffer {
  const payload = Buffer.allocUnsafe(1 + path.length);
  payload[0] = KINDS.indexOf(kind);
  payload.write(path, 1, 'latin1');
  return payload;
}

/** Reads what {@link renamePayload} made from the payload of the row at hand. */
export function renameIn({ bytes, payloadStart, payloadEnd }: SortedRows): Rename {
  return { kind: KINDS[bytes[payloadStart]!]!, path: bytes.toString('latin1', payloadStart + 1, payloadEnd) };
}
