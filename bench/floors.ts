import { createHash, hash } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { addTimes, type Times, timed } from './times.ts';

/**
 * The physical work that no encode and no decode can do without, one thread, by the cheapest calls that Node has, each step
 * timed alone. See README.md.
 */

/** A folder and the regular files in it, path relative to the root with a `/` at its end, or empty. */
interface Folder {
  readonly path: string;
  readonly files: readonly string[];
}

const BLOCK = 1 << 20;
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
const FILE_MODE = 0o600;
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
  const [folders, listTimes] = timed(() => list(tree));
  const [bytes, read] = timed(() => readAll(tree, folders, () => {}));
  const digest = createHash('sha256');
  const [, readAndHash] = timed(() => {
    readAll(tree, folders, (block) => digest.update(block));
    return digest.digest('hex');
  });
  return { files: count(folders), bytes, list: listTimes, read, readAndHash };
}

export interface WriteFloor {
  readonly files: number;
  readonly bytes: number;
  readonly makeFolders: Times;
  /** Create, write and close each file; no fsync. */
  readonly create: Times;
  /** The SHA-256 of each file. */
  readonly hashEach: Times;
}

/** What decode cannot do without, but for reading the snapshot: writes all files of `tree` again below `target`. */
export function writeFloor(tree: string, target: string): WriteFloor {
  const folders = list(tree);
  const [, makeFolders] = timed(() => {
    for (const { path } of folders) mkdirSync(`${target}/${path}`, { mode: FOLDER_MODE });
  });
  let create: Times = { wall: 0, cpu: 0 };
  let hashEach = create;
  let bytes = 0;
  for (const batch of batches(tree, folders)) {
    create = addTimes(create, timed(() => createFiles(target, batch))[1]);
    hashEach = addTimes(hashEach, timed(() => hashFiles(batch))[1]);
    bytes += batch.used;
  }
  return { files: count(folders), bytes, makeFolders, create, hashEach };
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
  const block = Buffer.allocUnsafeSlow(BLOCK);
  return timed(() => {
    const fd = openSync(path, constants.O_RDONLY);
    while (readSync(fd, block, 0, BLOCK, null) > 0);
    closeSync(fd);
  })[1];
}

/** Folders before what lies in them. */
function list(root: string): Folder[] {
  const folders: Folder[] = [];
  const waiting = [''];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const files: string[] = [];
    for (const entry of readdirSync(`${root}/${path}`, { withFileTypes: true })) {
      if (entry.isFile()) files.push(entry.name);
      else if (entry.isDirectory()) waiting.push(`${path}${entry.name}/`);
    }
    folders.push({ path, files });
  }
  return folders;
}

function count(folders: readonly Folder[]): number {
  return folders.reduce((sum, { files }) => sum + files.length, 0);
}

/** Reads all files one behind the other into a block that is used up when it is half full. Gives the number of bytes. */
function readAll(root: string, folders: readonly Folder[], use: (block: Buffer) => void): number {
  const block = Buffer.allocUnsafeSlow(BLOCK);
  let used = 0;
  let bytes = 0;
  for (const { path, files } of folders) {
    const folder = `${root}/${path}`;
    for (const name of files) {
      const fd = openSync(folder + name, constants.O_RDONLY);
      for (;;) {
        const room = BLOCK - used;
        const read = readSync(fd, block, used, room, null);
        used += read;
        const isEnd = read < room;
        if (used > BLOCK / 2) {
          use(block.subarray(0, used));
          bytes += used;
          used = 0;
        }
        if (isEnd) break;
      }
      closeSync(fd);
    }
  }
  use(block.subarray(0, used));
  return bytes + used;
}

/** Files in memory: file `i` is `bytes[ends[i - 1], ends[i])`. */
interface Batch {
  readonly paths: string[];
  readonly ends: number[];
  readonly bytes: Buffer;
  used: number;
}

const BATCH_BYTES = 256 << 20;
const BATCH_FILES = 500_000;

/** The files of a tree, as many at a time as fit into memory. A file that is larger than a batch is cut. */
function* batches(root: string, folders: readonly Folder[]): Generator<Batch> {
  let batch: Batch = { paths: [], ends: [], bytes: Buffer.allocUnsafeSlow(BATCH_BYTES), used: 0 };
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

function createFiles(target: string, { paths, ends, bytes }: Batch): void {
  let start = 0;
  for (let i = 0; i < paths.length; i++) {
    const end = ends[i]!;
    const fd = openSync(`${target}/${paths[i]}`, CREATE, FILE_MODE);
    writeWhole(fd, bytes, start, end);
    closeSync(fd);
    start = end;
  }
}

/** Gives something that depends on all digests, so that none can be left out. */
function hashFiles({ ends, bytes }: Batch): number {
  let start = 0;
  let mixed = 0;
  for (const end of ends) {
    mixed ^= hash('sha256', bytes.subarray(start, end), 'hex').charCodeAt(0);
    start = end;
  }
  return mixed;
}

function writeWhole(fd: number, bytes: Buffer, start: number, end: number): void {
  for (let at = start; at < end; ) at += writeSync(fd, bytes, at, end - at, null);
}
