import { lstatSync, rmSync } from 'node:fs';
import {
  checkSidecar,
  type OutputPaths,
  rename,
  syncFolderOf,
  temporaryPath,
  withPublishLock,
  writeNewFile,
} from '@ekv/snapshot/publish';
import type { Run } from '../run/run.ts';
import { examineOlder, isPreviousToo, keepPrevious, type OlderSnapshot } from './previous-pair.ts';

/** What became of that which stood at the output. */
export interface FreedOutput {
  /** Where the older snapshot is now. */
  readonly previous: string | undefined;
  /** Whether a link at the output was removed. */
  readonly isLinkRemoved: boolean;
}

const NOTHING_FREED: FreedOutput = { previous: undefined, isLinkRemoved: false };

/**
 * After a self-test that failed: no snapshot may stay under the name that the new sidecar speaks of, and the report says what
 * differs. What cannot be done is a warning, for the mismatch is what the operator must learn. docs/format/08-cli.md,
 * section 4.2.
 *
 * @param info content of the sidecar. @param report content of the report.
 */
export function rejectSnapshot(place: OutputPaths, info: Buffer, report: Buffer, run: Run): FreedOutput {
  const older = olderAt(place);
  return withPublishLock(place.output, run.runId, () => {
    run.gate.pass();
    const freed = freeOutput(place, older, run);
    warnWhenItFails(run, 'not_written', `${place.report} was not written`, () => replace(place.report, report, run));
    warnWhenItFails(run, 'not_written', `${place.sidecar} was not written`, () => {
      checkSidecar(place, isPreviousToo);
      replace(place.sidecar, info, run);
    });
    warnWhenItFails(run, 'not_written', `the folder of ${place.output} was not flushed`, () =>
      syncFolderOf(place.output),
    );
    return freed;
  });
}

/** Before the lock is taken: an old snapshot may be large. */
function olderAt(place: OutputPaths): OlderSnapshot | undefined {
  try {
    return examineOlder(place);
  } catch {
    // What is wrong there shows when it is moved.
    return undefined;
  }
}

function freeOutput(place: OutputPaths, older: OlderSnapshot | undefined, run: Run): FreedOutput {
  const { output } = place;
  const stat = lstatSync(output, { throwIfNoEntry: false });
  if (stat === undefined) return NOTHING_FREED;
  if (stat.isSymbolicLink()) return removeLink(output, run);
  if (stat.isFile()) return moveAway(place, older, run);
  warnOf(run, 'output_not_removed', `${output} is neither a file nor a link, so it stays`);
  return NOTHING_FREED;
}

function removeLink(output: string, run: Run): FreedOutput {
  return (
    warnWhenItFails(run, 'output_not_removed', `the link ${output} could not be removed, so it stays`, () => {
      rmSync(output);
      return { previous: undefined, isLinkRemoved: true };
    }) ?? NOTHING_FREED
  );
}

function moveAway(place: OutputPaths, older: OlderSnapshot | undefined, run: Run): FreedOutput {
  return (
    warnWhenItFails(
      run,
      'output_not_removed',
      `the older ${place.output} could not be moved away, so it stays`,
      () => ({
        previous: keepPrevious(place, run.runId, older),
        isLinkRemoved: false,
      }),
    ) ?? NOTHING_FREED
  );
}

function replace(path: string, bytes: Buffer, run: Run): void {
  const temporary = temporaryPath(path, run.runId);
  writeNewFile(temporary, bytes, path);
  rename(temporary, path);
}

/** @returns what the step returns; `undefined` when it failed, which is a warning. */
function warnWhenItFails<T>(run: Run, event: string, what: string, step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    warnOf(run, event, `${what}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function warnOf(run: Run, event: string, message: string): void {
  run.warn({ event, message, fields: {} });
}
