import { Readable } from 'node:stream';
import { isAnyArrayBuffer } from 'node:util/types';
import { ArgumentError } from '@ekv/snapshot';
import {
  givenFields,
  givenObject,
  givenOnce,
  isAsyncIterable,
  isIterable,
  kindOf,
  wrongKind,
} from '@ekv/snapshot/arguments';
import { type BodyTotals, chunksOf, type StreamedBody } from '../records/body-pieces.ts';
import type { BucketObject } from '../records/bucket.ts';
import { type AnswerWithBody, isAnswer, streamOf } from '../records/given-body.ts';
import { checkNotAbove, givenSize } from '../records/given-object.ts';
import { failureOf } from '../records/source-failure.ts';
import { inTurn } from './in-turn.ts';

/** An object as `ListObjectsV2` lists it. */
export interface ListedObject {
  readonly Key?: string | undefined;
  readonly Size?: number | undefined;
  readonly LastModified?: Date | undefined;
}

/** An answer of `ListObjectsV2`, such as a page of `paginateListObjectsV2`. */
export interface ListedPage {
  readonly Contents?: readonly ListedObject[] | undefined;
  /** Whether more pages follow. */
  readonly IsTruncated?: boolean | undefined;
}

/** What is the body of an answer of `GetObject`: a stream of Node or of the web, a Blob, bytes, or an answer of `fetch`. */
export type FetchedBody = StreamedBody | Blob | Uint8Array | ArrayBuffer | AnswerWithBody;

/** An answer of `GetObject`. */
export interface FetchedObject {
  /** A {@link FetchedBody}; in the types of a client it may be more. */
  readonly Body?: unknown;
  readonly ContentLength?: number | undefined;
  /** Of a part of an object, which is refused unless it is the whole. */
  readonly ContentRange?: string | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly ContentType?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly Metadata?: { readonly [name: string]: string } | undefined;
}

/** An object that is to be got. */
export interface ObjectKey {
  readonly Key: string;
}

/** Gets an object; nothing for one that is not there. Of a body alone there is no more to know than the list says. */
export type GetObject = (object: ObjectKey) => Promise<FetchedObject | FetchedBody | null | undefined>;

export interface FromObjectsOptions {
  /** How many small objects (up to 1 MiB) are got at once. Default: 8. */
  readonly concurrency?: number | undefined;
}

/** Objects up to this size, in bytes, are got before their turn and held in memory. */
const SMALL_BYTES = 1 << 20;

/**
 * The objects of a bucket of S3, or of a server that speaks its language, for `Bucket.rows`: with their metadata, times and ETags.
 * Small ones are got some at a time, larger ones are streamed in their turn; objects can be left out or changed on the way, but the
 * body of one must be read before the next is asked for. Throws ArgumentError, and what list and `get` throw.
 *
 * @param list pages of `paginateListObjectsV2`, or the objects in them.
 * @param get gives the answer of `GetObject`, or its body. An object that is gone meanwhile (the error `NoSuchKey`, or no answer) is passed over.
 */
export function fromObjects(
  list: Iterable<ListedPage | ListedObject> | AsyncIterable<ListedPage | ListedObject>,
  get: GetObject,
  options: FromObjectsOptions = {},
): AsyncGenerator<BucketObject, void, undefined> {
  if (!isIterable(list) && !isAsyncIterable(list))
    throw wrongKind(list, 'the list of objects', 'an iterable or an async iterable');
  if (typeof get !== 'function') throw wrongKind(get, 'what gets an object', 'a function');
  const { concurrency = 8 } = givenFields(
    givenObject(options, 'the options of fromObjects'),
    ['concurrency'],
    'fromObjects',
    'option',
  );
  if (typeof concurrency !== 'number')
    throw wrongKind(concurrency, 'the option "concurrency" of fromObjects', 'a number');
  if (!Number.isSafeInteger(concurrency) || concurrency < 1)
    throw new ArgumentError(`the number of objects that are got at once must be from 1 on, not ${concurrency}`);
  givenOnce(list, 'the list of objects');
  return released(
    inTurn(objectsIn(list), {
      ahead: concurrency - 1,
      isSmall: ({ Size }) => typeof Size === 'number' && Size <= SMALL_BYTES,
      begin: async (listed) => inMemory(await fetched(listed, get)),
      take: (listed) => fetched(listed, get),
      drop: ({ body }) => void release(body).catch(() => {}),
    }),
  );
}

/** Lets go of each body that was not read to its end by the time the next object is asked for: its connection is free then. */
async function* released(objects: AsyncIterable<BucketObject>): AsyncGenerator<BucketObject, void, undefined> {
  for await (const object of objects) {
    try {
      yield object;
    } finally {
      await release(object.body);
    }
  }
}

async function release(body: BucketObject['body']): Promise<void> {
  if (body instanceof Readable) body.destroy();
  // A web stream that is locked is being read, or was read to its end.
  else if (body instanceof ReadableStream && !body.locked) await body.cancel();
}

async function* objectsIn(
  list: Iterable<ListedPage | ListedObject> | AsyncIterable<ListedPage | ListedObject>,
): AsyncGenerator<ListedObject> {
  let isTruncated = false;
  for await (const given of list) {
    if (typeof given !== 'object' || given === null) throw wrongKind(given, 'a listed object', 'an object');
    isTruncated = !('Key' in given) && (given as ListedPage).IsTruncated === true;
    if ('Key' in given) yield given;
    else yield* (given as ListedPage).Contents ?? [];
  }
  // A part must not be taken for the bucket.
  if (isTruncated)
    throw new ArgumentError(
      'the last page of the list is truncated, so the objects after it are missing; give all pages, as paginateListObjectsV2() does',
    );
}

async function fetched({ Key, LastModified }: ListedObject, get: GetObject): Promise<BucketObject | undefined> {
  if (typeof Key !== 'string' || Key === '')
    throw new ArgumentError(`a listed object must have a Key that is text, not ${kindOf(Key)}`);
  const answer = await unlessGone(Key, get);
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer !== 'object') throw wrongKind(answer, () => `the answer for ${JSON.stringify(Key)}`, 'an object');
  return objectOf(Key, isBody(answer) ? { Body: answer, LastModified } : answer);
}

async function unlessGone(Key: string, get: GetObject): Promise<FetchedObject | FetchedBody | null | undefined> {
  try {
    return await get({ Key });
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw failureOf(`cannot get the object ${JSON.stringify(Key)}`, error);
  }
}

function isBody(given: unknown): given is FetchedBody {
  return (
    given instanceof Blob || isAnyArrayBuffer(given) || isAnswer(given) || isAsyncIterable(given) || isIterable(given)
  );
}

function objectOf(key: string, answer: FetchedObject): BucketObject {
  refusePart(key, answer);
  return {
    key,
    body: bodyOf(key, answer),
    size: answer.ContentLength,
    etag: answer.ETag,
    lastModified: answer.LastModified,
    contentType: answer.ContentType,
    contentEncoding: answer.ContentEncoding,
    cacheControl: answer.CacheControl,
    contentDisposition: answer.ContentDisposition,
    userMetadata: answer.Metadata,
  };
}

/** A part must not be taken for the object: nothing else in the answer contradicts it. */
function refusePart(key: string, { ContentRange: range }: FetchedObject): void {
  if (range === undefined) return;
  const [, last, size] = /^bytes 0-(\d+)\/(\d+)$/.exec(range) ?? [];
  if (last === undefined || BigInt(last) + 1n !== BigInt(size!))
    throw new ArgumentError(
      `the answer for ${JSON.stringify(key)} is a part of the object (ContentRange ${JSON.stringify(range)}); get it without Range and PartNumber`,
    );
}

function bodyOf(key: string, { Body, ContentLength }: FetchedObject): StreamedBody | Uint8Array | ArrayBufferLike {
  if (Body instanceof Uint8Array || isAnyArrayBuffer(Body)) return Body;
  const stream = isBody(Body) ? streamOf(Body, () => `the object ${JSON.stringify(key)}`) : undefined;
  if (stream !== undefined) return stream;
  if (Body === undefined && ContentLength === 0) return [];
  throw wrongKind(Body, () => `the Body in the answer for ${JSON.stringify(key)}`, 'a stream');
}

function isStream(body: BucketObject['body']): body is StreamedBody {
  return !(body instanceof Uint8Array) && (isIterable(body) || isAsyncIterable(body));
}

/** Reads a small body to its end, so that its connection is free. */
async function inMemory(object: BucketObject | undefined): Promise<BucketObject | undefined> {
  if (object === undefined) return undefined;
  const name = () => `the object ${JSON.stringify(object.key)}`;
  const size = givenSize(object.size, name);
  // It may have grown since it was listed.
  if (size === undefined || size > SMALL_BYTES || !isStream(object.body)) return object;
  const totals: BodyTotals = { bytes: 0, md5: '' };
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(object.body, totals, name)) {
    checkNotAbove(totals.bytes, size, name);
    chunks.push(chunk);
  }
  return { ...object, body: Buffer.concat(chunks) };
}
