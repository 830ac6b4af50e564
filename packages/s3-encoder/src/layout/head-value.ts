import { printable } from '@ekv/snapshot';
import type { HeadRows } from '../decode/rows.ts';
import type { SidecarFields } from '../files/object-sidecar.ts';
import { NO_TEXT, type RowJson } from './row-json.ts';

/** A part that a manifest declares. Two with the same number, version and place are one. */
export interface DeclaredPart {
  readonly number: bigint;
  readonly version: bigint;
  /** Whether its chunks are references. */
  readonly isOffloaded: boolean;
  /** Number of chunks. */
  readonly count: bigint;
  readonly etag: Buffer;
  /** Bytes of each chunk; of offloaded parts only. */
  readonly chunkSizes: readonly number[];
}

/** Value of an object's row; docs/format/05-s3.md, section 1.4. */
export interface HeadValue extends SidecarFields {
  readonly uploadId: Buffer;
  /** In the order of their bytes in the body; section 2.5, step 4. */
  readonly parts: readonly DeclaredPart[];
}

interface PartFields {
  part_no: bigint;
  chunk_count: bigint;
  part_version: bigint;
  chunk_ref_version: bigint;
  etag: Buffer;
  offloaded: boolean;
  chunkSizes: number[];
}

/** The texts are valid until the cursor goes on. Throws RowError. */
export function readHeadValue(json: RowJson, rows: HeadRows): HeadValue {
  const { reader } = json;
  const texts = {
    upload_id: NO_TEXT,
    etag: NO_TEXT,
    content_type: NO_TEXT,
    content_encoding: NO_TEXT,
    cache_control: NO_TEXT,
    content_disposition: NO_TEXT,
  };
  let size = 0n;
  let lastModified = 0n;
  let userMetadata: ReadonlyMap<string, Buffer> = NO_METADATA;
  let parts: DeclaredPart[] = [];
  json.read(rows, (field) => {
    switch (field) {
      case 'upload_id':
      case 'etag':
      case 'content_type':
      case 'content_encoding':
      case 'cache_control':
      case 'content_disposition':
        texts[field] = json.text(field);
        return;
      case 'size_bytes':
        size = json.i64(field);
        return;
      case 'last_modified_hlc':
        lastModified = json.u64(field);
        return;
      case 'user_metadata':
        userMetadata = readUserMetadata(json);
        return;
      case 'parts':
        parts = [];
        reader.array(() => parts.push(readPart(json, rows)), '"parts"');
        return;
      default:
        reader.skip();
    }
  });
  return {
    uploadId: texts.upload_id,
    etag: texts.etag,
    size,
    lastModified,
    contentType: texts.content_type,
    contentEncoding: texts.content_encoding,
    cacheControl: texts.cache_control,
    contentDisposition: texts.content_disposition,
    userMetadata,
    parts: parts.length > 1 ? inOrder(parts) : parts,
  };
}

const NO_METADATA: ReadonlyMap<string, Buffer> = new Map();

function readUserMetadata({ reader }: RowJson): ReadonlyMap<string, Buffer> {
  const metadata = new Map<string, Buffer>();
  reader.object((name) => {
    metadata.set(name, reader.takeNull() ? NO_TEXT : reader.stringBytes('a value of "user_metadata"'));
  }, '"user_metadata"');
  return metadata;
}

function readPart(json: RowJson, rows: HeadRows): DeclaredPart {
  const { reader } = json;
  const part: PartFields = {
    part_no: 0n,
    chunk_count: 0n,
    part_version: 0n,
    chunk_ref_version: 0n,
    etag: NO_TEXT,
    offloaded: false,
    chunkSizes: [],
  };
  if (!reader.takeNull()) {
    reader.object((field) => {
      if (!reader.takeNull()) readPartField(json, part, field);
    }, 'an element of "parts"');
  }
  return declared(part, rows);
}

function readPartField(json: RowJson, part: PartFields, field: string): void {
  const { reader } = json;
  switch (field) {
    case 'part_no':
    case 'chunk_count':
    case 'part_version':
    case 'chunk_ref_version':
      part[field] = json.u64(field);
      return;
    case 'etag':
      part.etag = json.text(field);
      return;
    case 'size_bytes':
      json.i64(field);
      return;
    case 'offloaded':
      part.offloaded = reader.boolean('"offloaded"');
      return;
    case 'chunk_sizes':
      part.chunkSizes = [];
      reader.array(
        () => part.chunkSizes.push(reader.takeNull() ? 0 : Number(json.u64('chunk_sizes'))),
        '"chunk_sizes"',
      );
      return;
    default:
      reader.skip();
  }
}

const NO_SIZES: readonly number[] = [];

function declared(part: PartFields, rows: HeadRows): DeclaredPart {
  const { part_no, chunk_count, part_version, chunk_ref_version, etag, offloaded, chunkSizes } = part;
  if (offloaded && BigInt(chunkSizes.length) !== chunk_count) {
    throw rows.error(
      `part ${part_no} of the object "${printable(rows.object)}" has "chunk_count" ${chunk_count}, but ${chunkSizes.length} "chunk_sizes"; of an offloaded part both must agree`,
    );
  }
  return {
    number: part_no,
    version: offloaded ? chunk_ref_version : part_version,
    isOffloaded: offloaded,
    count: chunk_count,
    etag,
    chunkSizes: offloaded ? chunkSizes : NO_SIZES,
  };
}

/** Each identity once, its last element, by number, then version, then chunks that are here before those elsewhere. */
function inOrder(parts: readonly DeclaredPart[]): DeclaredPart[] {
  const byIdentity = new Map<string, DeclaredPart>();
  for (const part of parts) byIdentity.set(`${part.number}/${part.version}/${part.isOffloaded}`, part);
  return [...byIdentity.values()].sort(
    (a, b) => order(a.number, b.number) || order(a.version, b.version) || Number(a.isOffloaded) - Number(b.isOffloaded),
  );
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
