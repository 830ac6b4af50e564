import type { SnapshotRecord } from '@ekv/snapshot';
import { setRecords } from '../records/collection-records.ts';
import { readCollectionFile } from './collection-file.ts';
import type { EncodeContext } from './encode-context.ts';
import { readBytes } from './json-fields.ts';
import type { KeyFile } from './key-files.ts';

/** The rows of a set's file. docs/format/03-redis.md, section 7. */
export function* encodeSet(context: EncodeContext, { key, path }: KeyFile): Generator<SnapshotRecord> {
  const members: Buffer[] = [];
  const expireAtMs = readCollectionFile(context, path, 'members', () =>
    members.push(readBytes(context, 'a member', path)),
  );
  yield* setRecords(key, members, expireAtMs);
}
