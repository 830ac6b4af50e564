import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { EnvironmentError, environmentError } from '@ekv/snapshot';

const RETRY_MS = 20;
const GIVE_UP_MS = 30_000;
/** A lock is empty from its making to the first write, unless its process was killed in between. */
const EMPTY_MS = 1000;

/**
 * Runs `work` while no other process publishes to the same output: the snapshot and its sidecar are two files, and two
 * runs must not mix them. The lock is a file that is there for the time of two renames; one that a killed process left is
 * taken over.
 *
 * Throws EnvironmentError when another process holds it for half a minute.
 */
export function withPublishLock<T>(output: string, runId: string, work: () => T): T {
  const path = lockOf(output);
  acquire(path, runId);
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Whether the run holds the lock: only then can it be half way between two renames. */
export function holdsPublishLock(output: string, runId: string): boolean {
  return read(lockOf(output))?.trim().split(' ')[2] === runId;
}

/** Removes the lock of a run that was stopped while it held it. */
export function removePublishLock(output: string): void {
  rmSync(lockOf(output), { force: true });
}

function lockOf(output: string): string {
  return `${output}.lock`;
}

function acquire(path: string, runId: string): void {
  const start = Date.now();
  const owner = `${hostname()} ${process.pid} ${runId}\n`;
  while (!create(path, owner)) {
    const holder = read(path);
    const waited = Date.now() - start;
    if (holder !== undefined && isDead(holder, waited)) takeAway(path, holder, runId);
    else if (waited > GIVE_UP_MS) {
      throw new EnvironmentError(
        `another process publishes to this output and holds ${path}; remove that file if no such process runs`,
      );
    } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
  }
}

function create(path: string, owner: string): boolean {
  try {
    const fd = openSync(path, 'wx', 0o600);
    try {
      writeSync(fd, owner);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw environmentError(error, 'make the lock', path);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether the lock was made on this machine by a process that is gone. @param waited how long it was looked at, ms. */
function isDead(holder: string, waited: number): boolean {
  if (holder === '') return waited > EMPTY_MS;
  const [host, pid] = holder.trim().split(' ');
  if (host !== hostname() || !/^[0-9]+$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Removes a dead lock; when another process was faster and it is its live lock that was moved, that is put back. */
function takeAway(path: string, holder: string, runId: string): void {
  const aside = `${path}.tmp-${runId}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== holder) linkSync(aside, path);
  } catch {
    // Somebody else took it away: the next try shows.
  }
  rmSync(aside, { force: true });
}
