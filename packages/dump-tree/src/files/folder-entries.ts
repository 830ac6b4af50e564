import { type Dir, type Dirent, opendirSync } from 'node:fs';

/** Names as bytes: Node looks at an entry again by its name where the file system does not tell the kind. */
const OPTIONS = { encoding: 'buffer' as BufferEncoding, bufferSize: 1024 };

/** What stands in a folder, in the order of the file system; never more than a piece of it is in memory. */
export class FolderEntries {
  readonly #folder: Dir;
  /** Byte string: one character per byte. */
  name = '';

  constructor(path: string | Buffer) {
    this.#folder = opened(path);
  }

  next(): Dirent | undefined {
    const entry = this.#folder.readSync();
    if (entry === null) return undefined;
    this.name = (entry.name as unknown as Buffer).toString('latin1');
    return entry;
  }

  close(): void {
    this.#folder.closeSync();
  }
}

/** Throws errors with the path, as those of other calls have it. */
function opened(path: string | Buffer): Dir {
  try {
    return opendirSync(path, OPTIONS);
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path: path.toString() });
  }
}
