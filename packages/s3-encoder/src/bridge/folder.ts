import { type Dirent, opendirSync } from 'node:fs';
import { ArgumentError, environmentError, type FindingKind, Findings, printable, type Warn } from '@ekv/snapshot';
import { givenBytes, kindOf, warnOf, wrongKind } from '@ekv/snapshot/arguments';
import type { BucketObject } from '../records/bucket.ts';
import { readFile } from './file-body.ts';

export interface FromFolderOptions {
  /** The content type of the object with that key; nothing, `null` and `false` are none. */
  readonly contentType?: ((key: string) => string | false | null | undefined) | undefined;
  /** Gets what was left out: at the end, once. */
  readonly warn?: Warn | undefined;
}

const NO_FILES: FindingKind = {
  event: 's3_not_files',
  says: 'entries of the folder are no regular files, such as symbolic links, and were left out',
  advice: 'links are not followed: put the files themselves in their place',
  loss: true,
};

/**
 * The files below a folder as objects of a bucket: keys are paths below the folder, as bytes; times are those of the files. Large files
 * are read when the rows are made, for their ETag, and once more when the snapshot is written; one that changes meanwhile is an error.
 *
 * Throws ArgumentError, EnvironmentError.
 */
export function fromFolder(
  path: string | Buffer,
  options: FromFolderOptions = {},
): Generator<BucketObject, void, undefined> {
  const folder = givenBytes(path, 'the path of the folder');
  if (folder.length === 0 || folder.includes(0)) throw new ArgumentError('the path of the folder names no folder');
  warnOf(options, 'fromFolder', ['contentType']);
  const { contentType } = options;
  if (contentType !== undefined && typeof contentType !== 'function')
    throw new ArgumentError(`the content type of files must be a function of their keys, not ${kindOf(contentType)}`);
  return objectsIn(Buffer.from(folder), options);
}

function* objectsIn(folder: Buffer, { contentType, warn }: FromFolderOptions): Generator<BucketObject> {
  const findings = new Findings();
  for (const key of filesBelow(folder, findings)) {
    const { lastModified, body } = readFile(below(folder, key));
    const type = contentType?.(key.toString()) ?? false;
    if (type !== false && typeof type !== 'string')
      throw wrongKind(type, () => `the content type of the file ${JSON.stringify(key.toString())}`, 'text, or false');
    yield { key, body, lastModified, ...(typeof type === 'string' ? { contentType: type } : {}) };
  }
  if (warn !== undefined) findings.report(warn);
}

/** Paths of files below the folder, relative to it. One folder is open at a time. */
function* filesBelow(root: Buffer, findings: Findings): Generator<Buffer> {
  const waiting: Buffer[] = [Buffer.alloc(0)];
  for (let prefix = waiting.pop(); prefix !== undefined; prefix = waiting.pop()) {
    for (const entry of entriesOf(below(root, prefix))) {
      const path = Buffer.concat([prefix, entry.name as unknown as Buffer]);
      if (entry.isFile()) yield path;
      else if (entry.isDirectory()) waiting.push(Buffer.concat([path, SLASH]));
      else findings.add(NO_FILES, () => printable(below(root, path)));
    }
  }
}

const SLASH = Buffer.from('/');

function below(root: Buffer, path: Buffer): Buffer {
  return Buffer.concat([root, SLASH, path]);
}

/** Names as bytes: they need not be UTF-8. Throws EnvironmentError. */
function* entriesOf(folder: Buffer): Generator<Dirent> {
  const list = guarded(folder, () => opendirSync(folder, { encoding: 'buffer' as BufferEncoding, bufferSize: 1024 }));
  try {
    for (let entry = list.readSync(); entry !== null; entry = guarded(folder, () => list.readSync())) yield entry;
  } finally {
    list.closeSync();
  }
}

function guarded<T>(folder: Buffer, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw environmentError(error, 'list', printable(folder));
  }
}
