import { ArgumentError, type FileSlice, printable } from '@ekv/snapshot';
import {
  givenBytes,
  givenInteger,
  givenObject,
  givenTime,
  type TextOrBytes,
  type Time,
  wrongKind,
} from '@ekv/snapshot/arguments';
import { MS_LIMIT, type ObjectFacts } from '../layout/head-value.ts';
import { givenMetadata, givenOptionalUtf8, type UserMetadata } from './given-texts.ts';

/** The bytes of an object: text as UTF-8, bytes in memory, or a part of a file that is read when the snapshot is written. */
export type ObjectBody = TextOrBytes | FileSlice;

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

/** An object as messages name it. */
export function objectName(bucket: Uint8Array, key: Uint8Array): string {
  return `the object "${printable(key)}" in the bucket "${printable(bucket)}"`;
}

/** Throws ArgumentError. @param bucket for the message. */
export function givenKey(given: TextOrBytes, bucket: Uint8Array): Uint8Array {
  const key = givenBytes(given, () => `the key of an object in the bucket "${printable(bucket)}"`);
  if (key.length > 0) return key;
  throw new ArgumentError(`an object in the bucket "${printable(bucket)}" has an empty key; S3 has no such objects`);
}

/** Checks what describes an object. Throws ArgumentError. @param of the object, for messages. */
export function givenFacts(given: ObjectDescription, of: () => string): ObjectFacts {
  givenObject(given, () => `the description of ${of()}`);
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

/** Bytes, or a slice that can be read. Throws ArgumentError. @param of the object, and `kinds` of bodies that may be, for messages. */
export function givenBody(
  given: ObjectBody,
  of: () => string,
  kinds = 'text, bytes or a slice of a file',
): Uint8Array | FileSlice {
  if (typeof given === 'string' || given instanceof Uint8Array) return givenBytes(given, () => `the body of ${of()}`);
  if (isSlice(given)) return givenSlice(given, of);
  throw wrongKind(given, () => `the body of ${of()}`, kinds);
}

/** Whether something is meant to be a slice of a file. */
export function isSlice(given: unknown): given is FileSlice {
  return typeof given === 'object' && given !== null && 'path' in given && 'offset' in given;
}

function givenSlice({ path, offset, length, fileBytes, modifiedMs }: FileSlice, of: () => string): FileSlice {
  const file = givenBytes(path, () => `the path of the body of ${of()}`);
  if (file.length === 0 || file.includes(0)) throw new ArgumentError(`the path of the body of ${of()} names no file`);
  const bytes = (given: number, what: string) => Number(givenInteger(given, () => `the ${what} of ${of()}`, EXACT));
  if (modifiedMs !== undefined && !Number.isFinite(modifiedMs))
    throw new ArgumentError(`the time of the file of ${of()} must be a number of milliseconds`);
  return {
    path: typeof path === 'string' ? path : Buffer.from(file),
    offset: bytes(offset, 'offset of the body'),
    length: bytes(length, 'length of the body'),
    ...(fileBytes === undefined ? {} : { fileBytes: bytes(fileBytes, 'size of the file') }),
    ...(modifiedMs === undefined ? {} : { modifiedMs }),
  };
}

const EXACT = { min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) };
const QUOTE = 0x22;

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
