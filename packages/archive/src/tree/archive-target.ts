import { linkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  EarlyFlush,
  type HiddenPaths,
  hiddenPaths,
  makeFolders,
  ParentFolder,
  refuseInsideDump,
  removeParents,
  removeStaging,
  syncParents,
} from '@ekv/dump-tree';
import { type ByteSink, EnvironmentError, environmentError, UsageError } from '@ekv/snapshot';
import {
  checkOutputLock,
  FileSink,
  identityAt,
  kindInWords,
  look,
  type OutputLock,
  ownerLine,
  removeQuietly,
  rename,
  syncFolderOf,
  withOutputLock,
  writeNewFile,
} from '@ekv/snapshot/publish';
import { refuseForeignArchive } from './dump-archive.ts';

/** Where the bytes of an archive go. */
export interface ArchiveTarget {
  readonly sink: ByteSink;
  /** To be called after the last byte. */
  publish(): void;
  /** Removes what is not at its place. Safe to call after {@link publish}. */
  abandon(): void;
  /** After {@link publish}: whether it replaced what another run has put there since this one began. */
  readonly replacedOther: boolean;
}

export interface ArchiveTargetOptions {
  /** Replaces an earlier archive of a dump. */
  readonly force: boolean;
  /** 16 lower-case hex digits from which the hidden names are made, for `removeStaging`. */
  readonly runId: string;
  /** Threads besides this one: with some, what was written is brought to the disk while more is. Default: none. */
  readonly threads?: number | undefined;
}

/** A target that was examined, and what was made for it. */
interface Place {
  /** Absolute. */
  readonly target: string;
  /** As the operator gave it. */
  readonly shown: string;
  readonly force: boolean;
  readonly runId: string;
  readonly paths: HiddenPaths;
  /** What stood at the target when it was examined; see identityAt. */
  readonly seen: string | undefined;
  /** The uppermost folder above the target that was missing. */
  readonly madeParent: string | undefined;
  readonly parent: ParentFolder;
}

/**
 * A new archive under a hidden name beside its place, where it appears complete or not at all. Until it is published nothing at the
 * target changes; after a kill `removeStaging` removes what is left. docs/format/02-dump-tree.md, sections 1 and 12.
 */
export class ArchiveFileTarget implements ArchiveTarget {
  readonly #place: Place;
  readonly #file: FileSink;
  readonly #early: EarlyFlush | undefined;
  #isClosed = false;
  #isPublished = false;
  #replacedOther = false;

  /** Looks at the target and makes the hidden file. Throws UsageError when something stands in the way, EnvironmentError. */
  static create(output: string, { force, runId, threads = 0 }: ArchiveTargetOptions): ArchiveFileTarget {
    if (output.endsWith('/')) throw new UsageError(`the output ${output} must be the name of a file, not of a folder`);
    const target = resolve(output);
    const paths = hiddenPaths(target, runId);
    const seen = identityAt(target);
    examine(target, output, force);
    refuseInsideDump(target, output);
    checkOutputLock(paths.lock);
    let madeParent: string | undefined;
    try {
      madeParent = makeFolders(dirname(target));
      const parent = new ParentFolder(dirname(target));
      const place = { target, shown: output, force, runId, paths, seen, madeParent, parent };
      return new ArchiveFileTarget(place, makeFile(paths, output, runId), threads);
    } catch (error) {
      removeParents(target, madeParent);
      throw environmentError(error, 'make the output', output);
    }
  }

  private constructor(place: Place, file: FileSink, threads: number) {
    this.#place = place;
    this.#file = file;
    // What the disk refuses, the flush of the open file at the end hears all the same.
    this.#early = threads > 0 ? new EarlyFlush(dirname(place.target)) : undefined;
  }

  get sink(): ByteSink {
    const wrote = (bytes: number) => this.#early?.wrote(bytes);
    const write = (bytes: Uint8Array) => {
      this.#explained(() => this.#file.write(bytes));
      wrote(bytes.length);
    };
    return { holdsBlocks: 'during the call', descriptor: { fd: this.#file.descriptor.fd, wrote }, write };
  }

  get replacedOther(): boolean {
    return this.#replacedOther;
  }

  /** Throws UsageError for what has come to stand at the target, EnvironmentError; then the target is what it was. */
  publish(): void {
    this.#explained(() => {
      const { target, madeParent, paths, runId, seen } = this.#place;
      this.#file.sync();
      this.#file.close();
      this.#isClosed = true;
      syncFolderOf(target);
      syncParents(target, madeParent);
      const lock: OutputLock = { path: paths.lock, prepared: paths.preparedLock, runId };
      const there = withOutputLock(lock, () => this.#take());
      this.#replacedOther = there !== undefined && there !== seen;
      this.#isPublished = true;
      this.#early?.close();
      this.#file.release();
      removeQuietly(paths.ownerBeside);
    });
  }

  abandon(): void {
    if (this.#isPublished) return;
    const { target, runId, paths, madeParent } = this.#place;
    this.#early?.close();
    if (!this.#isClosed) this.#file.abandon();
    this.#isClosed = true;
    // What stands in its place by now is somebody else's.
    if (this.#file.isAt(paths.beside)) removeStaging(target, runId);
    else removeQuietly(paths.ownerBeside);
    this.#file.release();
    removeParents(target, madeParent);
  }

  /** Under the lock: puts the file at the target. @returns what it replaced. */
  #take(): string | undefined {
    const { target, shown, force, paths } = this.#place;
    examine(target, shown, force);
    this.#check(paths.beside);
    const there = identityAt(target);
    if (there === undefined) giveName(paths.beside, target, shown);
    else rename(paths.beside, target);
    this.#check(target);
    syncFolderOf(target);
    return there;
  }

  #check(path: string): void {
    if (this.#file.isAt(path)) return;
    throw new EnvironmentError(
      `what stands at ${path} is not the archive that was written: another user or program replaced it; choose an output in a folder that only you may write to`,
    );
  }

  /** The folder of the output may be another one by now, and then no path says what happened. */
  #explained(work: () => void): void {
    const { parent, shown } = this.#place;
    try {
      work();
    } catch (error) {
      throw parent.explained(environmentError(error, 'put the archive at', shown));
    }
  }
}

/** Throws UsageError when something stands there that must not be touched. */
function examine(target: string, shown: string, force: boolean): void {
  const there = look(target);
  if (there === undefined) return;
  if (there.isDirectory())
    throw new UsageError(
      `the output ${shown} is a folder; name an archive that does not exist, or make a tree of files with --format folder`,
    );
  if (!there.isFile()) throw new UsageError(`the output ${shown} is ${kindInWords(there)}; name a file`);
  if (!force)
    throw new UsageError(
      `the output ${shown} exists; choose another name, or replace an earlier archive of a dump with the option force`,
    );
  refuseForeignArchive(target, shown);
}

/** The owner's file is there before the archive. When it throws, neither is left. */
function makeFile(paths: HiddenPaths, shown: string, runId: string): FileSink {
  try {
    writeNewFile(paths.ownerBeside, Buffer.from(ownerLine(runId)), shown);
    const file = new FileSink(paths.beside, shown);
    file.hold();
    return file;
  } catch (error) {
    removeQuietly(paths.ownerBeside);
    throw error;
  }
}

/** A link fails where something stands, which a rename would replace. */
function giveName(from: string, target: string, shown: string): void {
  try {
    linkSync(from, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new EnvironmentError(`${shown} has appeared since this run began; it was left as it is`, { cause: error });
    if (!NO_LINKS.has(code ?? '')) throw environmentError(error, 'put the archive at', shown);
    return rename(from, target);
  }
  removeQuietly(from);
}

/** What file systems without hard links answer. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
