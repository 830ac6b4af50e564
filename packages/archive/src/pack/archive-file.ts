import { createHash } from 'node:crypto';
import { linkSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ByteSink, EnvironmentError, environmentError, UsageError } from '@ekv/snapshot';
import {
  checkPublishLock,
  FileSink,
  isFileName,
  kindInWords,
  look,
  lookThrough,
  ownerOf,
  removeQuietly,
  rename,
  syncFolderOf,
  temporaryPath,
  withPublishLock,
  writeOwner,
} from '@ekv/snapshot/publish';
import { isDumpArchive } from './dump-archive.ts';

/** Where an archive is to stand, and whether one that stands there may be replaced. */
export interface ArchivePlace {
  readonly output: string;
  readonly force: boolean;
}

/** Cheap checks of the place before any work. Throws UsageError, EnvironmentError. */
export function checkArchivePlace({ output, force }: ArchivePlace): void {
  if (!isFileName(output)) throw new UsageError(`the output ${output} must be the name of a file, not of a folder`);
  if (lookThrough(dirname(output)) === undefined)
    throw new UsageError(`the folder of the output ${output} does not exist; make it first`);
  refuseExisting({ output, force });
  // A name that is too long for the file system shows here, not after the work.
  look(temporaryPath(ownerOf(output), '0'.repeat(16)));
  checkPublishLock(output);
}

/** @returns whether something that may be replaced stands there. Throws UsageError, EnvironmentError. */
function refuseExisting({ output, force }: ArchivePlace): boolean {
  const there = look(output);
  if (there === undefined) return false;
  const what = `the output ${output} exists already (${kindInWords(there)})`;
  if (!force)
    throw new UsageError(
      `${what}; name an archive that does not exist, or replace an archive of a dump with the option force`,
    );
  if (there.isFile() && isDumpArchive(output)) return true;
  throw new UsageError(`${what} and is no archive of a dump; the option force replaces nothing else`);
}

/** What was written. */
export interface WrittenArchive {
  readonly bytes: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

/** Counts and hashes what goes to a sink. */
export class HashedSink implements ByteSink {
  readonly holdsBlocks = 'during the call';
  readonly #sink: ByteSink;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#sink.write(bytes);
    this.#bytes += bytes.length;
  }

  /** To be called once, after the last byte. */
  written(): WrittenArchive {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

/**
 * A new archive that is written under a temporary name and appears at its place complete, or not at all. Nothing that stands there by
 * then is replaced. docs/format/07-restore.md, section 7.2.
 */
export class ArchiveFile {
  readonly #place: ArchivePlace;
  readonly #output: string;
  readonly #runId: string;
  readonly #file: FileSink;
  readonly sink: HashedSink;
  #isClosed = false;

  /** Throws EnvironmentError. */
  constructor(place: ArchivePlace, runId: string) {
    const { output } = place;
    this.#place = place;
    this.#output = output;
    this.#runId = runId;
    try {
      writeOwner(output, runId);
      this.#file = new FileSink(temporaryPath(output, runId), output);
      this.#file.hold();
    } catch (error) {
      removeTemporaries(output, runId);
      throw error;
    }
    this.sink = new HashedSink(this.#file);
  }

  /**
   * @param atLast is called before the step that cannot be taken back.
   * @returns whether an older archive was replaced. Throws EnvironmentError, UsageError.
   */
  publish(atLast: () => void): boolean {
    const temporary = this.#file.path;
    this.#file.sync();
    this.#file.close();
    this.#isClosed = true;
    syncFolderOf(this.#output);
    return withPublishLock(this.#output, this.#runId, () => {
      const isReplacing = refuseExisting(this.#place);
      this.#check(temporary);
      atLast();
      if (isReplacing) rename(temporary, this.#output);
      else giveName(temporary, this.#output);
      this.#check(this.#output);
      syncFolderOf(this.#output);
      return isReplacing;
    });
  }

  /** Removes what is not at its place; to be called in any case. */
  close(): void {
    if (!this.#isClosed) this.#file.abandon();
    this.#isClosed = true;
    this.#file.release();
    removeTemporaries(this.#output, this.#runId);
  }

  #check(path: string): void {
    if (this.#file.isAt(path)) return;
    throw new EnvironmentError(
      `what stands at ${path} is not the archive that was written: another user or program replaced it; choose an output in a folder that only you may write to`,
    );
  }
}

/** A link fails where something stands, and a rename would replace it. */
function giveName(temporary: string, output: string): void {
  try {
    linkSync(temporary, output);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new EnvironmentError(`${output} has appeared since this run began; it was left as it is`);
    if (!NO_LINKS.has(code ?? '')) throw environmentError(error, 'put the finished file at', output);
    rename(temporary, output);
  }
}

/** What file systems without hard links answer. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** The one that says whose they are as the last. */
function removeTemporaries(output: string, runId: string): void {
  for (const path of [output, ownerOf(output)]) removeQuietly(temporaryPath(path, runId));
}
