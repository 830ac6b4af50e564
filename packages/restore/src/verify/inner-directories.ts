import { opendirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentError } from '@ekv/snapshot';
import { look } from '@ekv/snapshot/publish';
import { PEERS_FILE } from '../format/peers-file.ts';

/** Names that are looked at: somebody may have named any folder. */
const MOST_LOOKED_AT = 1000;
const MOST_NAMED = 5;

/**
 * Directories of Raft groups in a folder that is none itself, the first few in the order of their names: the folder of a node with several
 * groups, or the one around the folders of nodes. Throws EnvironmentError.
 */
export function innerDirectories(folder: string): string[] {
  if (look(join(folder, PEERS_FILE)) !== undefined) return [];
  return namesIn(folder)
    .filter((name) => look(join(folder, name, PEERS_FILE)) !== undefined)
    .sort()
    .slice(0, MOST_NAMED);
}

function namesIn(folder: string): string[] {
  const names: string[] = [];
  try {
    const entries = opendirSync(folder);
    try {
      for (let entry = entries.readSync(); entry !== null && names.length < MOST_LOOKED_AT; entry = entries.readSync())
        if (entry.isDirectory()) names.push(entry.name);
    } finally {
      entries.closeSync();
    }
  } catch (error) {
    throw environmentError(error, 'read', folder);
  }
  return names;
}
