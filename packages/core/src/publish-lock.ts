import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { EnvironmentError, environmentError } from '@ekv/snapshot';
import { FileSink } from './file-sink.ts';
import { temporaryPath } from './temporary-names.ts';

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

/** What was published is published: a lock that stays is taken over when this process is gone. */
function release(output: string, runId: string): void {
  try {
    removePublishLock(output, runId);
  } catch {
    // See above.
  }
}

/** Whether the run holds the lock: only then can it be half way between two renames. */
export function holdsPublishLock(output: string, runId: string): boolean {
  return read(lockOf(output))?.trim().split(' ').at(-1) === runId;
}

/** Removes the lock, and what was made for it, when it is the one of this run. */
export function removePublishLock(output: string, runId: string): void {
  rmSync(temporaryPath(lockOf(output), runId), { force: true });
  if (holdsPublishLock(output, runId)) rmSync(lockOf(output), { force: true });
}

export function lockOf(output: string): string {
  return `${output}.lock`;
}

function acquire(output: string, runId: string): void {
  const path = lockOf(output);
  const start = Date.now();
  while (!create(path, runId)) {
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

/** A lock appears with its content: the file is written first and then gets the name, which fails when it is taken. */
function create(path: string, runId: string): boolean {
  const prepared = temporaryPath(path, runId);
  const owner = `${hostname()} ${process.pid} ${startOf(process.pid) ?? '-'} ${runId}\n`;
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

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Whether the lock was made on this machine by a process that is gone. Another process may have its number by now, so
 * the time at which it was started counts too.
 *
 * @param waited how long the lock was looked at, ms.
 */
function isDead(holder: string, waited: number): boolean {
  if (holder.trim() === '') return waited > EMPTY_MS;
  const [host, pid, started] = holder.trim().split(' ');
  if (host !== hostname() || !/^[0-9]+$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = startOf(Number(pid));
  return now !== undefined && started !== '-' && started !== now;
}

/** When a process was started, in words that differ between starts of the machine; `undefined` where nothing tells it. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program, in brackets, may hold blanks; the start is the 20th field behind it.
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return undefined;
  }
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
