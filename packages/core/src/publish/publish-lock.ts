import { linkSync, renameSync, rmSync } from 'node:fs';
import { OWNER_FILE, ownerLine, ownerState, readSmallFile, runOfOwner } from '@ekv/dump-tree';
import { DataError, EnvironmentError, environmentError } from '@ekv/snapshot';
import { FileSink } from '../files/file-sink.ts';
import { lockOf } from '../output/output-paths.ts';
import { temporaryPath } from '../run/temporary-names.ts';

const RETRY_MS = 20;
const GIVE_UP_MS = 30_000;
/** A lock is never empty, unless a power cut took its bytes. */
const EMPTY_MS = 1000;

/**
 * Runs `work` while no other process publishes to the same output: the snapshot and its sidecar are two files, and two
 * runs must not mix them. The lock is a file that is there for the time of two renames; one that a killed process left is
 * taken over.
 *
 * Throws EnvironmentError when another process holds it for half a minute.
 */
export function withPublishLock<T>(output: string, runId: string, work: () => T): T {
  acquire(output, runId);
  try {
    return work();
  } finally {
    release(output, runId);
  }
}

/**
 * What was published is published: a lock that stays is taken over when this process is gone. One that cannot be read is
 * taken for the one that this run has made.
 */
function release(output: string, runId: string): void {
  try {
    const holder = read(lockOf(output));
    if (holder === undefined || runOfOwner(holder) === runId) rmSync(lockOf(output), { force: true });
  } catch {
    // It stays; the next run takes it over.
  }
}

/** Whether the run holds the lock: only then can it be half way between two renames. */
export function holdsPublishLock(output: string, runId: string): boolean {
  return runOfOwner(read(lockOf(output)) ?? '') === runId;
}

/** Removes the lock, and what was made for it, when it is the one of this run. */
export function removePublishLock(output: string, runId: string): void {
  rmSync(temporaryPath(lockOf(output), runId), { force: true });
  if (holdsPublishLock(output, runId)) rmSync(lockOf(output), { force: true });
}

function acquire(output: string, runId: string): void {
  const path = lockOf(output);
  const start = Date.now();
  let seen: { readonly holder: string | undefined; readonly since: number } = { holder: undefined, since: start };
  while (!create(path, runId)) {
    const holder = readHolder(path);
    if (holder !== seen.holder) seen = { holder, since: Date.now() };
    if (holder !== undefined && isDead(holder, Date.now() - seen.since)) takeAway(path, holder, runId);
    else if (Date.now() - start > GIVE_UP_MS) {
      throw new EnvironmentError(
        `another process publishes to this output and holds ${path}; remove that file if no such process runs`,
      );
    } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
  }
}

/** A lock appears with its content: the file is written first and then gets the name, which fails when it is taken. */
function create(path: string, runId: string): boolean {
  const prepared = temporaryPath(path, runId);
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
    rmSync(prepared, { force: true });
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
function write(path: string, owner: string, shown: string): void {
  const file = new FileSink(path, shown);
  try {
    file.write(Buffer.from(owner));
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    file.close();
  }
}

/** `undefined` when it is gone by now. Throws EnvironmentError for what no run has made. */
function readHolder(path: string): string | undefined {
  try {
    return readSmallFile(path, OWNER_FILE)?.toString();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new EnvironmentError(`the lock ${path} was made by no run: ${error.message}; remove it`, { cause: error });
  }
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
  return holder.trim() === '' ? seen > EMPTY_MS : ownerState(holder) === 'gone';
}

/** Removes a dead lock; when another process was faster and it is its live lock that was moved, that is put back. */
function takeAway(path: string, holder: string, runId: string): void {
  const aside = temporaryPath(path, runId);
  try {
    renameSync(path, aside);
    if (read(aside) !== holder) linkSync(aside, path);
  } catch {
    // Somebody else took it away: the next try shows.
  }
  rmSync(aside, { force: true });
}
