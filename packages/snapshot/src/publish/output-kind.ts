import { readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { environmentError, UsageError } from '../errors.ts';
import { kindInWords, look } from './look.ts';

/** So many links lead to one another at most, as for the system. */
const MOST_LINKS = 40;

/**
 * Refuses what a snapshot must not take the place of: only a file, a link to a file and a link to nothing are replaced.
 * `/dev/null` would be a file for the whole machine then, and a reader of a pipe would get nothing. Throws UsageError.
 */
export function refuseKind(output: string): void {
  const there = look(output);
  if (there === undefined || there.isFile()) return;
  if (!there.isSymbolicLink()) throw refused(output, `is ${kindInWords(there)}`);
  const file = openFileOf(output);
  if (file !== undefined) throw refused(output, `is a link to ${file}, an open file of a process`);
  const target = lookThroughLink(output);
  if (target !== undefined && !target.isFile()) throw refused(output, `is a link to ${kindInWords(target)}`);
}

function refused(output: string, what: string): UsageError {
  return new UsageError(`the output ${output} ${what}; name a file`);
}

/** Where a link leads into `/proc`, as `/dev/stdout` does: to a file that a process has open. */
function openFileOf(link: string): string | undefined {
  let path = resolve(link);
  for (let links = 0; links < MOST_LINKS; links++) {
    try {
      path = join(realpathSync(dirname(path)), path.slice(path.lastIndexOf('/')));
      if (path.startsWith('/proc/')) return path;
      path = resolve(dirname(path), readlinkSync(path));
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** What a link leads to; `undefined` for nothing, and for a link to itself. */
function lookThroughLink(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') return undefined;
    throw environmentError(error, 'look at', path);
  }
}
