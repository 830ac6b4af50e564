import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentError } from './errors.ts';

/**
 * A private folder for spilled data (mode 0700), made at first use, so that a run that stays in memory touches no disk.
 * Throws EnvironmentError when the folder cannot be made.
 */
export class ScratchFolder {
  readonly #parent: string;
  readonly #prefix: string;
  #path: string | undefined;
  #files = 0;

  constructor(parent: string = tmpdir(), prefix = 'ekv-scratch-') {
    this.#parent = parent;
    this.#prefix = prefix;
  }

  /** The folder's path; makes it when it is not there yet. */
  path(): string {
    if (this.#path !== undefined) return this.#path;
    try {
      this.#path = mkdtempSync(join(this.#parent, this.#prefix));
    } catch (error) {
      throw environmentError(error, 'make a scratch folder in', this.#parent);
    }
    return this.#path;
  }

  /** A new path inside the folder that no one else was given. */
  newFile(name: string): string {
    return join(this.path(), `${name}-${this.#files++}`);
  }

  /** A scratch folder of its own inside this one, made at first use. */
  subfolder(name: string): ScratchFolder {
    const path = this.newFile(name);
    mkdirSync(path, { mode: 0o700 });
    return new ScratchFolder(path);
  }

  /** Removes the folder and all that is in it. Safe to call twice. */
  remove(): void {
    if (this.#path === undefined) return;
    rmSync(this.#path, { recursive: true, force: true });
    this.#path = undefined;
  }
}
