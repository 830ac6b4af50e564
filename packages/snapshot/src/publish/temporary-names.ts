import { basename } from 'node:path';
import { fittedStem } from './fitted-name.ts';

/** Names of what a run makes and removes again; `runId` is 16 lower-case hex digits. */

/** 16 lower-case hex digits: two runs never meet. No secret: V8 seeds its generator by the system's, and `node:crypto` takes longer to load than a small run. */
export function newRunId(): string {
  const parts = Uint32Array.from({ length: 2 }, () => Math.random() * 2 ** 32);
  return Buffer.from(parts.buffer).toString('hex');
}

/** Folder for spilled data, inside the scratch root. */
export function scratchName(runId: string): string {
  return `ekv-scratch-${runId}`;
}

/** A file beside the one that it will replace; docs/format/08-cli.md, section 4.1. */
export function temporaryPath(path: string, runId: string): string {
  const name = basename(path);
  return `${path.slice(0, path.length - name.length)}${temporaryStem(path)}.tmp-${runId}`;
}

/** The beginning of the names of temporary files: shortened when they would be too long for a file system. */
export function temporaryStem(path: string): string {
  return fittedStem(basename(path), SUFFIX_BYTES);
}

/** Where an older output waits while its successor and the sidecar take their places: a temporary path of this one. */
export function olderOutput(output: string): string {
  return `${output}.old`;
}

/** The file that says whose the temporary files of a run are: a temporary path of this one. */
export function ownerOf(output: string): string {
  return `${output}.run`;
}

export const TEMPORARY_SUFFIX = /\.tmp-[0-9a-f]{16}$/;
const SUFFIX_BYTES = '.tmp-0123456789abcdef'.length;
