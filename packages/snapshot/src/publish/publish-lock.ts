import { checkOutputLock, holdsOutputLock, type OutputLock, removeOutputLock, withOutputLock } from './output-lock.ts';
import { lockOf } from './output-paths.ts';
import { temporaryPath } from './temporary-names.ts';

/**
 * Runs `work` while no other process publishes to the same output: the snapshot and its sidecar are two files, and two
 * runs must not mix them. The lock is a file that is there for the time of two renames; one that a killed process left is
 * taken over.
 *
 * Throws EnvironmentError when another process holds it for half a minute.
 */
export function withPublishLock<T>(output: string, runId: string, work: () => T): T {
  return withOutputLock(publishLock(output, runId), work);
}

/** Looks whether what stands at the lock's path can be one, before the work. Throws EnvironmentError for what no run has made. */
export function checkPublishLock(output: string): void {
  checkOutputLock(lockOf(output));
}

/** Whether the run holds the lock: only then can it be half way between two renames. */
export function holdsPublishLock(output: string, runId: string): boolean {
  return holdsOutputLock(publishLock(output, runId));
}

/** Removes the lock, and what was made for it, when it is the one of this run. */
export function removePublishLock(output: string, runId: string): void {
  removeOutputLock(publishLock(output, runId));
}

function publishLock(output: string, runId: string): OutputLock {
  const path = lockOf(output);
  return { path, prepared: temporaryPath(path, runId), runId };
}
