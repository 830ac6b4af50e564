import { U64_MAX } from '@ekv/adapter';
import type { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { readUserMetadata } from '../layout/head-value.ts';

/** Values of rows of open uploads, and the same in lines of the whole state; docs/format/05-s3.md, section 1.6. */

/** What an upload says beside its key. */
export class UploadFields {
  createdHlc = 0n;
  contentType: Buffer = Buffer.alloc(0);
  metadata: ReadonlyMap<string, Buffer> = new Map();
}

/** Reads the value of a field that is not `null`. @returns false for other fields; then nothing was read. */
export function readUploadField(reader: JsonReader, field: string, upload: UploadFields): boolean {
  if (field === 'created_hlc') upload.createdHlc = reader.integer('"created_hlc"', 0n, U64_MAX);
  else if (field === 'content_type') upload.contentType = Buffer.from(reader.stringBytes('"content_type"'));
  else if (field === 'metadata') upload.metadata = copied(readUserMetadata(reader));
  else return false;
  return true;
}

function copied(metadata: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Buffer> {
  return new Map([...metadata].map(([name, value]) => [name, Buffer.from(value)]));
}

/** The members that follow the upload id, in row and line alike. */
export function writeUploadFields(json: JsonBytes, { createdHlc, contentType, metadata }: UploadFields): void {
  json.text(`,"created_hlc":${createdHlc}`);
  if (contentType.length > 0) {
    json.text(',"content_type":');
    json.string(contentType, 0, contentType.length, 'html');
  }
  if (metadata.size === 0) return;
  let before = ',"metadata":{';
  for (const [name, value] of metadata) {
    const bytes = Buffer.from(name);
    json.text(before);
    json.string(bytes, 0, bytes.length, 'html');
    json.text(':');
    json.string(value, 0, value.length, 'html');
    before = ',';
  }
  json.text('}');
}

/** A part of an open upload. */
export interface UploadPart {
  part_no: bigint;
  etag: Buffer;
  size_bytes: bigint;
  chunk_count: bigint;
  chunk_sizes: number[];
  part_version: bigint;
  chunk_ref_version: bigint;
}

export function newUploadPart(): UploadPart {
  const numbers = { part_no: 0n, size_bytes: 0n, chunk_count: 0n, part_version: 0n, chunk_ref_version: 0n };
  return { ...numbers, etag: Buffer.alloc(0), chunk_sizes: [] };
}

/** Reads the value of a field that is not `null`. @returns false for other fields; then nothing was read. */
export function readUploadPartField(reader: JsonReader, field: string, part: UploadPart): boolean {
  switch (field) {
    case 'part_no':
    case 'size_bytes':
    case 'chunk_count':
    case 'part_version':
    case 'chunk_ref_version':
      part[field] = reader.integer(`"${field}"`, 0n, U64_MAX);
      return true;
    case 'etag':
      part.etag = Buffer.from(reader.stringBytes('"etag"'));
      return true;
    case 'chunk_sizes':
      part.chunk_sizes = [];
      reader.array(
        () => part.chunk_sizes.push(Number(reader.integer('a size of "chunk_sizes"', 0n, LARGEST_CHUNK))),
        '"chunk_sizes"',
      );
      return true;
    default:
      return false;
  }
}

/** Far above what a row holds. */
const LARGEST_CHUNK = 2n ** 40n;

/** @param zeros of versions: a line has them, a row leaves them out. */
export function writeUploadPart(json: JsonBytes, part: UploadPart, zeros: 'written' | 'left out'): void {
  json.text(`{"part_no":${part.part_no},"etag":`);
  json.string(part.etag, 0, part.etag.length, 'html');
  json.text(`,"size_bytes":${part.size_bytes},"chunk_count":${part.chunk_count}`);
  if (part.chunk_sizes.length > 0 || zeros === 'written') json.text(`,"chunk_sizes":[${part.chunk_sizes.join(',')}]`);
  for (const field of ['part_version', 'chunk_ref_version'] as const)
    if (part[field] !== 0n || zeros === 'written') json.text(`,"${field}":${part[field]}`);
  json.text('}');
}

/** Bytes of a part by the sizes of its chunks; `undefined` when it contradicts itself. */
export function partBytesOf({ chunk_count, chunk_sizes, size_bytes }: UploadPart): number | undefined {
  const bytes = chunk_sizes.reduce((sum, size) => sum + size, 0);
  const isWhole =
    BigInt(chunk_sizes.length) === chunk_count && Number.isSafeInteger(bytes) && BigInt(bytes) === size_bytes;
  return isWhole ? bytes : undefined;
}
