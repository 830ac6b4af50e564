import { type Dir, type Dirent, opendirSync, readdirSync } from 'node:fs';
import type { NamesAs } from './tree-file-system.ts';

const ENTRIES_AT_ONCE = 1024;

/** What stands in a folder, in the order of the file system; never more than a piece of it is in memory. */
export class FolderEntries {
  readonly #folder: Dir;
  /** Byte string: one character per byte. */
  name = '';

  constructor(path: string | Buffer, names: NamesAs = 'buffer') {
    this.#folder = opened(path, names);
  }

  next(): Dirent | undefined {
    const entry = this.#folder.readSync();
    if (entry === null) return undefined;
    this.name = nameOf(entry);
    return entry;
  }

  close(): void {
    this.#folder.closeSync();
  }
}

/** All entries of a folder that is known to be small, by one call. Throws what the system throws. */
export function smallFolderEntries(path: string | Buffer, names: NamesAs): Dirent[] {
  return readdirSync(path, { encoding: names as BufferEncoding, withFileTypes: true });
}

/** The name of an entry as a byte string, as whatever it was asked for. */
export function nameOf({ name }: { readonly name: string | Buffer }): string {
  return typeof name === 'string' ? name : name.toString('latin1');
}

/** Throws errors with the path, as those of other calls have it. */
function opened(path: string | Buffer, names: NamesAs): Dir {
  try {
    return opendirSync(path, { encoding: names as BufferEncoding, bufferSize: ENTRIES_AT_ONCE });
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path: path.toString() });
  }
}
