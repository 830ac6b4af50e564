import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { EnvironmentError, environmentError } from '@ekv/snapshot';

const RETRY_MS = 20;
const GIVE_UP_MS = 30_000;

/**
 * Runs `work` while no other process publishes to the same output: the snapshot and its sidecar are two files, and two
 * runs must not mix them. The lock is a file that is there for the time of two renames; one that a killed process left is
 * taken over.
 *
 * Throws EnvironmentError when another process holds it for half a minute.
 */
export function withPublishLock<T>(output: string, runId: string, work: () => T): T {
  const path = `${output}.lock`;
  acquire(path, runId);
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function acquire(path: string, runId: string): void {
  const deadline = Date.now() + GIVE_UP_MS;
  const owner = `${hostname()} ${process.pid} ${runId}\n`;
  while (!create(path, owner)) {
    const holder = read(path);
    if (holder !== undefined && isDead(holder)) takeAway(path, holder, runId);
    else if (Date.now() > deadline) {
      throw new EnvironmentError(
        `another process publishes to this output and holds ${path}; remove that file if no such process runs`,
      );
    } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
  }
}

function create(path: string, owner: string): boolean {
  try {
    const fd = openSync(path, 'wx', 0o600);
    writeSync(fd, owner);
    closeSync(fd);
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

/** Whether the lock was made on this machine by a process that is gone. */
function isDead(holder: string): boolean {
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
