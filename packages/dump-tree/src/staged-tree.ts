import { hash } from 'node:crypto';
import { closeSync, constants, existsSync, mkdirSync, openSync, readdirSync, rmdirSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { environmentError, type ScratchFolder, UsageError } from '@ekv/snapshot';
import { CHECKSUMS_NAME, ChecksumsWriter, MANIFEST_NAME } from './checksums.ts';
import { type HiddenPaths, hiddenPaths, newRunId } from './hidden-names.ts';
import { removeStaging } from './leftovers.ts';
import { examineTarget, type TargetState } from './output-target.ts';
import { StagedLines } from './staged-lines.ts';
import { flushTree, syncFolder } from './tree-flush.ts';
import { displayPath, nativePath } from './tree-path.ts';
import { placeTree } from './tree-placement.ts';
import type { LineSink, PieceSink, TreeSink } from './tree-sink.ts';
import { writeAll } from './write-all.ts';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const DATA_MODE = 0o600;
const LIST_MODE = 0o666;
const FOLDER_MODE = 0o755;
const KNOWN_FOLDERS = 10_000;

export interface StagedTreeOptions {
  /** For the sort of CHECKSUMS. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Replaces an earlier dump, a folder with a MANIFEST.json, as a whole. */
  readonly force?: boolean;
  /** 16 lower-case hex digits from which the hidden names are made, for `removeStaging`. Default: random. */
  readonly runId?: string;
}

/** A target that was examined, and what was made for it. */
interface Place {
  /** Absolute. */
  readonly target: string;
  /** The target as the operator gave it. */
  readonly shown: string;
  readonly state: TargetState;
  readonly runId: string;
  readonly paths: HiddenPaths;
  /** The uppermost folder above the target that was missing. */
  readonly madeParent: string | undefined;
}

/**
 * A dump tree that is built in a hidden folder and appears at its target as a whole. Until {@link publish} nothing at the
 * target changes; after a kill `removeStaging` removes what is left. docs/format/02-dump-tree.md, sections 1 and 7.
 *
 * The hidden folder stands beside the target and takes its place by a rename. Only where an empty target must stay itself
 * (a mount point, the working folder) it stands inside, and its entries move up, MANIFEST.json as the last.
 *
 * Each data file is written once, under its final name, and hashed while its bytes are at hand. Throws
 * EnvironmentError when the disk refuses.
 */
export class StagedTree implements TreeSink {
  readonly #place: Place;
  readonly #staging: string;
  readonly #checksums: ChecksumsWriter;
  readonly #openFiles = new Set<number>();
  /** Folders that are there. Kept small: a forgotten one is only asked for again. */
  readonly #folders = new Set<string>();
  #lastFolder = '';
  #files = 0;
  #bytes = 0;
  #isPublished = false;
  #leftover: string | undefined;

  /** Looks at the target and makes the staging folder. Throws UsageError when something stands in the way. */
  static create(target: string, options: StagedTreeOptions): StagedTree {
    const path = resolve(target);
    const runId = options.runId ?? newRunId();
    const paths = hiddenPaths(path, runId);
    const state = examineTarget(path, target, options.force ?? false);
    let madeParent: string | undefined;
    try {
      madeParent = makeFolders(dirname(path));
      mkdirSync(stagingPath(state, paths), FOLDER_MODE);
      if (state === 'filled in place') refuseOthers(path, target, paths.inside);
    } catch (error) {
      removeParents(path, madeParent);
      throw environmentError(error, 'make the output folder', target);
    }
    return new StagedTree({ target: path, shown: target, state, runId, paths, madeParent }, options.scratch);
  }

  private constructor(place: Place, scratch: ScratchFolder) {
    this.#place = place;
    this.#staging = stagingPath(place.state, place.paths);
    this.#checksums = new ChecksumsWriter(scratch);
  }

  /** Data files written so far. */
  get files(): number {
    return this.#files;
  }

  /** Bytes of data files written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** After {@link publish}: a hidden folder that could not be removed, such as the rest of the replaced dump. */
  get leftover(): string | undefined {
    return this.#leftover;
  }

  file(path: string, bytes: Uint8Array): void {
    this.#makeParent(path);
    this.#create(path, DATA_MODE, (fd) => writeAll(fd, bytes));
    this.#count(path, hash('sha256', bytes, 'hex'), bytes.length);
  }

  lines(path: string): LineSink {
    return this.pieces(path);
  }

  pieces(path: string): PieceSink {
    this.#makeParent(path);
    const fd = this.#attempt('write', path, () => openSync(nativePath(this.#staging, path), CREATE, DATA_MODE));
    this.#openFiles.add(fd);
    return new StagedLines(
      fd,
      (digest, size) => {
        this.#openFiles.delete(fd);
        this.#count(path, digest, size);
      },
      (call) => this.#attempt('write', path, call),
    );
  }

  folder(path: string): void {
    this.#makeFolder(path);
  }

  /**
   * Writes MANIFEST.json and CHECKSUMS, brings all files and folders to the disk, and puts the tree at its target. All
   * lines must be closed. When it throws before the tree is at its target, the target is what it was; call {@link abandon}.
   */
  publish(manifest: Uint8Array): void {
    this.#create(MANIFEST_NAME, LIST_MODE, (fd) => writeAll(fd, manifest));
    this.#checksums.add(MANIFEST_NAME, hash('sha256', manifest, 'hex'));
    this.#create(CHECKSUMS_NAME, LIST_MODE, (fd) => this.#checksums.writeTo({ write: (bytes) => writeAll(fd, bytes) }));
    const { target, shown, state, paths, madeParent } = this.#place;
    try {
      flushTree(this.#staging, this.#files);
      syncParents(target, madeParent);
      this.#leftover = placeTree(target, state, paths);
    } catch (error) {
      throw environmentError(error, 'put the tree at', shown);
    }
    this.#isPublished = true;
  }

  /** Removes what was written. Safe to call after {@link publish}. */
  abandon(): void {
    if (this.#isPublished) return;
    for (const fd of this.#openFiles) closeSync(fd);
    this.#openFiles.clear();
    removeStaging(this.#place.target, this.#place.runId);
    removeParents(this.#place.target, this.#place.madeParent);
  }

  #makeParent(path: string): void {
    const slash = path.lastIndexOf('/');
    if (slash === -1) return;
    if (slash === this.#lastFolder.length && path.startsWith(this.#lastFolder)) return;
    const folder = path.slice(0, slash);
    this.#makeFolder(folder);
    this.#lastFolder = folder;
  }

  #makeFolder(path: string): void {
    if (this.#folders.has(path)) return;
    const slash = path.lastIndexOf('/');
    if (slash !== -1) this.#makeFolder(path.slice(0, slash));
    this.#attempt('make the folder', path, () => {
      try {
        mkdirSync(nativePath(this.#staging, path), FOLDER_MODE);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    });
    if (this.#folders.size > KNOWN_FOLDERS) this.#folders.clear();
    this.#folders.add(path);
  }

  #create(path: string, mode: number, write: (fd: number) => void): void {
    this.#attempt('write', path, () => {
      const fd = openSync(nativePath(this.#staging, path), CREATE, mode);
      try {
        write(fd);
      } finally {
        closeSync(fd);
      }
    });
  }

  #count(path: string, digest: string, size: number): void {
    this.#checksums.add(path, digest);
    this.#files++;
    this.#bytes += size;
  }

  #attempt<T>(action: string, path: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw environmentError(error, action, `${this.#place.shown}/${displayPath(path)}`);
    }
  }
}

/** Two runs may both have found the target empty; what each then makes in it shows that to the other. */
function refuseOthers(path: string, shown: string, staging: string): void {
  const other = readdirSync(path).find((name) => name !== basename(staging));
  if (other === undefined) return;
  rmdirSync(staging);
  throw new UsageError(`the output ${shown} is not empty any more (it holds ${other}): another run works there`);
}

function stagingPath(state: TargetState, paths: HiddenPaths): string {
  return state === 'filled in place' ? paths.inside : paths.beside;
}

/**
 * Makes a folder and those above it that are missing; gives the uppermost one that it made. Node's own recursive call
 * says of a read-only file system that a folder is not there.
 */
function makeFolders(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  const uppermost = makeFolders(dirname(path));
  try {
    mkdirSync(path, FOLDER_MODE);
  } catch (error) {
    // Another run may have been faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return uppermost ?? path;
    removeParents(path, uppermost);
    throw error;
  }
  return uppermost ?? path;
}

/** The folders above the target, down from the uppermost one that was missing. */
function madeParents(target: string, uppermost: string | undefined): string[] {
  const made: string[] = [];
  if (uppermost === undefined) return made;
  for (let folder = dirname(target); folder.length >= uppermost.length; folder = dirname(folder)) made.push(folder);
  return made;
}

function syncParents(target: string, uppermost: string | undefined): void {
  for (const folder of madeParents(target, uppermost)) syncFolder(dirname(folder));
}

/** Those that hold something by now stay. */
function removeParents(target: string, uppermost: string | undefined): void {
  try {
    for (const folder of madeParents(target, uppermost)) rmdirSync(folder);
  } catch {
    // The others are not empty then.
  }
}
