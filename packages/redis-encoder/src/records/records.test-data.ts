import type { SnapshotRow } from '@ekv/snapshot';

/** Rows as `key value` in hex, in the order given. */
export function rowsInHex(records: Iterable<SnapshotRow>): string[] {
  return Array.from(records, ({ key, value }) => {
    if (!(value instanceof Uint8Array)) throw new Error('a Redis row is never a slice of a file');
    return `${Buffer.from(key).toString('hex')} ${Buffer.from(value).toString('hex')}`;
  });
}

/** A row from hex with blanks wherever it helps reading. */
export function inHex(key: string, value: string): string {
  return `${key.replaceAll(' ', '')} ${value.replaceAll(' ', '')}`;
}

/** Prefix of a row as hex. */
export function prefixed(prefix: string, rest: string): string {
  return Buffer.from(prefix, 'latin1').toString('hex') + rest;
}
