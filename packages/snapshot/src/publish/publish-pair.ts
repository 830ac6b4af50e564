import { linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { writeNewFile } from './file-sink.ts';
import { type OutputPaths, SIDECAR_FILE } from './output-paths.ts';
import { removeQuietly } from './remove-quietly.ts';
import { rename, syncFolderOf } from './replace-file.ts';
import { readSmallFile } from './small-file.ts';
import { olderOutput, temporaryPath } from './temporary-names.ts';

/** Looks at a file that was put in its place; throws when it is not the one that was written. */
export type CheckPlaced = (path: string) => void;

/**
 * Puts a finished snapshot and its finished sidecar, which have their temporary names, in their places. When a step fails
 * both places are what they were before; on a file system without hard links the older snapshot is lost then. After a
 * kill the older snapshot may still be beside them, as `<output>.old.tmp-<run id>`. docs/format/08-cli.md, section 4.1.
 *
 * @returns whether an older snapshot, or a link, was replaced. Throws EnvironmentError.
 */
export function publishPair({ output, sidecar }: OutputPaths, runId: string, checkPlaced: CheckPlaced): boolean {
  const isReplaced = lstatSync(output, { throwIfNoEntry: false }) !== undefined;
  const olderSidecar = readOlder(sidecar);
  const older = keepOlder(output, runId);
  try {
    rename(temporaryPath(output, runId), output);
    try {
      checkPlaced(output);
      rename(temporaryPath(sidecar, runId), sidecar);
      syncFolderOf(output);
    } catch (error) {
      putBackOutput(output, older);
      putBackSidecar(sidecar, olderSidecar, runId);
      throw error;
    }
  } finally {
    if (older !== undefined) removeQuietly(older);
  }
  return isReplaced;
}

/** Gives what is at the output a second name; `undefined` when nothing is there, or the file system cannot. */
function keepOlder(output: string, runId: string): string | undefined {
  const older = temporaryPath(olderOutput(output), runId);
  try {
    linkSync(output, older);
    return older;
  } catch {
    return undefined;
  }
}

function putBackOutput(output: string, older: string | undefined): void {
  if (older === undefined) rmSync(output, { force: true });
  else renameSync(older, output);
}

/** What is no sidecar, or cannot be read, is not kept. A second name would not do here: other runs refuse a sidecar that has two. */
function readOlder(sidecar: string): Buffer | undefined {
  try {
    return readSmallFile(sidecar, { ...SIDECAR_FILE, links: 'refused' });
  } catch {
    return undefined;
  }
}

/** Only when it was replaced already: then its temporary name is free. */
function putBackSidecar(sidecar: string, bytes: Buffer | undefined, runId: string): void {
  const temporary = temporaryPath(sidecar, runId);
  if (lstatSync(temporary, { throwIfNoEntry: false }) !== undefined) return;
  if (bytes === undefined) return rmSync(sidecar, { force: true });
  writeNewFile(temporary, bytes, sidecar);
  renameSync(temporary, sidecar);
}
