import { lstatSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fewNames, type HiddenRun, isOpenToAll, sizeOf } from '@ekv/dump-tree';
import type { Run } from '../run/run.ts';

/** Names that a message lists; the rest is a count. */
const MOST_NAMES = 8;

/**
 * Tells of other runs with this output: one that is working there, and what those have left that were killed.
 *
 * @param runs those whose files or folders lie beside the output.
 */
export function reportRuns(runs: readonly HiddenRun[], run: Run): void {
  for (const { owner, paths } of runs.filter(({ state }) => state === 'running').slice(0, MOST_NAMES)) {
    run.warn({
      event: 'other_run',
      message: `another run (pid ${owner?.pid}, since ${owner?.since}) is working on this output; it is building ${named(paths)}`,
      fields: { pid: owner?.pid ?? 0 },
    });
  }
  const left = runs.filter(({ state }) => state !== 'running');
  if (left.length === 0) return;
  const isProven = left.every(({ state }) => state === 'gone');
  const paths = left.flatMap((one) => one.paths);
  const who = left.length === 1 ? `an earlier run${ownerText(left[0]!)}` : `${left.length} earlier runs`;
  run.warn({
    event: 'leftovers',
    message: `${who} that ${left.length === 1 ? 'was' : 'were'} killed left ${named(paths)}, ${roomText(paths)}; ${isProven ? 'remove them with --remove-leftovers' : 'remove them when no other run is working there (--remove-leftovers removes those whose process is known to be gone)'}`,
    fields: { count: paths.length },
  });
}

/**
 * Removes what runs have left whose process is proven to be gone, and says so.
 *
 * @returns the runs of which something is left: those that live, and those of which nothing can be known from here.
 */
export function removeLeftovers(
  runs: readonly HiddenRun[],
  remove: (runId: string) => void,
  run: Run,
): readonly HiddenRun[] {
  for (const one of runs.filter(({ state }) => state === 'gone')) {
    const room = roomText(one.paths);
    remove(one.runId);
    run.warn({
      event: 'leftovers_removed',
      message: `removed what an earlier run${ownerText(one)} that was killed had left: ${named(one.paths)}, ${room}`,
      fields: { count: one.paths.length },
    });
  }
  return runs.filter(({ state }) => state !== 'gone');
}

/** In a folder that is writable by everybody and not sticky, another user can take away or replace what is published. */
export function warnOfOpenFolder(output: string, run: Run): void {
  const folder = dirname(output);
  if (!isOpenToAll(folder)) return;
  run.warn({
    event: 'output_folder_open',
    message: `${folder}, the folder of the output ${basename(output)}, may be written to by every user and is not sticky: others can move, remove or replace what is published; choose another place, or run chmod o-w or chmod +t on it`,
    fields: {},
  });
}

function ownerText({ owner }: HiddenRun): string {
  return owner === undefined ? '' : ` (pid ${owner.pid} on ${owner.host}, since ${owner.since})`;
}

function named(paths: readonly string[]): string {
  return fewNames(paths, MOST_NAMES);
}

function roomText(paths: readonly string[]): string {
  const { bytes, isAll } = sizeOf(paths);
  return `${isAll ? '' : 'more than '}${bytesText(bytes)}, last changed ${lastChange(paths)}`;
}

function lastChange(paths: readonly string[]): string {
  const times = paths.map((path) => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return `${new Date(Math.max(...times)).toISOString().slice(0, 19)}Z`;
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
