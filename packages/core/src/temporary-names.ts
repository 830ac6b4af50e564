/** Names of what a run makes and removes again; `runId` is 16 lower-case hex digits. */

/** Folder for spilled data, inside the scratch root. */
export function scratchName(runId: string): string {
  return `ekv-scratch-${runId}`;
}

/** A file beside the one that it will replace; docs/format/08-cli.md, section 4.1. */
export function temporaryPath(path: string, runId: string): string {
  return `${path}.tmp-${runId}`;
}

/** Where an older output waits while its successor and the sidecar take their places: a temporary path of this one. */
export function olderOutput(output: string): string {
  return `${output}.old`;
}

export const TEMPORARY_SUFFIX = /\.tmp-[0-9a-f]{16}$/;
