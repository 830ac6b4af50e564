import { lstatSync, type Stats, statSync } from 'node:fs';
import { DataError, EkvError, EnvironmentError } from '@ekv/snapshot';

/**
 * The folder in which an output appears, as it was when a run began. Others may move it, remove it, or put something else in its
 * place while the run works; what the system then says of a path below it, as "no such file", leads nobody to that.
 */
export class ParentFolder {
  readonly #path: string;
  readonly #stat: Stats | undefined;

  /** @param path absolute, or as the operator gave it; links in it are followed. */
  constructor(path: string) {
    this.#path = path;
    this.#stat = statOf(path);
  }

  /** An error of the machine, or, when the folder is another one by now, what has happened to it; other errors unchanged. */
  explained(error: unknown): unknown {
    if (this.#stat === undefined || !isOfMachine(error)) return error;
    const now = statOf(this.#path);
    if (now?.ino === this.#stat.ino && now.dev === this.#stat.dev) return error;
    return new EnvironmentError(
      `another user or program ${deedAt(this.#path)} ${this.#path}, the folder of the output, while this run worked, so nothing was put there; choose an output in a folder that stays, and run again`,
      { cause: error },
    );
  }
}

function isOfMachine(error: unknown): boolean {
  if (error instanceof EkvError) return !(error instanceof DataError);
  return error instanceof Error && 'code' in error;
}

function deedAt(path: string): string {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there === undefined) return 'moved or removed';
    if (there.isSymbolicLink()) return 'put a link in the place of';
    return `put ${there.isDirectory() ? 'another folder' : 'a file'} in the place of`;
  } catch {
    // So is a folder above.
    return 'moved or replaced';
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
