import fs, { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { replaceCall } from './file-calls.ts';

/** What a call does to the disk. */
type Step = 'create' | 'write' | 'flush' | 'rename' | 'link' | 'mkdir' | 'remove';

/** One call that changes the disk, or brings something to it. Paths are relative to the recorded folder. */
export interface RecordedCall {
  readonly step: Step;
  readonly path: string;
  /** Of a rename or link: where to. */
  readonly to?: string;
}

/**
 * Notes the calls of the file system below a folder, in order, until the test ends. Writes that follow each other are one; the last
 * component of a path is not followed, and open folders have the path at which they stand then.
 */
export function recordCalls(root: string): RecordedCall[] {
  const real = realpathSync(root);
  const calls: RecordedCall[] = [];
  const note = (step: Step, path: string | undefined, to?: string) => {
    if (path === undefined || path.startsWith('..')) return;
    const last = calls.at(-1);
    // Calls that Node makes within one of ours are seen as well.
    if ((step === 'write' || step === 'create') && last?.step === step && last.path === path) return;
    calls.push(to === undefined ? { step, path } : { step, path, to });
  };
  const pathOf = (path: unknown) => relative(real, standing(String(path)));
  const openPath = (fd: unknown) => relative(real, readlinkSync(`/proc/self/fd/${fd}`));

  replaceCall('openSync', (original, ...args) => {
    const flags = args[1] as number | string;
    const isNew = typeof flags === 'number' ? (flags & fs.constants.O_EXCL) !== 0 : String(flags).includes('x');
    const fd = original(...args);
    if (isNew) note('create', pathOf(args[0]));
    return fd;
  });
  replaceCall('writeFileSync', (original, ...args) => {
    // Node makes the calls of its own.
    note('create', pathOf(args[0]));
    original(...args);
    note('write', pathOf(args[0]));
  });
  replaceCall('writeSync', (original, ...args) => {
    note('write', openPath(args[0]));
    return original(...args);
  });
  replaceCall('fsyncSync', (original, ...args) => {
    original(...args);
    note('flush', openPath(args[0]));
  });
  replaceCall('mkdirSync', (original, ...args) => {
    const made = original(...args);
    note('mkdir', pathOf(args[0]));
    return made;
  });
  for (const [name, step] of [
    ['renameSync', 'rename'],
    ['linkSync', 'link'],
  ] as const) {
    replaceCall(name, (original, ...args) => {
      const [from, to] = [pathOf(args[0]), pathOf(args[1])];
      original(...args);
      note(step, from, to);
    });
  }
  for (const name of ['rmSync', 'rmdirSync', 'unlinkSync'] as const) {
    replaceCall(name, (original, ...args) => {
      const path = pathOf(args[0]);
      const isThere = fs.lstatSync(args[0], { throwIfNoEntry: false }) !== undefined;
      original(...args);
      if (isThere) note('remove', path);
    });
  }
  return calls;
}

/** One line per call, for a comparison with a whole list. */
export function callLines(calls: readonly RecordedCall[], runId: string): string[] {
  const line = ({ step, path, to }: RecordedCall) => `${step} ${path || '.'}${to === undefined ? '' : ` to ${to}`}`;
  return calls.map((call) => line(call).replaceAll(runId, 'RUN'));
}

/**
 * Of files and folders that a rename puts in place: those that were changed after their last flush. A folder is changed by making,
 * renaming and removing what is in it.
 *
 * @param target path that the rename puts in place, relative to the recorded folder; all below what is renamed counts.
 */
export function unflushedAt(calls: readonly RecordedCall[], target: string): string[] {
  const at = calls.findLastIndex(({ to }) => to === target);
  if (at === -1) throw new Error(`nothing was renamed to ${target}`);
  const root = calls[at]!.path;
  const changed = new Set<string>();
  for (const { step, path } of calls.slice(0, at)) {
    if (step === 'flush') changed.delete(path);
    else if (step === 'create' || step === 'write' || step === 'mkdir') changed.add(path);
    if (step === 'create' || step === 'mkdir' || step === 'remove') changed.add(dirname(path));
  }
  return [...changed].filter((path) => path === root || path.startsWith(`${root}/`)).sort();
}

/** A path as it stands in the file system, with links resolved but for the last component. */
function standing(path: string): string {
  try {
    return join(realpathSync(dirname(resolve(path))), basename(path));
  } catch {
    return resolve(path);
  }
}
