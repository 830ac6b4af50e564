import { ArgumentError, DataError, printable } from '@ekv/snapshot';
import {
  givenBytes,
  givenFields,
  givenInteger,
  givenObject,
  givenTime,
  type TextOrBytes,
  type Time,
} from '@ekv/snapshot/arguments';
import { MS_LIMIT, type ObjectFacts } from '../layout/head-value.ts';
import { givenMetadata, givenOptionalUtf8, type UserMetadata } from './given-texts.ts';

/** What a server says of an object beside its bytes. Texts, or bytes that are UTF-8; absent ones are empty. */
export interface ObjectDescription {
  /** With or without quotes. Absent: the MD5 of the body, where its bytes are at hand. */
  readonly etag?: TextOrBytes | undefined;
  /** Below 2^48 milliseconds; 0 = not known. */
  readonly lastModified?: Time | undefined;
  readonly contentType?: TextOrBytes | undefined;
  readonly contentEncoding?: TextOrBytes | undefined;
  readonly cacheControl?: TextOrBytes | undefined;
  readonly contentDisposition?: TextOrBytes | undefined;
  /** Names without `x-amz-meta-`; `null` = none. */
  readonly userMetadata?: UserMetadata | undefined;
}

/** Of an object, also as the reader gives it: bucket and key are said elsewhere then. */
const OBJECT_FIELDS: ReadonlyArray<keyof ObjectDescription | 'bucket' | 'key' | 'keyBytes' | 'body' | 'size'> = [
  'etag',
  'lastModified',
  'contentType',
  'contentEncoding',
  'cacheControl',
  'contentDisposition',
  'userMetadata',
  'body',
  'size',
  'key',
  'keyBytes',
  'bucket',
];

/** An object as messages name it. */
export function objectName(bucket: Uint8Array, key: Uint8Array): string {
  return `the object "${printable(key)}" in the bucket "${printable(bucket)}"`;
}

/** The key of an object as it is given. Throws ArgumentError for one without, with the field that was probably meant for it. */
export function keyOf(given: { readonly key: TextOrBytes }, bucket: Uint8Array): TextOrBytes {
  if (given.key === undefined)
    givenFields(given, OBJECT_FIELDS, () => `an object in the bucket "${printable(bucket)}"`);
  return given.key;
}

/** Throws ArgumentError. @param bucket for the message. */
export function givenKey(given: TextOrBytes, bucket: Uint8Array): Uint8Array {
  const key = givenBytes(given, () => `the key of an object in the bucket "${printable(bucket)}"`);
  if (key.length > 0) return key;
  throw new ArgumentError(`an object in the bucket "${printable(bucket)}" has an empty key; S3 has no such objects`);
}

/** Checks what describes an object. Throws ArgumentError. @param of the object, for messages. */
export function givenFacts(given: ObjectDescription, of: () => string): ObjectFacts {
  givenFields(
    givenObject(given, () => `the description of ${of()}`),
    OBJECT_FIELDS,
    of,
  );
  const text = (value: TextOrBytes | undefined, what: string) =>
    givenOptionalUtf8(value, () => `the ${what} of ${of()}`);
  return {
    etag: unquoted(text(given.etag, 'ETag')),
    lastModifiedMs: givenMs(given.lastModified, of),
    contentType: text(given.contentType, 'content type'),
    contentEncoding: text(given.contentEncoding, 'content encoding'),
    cacheControl: text(given.cacheControl, 'cache control'),
    contentDisposition: text(given.contentDisposition, 'content disposition'),
    userMetadata: givenMetadata(given.userMetadata, of),
  };
}

const QUOTE = 0x22;

/** Bytes that a body must have, when that was said. Throws ArgumentError. */
export function givenSize(given: number | bigint | undefined, of: () => string): bigint | undefined {
  return given === undefined ? undefined : givenInteger(given, () => `the size of ${of()}`);
}

/** Throws DataError for a body of another size than was said. */
export function checkSize(bytes: number, size: bigint | undefined, of: () => string): void {
  if (size === undefined || BigInt(bytes) === size) return;
  throw new DataError(`the body of ${of()} has ${bytes} bytes, not ${size} as was said; get it again`);
}

/** Throws DataError for a body that comes piece by piece, and is longer than was said already. */
export function checkNotAbove(bytes: number, size: bigint | undefined, of: () => string): void {
  if (size === undefined || BigInt(bytes) <= size) return;
  throw new DataError(`the body of ${of()} has more than the ${size} bytes that were said; get it again`);
}

/** Answers of S3 have etags between quotes, which are no part of them. */
function unquoted(etag: Uint8Array | undefined): Uint8Array | undefined {
  const isQuoted = etag !== undefined && etag.length >= 2 && etag[0] === QUOTE && etag.at(-1) === QUOTE;
  return isQuoted ? etag.subarray(1, -1) : etag;
}

function givenMs(given: Time | undefined, of: () => string): bigint {
  if (given === undefined) return 0n;
  const ms = givenTime(given, () => `the time of last change of ${of()}`);
  if (ms < MS_LIMIT) return ms;
  throw new ArgumentError(`the time of last change of ${of()} must be below 2^48 milliseconds since 1970, not ${ms}`);
}
