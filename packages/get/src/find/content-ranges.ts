import { type KeyRange, keysFrom, type Owner, oneKey } from '@ekv/adapter';
import { type OpenedRows, OwnerFinder, ownersOf } from '@ekv/core';

/** Rows that name contents, and the contents. docs/format/05-s3.md, section 1.1. */
const REFERENCE_ROWS = '!s3|chunkref|';
const PAYLOAD_ROWS = '!s3|chunkblob|';
/** Contents that are looked for one by one; for more the keys of all are walked over. */
const MOST_CONTENTS = 200;

/** Where the contents stand that rows name by their digest, for bodies that were taken out of their objects. */
export function contentRanges({ source }: OpenedRows, within: readonly Owner[]): KeyRange[] {
  if (!within.some(({ adapter }) => adapter === 's3')) return [];
  const finder = new OwnerFinder();
  const owners = ownersOf('s3')!;
  const keys = new Map<string, Buffer>();
  for (const rows = source.rows(REFERENCE_ROWS); rows.next(); ) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = rows;
    const found = finder.find(bytes, keyStart, keyEnd);
    if (found === undefined || !within.some((owner) => found.isOf(owner))) continue;
    const key = owners.contentKey?.(found, bytes, valueStart, valueEnd);
    if (key !== undefined) keys.set(key.toString('latin1'), key);
    if (keys.size > MOST_CONTENTS) return [keysFrom(Buffer.from(PAYLOAD_ROWS))];
  }
  return [...keys.values()].map(oneKey);
}
