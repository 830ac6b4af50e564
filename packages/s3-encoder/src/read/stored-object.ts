import { Readable } from 'node:stream';
import type { ObjectChunks } from '../decode/bodies/object-chunks.ts';
import type { HeadRows } from '../decode/rows.ts';
import type { HeadValue } from '../layout/head-value.ts';
import { type BodyPlace, type ObjectBodies, placeOf } from './object-bodies.ts';
import { dateOf, textOf } from './texts.ts';

const PIECE_BYTES = 1 << 20;

/** An object of a snapshot. Its body is read when it is asked for, as long as the snapshot is open. */
export class StoredObject {
  readonly bucket: string;
  /** As text; bytes that are not UTF-8 show as U+FFFD. */
  readonly key: string;
  readonly keyBytes: Buffer;
  /** Bytes of the body. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly cacheControl: string | undefined;
  readonly contentDisposition: string | undefined;
  /** Names without `x-amz-meta-`. */
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly #place: BodyPlace;
  readonly #bodies: ObjectBodies;

  /** @param heads at the object's manifest. */
  constructor(bucket: string, heads: HeadRows, head: HeadValue, bodies: ObjectBodies) {
    this.bucket = bucket;
    this.keyBytes = Buffer.from(heads.object);
    this.key = this.keyBytes.toString();
    this.size = Number(head.size);
    this.etag = textOf(head.etag);
    this.lastModified = dateOf(head.lastModified);
    this.contentType = textOf(head.contentType);
    this.contentEncoding = textOf(head.contentEncoding);
    this.cacheControl = textOf(head.cacheControl);
    this.contentDisposition = textOf(head.contentDisposition);
    this.userMetadata = Object.fromEntries(Array.from(head.userMetadata, ([name, text]) => [name, text.toString()]));
    this.#place = placeOf(heads, head);
    this.#bodies = bodies;
  }

  /** The whole body. Throws SnapshotFormatError when it is not whole, with path, ordinal and key. */
  read(): Buffer {
    const chunks = this.#bodies.chunksOf(this.#place);
    const body = Buffer.allocUnsafe(chunks.bytes);
    let filled = 0;
    for (const { offset, length } of positionsOf(chunks)) {
      this.#bodies.source.readAt(offset, body.subarray(filled, filled + length));
      filled += length;
    }
    return body;
  }

  /** The body as a stream, for objects that memory should not hold. Its errors are those of {@link read}. */
  stream(): Readable {
    return Readable.from(this.pieces(), { objectMode: false, highWaterMark: PIECE_BYTES });
  }

  /** The body in pieces of up to 1 MiB, each with memory of its own. Throws as {@link read} does. */
  *pieces(): Generator<Buffer, void, undefined> {
    for (const { offset, length } of positionsOf(this.#bodies.chunksOf(this.#place))) {
      for (let done = 0; done < length; done += PIECE_BYTES) {
        const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, length - done));
        this.#bodies.source.readAt(offset + done, piece);
        yield piece;
      }
    }
  }
}

/** Where the chunks of a body stand in the snapshot, in the order of their bytes. */
function* positionsOf({ parts }: ObjectChunks): Generator<{ offset: number; length: number }> {
  for (const part of parts)
    for (let chunk = 0; chunk < part.count; chunk++) yield { offset: part.offset(chunk), length: part.length(chunk) };
}
