import { chmodSync, closeSync, fchmodSync, mkdirSync, openSync, utimesSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { environmentError, type ScratchFolder, writeAll } from '@ekv/snapshot';
import { checkOutputLock, identityAt, newRunId } from '@ekv/snapshot/publish';
import { CHECKSUMS_NAME, ChecksumsWriter, MANIFEST_NAME } from '../checksums/checksums.ts';
import { displayPath, nativePath } from '../files/tree-path.ts';
import { sha256Of } from '../files/whole-files.ts';
import type { ReadDigests } from '../input/input-tree.ts';
import { fileWriters } from '../threads/file-threads.ts';
import type { FilesBehind, FilesOutcome } from '../threads/files-behind.ts';
import type { WriteFilesOptions } from '../threads/write-files.ts';
import { EarlyFlush } from './early-flush.ts';
import { hiddenPaths } from './hidden-names.ts';
import { removeStaging } from './leftovers.ts';
import { makeFolders, removeParents, syncParents } from './made-parents.ts';
import { examineTarget } from './output-target.ts';
import { makeStaging, removeMoved, removeOwner } from './owned-staging.ts';
import { ParentFolder } from './parent-folder.ts';
import { StagedLines } from './staged-lines.ts';
import { CREATE, FILE_MODE, FOLDER_MODE, type StagingFolder } from './staging-folder.ts';
import { flushTree } from './tree-flush.ts';
import { type Placed, type Placement, placeTree } from './tree-placement.ts';
import type { LineSink, PieceSink, TreeSink } from './tree-sink.ts';

const KNOWN_FOLDERS = 10_000;

export interface StagedTreeOptions {
  /** For the sort of CHECKSUMS. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Replaces an earlier dump, a folder with a MANIFEST.json, as a whole. */
  readonly force?: boolean | undefined;
  /** Is given the digest of each file in place of the list that {@link StagedTree.publish} writes: the tree brings its own. */
  readonly digests?: ReadDigests | undefined;
  /** Threads besides this one that write small files. Default: none. */
  readonly threads?: number | undefined;
  /** Files that are written before a thread is started. Default: 256. */
  readonly filesBeforeThreads?: number | undefined;
  /** 16 lower-case hex digits from which the hidden names are made, for `removeStaging`. Default: random. */
  readonly runId?: string | undefined;
}

/** A target that was examined, and what was made for it. */
interface Place extends Placement {
  /** The uppermost folder above the target that was missing. */
  readonly madeParent: string | undefined;
  readonly parent: ParentFolder;
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
  readonly #staging: StagingFolder;
  readonly #checksums: ChecksumsWriter;
  readonly #digests: ReadDigests;
  readonly #early: EarlyFlush | undefined;
  readonly #behind: FilesBehind<WriteFilesOptions>;
  readonly #openFiles = new Set<number>();
  /** Folders that are there. Kept small: a forgotten one is only asked for again. */
  readonly #folders = new Set<string>();
  #lastFolder = '';
  #files = 0;
  #bytes = 0;
  #isPublished = false;
  #placed: Placed | undefined;

  /** Looks at the target and makes the staging folder. Throws UsageError when something stands in the way. */
  static create(target: string, options: StagedTreeOptions): StagedTree {
    const path = resolve(target);
    const runId = options.runId ?? newRunId();
    const paths = hiddenPaths(path, runId);
    const force = options.force ?? false;
    const seen = identityAt(path);
    const state = examineTarget(path, target, force);
    checkOutputLock(paths.lock);
    const place = { target: path, shown: target, state, seen, force, runId, paths };
    let madeParent: string | undefined;
    try {
      madeParent = makeFolders(dirname(path));
      const staging = makeStaging(place);
      return new StagedTree({ ...place, madeParent, parent: new ParentFolder(dirname(path)) }, staging, options);
    } catch (error) {
      removeParents(path, madeParent);
      throw environmentError(error, 'make the output folder', target);
    }
  }

  private constructor(place: Place, staging: StagingFolder, options: StagedTreeOptions) {
    const { scratch, digests, threads = 0, filesBeforeThreads } = options;
    this.#place = place;
    this.#staging = staging;
    this.#checksums = new ChecksumsWriter(scratch);
    this.#digests = digests ?? this.#checksums;
    const outcome: FilesOutcome = {
      done: (path, sha256) => this.#digests.add(path, sha256),
      undone: (path, content) => this.#fileHere(path, content),
    };
    this.#behind = fileWriters(threads, staging, outcome, filesBeforeThreads);
    this.#early = threads > 0 ? new EarlyFlush(staging.path) : undefined;
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
    return this.#placed?.leftover;
  }

  /** After {@link publish}: whether it replaced a dump that another run has put there since {@link create}. */
  get replacedOther(): boolean {
    return this.#placed?.replacedOther ?? false;
  }

  file(path: string, bytes: Uint8Array): void {
    this.#makeParent(path);
    this.#files++;
    this.#wrote(bytes.length);
    if (!this.#behind.give(path, bytes)) this.#fileHere(path, bytes);
  }

  lines(path: string): LineSink {
    return this.pieces(path);
  }

  pieces(path: string): PieceSink {
    this.#makeParent(path);
    const fd = this.#attempt('write', path, () => this.#open(path));
    this.#openFiles.add(fd);
    return new StagedLines(fd, {
      attempt: (call) => this.#attempt('write', path, call),
      wrote: (bytes) => this.#wrote(bytes),
      closed: (digest) => {
        this.#openFiles.delete(fd);
        this.#digests.add(path, digest);
        this.#files++;
      },
    });
  }

  folder(path: string): void {
    this.#makeFolder(path);
  }

  /** Waits until all files that were given are written. Throws the error of the first one that could not be. */
  settle(): void {
    this.#behind.settle();
  }

  /**
   * Writes MANIFEST.json and CHECKSUMS, brings all files and folders to the disk, and puts the tree at its target. All
   * lines must be closed. When it throws before the tree is at its target, the target is what it was; call {@link abandon}.
   */
  publish(manifest: Uint8Array): void {
    this.settle();
    this.#create(MANIFEST_NAME, (fd) => writeAll(fd, manifest));
    this.#checksums.add(MANIFEST_NAME, sha256Of(manifest));
    this.#create(CHECKSUMS_NAME, (fd) => this.#checksums.writeTo({ write: (bytes) => writeAll(fd, bytes) }));
    this.#publish();
  }

  /** As {@link publish}, of a tree whose MANIFEST.json and CHECKSUMS were written like its other files, at whatever time. */
  publishAsIs(): void {
    this.settle();
    const now = new Date();
    // As after a decode: what is written later than its list was edited.
    this.#attempt('write', CHECKSUMS_NAME, () => utimesSync(nativePath(this.#staging.base, CHECKSUMS_NAME), now, now));
    this.#publish();
  }

  #publish(): void {
    const { target, shown, madeParent, parent } = this.#place;
    this.#behind.end();
    try {
      flushTree(this.#staging.path, this.#files, this.#early);
      syncParents(target, madeParent);
      this.#placed = placeTree(this.#staging, this.#place);
    } catch (error) {
      throw parent.explained(environmentError(error, 'put the tree at', shown));
    }
    this.#isPublished = true;
    this.#early?.close();
    this.#staging.close();
    // What is left keeps its owner, so that a later run can tell that its process is gone, and remove it.
    if (this.leftover === undefined) removeOwner(this.#place);
  }

  /** Removes what was written. Safe to call after {@link publish}. */
  abandon(): void {
    if (this.#isPublished) return;
    this.#behind.end();
    this.#early?.close();
    this.#checksums.close();
    for (const fd of this.#openFiles) closeQuietly(fd);
    this.#openFiles.clear();
    const { target, runId, madeParent } = this.#place;
    // What stands in the folder's place by now is somebody else's.
    if (this.#staging.isAt(this.#staging.path)) removeStaging(target, runId);
    else removeMoved(this.#staging, this.#place);
    this.#staging.close();
    removeParents(target, madeParent);
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
        const native = nativePath(this.#staging.base, path);
        mkdirSync(native, FOLDER_MODE);
        if (this.#staging.setsModes) chmodSync(native, FOLDER_MODE);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    });
    if (this.#folders.size > KNOWN_FOLDERS) this.#folders.clear();
    this.#folders.add(path);
  }

  #open(path: string): number {
    const fd = openSync(nativePath(this.#staging.base, path), CREATE, FILE_MODE);
    if (this.#staging.setsModes) fchmodSync(fd, FILE_MODE);
    return fd;
  }

  #create(path: string, write: (fd: number) => void): void {
    this.#attempt('write', path, () => {
      const fd = this.#open(path);
      try {
        write(fd);
      } finally {
        closeSync(fd);
      }
    });
  }

  #wrote(bytes: number): void {
    this.#bytes += bytes;
    this.#early?.wrote(bytes);
  }

  #fileHere(path: string, bytes: Uint8Array): void {
    this.#create(path, (fd) => writeAll(fd, bytes));
    this.#digests.add(path, sha256Of(bytes));
  }

  #attempt<T>(action: string, path: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      const { shown, parent } = this.#place;
      throw parent.explained(environmentError(error, action, `${shown}/${displayPath(path)}`));
    }
  }
}

/** Of a file that is removed, and that may be closed already: a close that fails closes all the same. */
function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // It is closed.
  }
}
