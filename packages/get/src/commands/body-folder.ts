import { closeSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, environmentError, UsageError, writeAll } from '@ekv/snapshot';
import type { BodyFolder } from './s3-copies.ts';

/** Name of the script in the folder. */
export const SCRIPT_NAME = 'copy.sh';

/** A new folder, or an empty one, that takes bodies and a script. Throws UsageError when something is in it, EnvironmentError. */
export class NewFolder implements BodyFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw environmentError(error, 'make the folder', path);
      if (namesIn(path).length > 0)
        throw new UsageError(`${path} is not empty; name a folder that does not exist, for bodies and their script`);
    }
  }

  write(name: string, pieces: Iterable<Uint8Array | string>): void {
    const path = join(this.#path, name);
    let fd: number | undefined;
    try {
      fd = openSync(path, 'wx', 0o600);
      for (const piece of pieces) writeAll(fd, typeof piece === 'string' ? Buffer.from(piece) : piece);
    } catch (error) {
      if (!isOfTheMachine(error)) throw error;
      throw environmentError(error, 'write', path);
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }
}

/** Pieces come from a snapshot, and tell their own errors. */
function isOfTheMachine(error: unknown): boolean {
  return error instanceof Error && 'code' in error && !(error instanceof EnvironmentError);
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw environmentError(error, 'read', path);
  }
}
