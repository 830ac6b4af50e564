import { rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '@ekv/snapshot';
import { type OutputPaths, temporaryPath } from '@ekv/snapshot/publish';
import { look } from '../files/folder-look.ts';
import { refuseKind } from '../output/output-kind.ts';
import { isPreviousToo } from './previous-pair.ts';

/** Whether an output can be the name of a file: a slash at the end says that a folder is meant. */
export function isFileName(output: string): boolean {
  return !output.endsWith('/');
}

/** Cheap checks before any work. Throws UsageError with the path of what is in the way. */
export function checkOutput(place: OutputPaths): void {
  const { output, sidecar } = place;
  if (!isFileName(output)) throw new UsageError(`the output ${output} must be the name of a file, not of a folder`);
  const parent = look(dirname(output));
  if (parent === undefined) throw new UsageError(`the folder of the output ${output} does not exist; make it first`);
  refuseKind(output);
  checkSidecar(place);
  // The longest name of a run: a name that is too long for the file system shows here, not after the work.
  look(temporaryPath(sidecar, '0'.repeat(16)));
}

/** Refuses to replace what is no plain sidecar. Throws UsageError with the path. docs/format/08-cli.md, section 4.3. */
export function checkSidecar({ output, sidecar }: OutputPaths): void {
  const there = look(sidecar);
  if (there === undefined) return;
  if (there.isSymbolicLink()) throw refusedSidecar(sidecar, 'a symlink');
  if (!there.isFile()) throw refusedSidecar(sidecar, 'not a regular file');
  if (there.nlink > 1 && !isPreviousToo({ output, sidecar })) {
    throw refusedSidecar(sidecar, 'hard-linked');
  }
}

function refusedSidecar(path: string, what: string): UsageError {
  return new UsageError(
    `the sidecar ${path} is ${what}, so it is not replaced; remove it (what a killed run left goes with --remove-leftovers) or choose another output`,
  );
}

/** Removes a report of an earlier run: a file, a link itself, an empty folder. What cannot be removed stays. */
export function removeOldReport(report: string): void {
  try {
    const stat = look(report);
    if (stat?.isDirectory()) rmdirSync(report);
    else if (stat !== undefined) rmSync(report);
  } catch {
    // A report that stays does no harm: a new one replaces it.
  }
}
