import { hash } from 'node:crypto';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import type { Folder } from './tree-files.ts';

/** Files in memory: file `i` is `bytes[ends[i - 1], ends[i])`. */
export interface Batch {
  readonly paths: string[];
  readonly ends: number[];
  readonly bytes: Buffer;
  used: number;
}

export const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
export const FILE_MODE = 0o600;
const BATCH_FILES = 500_000;

/** The files of a tree, as many at a time as fit into `batchBytes` of memory. A file that is larger than that is cut. */
export function* batches(root: string, folders: readonly Folder[], batchBytes: number): Generator<Batch> {
  let batch: Batch = { paths: [], ends: [], bytes: Buffer.allocUnsafeSlow(batchBytes), used: 0 };
  for (const { path, files } of folders) {
    for (const name of files) {
      if (!load(batch, root, path + name)) {
        yield batch;
        batch = { paths: [], ends: [], bytes: batch.bytes, used: 0 };
        load(batch, root, path + name);
      }
    }
  }
  yield batch;
}

/** False when there is no room for the file; an empty batch takes each file. */
function load(batch: Batch, root: string, path: string): boolean {
  if (batch.paths.length === BATCH_FILES) return false;
  const fd = openSync(`${root}/${path}`, constants.O_RDONLY);
  const room = batch.bytes.length - batch.used;
  const read = readSync(fd, batch.bytes, batch.used, room, null);
  closeSync(fd);
  if (read === room && batch.paths.length > 0) return false;
  batch.used += read;
  batch.paths.push(path);
  batch.ends.push(batch.used);
  return true;
}

/** Creates, writes and closes each file below a folder that has its folders already; no fsync. */
export function createFiles(target: string, { paths, ends, bytes }: Batch): void {
  let start = 0;
  for (let i = 0; i < paths.length; i++) {
    const end = ends[i]!;
    const fd = openSync(`${target}/${paths[i]}`, CREATE, FILE_MODE);
    writeWhole(fd, bytes, start, end);
    closeSync(fd);
    start = end;
  }
}

/** Takes the SHA-256 of each file. Gives something that depends on all digests, so that none can be left out. */
export function hashFiles({ ends, bytes }: Batch): number {
  let start = 0;
  let mixed = 0;
  for (const end of ends) {
    mixed ^= hash('sha256', bytes.subarray(start, end), 'hex').charCodeAt(0);
    start = end;
  }
  return mixed;
}

export function writeWhole(fd: number, bytes: Buffer, start: number, end: number): void {
  for (let at = start; at < end; ) at += writeSync(fd, bytes, at, end - at, null);
}
