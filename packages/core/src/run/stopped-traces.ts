import { lstatSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { hiddenPaths } from '@ekv/dump-tree';
import { scratchName } from '@ekv/snapshot/publish';
import type { StoppedRepair, StoppedRun } from './stopped-run.ts';

/** What a run has made that is not at its place: paths that exist, and those among them that may be emptied first. */
interface Traces {
  readonly paths: readonly string[];
  readonly bulky: readonly string[];
}

/** What stays of an encode that is stopped and not cleaned up after. */
export function encodeTraces(run: StoppedRun): Traces {
  return tracesOf(run, hiddenIn(dirname(resolve(run.output)), run.runId), []);
}

/** What stays of a repair that is stopped and not cleaned up after. */
export function repairTraces(run: StoppedRepair): Traces {
  return tracesOf(run, hiddenIn(resolve(run.input), run.runId), []);
}

/**
 * What stays of a decode that is stopped and not cleaned up after. An unfinished tree beside its target may be emptied at
 * once; one inside its target, and an earlier dump, may have to take their places again.
 */
export function decodeTraces(run: StoppedRun): Traces {
  const target = resolve(run.output);
  const beside = hiddenIn(dirname(target), run.runId);
  const inside = hiddenIn(target, run.runId);
  const own = hiddenPaths(target, run.runId).inside;
  const unfinished = [...beside, ...inside].filter((path) => path.endsWith(`.tmp-${run.runId}`) && path !== own);
  return tracesOf(run, [...beside, ...inside], unfinished.filter(isFolder));
}

function tracesOf(
  { runId, scratchRoot }: Omit<StoppedRun, 'output'>,
  hidden: readonly string[],
  unfinished: readonly string[],
): Traces {
  const scratch = [join(scratchRoot || tmpdir(), scratchName(runId))].filter(isFolder);
  return { paths: [...hidden, ...scratch], bulky: [...unfinished, ...scratch] };
}

/** All names of a run that are not its output hold its id. */
function hiddenIn(folder: string, runId: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(`-${runId}`) && !name.startsWith('ekv-scratch-'))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
