import type { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { DataError, printable, timestampAt } from '@ekv/snapshot';
import { writeText } from './bucket-value.ts';
import { NO_TEXT, type RowJson, type ValueRow } from './row-json.ts';

/** The value of an object's row, its manifest: JSON. docs/format/05-s3.md, sections 1.4 and 7.3. */

/** What a manifest says of an object beside its parts. Texts are valid UTF-8; empty ones are like absent ones. */
export interface ObjectFields {
  readonly etag: Buffer;
  readonly size: bigint;
  /** A clock value; 0 = not known. */
  readonly lastModified: bigint;
  readonly contentType: Buffer;
  readonly contentEncoding: Buffer;
  readonly cacheControl: Buffer;
  readonly contentDisposition: Buffer;
  readonly userMetadata: ReadonlyMap<string, Buffer>;
}

/** A part that a manifest declares. Two with the same number and version, both offloaded or neither, are one. */
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

export interface HeadValue extends ObjectFields {
  readonly uploadId: Buffer;
  /** In the order of their bytes in the body; section 2.5, step 4. */
  readonly parts: readonly DeclaredPart[];
}

/** The row of an object, with its key. */
interface HeadRow extends ValueRow {
  readonly object: Buffer;
}

const newPart = () => ({
  part_no: 0n,
  chunk_count: 0n,
  part_version: 0n,
  chunk_ref_version: 0n,
  etag: NO_TEXT,
  offloaded: false,
  chunkSizes: [] as number[],
});
type PartFields = ReturnType<typeof newPart>;

/** The texts are valid until the next row is read. Throws RowError. */
export function readHeadValue(json: RowJson, row: HeadRow): HeadValue {
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
  json.read(row, (field) => {
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
        userMetadata = readUserMetadata(reader);
        return;
      case 'parts':
        parts = [];
        reader.array(() => parts.push(readPart(json, row)), '"parts"');
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

/** Reads an object of texts by name. */
export function readUserMetadata(reader: JsonReader): ReadonlyMap<string, Buffer> {
  const metadata = new Map<string, Buffer>();
  reader.object((name) => {
    metadata.set(name, reader.takeNull() ? NO_TEXT : reader.stringBytes('a value of "user_metadata"'));
  }, '"user_metadata"');
  return metadata;
}

function readPart(json: RowJson, row: HeadRow): DeclaredPart {
  const { reader } = json;
  const part = newPart();
  if (!reader.takeNull()) {
    reader.object((field) => {
      if (!reader.takeNull()) readPartField(json, part, field);
    }, 'an element of "parts"');
  }
  return declared(part, row);
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

function declared(part: PartFields, row: HeadRow): DeclaredPart {
  const { part_no, chunk_count, part_version, chunk_ref_version, etag, offloaded, chunkSizes } = part;
  if (offloaded && BigInt(chunkSizes.length) !== chunk_count) {
    throw new DataError(
      `part ${part_no} of the object "${printable(row.object)}" has "chunk_count" ${chunk_count}, but ${chunkSizes.length} "chunk_sizes"; of an offloaded part both must agree`,
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

/** Bytes of a chunk of a restored object; the last one is shorter. */
export const CHUNK_BYTES = 1 << 20;
/** The upload that restored objects come from. */
export const UPLOAD_ID = 'elastickv-restore';
/** Times below it, in milliseconds since 1970, are what a clock value can hold. */
export const MS_LIMIT: bigint = 1n << 48n;

/** All that is restored of an object beside its bytes. Texts are UTF-8; absent ones are empty. */
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

/** Names of members, with all that stands before their values. Made where manifests are written: bundles of other parts go without. */
const NAMES = /* @__PURE__ */ namesOfMembers();

function namesOfMembers() {
  return {
    etag: Buffer.from(`{"upload_id":"${UPLOAD_ID}","etag":`),
    size: Buffer.from(',"size_bytes":'),
    lastModified: Buffer.from(',"last_modified_hlc":'),
    contentType: Buffer.from(',"content_type":'),
    contentEncoding: Buffer.from(',"content_encoding":'),
    cacheControl: Buffer.from(',"cache_control":'),
    contentDisposition: Buffer.from(',"content_disposition":'),
    noMetadata: Buffer.from(',"user_metadata":null'),
    metadata: Buffer.from(',"user_metadata":{'),
    noParts: Buffer.from(',"parts":null}'),
    partEtag: Buffer.from(',"parts":[{"part_no":1,"etag":'),
    chunkCount: Buffer.from(',"chunk_count":'),
    chunkSizes: Buffer.from(',"chunk_sizes":['),
    wholeChunk: Buffer.from(`${CHUNK_BYTES},`),
    end: Buffer.from('],"part_version":0,"chunk_ref_version":0,"offloaded":false}]}'),
  } as const;
}

/** Writes the manifest of a restored object. @param size of its body in bytes. Throws RangeError for a time out of range. */
export function writeHeadValue(json: JsonBytes, size: number, facts: ObjectFacts): void {
  json.reset();
  writeText(json, NAMES.etag, facts.etag);
  json.text(NAMES.size);
  json.integer(size);
  json.text(NAMES.lastModified);
  json.integer(clockValue(facts.lastModifiedMs ?? 0n));
  writeText(json, NAMES.contentType, facts.contentType);
  writeText(json, NAMES.contentEncoding, facts.contentEncoding);
  writeText(json, NAMES.cacheControl, facts.cacheControl);
  writeText(json, NAMES.contentDisposition, facts.contentDisposition);
  writeUserMetadata(json, facts.userMetadata);
  if (size === 0) json.text(NAMES.noParts);
  else writePart(json, size, facts.etag);
}

function writePart(json: JsonBytes, size: number, etag: Uint8Array | undefined): void {
  const chunks = Math.ceil(size / CHUNK_BYTES);
  writeText(json, NAMES.partEtag, etag);
  json.text(NAMES.size);
  json.integer(size);
  json.text(NAMES.chunkCount);
  json.integer(chunks);
  json.text(NAMES.chunkSizes);
  for (let left = chunks; left > 1; left--) json.text(NAMES.wholeChunk);
  json.integer(size - (chunks - 1) * CHUNK_BYTES);
  json.text(NAMES.end);
}

function writeUserMetadata(json: JsonBytes, metadata: ReadonlyMap<string, Uint8Array> | null | undefined): void {
  if (metadata === null || metadata === undefined) return json.text(NAMES.noMetadata);
  json.text(NAMES.metadata);
  byName(metadata).forEach(([name, value], i) => {
    writeText(json, i === 0 ? '' : ',', name);
    writeText(json, ':', value);
  });
  json.text('}');
}

/** Names as UTF-8 and their values, in the order of the names' bytes. */
export function byName<T>(metadata: ReadonlyMap<string, T>): Array<readonly [name: Buffer, value: T]> {
  const entries = [...metadata].map(([name, value]) => [Buffer.from(name), value] as const);
  return entries.sort(([a], [b]) => a.compare(b));
}

function clockValue(ms: bigint): bigint {
  if (ms < 0n || ms >= MS_LIMIT) throw new RangeError(`${ms} ms is no time that a clock value can hold`);
  return timestampAt(ms);
}
