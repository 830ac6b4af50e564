import { closeSync, constants, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { DataError, EnvironmentError, environmentError } from '../errors.ts';
import { writeAll } from '../write-all.ts';
import { look } from './look.ts';
import { removeQuietly } from './remove-quietly.ts';
import { OWNER_FILE, ownerLine, ownerState, runOfOwner } from './run-owner.ts';
import { readSmallFile } from './small-file.ts';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const LOCK_MODE = 0o600;
const RETRY_MS = 20;
const GIVE_UP_MS = 30_000;
/** After so long all of a lock is there. It is never empty then, unless a power cut took its bytes. */
const SETTLED_MS = 1000;

/** A file that is there while one run changes what stands at an output. */
export interface OutputLock {
  readonly path: string;
  /** A name beside it that only this run has: the lock is prepared there. */
  readonly prepared: string;
  readonly runId: string;
}

/**
 * Runs `work` while no other process changes the same output. The lock is there for the time of a few renames; one that a
 * killed process left is taken over, and one that this process holds for the same run is kept.
 *
 * Throws EnvironmentError when another process holds it for half a minute.
 */
export function withOutputLock<T>(lock: OutputLock, work: () => T): T {
  acquire(lock);
  try {
    return work();
  } finally {
    release(lock);
  }
}

/**
 * Looks whether what stands at a lock's path can be one, before the work whose result waits for it.
 *
 * @throws EnvironmentError for what no run has made. One that cannot be read now, such as another user's, may be gone by then.
 */
export function checkOutputLock(path: string): void {
  try {
    if (look(path) !== undefined) readHolder(path);
  } catch (error) {
    if ((error as Error).cause instanceof DataError) throw error;
  }
}

/** Whether the run holds the lock: only then can it be half way between two renames. */
export function holdsOutputLock({ path, runId }: OutputLock): boolean {
  return runOfOwner(read(path) ?? '') === runId;
}

/** Removes the lock, and what was made for it, when it is the one of this run. */
export function removeOutputLock(lock: OutputLock): void {
  rmSync(lock.prepared, { force: true });
  if (holdsOutputLock(lock)) rmSync(lock.path, { force: true });
}

/**
 * What was published is published: a lock that stays is taken over when this process is gone. One that cannot be read is
 * taken for the one that this run has made.
 */
function release({ path, runId }: OutputLock): void {
  try {
    const holder = read(path);
    if (holder === undefined || runOfOwner(holder) === runId) rmSync(path, { force: true });
  } catch {
    // It stays.
  }
}

function acquire(lock: OutputLock): void {
  const { path, runId } = lock;
  const start = Date.now();
  let seen: { readonly holder: string | undefined; readonly since: number } = { holder: undefined, since: start };
  while (!create(lock)) {
    const holder = readHolder(path);
    // A thread of this process was ended while it held the lock, and what it was at is put right now.
    if (holder === ownerLine(runId)) return;
    if (holder !== seen.holder) seen = { holder, since: Date.now() };
    const seenMs = Date.now() - seen.since;
    if (holder !== undefined && isDead(holder, seenMs)) takeAway(lock, holder);
    else if (holder !== undefined && isForeign(holder) && seenMs > SETTLED_MS)
      throw foreignLock(path, 'it names no run');
    else if (Date.now() - start > GIVE_UP_MS) {
      throw new EnvironmentError(
        `another process publishes to this output and holds ${path}; remove that file if no such process runs`,
      );
    } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
  }
}

/** A lock appears with its content: the file is written first and then gets the name, which fails when it is taken. */
function create({ path, prepared, runId }: OutputLock): boolean {
  const owner = ownerLine(runId);
  try {
    write(prepared, owner, path);
    linkSync(prepared, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (NO_LINKS.has(code ?? '')) return createWithoutLink(path, owner);
    throw environmentError(error, 'make the lock', path);
  } finally {
    removeQuietly(prepared);
  }
}

/** What file systems without hard links answer. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

function createWithoutLink(path: string, owner: string): boolean {
  try {
    write(path, owner, path);
    return true;
  } catch (error) {
    if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'EEXIST') return false;
    throw error;
  }
}

/** Not flushed: a power cut ends all locks. */
function write(path: string, owner: string, lock: string): void {
  try {
    const fd = openSync(path, CREATE, LOCK_MODE);
    try {
      writeAll(fd, Buffer.from(owner));
    } catch (error) {
      removeQuietly(path);
      throw error;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw environmentError(error, 'make the lock', lock);
  }
}

/** `undefined` when it is gone by now. Throws EnvironmentError for what no run has made. */
function readHolder(path: string): string | undefined {
  try {
    return readSmallFile(path, OWNER_FILE)?.toString();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw foreignLock(path, error.message, { cause: error });
  }
}

function foreignLock(path: string, why: string, options?: ErrorOptions): EnvironmentError {
  return new EnvironmentError(`the lock ${path} was made by no run: ${why}; remove it`, options);
}

/** Whether a lock holds something that no run writes. */
function isForeign(holder: string): boolean {
  return holder.trim() !== '' && runOfOwner(holder) === undefined;
}

function read(path: string): string | undefined {
  try {
    return readHolder(path);
  } catch {
    return undefined;
  }
}

/** Whether the process that made the lock is gone. @param seen how long it has been as it is, ms. */
function isDead(holder: string, seen: number): boolean {
  return holder.trim() === '' ? seen > SETTLED_MS : ownerState(holder) === 'gone';
}

/** Removes a dead lock; when another process was faster and it is its live lock that was moved, that is put back. */
function takeAway({ path, prepared }: OutputLock, holder: string): void {
  try {
    renameSync(path, prepared);
    if (read(prepared) !== holder) linkSync(prepared, path);
  } catch {
    // Somebody else took it away: the next try shows.
  }
  removeQuietly(prepared);
}
