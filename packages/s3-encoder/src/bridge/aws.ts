import { Readable } from 'node:stream';
import { ArgumentError } from '@ekv/snapshot';
import { givenObject, isAsyncIterable, isIterable, kindOf, type TextOrBytes, wrongKind } from '@ekv/snapshot/arguments';
import { type BodyTotals, chunksOf, type StreamedBody } from '../records/body-pieces.ts';
import type { BucketObject } from '../records/bucket.ts';
import { sourceError } from '../records/source-error.ts';
import { inTurn } from './in-turn.ts';

/** An object as `ListObjectsV2` lists it. */
export interface ListedObject {
  readonly Key?: string | undefined;
  readonly Size?: number | undefined;
}

/** An answer of `ListObjectsV2`, such as a page of `paginateListObjectsV2`. */
export interface ListedPage {
  readonly Contents?: readonly ListedObject[] | undefined;
}

/** An answer of `GetObject`. */
export interface FetchedObject {
  /** A stream of Node or of the web, or a Blob. */
  readonly Body?: unknown;
  readonly ContentLength?: number | undefined;
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

export interface FromObjectsOptions {
  /** How many small objects (up to 1 MiB) are got at once. Default: 8. */
  readonly concurrency?: number | undefined;
}

/** Objects up to this size, in bytes, are got before their turn and held in memory. */
const SMALL_BYTES = 1 << 20;

/**
 * The objects of a bucket of S3, or of a server that speaks its language, for `Bucket.rows`: with their metadata, times and ETags.
 * Small ones are got some at a time, larger ones are streamed in their turn. Throws ArgumentError, what the list throws, and EnvironmentError with the
 * key for what `get` throws, as its cause; an abort stays as it is.
 *
 * @param list pages of `paginateListObjectsV2`, or the objects in them.
 * @param get gives the answer of `GetObject`. An object that is gone meanwhile (the error `NoSuchKey`, or no answer) is passed over.
 */
export function fromObjects(
  list: Iterable<ListedPage | ListedObject> | AsyncIterable<ListedPage | ListedObject>,
  get: (object: ObjectKey) => Promise<FetchedObject | undefined>,
  options: FromObjectsOptions = {},
): AsyncGenerator<BucketObject, void, undefined> {
  const { concurrency = 8 } = givenObject(options, 'the options of fromObjects');
  if (!isIterable(list) && !isAsyncIterable(list))
    throw wrongKind(list, 'the list of objects', 'an iterable or an async iterable');
  if (typeof get !== 'function') throw wrongKind(get, 'what gets an object', 'a function');
  if (!Number.isSafeInteger(concurrency) || concurrency < 1)
    throw new ArgumentError(
      `the number of objects that are got at once must be from 1 on, not ${typeof concurrency === 'number' ? concurrency : kindOf(concurrency)}`,
    );
  return inTurn(objectsIn(list), {
    ahead: concurrency - 1,
    isSmall: ({ Size }) => Size !== undefined && Size <= SMALL_BYTES,
    begin: async (listed) => inMemory(await fetched(listed, get)),
    take: (listed) => fetched(listed, get),
    drop: ({ body }) => void closeStream(body).catch(() => {}),
  });
}

/** A body that nobody will read holds a connection, or a file. */
async function closeStream(body: unknown): Promise<void> {
  if (body instanceof ReadableStream) await body.cancel();
  else if (body instanceof Readable) body.destroy();
}

async function* objectsIn(
  list: Iterable<ListedPage | ListedObject> | AsyncIterable<ListedPage | ListedObject>,
): AsyncGenerator<ListedObject> {
  for await (const given of list) {
    if (typeof given !== 'object' || given === null) throw wrongKind(given, 'a listed object', 'an object');
    if ('Key' in given) yield given;
    else yield* (given as ListedPage).Contents ?? [];
  }
}

async function fetched(
  { Key }: ListedObject,
  get: (object: ObjectKey) => Promise<FetchedObject | undefined>,
): Promise<BucketObject | undefined> {
  if (typeof Key !== 'string' || Key === '')
    throw new ArgumentError(`a listed object must have a Key that is text, not ${kindOf(Key)}`);
  const answer = await unlessGone(Key, get);
  return answer === undefined || answer === null ? undefined : objectOf(Key, answer);
}

async function unlessGone(
  key: string,
  get: (object: ObjectKey) => Promise<FetchedObject | undefined>,
): Promise<FetchedObject | undefined> {
  try {
    return await get({ Key: key });
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw sourceError(error, `cannot get the object ${JSON.stringify(key)}`);
  }
}

function objectOf(key: string, answer: FetchedObject): BucketObject {
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

function bodyOf(key: string, { Body, ContentLength }: FetchedObject): StreamedBody {
  if (Body instanceof Blob) return Body.stream();
  if (isAsyncIterable<TextOrBytes>(Body) || isIterable<TextOrBytes>(Body)) return Body;
  if (Body === undefined && ContentLength === 0) return [];
  throw wrongKind(Body, () => `the Body in the answer for ${JSON.stringify(key)}`, 'a stream');
}

/** Reads a small body to its end, so that its connection is free. */
async function inMemory(object: BucketObject | undefined): Promise<BucketObject | undefined> {
  // It may have grown since it was listed.
  if (object?.size === undefined || object.size > SMALL_BYTES) return object;
  const totals: BodyTotals = { bytes: 0, md5: '' };
  const chunks: Buffer[] = [];
  const name = () => `the object ${JSON.stringify(object.key)}`;
  for await (const chunk of chunksOf(object.body as StreamedBody, totals, name)) chunks.push(chunk);
  return { ...object, body: Buffer.concat(chunks) };
}
