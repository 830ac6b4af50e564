import { JsonBytes } from '@ekv/dump-tree';
import { DataError, type FileSlice, type SnapshotRecord } from '@ekv/snapshot';
import { BLOB_ROWS, HEAD_ROWS } from '../layout/families.ts';
import { rowKey, u64 } from '../layout/row-keys.ts';
import { segment } from '../layout/segment.ts';
import { GENERATION } from './bucket-records.ts';

/** Bytes of a chunk; the last one of an object is shorter. docs/format/05-s3.md, section 7.3. */
export const CHUNK_BYTES = 1 << 20;

const UPLOAD_ID = 'elastickv-restore';
const UPLOAD = segment(Buffer.from(UPLOAD_ID));
const PART = u64(1n);
const FIRST_CHUNK = u64(0n);
/** Bits of a clock value below the milliseconds. */
const COUNTER_BITS = 16n;
const MS_LIMIT = 1n << 48n;
const NOTHING = Buffer.alloc(0);

/** What a server tells of an object beside its bytes. Texts are UTF-8; absent ones are empty. */
export interface ObjectFacts {
  /** Without quotes: the MD5 of the body in hex. */
  readonly etag?: Uint8Array | undefined;
  /** Milliseconds since 1970, below 2^48; 0 = not known. */
  readonly lastModifiedMs?: bigint | undefined;
  readonly contentType?: Uint8Array | undefined;
  readonly contentEncoding?: Uint8Array | undefined;
  readonly cacheControl?: Uint8Array | undefined;
  readonly contentDisposition?: Uint8Array | undefined;
  /** Names without `x-amz-meta-`; `null` = none. */
  readonly userMetadata?: ReadonlyMap<string, Uint8Array> | null | undefined;
}

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
): Generator<SnapshotRecord> {
  yield* new ObjectRecords(bucket).of(key, body, facts);
}

/** The rows of objects of one bucket; buffers are reused from object to object. */
export class ObjectRecords {
  readonly #bucket: Buffer;
  readonly #json = new JsonBytes();

  constructor(bucket: Uint8Array) {
    this.#bucket = segment(bucket);
  }

  *of(key: Uint8Array, body: ObjectBody, facts: ObjectFacts): Generator<SnapshotRecord> {
    if (key.length === 0) throw new DataError('an object must have a key that is not empty');
    const object = segment(key);
    const row = rowKey(BLOB_ROWS, this.#bucket, GENERATION, object, UPLOAD, PART, FIRST_CHUNK);
    for (let chunk = 0, at = 0; at < body.length; chunk++, at += CHUNK_BYTES) {
      row.writeBigUInt64BE(BigInt(chunk), row.length - 8);
      yield { key: row, value: pieceOf(body, at, Math.min(CHUNK_BYTES, body.length - at)) };
    }
    yield { key: rowKey(HEAD_ROWS, this.#bucket, GENERATION, object), value: this.#manifest(body.length, facts) };
  }

  #manifest(size: number, facts: ObjectFacts): Buffer {
    const json = this.#json;
    json.reset();
    json.text(`{"upload_id":"${UPLOAD_ID}"`);
    this.#field('etag', facts.etag);
    json.text(`,"size_bytes":${size},"last_modified_hlc":${clockValue(facts.lastModifiedMs ?? 0n)}`);
    this.#field('content_type', facts.contentType);
    this.#field('content_encoding', facts.contentEncoding);
    this.#field('cache_control', facts.cacheControl);
    this.#field('content_disposition', facts.contentDisposition);
    this.#userMetadata(facts.userMetadata);
    if (size === 0) json.text(',"parts":null}');
    else this.#part(size, facts.etag);
    return json.view();
  }

  #part(size: number, etag: Uint8Array | undefined): void {
    const json = this.#json;
    const chunks = Math.ceil(size / CHUNK_BYTES);
    json.text(',"parts":[{"part_no":1');
    this.#field('etag', etag);
    json.text(`,"size_bytes":${size},"chunk_count":${chunks},"chunk_sizes":[`);
    for (let left = chunks; left > 1; left--) json.text(`${CHUNK_BYTES},`);
    json.text(`${size - (chunks - 1) * CHUNK_BYTES}],"part_version":0,"chunk_ref_version":0,"offloaded":false}]}`);
  }

  #userMetadata(metadata: ReadonlyMap<string, Uint8Array> | null | undefined): void {
    const json = this.#json;
    if (metadata === null || metadata === undefined) return json.text(',"user_metadata":null');
    json.text(',"user_metadata":{');
    const entries = [...metadata].map(([name, value]) => [Buffer.from(name), value] as const);
    entries.sort(([a], [b]) => a.compare(b));
    entries.forEach(([name, value], i) => {
      if (i > 0) json.text(',');
      this.#string(name);
      json.text(':');
      this.#string(value);
    });
    json.text('}');
  }

  #field(name: string, text: Uint8Array | undefined): void {
    this.#json.text(`,"${name}":`);
    this.#string(text ?? NOTHING);
  }

  #string(text: Uint8Array): void {
    const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
    this.#json.lossyString(bytes, 0, bytes.length, 'html');
  }
}

function pieceOf(body: ObjectBody, offset: number, length: number): ObjectBody {
  if (body instanceof Uint8Array) return body.subarray(offset, offset + length);
  return { ...body, offset: body.offset + offset, length };
}

function clockValue(ms: bigint): bigint {
  if (ms < 0n || ms >= MS_LIMIT) throw new RangeError(`${ms} ms is no time that a clock value can hold`);
  return ms << COUNTER_BITS;
}
