import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fewNames, isOpenToAll, sizeOf } from '@ekv/dump-tree';
import type { Warn } from '@ekv/snapshot';
import type { HiddenRun } from '@ekv/snapshot/publish';
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

/** The result is one of two that were wanted: the other run's operator must know that it is not there any more. */
export function warnOfReplacedRun(output: string, warn: Warn): void {
  warn({
    event: 'replaced_other_run',
    message: `another run published to ${output} while this one worked; what it made was replaced by this run's`,
    fields: {},
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
    const kept = one.paths.filter((path) => existsSync(path));
    const gone = one.paths.filter((path) => !kept.includes(path));
    if (gone.length > 0) {
      run.warn({
        event: 'leftovers_removed',
        message: `removed what an earlier run${ownerText(one)} that was killed had left: ${named(gone)}, ${room}`,
        fields: { count: gone.length },
      });
    }
    if (kept.length > 0) warnOfKept(kept, run);
  }
  return runs.filter(({ state }) => state !== 'gone');
}

/** What may be the only copy of something. */
function warnOfKept(paths: readonly string[], run: Run): void {
  run.warn({
    event: 'leftovers',
    message: `--remove-leftovers leaves ${placesText(paths)}: it is an earlier dump that was moved away, and another one stands at the output now, or it holds what no dump has; look at what is in it, and remove it by hand`,
    fields: { count: paths.length },
  });
}

/**
 * Names the older snapshots beside an output that earlier self-tests which failed moved out of its way. No run removes them; the
 * closing line names only the one that is called `.previous`, so this is said when there are others, and when leftovers are removed.
 */
export function reportPrevious(
  paths: readonly string[],
  request: { readonly removeLeftovers?: boolean },
  run: Run,
): void {
  const isTold = paths.every((path) => path.endsWith('.previous'));
  if (paths.length === 0 || (isTold && !request.removeLeftovers)) return;
  const isOne = paths.length === 1;
  run.warn({
    event: 'previous_kept',
    message: `${placesText(paths)}: ${isOne ? 'an older snapshot' : 'older snapshots'} that a self-test which failed moved out of the way; ${isOne ? 'it is' : 'they are'} kept, also by --remove-leftovers; check with ekv-decode what ${isOne ? 'it holds, and remove it with its sidecar' : 'they hold, and remove them with their sidecars'} when a good one stands at the output`,
    fields: { count: paths.length },
  });
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

function placesText(paths: readonly string[]): string {
  return `${named(paths)}, ${roomText(paths)}`;
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
