import type { JsonBytes } from '@ekv/dump-tree';
import { NO_TEXT, type RowJson, type ValueRow } from './row-json.ts';

/** The value of a bucket's row: JSON. docs/format/05-s3.md, sections 1.3 and 7.1. */

/** What a bucket's row says of it beside its name. Texts are valid UTF-8; empty ones are like absent ones. */
export interface BucketSettings {
  readonly owner: Buffer;
  readonly region: Buffer;
  readonly acl: Buffer;
}

export interface BucketValue extends BucketSettings {
  /** 0 = none is active. */
  readonly generation: bigint;
  /** A clock value; 0 = not known. */
  readonly createdAt: bigint;
}

/** All that is restored of a bucket. Texts are UTF-8. */
export interface BucketFacts {
  readonly name: Uint8Array;
  readonly owner?: Uint8Array | undefined;
  readonly region?: Uint8Array | undefined;
  /** Such as `private`. */
  readonly acl?: Uint8Array | undefined;
}

/** The texts are valid until the next row is read. Throws RowError. */
export function readBucketValue(json: RowJson, row: ValueRow): BucketValue {
  const value = { generation: 0n, createdAt: 0n, owner: NO_TEXT, region: NO_TEXT, acl: NO_TEXT };
  json.read(row, (field) => {
    switch (field) {
      case 'generation':
        value.generation = json.u64(field);
        return;
      case 'created_at_hlc':
        value.createdAt = json.u64(field);
        return;
      case 'owner':
      case 'region':
      case 'acl':
        value[field] = json.text(field);
        return;
      case 'bucket_name':
        json.text(field);
        return;
      default:
        json.reader.skip();
    }
  });
  return value;
}

/** What only the whole state says of a bucket. */
export interface BucketState {
  readonly generation: bigint;
  /** A clock value; 0 = not known. */
  readonly createdAt: bigint;
  /** Its generation counter; `undefined`: as the generation. */
  readonly counter: bigint | undefined;
}

/** Of a bucket of which nothing is known. */
const AS_NEW: BucketState = { generation: 1n, createdAt: 0n, counter: undefined };

/** Writes the value of a restored bucket. @param state default: of generation 1. */
export function writeBucketValue(json: JsonBytes, facts: BucketFacts, state: BucketState = AS_NEW): void {
  const { name, owner, region, acl } = facts;
  json.reset();
  writeText(json, '{"bucket_name":', name);
  writeText(json, `,"generation":${state.generation},"created_at_hlc":${state.createdAt},"owner":`, owner);
  writeText(json, ',"region":', region);
  writeText(json, ',"acl":', acl);
  json.text('}');
}

/** Writes a text as a server does. @param before goes before it: the name of its field. @param text UTF-8; absent is empty. */
export function writeText(json: JsonBytes, before: string | Buffer, text: Uint8Array = NO_TEXT): void {
  const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text.buffer, text.byteOffset, text.length);
  json.text(before);
  json.lossyString(bytes, 0, bytes.length, 'html');
}
