import { escapedPart } from '@ekv/adapter';
import { JsonBytes } from '@ekv/dump-tree';
import { DataError, type FileSlice, type SnapshotRow } from '@ekv/snapshot';
import { BLOB_ROWS, HEAD_ROWS } from '../layout/families.ts';
import { CHUNK_BYTES, type ObjectFacts, UPLOAD_ID, writeHeadValue } from '../layout/head-value.ts';
import { NUMBER_BYTES, rowKey, u64 } from '../layout/row-keys.ts';
import { GENERATION } from './bucket-records.ts';

const UPLOAD = escapedPart(Buffer.from(UPLOAD_ID));
const PART_NUMBER = u64(1n);
const FIRST_CHUNK = u64(0n);

/** The bytes of an object: in memory, or a part of a file that is read when the snapshot is written. */
export type ObjectBody = Uint8Array | FileSlice;

/**
 * The rows of an object: a chunk for each MiB, then the manifest. Bytes of a record are valid until the next one is asked
 * for. Throws DataError for an empty key, RangeError for a time out of range. docs/format/05-s3.md, section 7.3.
 */
export function* objectRecords(
  bucket: Uint8Array,
  key: Uint8Array,
  body: ObjectBody,
  facts: ObjectFacts = {},
): Generator<SnapshotRow> {
  yield* new ObjectRecords(bucket).of(key, body, facts);
}

/** The rows of objects of one bucket; buffers are reused from object to object. */
export class ObjectRecords {
  readonly #bucket: Buffer;
  readonly #json = new JsonBytes();

  constructor(bucket: Uint8Array) {
    this.#bucket = escapedPart(bucket);
  }

  *of(key: Uint8Array, body: ObjectBody, facts: ObjectFacts): Generator<SnapshotRow> {
    if (key.length === 0) throw new DataError('an object must have a key that is not empty');
    const object = escapedPart(key);
    const row = rowKey(BLOB_ROWS, this.#bucket, GENERATION, object, UPLOAD, PART_NUMBER, FIRST_CHUNK);
    for (let chunk = 0, at = 0; at < body.length; chunk++, at += CHUNK_BYTES) {
      row.writeBigUInt64BE(BigInt(chunk), row.length - NUMBER_BYTES);
      yield { key: row, value: pieceOf(body, at, Math.min(CHUNK_BYTES, body.length - at)) };
    }
    writeHeadValue(this.#json, body.length, facts);
    yield { key: rowKey(HEAD_ROWS, this.#bucket, GENERATION, object), value: this.#json.view() };
  }
}

function pieceOf(body: ObjectBody, offset: number, length: number): ObjectBody {
  if (body instanceof Uint8Array) return body.subarray(offset, offset + length);
  return { ...body, offset: body.offset + offset, length };
}
