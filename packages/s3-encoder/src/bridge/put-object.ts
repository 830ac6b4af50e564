import type { Readable } from 'node:stream';
import { wrongKind } from '@ekv/snapshot/arguments';
import type { StoredObject } from '../read/stored-object.ts';

/** What `PutObject` takes beside the bucket. */
export interface PutObject {
  Key: string;
  /** Is read when the request is sent. */
  Body: Readable;
  ContentLength: number;
  ContentType: string | undefined;
  ContentEncoding: string | undefined;
  CacheControl: string | undefined;
  ContentDisposition: string | undefined;
  Metadata: Record<string, string>;
}

/**
 * An object of a snapshot as `PutObjectCommand` of the AWS SDK v3 takes it, and `Upload` of its lib-storage: with the bucket added. The
 * server gives time and ETag anew. The body is a stream, so a request that failed is made anew with a new one. Throws ArgumentError.
 *
 * @param object of a snapshot that is open until the request is sent.
 */
export function toPutObject(object: StoredObject): PutObject {
  if (typeof object?.stream !== 'function') throw wrongKind(object, 'the object to put', 'one that s3Objects gives');
  return {
    Key: object.key,
    Body: object.stream(),
    ContentLength: object.size,
    ContentType: object.contentType,
    ContentEncoding: object.contentEncoding,
    CacheControl: object.cacheControl,
    ContentDisposition: object.contentDisposition,
    Metadata: { ...object.userMetadata },
  };
}
