import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { PAGE_BEGINNING } from '@ekv/inspect';
import { environmentError, UsageError } from '@ekv/snapshot';
import { kindInWords, lookThrough, replaceFile } from '@ekv/snapshot/publish';

/** Throws UsageError for a place where something else than an earlier page stands. */
export function checkPage(path: string, inputs: ReadonlyArray<{ readonly path: string }>): void {
  if (inputs.some((input) => resolve(input.path) === resolve(path)))
    throw new UsageError(`--html ${path} is the input; name another file`);
  const found = lookThrough(path);
  if (found === undefined) return;
  if (!found.isFile()) throw new UsageError(`--html ${path} is ${kindInWords(found)}; name a file`);
  if (!isPage(path))
    throw new UsageError(`--html ${path} exists and is no page of a report; name another file, or remove it`);
}

/** The old page or the new one is there at any moment. Throws EnvironmentError. */
export function writePage(path: string, page: string, runId: string): void {
  replaceFile(path, runId, (file) => void file.write(Buffer.from(page)));
}

function isPage(path: string): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const first = Buffer.alloc(PAGE_BEGINNING.length);
    const length = readSync(fd, first, 0, first.length, 0);
    return length === 0 || first.toString('latin1', 0, length) === PAGE_BEGINNING;
  } catch (error) {
    throw environmentError(error, 'read', path);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
