import { dirname } from 'node:path';
import { UsageError } from '../errors.ts';
import { look } from './look.ts';
import { refuseKind } from './output-kind.ts';
import type { OutputPaths } from './output-paths.ts';
import { temporaryPath } from './temporary-names.ts';

/** Whether an output can be the name of a file: a slash at the end says that a folder is meant. */
export function isFileName(output: string): boolean {
  return !output.endsWith('/');
}

/** Whether a sidecar that has another name beside this one may be replaced all the same. */
type MayBeLinked = (place: OutputPaths) => boolean;

/** Cheap checks before any work. Throws UsageError with the path of what is in the way. */
export function checkOutput(place: OutputPaths, mayBeLinked: MayBeLinked = () => false): void {
  const { output, sidecar } = place;
  if (!isFileName(output)) throw new UsageError(`the output ${output} must be the name of a file, not of a folder`);
  const parent = look(dirname(output));
  if (parent === undefined) throw new UsageError(`the folder of the output ${output} does not exist; make it first`);
  refuseKind(output);
  checkSidecar(place, mayBeLinked);
  // The longest name of a run: a name that is too long for the file system shows here, not after the work.
  look(temporaryPath(sidecar, '0'.repeat(16)));
}

/** Refuses to replace what is no plain sidecar. Throws UsageError with the path. docs/format/08-cli.md, section 4.3. */
export function checkSidecar(place: OutputPaths, mayBeLinked: MayBeLinked = () => false): void {
  const { sidecar } = place;
  const there = look(sidecar);
  if (there === undefined) return;
  if (there.isSymbolicLink()) throw refusedSidecar(sidecar, 'a symlink');
  if (!there.isFile()) throw refusedSidecar(sidecar, 'not a regular file');
  if (there.nlink > 1 && !mayBeLinked(place)) {
    throw refusedSidecar(sidecar, 'hard-linked');
  }
}

function refusedSidecar(path: string, what: string): UsageError {
  return new UsageError(
    `the sidecar ${path} is ${what}, so it is not replaced; remove it (what a killed encode left goes with the option removeLeftovers) or choose another output`,
  );
}
