import { isValidUtf8 } from '@ekv/dump-tree';
import { hasHidden, jsonLine } from '../forms/json-text.ts';
import type { S3Unit } from '../units/unit.ts';
import type { LeftOut } from './left-out.ts';
import { shellWord } from './shell-word.ts';

/** Where bodies go. */
export interface BodyFolder {
  /** Writes a body to a new file of that name. Throws EnvironmentError. */
  write(name: string, pieces: Iterable<Buffer>): void;
}

const NO_TEXT = {
  name: 'objects',
  rule: 'their key is no text that a command line can hold',
} as const;
const TOO_LONG = { name: 'objects', rule: 'their key or metadata is longer than a command line can hold' } as const;
const TOO_LARGE = {
  name: 'objects',
  rule: '`aws s3 cp` takes no such key or settings, and `put-object` no more than 5 GiB',
} as const;

/** Of a word of a command line; Linux takes 128 KiB. */
const LONGEST_WORD = 100_000;
/** What PutObject takes at once. */
const MOST_BYTES = 5 * 2 ** 30;
/** A setting that the AWS CLI would take for a flag, or for a place to read the value from: a file of whoever runs it. */
const TAKEN_FOR_MORE = /^(?:-|(?:file|fileb|https?):\/\/)/;
/** The name of a bucket behind which `cp` finds the end of it. */
const BUCKET = /^\w[\w.-]*$/;

/**
 * Objects as lines of a shell script, one `aws s3 cp` for each, with content type, metadata and what else is known of it; the bodies go to a folder beside it,
 * as files that are numbered, whatever the keys.
 *
 * @param leftOut gets the objects that a command line cannot hold.
 */
export function* s3CopiesOf(
  units: Iterable<S3Unit>,
  folder: BodyFolder,
  leftOut: LeftOut,
): Generator<string, void, undefined> {
  yield '#!/bin/sh\n# What is given to it goes to each command: ./copy.sh --endpoint-url http://localhost:9000\nset -e\ncd "$(dirname "$0")"\n';
  let number = 0;
  for (const { object, address } of units) {
    const { keyBytes, key } = object;
    if (!isValidUtf8(keyBytes, 0, keyBytes.length) || key.includes('\0') || object.bucket.includes('\0')) {
      leftOut.add(NO_TEXT, address);
      continue;
    }
    const isPut = isOnlyPut(object);
    const name = String(number + 1).padStart(8, '0');
    const words = isPut ? putOf(object, name) : [...copyOf(object, name), ...settingsOf(object)];
    const isTooLarge = isPut && object.size > MOST_BYTES;
    if (isTooLarge || words.some((word) => Buffer.byteLength(word) > LONGEST_WORD)) {
      leftOut.add(isTooLarge ? TOO_LARGE : TOO_LONG, address);
      continue;
    }
    number++;
    folder.write(name, object.pieces());
    yield `${words.map(shellWord).join(' ')} "$@"\n`;
  }
}

/** Whether `cp` would take something for what it is not: a key with a slash at its end for a folder, for example. */
function isOnlyPut(object: S3Unit['object']): boolean {
  const { bucket, key } = object;
  const settings = [object.contentType, object.contentEncoding, object.cacheControl, object.contentDisposition];
  if (key.endsWith('/') || !BUCKET.test(bucket)) return true;
  return (
    hasHidden(key) || settings.some((text) => text !== undefined && (TAKEN_FOR_MORE.test(text) || hasHidden(text)))
  );
}

/** All that could be taken for more than a text is in JSON, which the AWS CLI reads as it is. */
function putOf(object: S3Unit['object'], name: string): string[] {
  const { bucket, key, contentType, contentEncoding, cacheControl, contentDisposition, userMetadata } = object;
  const input = {
    Bucket: bucket,
    Key: key,
    ContentType: contentType || undefined,
    ContentEncoding: contentEncoding || undefined,
    CacheControl: cacheControl || undefined,
    ContentDisposition: contentDisposition || undefined,
    Metadata: Object.keys(userMetadata).length > 0 ? userMetadata : undefined,
  };
  return ['aws', 's3api', 'put-object', '--body', name, '--cli-input-json', jsonLine(input)];
}

function copyOf({ bucket, key, contentType }: S3Unit['object'], name: string): string[] {
  const copy = ['aws', 's3', 'cp', name, `s3://${bucket}/${key}`];
  // A type of its own guess would be another one.
  return contentType === undefined ? [...copy, '--no-guess-mime-type'] : copy;
}

function* settingsOf(object: S3Unit['object']): Generator<string, void, undefined> {
  const settings = [
    ['--content-type', object.contentType],
    ['--content-encoding', object.contentEncoding],
    ['--cache-control', object.cacheControl],
    ['--content-disposition', object.contentDisposition],
  ] as const;
  for (const [flag, value] of settings) if (value !== undefined && value !== '') yield* [flag, value];
  if (Object.keys(object.userMetadata).length > 0) yield* ['--metadata', jsonLine(object.userMetadata)];
}
