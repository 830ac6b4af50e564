import { randomBytes } from 'node:crypto';
import { constants, mkdirSync, openSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scratchError } from '../errors.ts';

/** `O_TMPFILE` of Linux, which Node does not name. */
const UNNAMED = constants.O_RDWR | constants.O_EXCL | constants.O_DIRECTORY | 0o20_000_000;

/** A scratch file that is open. */
export interface OpenScratchFile {
  readonly fd: number;
  /** For messages: where it would be. */
  readonly path: string;
}

interface Closable {
  close(): void;
}

/**
 * A private folder for spilled data (mode 0700), made at first use, so that a run that stays in memory touches no disk.
 * Throws EnvironmentError when the folder cannot be made.
 */
export class ScratchFolder {
  readonly #parent: string;
  readonly #path: string;
  #made = false;
  #files = 0;
  /** Open files of sorts that are not read to their end. */
  readonly #open = new Set<Closable>();

  /** @param name of the folder inside `parent`; it must not exist. */
  constructor(parent: string = tmpdir(), name = `ekv-scratch-${randomBytes(8).toString('hex')}`) {
    this.#parent = parent;
    this.#path = join(parent, name);
  }

  /** Makes the folder when it is not there yet, and gives its path. */
  path(): string {
    if (this.#made) return this.#path;
    try {
      mkdirSync(this.#path, { mode: 0o700 });
    } catch (error) {
      throw scratchError(error, 'make a scratch folder in', this.#parent);
    }
    this.#made = true;
    return this.#path;
  }

  /** A new path inside the folder that no one else was given. */
  newFile(name: string): string {
    return join(this.path(), `${name}-${this.#files++}`);
  }

  /** A file that never has a name, which needs no folder; `undefined` where there are none. */
  unnamedFile(name: string): OpenScratchFile | undefined {
    if (process.platform !== 'linux') return undefined;
    try {
      return { fd: openSync(this.#parent, UNNAMED, 0o600), path: join(this.#path, `${name}-${this.#files++}`) };
    } catch {
      // A file system without them, or a reason that the next try tells of.
      return undefined;
    }
  }

  /** Closes a file when the folder is removed: what fails in the midst of its rows need not know of the sorts below it. */
  closesAtEnd(file: Closable): void {
    this.#open.add(file);
  }

  /** The file was closed. */
  isClosed(file: Closable): void {
    this.#open.delete(file);
  }

  /**
   * Removes the folder and all that is in it, as far as that can be: what stays does not change how a run ended. Sorts whose rows were not read to
   * their end are closed. Safe to call twice.
   */
  remove(): void {
    for (const file of [...this.#open]) file.close();
    if (!this.#made) return;
    this.#made = false;
    try {
      rmSync(this.#path, { recursive: true, force: true });
    } catch {
      // It stays; files that hold data have no names (openUnlinked).
    }
  }
}

/** A new scratch file that has no name any more: it goes with the process, whatever ends it. Throws EnvironmentError. */
export function openUnlinked(scratch: ScratchFolder, name: string): OpenScratchFile {
  const unnamed = scratch.unnamedFile(name);
  if (unnamed !== undefined) return unnamed;
  const path = scratch.newFile(name);
  try {
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return { fd, path };
  } catch (error) {
    throw scratchError(error, 'write the scratch file', path);
  }
}
