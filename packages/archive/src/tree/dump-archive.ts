import { isNameOfDump, MANIFEST_NAME } from '@ekv/dump-tree';
import { DataError, UsageError } from '@ekv/snapshot';
import { openArchive } from '../compression/open-archive.ts';
import { TarReader } from '../tar/tar-reader.ts';
import { memberPath } from './member-path.ts';

/** Refuses to replace a file that is no archive of a dump, or in which something else was found. Throws UsageError, EnvironmentError. */
export function refuseForeignArchive(path: string, shown: string): void {
  const why = foreignIn(path);
  if (why !== undefined)
    throw new UsageError(`the output ${shown} is no archive of a dump: ${why}; the option force replaces nothing else`);
}

/** Members are looked at until the manifest has been found, as a rule the first one. */
function foreignIn(path: string): string | undefined {
  try {
    const archive = openArchive(path);
    try {
      let isFound = false;
      const reader = new TarReader({
        begin: (member) => {
          const name = memberPath(member);
          const [top = ''] = name.split('/', 1);
          if (top !== '' && !isNameOfDump(top)) throw new DataError(`the member "${top}" belongs to none`);
          isFound ||= name === MANIFEST_NAME;
        },
        piece: () => {},
        end: () => {},
      });
      for (let piece = archive.read(); piece !== undefined; piece = archive.read()) {
        reader.push(piece);
        if (isFound) return undefined;
      }
      return `it has no ${MANIFEST_NAME}`;
    } finally {
      archive.close();
    }
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}
