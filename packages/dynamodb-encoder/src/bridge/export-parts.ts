import { readdir } from 'node:fs/promises';
import { DataError, environmentError, fewOf } from '@ekv/snapshot';

export const SUMMARY = 'manifest-summary.json';
const LIST = 'manifest-files.json';

/** What an export to S3 is in: `AWSDynamoDB/<id>/`, below whatever prefix. */
const ABOVE = 'AWSDynamoDB';

/** Throws EnvironmentError when the folder cannot be read, and DataError, with what is missing, when it is no export. */
export async function refuseIncomplete(folder: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.includes(SUMMARY) && names.includes(LIST)) return;
  const missing = [SUMMARY, LIST, 'data'].filter((name) => !names.includes(name));
  const advice =
    (await exportBelow(folder, names)) ?? 'give a copy of the folder AWSDynamoDB/<id>/ with all that is in it';
  throw new DataError(`${folder} is no export of a table to S3: it has no ${missing.join(', ')}; ${advice}`);
}

/** Where to look, when the folder is one of those above an export. */
async function exportBelow(folder: string, names: readonly string[]): Promise<string | undefined> {
  const above = names.includes(ABOVE) ? `${folder}/${ABOVE}` : folder;
  const found: string[] = [];
  for (const name of (names.includes(ABOVE) ? await namesIn(above) : names).slice(0, MOST_LOOKED_AT)) {
    // What is no folder holds no export.
    const inside = await readdir(`${above}/${name}`).catch((): string[] => []);
    if (inside.includes(SUMMARY)) found.push(`${above}/${name}`);
  }
  return found.length === 0 ? undefined : `give the export itself: ${fewOf(found.slice(0, MOST_NAMED), found.length)}`;
}

const MOST_NAMED = 3;
/** Any folder may be given. */
const MOST_LOOKED_AT = 100;

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw environmentError(error, 'read', folder);
  }
}
