import { isValidUtf8 } from '@ekv/dump-tree';
import { jsonLine } from '../forms/json-text.ts';
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

/**
 * Objects as lines of a shell script, one `aws s3 cp` for each, with content type, metadata and what else is known of it; the bodies go to a folder beside it,
 * as files that are numbered, whatever the keys.
 *
 * @param leftOut gets the objects whose keys are no text.
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
    const name = String(++number).padStart(8, '0');
    folder.write(name, object.pieces());
    yield `${[...copyOf(object, name), ...settingsOf(object)].map(shellWord).join(' ')} "$@"\n`;
  }
}

/** `cp` would take a key with a slash at its end for a folder. */
function copyOf({ bucket, key, contentType }: S3Unit['object'], name: string): string[] {
  if (key.endsWith('/')) return ['aws', 's3api', 'put-object', '--bucket', bucket, '--key', key, '--body', name];
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
