import type { SnapshotRecord } from '@ekv/snapshot';
import { type HashField, hashRecords } from '../records/collection-records.ts';
import { readCollectionFile } from './collection-file.ts';
import type { EncodeContext } from './encode-context.ts';
import { readBytes, skipUnknown } from './json-fields.ts';
import type { KeyFile } from './key-files.ts';

/** The rows of a hash's file. docs/format/03-redis.md, section 6. */
export function* encodeHash(context: EncodeContext, { key, path }: KeyFile): Generator<SnapshotRecord> {
  const fields: HashField[] = [];
  const expireAtMs = readCollectionFile(context, path, 'fields', () => fields.push(readField(context, path)));
  yield* hashRecords(key, fields, expireAtMs);
}

function readField(context: EncodeContext, path: string): HashField {
  const { reader } = context;
  const start = reader.mark();
  let name: Buffer | undefined;
  let value: Buffer | undefined;
  reader.object((field) => {
    if (field === 'name') name = readBytes(context, '"name"', path);
    else if (field === 'value') value = readBytes(context, '"value"', path);
    else skipUnknown(context, field, path);
  }, 'a field');
  if (name === undefined) return reader.failAtMark(start, '"name" is missing');
  if (value === undefined) return reader.failAtMark(start, '"value" is missing');
  return { name, value };
}
