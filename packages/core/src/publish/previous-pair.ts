import { linkSync, lstatSync, rmSync, type Stats } from 'node:fs';
import { readEncodeInfo } from '@ekv/manifest';
import {
  type OutputPaths,
  type PairPaths,
  previousOf,
  readSmallFile,
  rename,
  SIDECAR_FILE,
  syncFolderOf,
  temporaryPath,
  writeNewFile,
} from '@ekv/snapshot/publish';
import { fileSha256 } from '../files/file-blocks.ts';

/** A file at an output, and the bytes of its sidecar when that tells the file's digest: then the two are a pair. */
export interface OlderSnapshot {
  readonly stat: Stats;
  readonly sidecar: Buffer | undefined;
}

/** Looks at what stands at an output, reading it from end to end; `undefined` when that is no file. */
export function examineOlder({ output, sidecar }: PairPaths): OlderSnapshot | undefined {
  const stat = lstatSync(output, { throwIfNoEntry: false });
  if (!stat?.isFile()) return undefined;
  return { stat, sidecar: fittingSidecar(output, sidecar) };
}

/** What cannot be read is no pair; the snapshot is kept all the same. */
function fittingSidecar(output: string, sidecar: string): Buffer | undefined {
  try {
    const bytes = readSmallFile(sidecar, { ...SIDECAR_FILE, links: 'refused' });
    if (bytes === undefined) return undefined;
    return readEncodeInfo(bytes, sidecar).output_fsm_sha256 === fileSha256(output) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Frees the name of an output: a file gets its name as the previous snapshot, with its sidecar when that fits it. A previous
 * snapshot that is there is only replaced by a pair; a file that is none gets a name of its own then. To be called under the lock.
 *
 * At each moment the older pair stands whole at the output or as the previous one: the sidecar has both names until the caller
 * replaces it. docs/format/08-cli.md, section 4.2.
 *
 * @param seen the file as it was before the lock was taken; when it is another by now, it is looked at again.
 * @returns where the snapshot is now; `undefined` when there is no file at the output. Throws EnvironmentError.
 */
export function keepPrevious(place: OutputPaths, runId: string, seen: OlderSnapshot | undefined): string | undefined {
  const stat = lstatSync(place.output, { throwIfNoEntry: false });
  if (!stat?.isFile()) return undefined;
  const older = seen !== undefined && isSame(seen.stat, stat) ? seen : examineOlder(place);
  const isPair = older?.sidecar !== undefined;
  const common = previousOf(place.output);
  const previous = isFree(common, isPair) ? common : previousOf(place.output, runId);
  // A run that was killed may have come so far.
  const isKept = previous === common && isPreviousToo(place);
  if (!isKept && (older?.sidecar === undefined || !keepSidecar(place.sidecar, older.sidecar, previous, runId))) {
    rmSync(previous.sidecar, { force: true });
  }
  syncFolderOf(place.output);
  rename(place.output, previous.output);
  syncFolderOf(place.output);
  return previous.output;
}

/**
 * Gives a sidecar a second name, as the previous one's: by a link, which needs no room on a disk that is full, or else as a copy.
 *
 * @returns false when neither can be.
 */
function keepSidecar(sidecar: string, bytes: Buffer, previous: PairPaths, runId: string): boolean {
  const temporary = temporaryPath(previous.sidecar, runId);
  try {
    try {
      linkSync(sidecar, temporary);
    } catch {
      writeNewFile(temporary, bytes, previous.sidecar);
    }
    rename(temporary, previous.sidecar);
    // Two names of one file stay both where one is renamed to the other.
    rmSync(temporary, { force: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether the second name of a sidecar is that of the previous one: then a run was killed before it replaced the sidecar, and
 * replacing it now does that no harm.
 */
export function isPreviousToo({ output, sidecar }: PairPaths): boolean {
  const [own, previous] = [sidecar, previousOf(output).sidecar].map((path) =>
    lstatSync(path, { throwIfNoEntry: false }),
  );
  return own?.nlink === 2 && own.ino === previous?.ino && own.dev === previous.dev;
}

/** Whether a pair, or a file that is none, may take these names. */
function isFree({ output, sidecar }: PairPaths, isPair: boolean): boolean {
  const [there, beside] = [output, sidecar].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  if (there?.isDirectory() || beside?.isDirectory()) return false;
  return isPair || there === undefined;
}

function isSame(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs;
}
