import { readdirSync, readFileSync } from 'node:fs';

/** What a thread takes: those of its event loop, and the file that it works on. */
const PER_THREAD = 8;
/** So many are left to whoever starts threads: a run by itself has some 20 open at a time, whatever the shape of its data. */
const LEFT = 64;

/**
 * Whether the process may open so many files that another thread takes nothing away from those which run. Linux, where the system tells;
 * elsewhere Node raises the limit to what is more than enough.
 *
 * @param starting threads that have not opened theirs yet.
 */
export function leavesDescriptors(starting: number): boolean {
  try {
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    if (limit === undefined) return true;
    return readdirSync('/proc/self/fd').length + (starting + 1) * PER_THREAD + LEFT <= Number(limit);
  } catch (error) {
    return !['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
