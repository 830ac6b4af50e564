import { createHash } from 'node:crypto';
import type { Owner, RowOwner } from '@ekv/adapter';
import { ownersOf } from '@ekv/core';
import type { VersionWalk } from '@ekv/snapshot';

const LONGEST = 512;

/** A text that only rows of one unit have; short, whatever the names are. `undefined` for rows that are of no unit. */
export function unitId({ adapter, key, scope, sortKey }: Owner): string | undefined {
  if (key === undefined) return undefined;
  const head = `${adapter} ${scope?.length ?? ''} ${key.length} ${sortKey?.length ?? ''} `;
  const names = [scope, key, sortKey].filter((name) => name !== undefined);
  if (names.reduce((sum, { length }) => sum + length, 0) <= LONGEST)
    return head + names.map((name) => name.toString('latin1')).join('');
  const hash = createHash('sha256');
  for (const name of names) hash.update(name);
  return head + hash.digest('base64');
}

/** How the row at hand tells of which unit it is. `alone`: with its value, so rows of one unit need not stand together. */
export type Telling = 'by its key' | 'alone';

/**
 * Takes from the value of a row of which unit it is, where the value tells. The body of what is encrypted or deleted says nothing: then it is what the key alone
 * tells.
 */
export function completeOwner(found: RowOwner, walk: VersionWalk): Telling {
  if (!found.isInValue) return 'by its key';
  const { bytes, valueStart, headEnd, bodyBytes, isReadable, isDeletion } = walk;
  const owners = ownersOf(found.adapter)!;
  // Whether such a row of a list is a change or the list itself, the length of its value tells.
  if (found.role === 'change') {
    owners.findInValue(found, bytes, valueStart, valueStart + bodyBytes);
    return 'by its key';
  }
  const isThere = isReadable && !isDeletion && headEnd - valueStart === bodyBytes;
  owners.findInValue(found, bytes, valueStart, isThere ? headEnd : valueStart);
  return 'alone';
}

/** Bytes that the keys of all rows of the unit in this family begin with; 0 for rows that are of no unit. Of rows that tell it by their key. */
export function prefixLengthOf({ keyPart, sortKeyPart }: RowOwner, { bytes, keyStart }: VersionWalk): number {
  if (!keyPart.isThere || keyPart.bytes !== bytes) return 0;
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
