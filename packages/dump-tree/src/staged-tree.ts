import { hash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { environmentError, type ScratchFolder } from '@ekv/snapshot';
import { CHECKSUMS_NAME, ChecksumsWriter, MANIFEST_NAME } from './checksums.ts';
import { nativePath } from './input-tree.ts';
import { examineTarget, hiddenName, syncFolder, type TargetState } from './output-target.ts';
import { StagedLines } from './staged-lines.ts';
import type { LineSink, TreeSink } from './tree-sink.ts';
import { writeAll } from './write-all.ts';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const DATA_MODE = 0o600;
const LIST_MODE = 0o666;
const FOLDER_MODE = 0o755;

export interface StagedTreeOptions {
  /** For the sort of CHECKSUMS. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Replaces an earlier dump, a folder with a MANIFEST.json, as a whole. */
  readonly force?: boolean;
}

/**
 * A dump tree that is built in a hidden folder beside its target and appears there as a whole, by one rename. Until
 * {@link publish} nothing at the target changes. docs/format/02-dump-tree.md, sections 1 and 7.
 *
 * Each data file is written once, under its final name, and hashed while its bytes are at hand. Throws
 * EnvironmentError when the disk refuses.
 */
export class StagedTree implements TreeSink {
  readonly #target: string;
  readonly #state: TargetState;
  readonly #checksums: ChecksumsWriter;
  #staging: string;
  /** Folders that are there. Kept small: a forgotten one is only asked for again. */
  readonly #folders = new Set<string>();
  #lastFolder = '';
  #files = 0;
  #bytes = 0;

  /** Looks at the target and makes the staging folder. Throws UsageError when something stands in the way. */
  static create(target: string, options: StagedTreeOptions): StagedTree {
    const path = resolve(target);
    const state = examineTarget(path, target, options.force ?? false);
    const staging = hiddenName(state === 'filled in place' ? join(path, basename(path)) : path, 'tmp');
    try {
      mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
      mkdirSync(staging, FOLDER_MODE);
    } catch (error) {
      throw environmentError(error, 'make the output folder', target);
    }
    return new StagedTree(path, state, staging, options.scratch);
  }

  // Private by name only: the target must be examined first.
  constructor(target: string, state: TargetState, staging: string, scratch: ScratchFolder) {
    this.#target = target;
    this.#state = state;
    this.#staging = staging;
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

  /** The hidden folder, for a process that has to remove it when it is stopped. */
  get stagingPath(): string {
    return this.#staging;
  }

  file(path: string, bytes: Uint8Array): void {
    this.#makeParent(path);
    this.#create(path, DATA_MODE, (fd) => writeAll(fd, bytes));
    this.#count(path, hash('sha256', bytes, 'hex'), bytes.length);
  }

  lines(path: string): LineSink {
    this.#makeParent(path);
    const native = nativePath(this.#staging, path);
    const fd = this.#attempt('write', path, () => openSync(native, CREATE, DATA_MODE));
    return new StagedLines(
      fd,
      (digest, size) => this.#count(path, digest, size),
      (call) => this.#attempt('write', path, call),
    );
  }

  folder(path: string): void {
    this.#makeFolder(path);
  }

  /** Writes MANIFEST.json and CHECKSUMS, brings everything to the disk, and puts the tree at its target. */
  publish(manifest: Uint8Array): void {
    this.#writeList(MANIFEST_NAME, (fd) => writeAll(fd, manifest));
    this.#checksums.add(MANIFEST_NAME, hash('sha256', manifest, 'hex'));
    this.#writeList(CHECKSUMS_NAME, (fd) => this.#checksums.writeTo({ write: (bytes) => writeAll(fd, bytes) }));
    syncFolder(this.#staging);
    try {
      this.#moveToTarget();
    } catch (error) {
      throw environmentError(error, 'put the tree at', this.#target);
    }
  }

  /** Removes what was written. Safe to call after {@link publish}. */
  abandon(): void {
    if (this.#staging !== this.#target) rmSync(this.#staging, { recursive: true, force: true });
  }

  #moveToTarget(): void {
    if (this.#state === 'filled in place') this.#fillTarget();
    else if (this.#state === 'earlier dump') this.#replaceTarget();
    else this.#renameToTarget();
    syncFolder(dirname(this.#target));
    this.#staging = this.#target;
  }

  #renameToTarget(): void {
    const mode = this.#state === 'empty' ? lstatSync(this.#target).mode & 0o7777 : undefined;
    renameSync(this.#staging, this.#target);
    if (mode !== undefined) chmodSync(this.#target, mode);
  }

  #replaceTarget(): void {
    const earlier = hiddenName(this.#target, 'old');
    renameSync(this.#target, earlier);
    renameSync(this.#staging, this.#target);
    rmSync(earlier, { recursive: true, force: true });
  }

  /** The target cannot be replaced: its entries move into it, MANIFEST.json as the last. */
  #fillTarget(): void {
    const entries = readdirSync(this.#staging).filter((name) => name !== MANIFEST_NAME);
    for (const name of [...entries, MANIFEST_NAME]) renameSync(join(this.#staging, name), join(this.#target, name));
    rmdirSync(this.#staging);
    syncFolder(this.#target);
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
    const native = nativePath(this.#staging, path);
    try {
      const fd = openSync(native, CREATE, mode);
      try {
        write(fd);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      throw environmentError(error, 'write', `${this.#target}/${path}`);
    }
  }

  #writeList(name: string, write: (fd: number) => void): void {
    this.#create(name, LIST_MODE, (fd) => {
      write(fd);
      fsyncSync(fd);
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
      throw environmentError(error, action, `${this.#target}/${path}`);
    }
  }
}

const KNOWN_FOLDERS = 10_000;
