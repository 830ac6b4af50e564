import { lstatSync, readdirSync, realpathSync, rmdirSync, rmSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { environmentError, UsageError } from '@ekv/snapshot';
import { refuseKind } from './output-kind.ts';
import { isPreviousToo, previousOf } from './previous-pair.ts';
import { lockOf } from './publish-lock.ts';
import { olderOutput, ownerOf, TEMPORARY_SUFFIX, temporaryPath, temporaryStem } from './temporary-names.ts';

/** The files that an encode publishes; docs/format/08-cli.md, sections 4 and 5. */
export interface OutputPlace {
  /** The snapshot, as the operator gave it. */
  readonly output: string;
  readonly sidecar: string;
  readonly report: string;
}

export function outputPlaceOf(output: string): OutputPlace {
  return { output, sidecar: `${output}.encode_info.json`, report: `${output}.mismatch.txt` };
}

/**
 * Refuses an output inside the input tree, with links and `..` resolved on both sides: it would become a part of the dump,
 * or replace a file of it. Throws UsageError.
 */
export function refuseOutputInside(input: string, output: string): void {
  const root = realPath(input);
  if (root === undefined) return;
  const parent = realPath(dirname(output)) ?? resolve(dirname(output));
  const places = [join(parent, basename(output)), realPath(output)].filter((path) => path !== undefined);
  if (places.some((path) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep))) {
    throw new UsageError(`the output ${output} lies inside the input tree ${input}; choose a place outside of it`);
  }
}

/** Refuses to replace an earlier dump in which the snapshot itself lies: it would go with the dump. Throws UsageError. */
export function refuseInputInside(input: string, output: string): void {
  const [file, root] = [realPath(input), realPath(output)];
  if (file !== undefined && root !== undefined && file.startsWith(root + sep)) {
    throw new UsageError(
      `the snapshot ${input} lies inside the dump ${output} that would be replaced; move it away first`,
    );
  }
}

/** Whether an output can be the name of a file: a slash at the end says that a folder is meant. */
export function isFileName(output: string): boolean {
  return !output.endsWith('/');
}

/** Cheap checks before any work. Throws UsageError with the path of what is in the way. */
export function checkOutputPlace(place: OutputPlace): void {
  const { output, sidecar } = place;
  if (!isFileName(output)) throw new UsageError(`the output ${output} must be the name of a file, not of a folder`);
  const parent = look(dirname(output));
  if (parent === undefined) throw new UsageError(`the folder of the output ${output} does not exist; make it first`);
  refuseKind(output);
  checkSidecarPlace(place);
  // The longest name of a run: a name that is too long for the file system shows here, not after the work.
  look(temporaryPath(sidecar, '0'.repeat(16)));
}

/** Refuses to replace what is no plain sidecar. Throws UsageError with the path. docs/format/08-cli.md, section 4.3. */
export function checkSidecarPlace({ output, sidecar }: OutputPlace): void {
  const there = look(sidecar);
  if (there === undefined) return;
  if (there.isSymbolicLink()) throw refusedSidecar(sidecar, 'a symlink');
  if (!there.isFile()) throw refusedSidecar(sidecar, 'not a regular file');
  if (there.nlink > 1 && !isPreviousToo({ output, sidecar })) throw refusedSidecar(sidecar, 'hard-linked');
}

function refusedSidecar(path: string, what: string): UsageError {
  return new UsageError(`the sidecar ${path} is ${what}, so it is not replaced; remove it or choose another output`);
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

/** All that a run may make beside an output and remove again, by the path from which {@link temporaryPath} makes its name. */
function temporaryBases({ output, sidecar, report }: OutputPlace, runId?: string): string[] {
  const previous = [previousOf(output), ...(runId === undefined ? [] : [previousOf(output, runId)])];
  return [output, sidecar, report, olderOutput(output), ...previous.map((pair) => pair.sidecar), ownerOf(output)];
}

/** Removes the temporary files of a run; the one that tells whose they are as the last. */
export function removeTemporaries(place: OutputPlace, runId: string): void {
  for (const path of temporaryBases(place, runId)) rmSync(temporaryPath(path, runId), { force: true });
}

/** Temporary files beside an output that other runs are making, or have left when they were killed. */
export function temporariesBeside(place: OutputPlace): string[] {
  const folder = dirname(place.output);
  const stems = new Set([...temporaryBases(place), lockOf(place.output)].map(temporaryStem));
  try {
    return readdirSync(folder)
      .filter((name) => TEMPORARY_SUFFIX.test(name) && stems.has(name.replace(TEMPORARY_SUFFIX, '')))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Whether a temporary path is the one that tells whose the others are. */
export function isOwnerOf({ output }: OutputPlace): (path: string) => boolean {
  const stem = temporaryStem(ownerOf(output));
  return (path) => basename(path).replace(TEMPORARY_SUFFIX, '') === stem;
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw environmentError(error, 'look at', path);
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
