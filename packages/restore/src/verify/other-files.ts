import { type Dir, opendirSync } from 'node:fs';
import { DataError, environmentError, fewOf, printable } from '@ekv/snapshot';

/** Names that a message has. */
const MOST_NAMED = 5;

/**
 * Refuses what a folder holds beside the one file that prepare writes there: a node takes the newest of what it finds, and what it
 * has written itself is in no snapshot. A folder that is not there holds nothing. docs/format/07-restore.md, section 6.
 *
 * @throws DataError that names some of it, EnvironmentError when the folder cannot be read.
 */
export function refuseOtherFiles(folder: string, own: string): void {
  const names: string[] = [];
  let count = 0;
  for (const name of namesIn(folder)) {
    if (name === own) continue;
    count++;
    names.push(name);
    if (names.length > MOST_NAMED) names.sort().pop();
  }
  if (count === 0) return;
  const shown = names.sort().map((name) => `"${printable(Buffer.from(name))}"`);
  throw new DataError(
    `it holds ${fewOf(shown, count)} beside ${own}: prepare writes no such file, so a node has worked here, or someone put it there; a node may start from it`,
  );
}

/** One after the other: there may be very many. */
function* namesIn(folder: string): Generator<string> {
  const entries = opened(folder);
  if (entries === undefined) return;
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) yield entry.name;
  } catch (error) {
    throw environmentError(error, 'read', folder);
  } finally {
    entries.closeSync();
  }
}

function opened(folder: string): Dir | undefined {
  try {
    return opendirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A file in the place of the folder: what should be in it is missing, and said to be.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw environmentError(error, 'read', folder);
  }
}
