import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fittedStem } from './fitted-name.ts';
import type { SmallFile } from './small-file.ts';
import { olderOutput, ownerOf, TEMPORARY_SUFFIX, temporaryPath, temporaryStem } from './temporary-names.ts';

const SIDECAR_ENDING = '.encode_info.json';

/** A sidecar has some hundred bytes. */
export const SIDECAR_FILE: SmallFile = { what: 'a sidecar', limit: 1 << 20, links: 'followed' };

/** Names of a snapshot and its sidecar. */
export interface PairPaths {
  /** The snapshot; at an output as the operator gave it. */
  readonly output: string;
  readonly sidecar: string;
}

/** The files that an encode publishes; docs/format/08-cli.md, sections 4 and 5. */
export interface OutputPaths extends PairPaths {
  readonly report: string;
}

export function outputPathsOf(output: string): OutputPaths {
  return { output, sidecar: `${output}${SIDECAR_ENDING}`, report: `${output}.mismatch.txt` };
}

/**
 * Where an older snapshot and its sidecar go when a self-test fails, since their names must be free then. The output's name is
 * shortened where these would be too long.
 *
 * @param runId for names of their own, where those are taken.
 */
export function previousOf(output: string, runId?: string): PairPaths {
  const ending = runId === undefined ? '.previous' : `.previous-${runId}`;
  const name = basename(output);
  const folder = output.slice(0, output.length - name.length);
  const path = `${folder}${fittedStem(name, ending.length + SIDECAR_ENDING.length)}${ending}`;
  return { output: path, sidecar: `${path}${SIDECAR_ENDING}` };
}

/** Older snapshots that self-tests which failed moved out of the way of an output, sorted: `.previous` and those with a run id. */
export function previousBeside(output: string): string[] {
  const common = basename(previousOf(output).output);
  const own = basename(previousOf(output, NO_RUN).output).slice(0, -NO_RUN.length);
  try {
    return readdirSync(dirname(output), { withFileTypes: true })
      .filter((entry) => entry.isFile() && (entry.name === common || isNameWithRun(entry.name, own)))
      .map(({ name }) => join(dirname(output), name))
      .sort();
  } catch {
    return [];
  }
}

const NO_RUN = '0'.repeat(16);

function isNameWithRun(name: string, stem: string): boolean {
  return name.startsWith(stem) && /^[0-9a-f]{16}$/.test(name.slice(stem.length));
}

/** The file that keeps two runs from publishing to one output at the same time. */
export function lockOf(output: string): string {
  return `${output}.lock`;
}

/** All that a run may make beside an output and remove again, by the path from which {@link temporaryPath} makes its name. */
function temporaryBases({ output, sidecar, report }: OutputPaths, runId?: string): string[] {
  const previous = [previousOf(output), ...(runId === undefined ? [] : [previousOf(output, runId)])];
  return [output, sidecar, report, olderOutput(output), ...previous.map((pair) => pair.sidecar), ownerOf(output)];
}

/** Removes the temporary files of a run; the one that says whose they are as the last. */
export function removeTemporaries(place: OutputPaths, runId: string): void {
  for (const path of temporaryBases(place, runId)) rmSync(temporaryPath(path, runId), { force: true });
}

/** As {@link removeTemporaries}, at the end of a run: what stays does not change how it ended; the next run says what is there. */
export function removeTemporariesQuietly(place: OutputPaths, runId: string): void {
  try {
    removeTemporaries(place, runId);
  } catch {
    // It stays.
  }
}

/** Temporary files beside an output that other runs are making, or have left when they were killed. */
export function temporariesBeside(place: OutputPaths): string[] {
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

/** Whether a temporary path is the one that says whose the others are. */
export function isOwnerOf({ output }: OutputPaths): (path: string) => boolean {
  const stem = temporaryStem(ownerOf(output));
  return (path) => basename(path).replace(TEMPORARY_SUFFIX, '') === stem;
}
