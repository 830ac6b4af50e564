import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, readSync } from 'node:fs';
import { batches, CREATE, createFiles, FILE_MODE, hashFiles, writeWhole } from './file-batch.ts';
import { settle } from './settle.ts';
import { addTimes, type Times, timed } from './times.ts';
import { countFiles, type Folder, listFolders, readAll } from './tree-files.ts';

/**
 * The physical work that no encode and no decode can do without, one thread, by the cheapest calls that Node has, each step
 * timed alone. See README.md; with two threads it is in floors-of-two-threads.ts.
 */

const BLOCK = 1 << 20;
const BATCH_BYTES = 256 << 20;
const FOLDER_MODE = 0o755;

export interface ReadFloor {
  readonly files: number;
  readonly bytes: number;
  readonly list: Times;
  /** Open, read and close each file. */
  readonly read: Times;
  /** The same, and one SHA-256 of all bytes. */
  readonly readAndHash: Times;
}

/** What encode cannot do without, but for writing the snapshot. */
export function readFloor(tree: string): ReadFloor {
  const [folders, listTimes] = timed(() => listFolders(tree));
  const [bytes, read] = timed(() => readAll(tree, folders, () => {}));
  const digest = createHash('sha256');
  const [, readAndHash] = timed(() => {
    readAll(tree, folders, (block) => digest.update(block));
    return digest.digest('hex');
  });
  return { files: countFiles(folders), bytes, list: listTimes, read, readAndHash };
}

export interface WriteFloor {
  readonly files: number;
  readonly bytes: number;
  readonly makeFolders: Times;
  /** Create, write and close each file; no fsync. */
  readonly create: Times;
  /** The SHA-256 of each file. */
  readonly hashEach: Times;
  /** Brings all of it to the disk; wall time says what the disk does, processor time is not counted. */
  readonly flush: Times;
}

/** What decode cannot do without, but for reading the snapshot: writes all files of `tree` again below `target`. */
export function writeFloor(tree: string, target: string): WriteFloor {
  const folders = listFolders(tree);
  const makeFolders = makeFoldersTimed(target, folders);
  let create: Times = { wall: 0, cpu: 0 };
  let hashEach = create;
  let bytes = 0;
  for (const batch of batches(tree, folders, BATCH_BYTES)) {
    create = addTimes(create, timed(() => createFiles(target, batch))[1]);
    hashEach = addTimes(hashEach, timed(() => hashFiles(batch))[1]);
    bytes += batch.used;
  }
  const [, flush] = timed(() => settle(target));
  return { files: countFiles(folders), bytes, makeFolders, create, hashEach, flush };
}

/** Makes the folders of a tree below `target`, which must not exist. */
export function makeFoldersTimed(target: string, folders: readonly Folder[]): Times {
  return timed(() => {
    for (const { path } of folders) mkdirSync(`${target}/${path}`, { mode: FOLDER_MODE });
  })[1];
}

/** Writes one file of `size` bytes from end to end with its SHA-256. */
export function sequentialWriteFloor(path: string, size: number): Times {
  const block = Buffer.alloc(BLOCK, 'snapshot');
  return timed(() => {
    const digest = createHash('sha256');
    const fd = openSync(path, CREATE, FILE_MODE);
    for (let left = size; left > 0; left -= BLOCK) {
      const piece = left < BLOCK ? block.subarray(0, left) : block;
      digest.update(piece);
      writeWhole(fd, piece, 0, piece.length);
    }
    closeSync(fd);
    return digest.digest('hex');
  })[1];
}

/** Reads one file from end to end. */
export function sequentialReadFloor(path: string): Times {
  return timed(() => eachPiece(path, () => {}))[1];
}

/** Takes the digest of one file, which is read for that. */
export function digestFloor(path: string, algorithm: 'sha256' | 'md5'): Times {
  return timed(() => digestOf(path, algorithm))[1];
}

export function digestOf(path: string, algorithm: 'sha256' | 'md5'): string {
  const digest: Hash = createHash(algorithm);
  eachPiece(path, (piece) => digest.update(piece));
  return digest.digest('hex');
}

/** Copies one file and brings the copy to the disk. */
export function copyFloor(from: string, to: string): Times {
  return timed(() => {
    const fd = openSync(to, CREATE, FILE_MODE);
    eachPiece(from, (piece) => writeWhole(fd, piece, 0, piece.length));
    closeSync(fd);
    settle(to);
  })[1];
}

/** Reads a file from end to end in pieces of a MiB. */
function eachPiece(path: string, take: (piece: Buffer) => void): void {
  const block = Buffer.allocUnsafeSlow(BLOCK);
  const fd = openSync(path, constants.O_RDONLY);
  for (let read = readSync(fd, block); read > 0; read = readSync(fd, block)) take(block.subarray(0, read));
  closeSync(fd);
}
