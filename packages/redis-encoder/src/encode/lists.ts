import type { SnapshotRecord } from '@ekv/snapshot';
import { listRecords } from '../records/collection-records.ts';
import { readCollectionFile } from './collection-file.ts';
import type { EncodeContext } from './encode-context.ts';
import { readBytes } from './json-fields.ts';
import type { KeyFile } from './key-files.ts';

/** The rows of a list's file. docs/format/03-redis.md, section 8. */
export function* encodeList(context: EncodeContext, { key, path }: KeyFile): Generator<SnapshotRecord> {
  const items: Buffer[] = [];
  const expireAtMs = readCollectionFile(context, path, 'items', () => items.push(readBytes(context, 'an item', path)));
  yield* listRecords(key, items, expireAtMs);
}
