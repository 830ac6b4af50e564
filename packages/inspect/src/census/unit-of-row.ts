import { createHash } from 'node:crypto';
import type { RowOwner } from '@ekv/adapter';
import type { VersionWalk } from '@ekv/snapshot';

const LONGEST = 512;

/** A text that only rows of one unit have; short, whatever the names are. `undefined` for rows that are of no unit. */
export function unitId(found: RowOwner): string | undefined {
  const { adapter, key, scope, sortKey } = found;
  if (key === undefined) return undefined;
  const head = `${adapter} ${scope?.length ?? ''} ${key.length} ${sortKey?.length ?? ''} `;
  const names = [scope, key, sortKey].filter((name) => name !== undefined);
  if (names.reduce((sum, { length }) => sum + length, 0) <= LONGEST)
    return head + names.map((name) => name.toString('latin1')).join('');
  const hash = createHash('sha256');
  for (const name of names) hash.update(name);
  return head + hash.digest('base64');
}

/** Bytes that the keys of all rows of the unit in this family begin with; 0 for rows that are of no unit, or whose key does not tell it. */
export function prefixLengthOf(
  { keyPart, sortKeyPart, isInValue }: RowOwner,
  { bytes, keyStart }: VersionWalk,
): number {
  if (!keyPart.isThere || isInValue || keyPart.bytes !== bytes) return 0;
  return (sortKeyPart.isThere ? sortKeyPart.end : keyPart.end) - keyStart;
}

/**
 * Whether a live row is the one by which its unit is counted: there is one of each. A server may keep the metadata of a collection or not; its elements are there as
 * long as it is, but for a stream, which may have none.
 */
export function standsForUnit({ kind, role }: RowOwner, isFirstElement: boolean): boolean {
  if (role === 'value') return true;
  if (kind === 'stream') return role === 'metadata';
  return isFirstElement && kind !== 'object';
}
