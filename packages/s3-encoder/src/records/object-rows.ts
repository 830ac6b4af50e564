import { escapedPart } from '@ekv/adapter';
import { JsonBytes } from '@ekv/dump-tree';
import { DataError, type FileSlice, nameRows, type SnapshotRow } from '@ekv/snapshot';
import { BLOB_ROWS, HEAD_ROWS } from '../layout/families.ts';
import { CHUNK_BYTES, type ObjectFacts, UPLOAD_ID, writeHeadValue } from '../layout/head-value.ts';
import { NUMBER_BYTES, rowKey, u64 } from '../layout/row-keys.ts';
import { s3RowName } from '../layout/row-names.ts';
import { GENERATION } from './bucket-records.ts';

const UPLOAD = escapedPart(Buffer.from(UPLOAD_ID));
const PART_NUMBER = u64(1n);
const FIRST_CHUNK = u64(0n);

/** The rows of objects of one bucket; buffers are reused from row to row. docs/format/05-s3.md, section 7.3. */
export class ObjectRows {
  /** Bucket and generation as they stand in keys. */
  readonly #bucket: Buffer;
  readonly #json = new JsonBytes();

  constructor(bucket: Uint8Array, generation: Buffer = GENERATION) {
    nameRows('!s3|', s3RowName);
    this.#bucket = Buffer.concat([escapedPart(bucket), generation]);
  }

  /** A chunk for each MiB, then the manifest. Throws DataError for an empty key. */
  *of(key: Uint8Array, body: Uint8Array | FileSlice, facts: ObjectFacts): Generator<SnapshotRow> {
    if (key.length === 0) throw new DataError('an object must have a key that is not empty');
    const object = escapedPart(key);
    const row = this.#chunkKey(object);
    for (let chunk = 0, at = 0; at < body.length; chunk++, at += CHUNK_BYTES) {
      row.writeBigUInt64BE(BigInt(chunk), row.length - NUMBER_BYTES);
      yield { key: row, value: pieceOf(body, at, Math.min(CHUNK_BYTES, body.length - at)) };
    }
    yield this.#head(object, body.length, facts);
  }

  /** The row of one chunk; it may be kept. @param number of it, from 0 on. */
  chunk<Body extends Uint8Array | FileSlice>(
    key: Uint8Array,
    number: number,
    value: Body,
  ): SnapshotRow & { value: Body } {
    const row = this.#chunkKey(escapedPart(key));
    row.writeBigUInt64BE(BigInt(number), row.length - NUMBER_BYTES);
    return { key: row, value };
  }

  /** The manifest; it may be kept. @param size of the body in bytes. */
  head(key: Uint8Array, size: number, facts: ObjectFacts): SnapshotRow {
    const row = this.#head(escapedPart(key), size, facts);
    return { key: row.key, value: Buffer.from(row.value as Uint8Array) };
  }

  /** The rows of the chunks of a body; they may be kept, bytes of the body are not copied. */
  *chunks<Body extends Uint8Array | FileSlice>(key: Uint8Array, body: Body): Generator<SnapshotRow & { value: Body }> {
    // Bytes that are transferred meanwhile have none any more.
    const { length } = body;
    for (let chunk = 0, at = 0; at < length; chunk++, at += CHUNK_BYTES)
      yield this.chunk(key, chunk, pieceOf(body, at, Math.min(CHUNK_BYTES, length - at)));
  }

  /** The rows of a whole object, as those of {@link chunks} and {@link head}. */
  *kept(key: Uint8Array, body: Uint8Array | FileSlice, facts: ObjectFacts): Generator<SnapshotRow> {
    const { length } = body;
    yield* this.chunks(key, body);
    yield this.head(key, length, facts);
  }

  #chunkKey(object: Buffer): Buffer {
    return rowKey(BLOB_ROWS, this.#bucket, object, UPLOAD, PART_NUMBER, FIRST_CHUNK);
  }

  #head(object: Buffer, size: number, facts: ObjectFacts): SnapshotRow {
    writeHeadValue(this.#json, size, facts);
    return { key: rowKey(HEAD_ROWS, this.#bucket, object), value: this.#json.view() };
  }
}

function pieceOf<Body extends Uint8Array | FileSlice>(body: Body, offset: number, length: number): Body;
function pieceOf(body: Uint8Array | FileSlice, offset: number, length: number): Uint8Array | FileSlice {
  if (body instanceof Uint8Array) return body.subarray(offset, offset + length);
  return { ...body, offset: body.offset + offset, length };
}
