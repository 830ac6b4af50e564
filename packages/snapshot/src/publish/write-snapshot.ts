import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  givenBoolean,
  givenCallback,
  givenChoice,
  givenFields,
  givenObject,
  givenText,
  wrongKind,
} from '../arguments.ts';
import { ArgumentError, DuplicateKeyError, environmentError } from '../errors.ts';
import { printable } from '../printable.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { commitTimestamp } from '../write/commit-time.ts';
import { Pace } from '../write/pace.ts';
import { RowCollector, type RowInput } from '../write/row-input.ts';
import { nameOfRow } from '../write/row-names.ts';
import { SnapshotWriter, type WrittenSnapshot } from '../write/snapshot-writer.ts';
import { acceptSnapshot } from './accept-snapshot.ts';
import { checkOutput, isFileName } from './check-output.ts';
import { encodeInfoText, encodeInfoWithoutTree } from './encode-info.ts';
import { FileSink } from './file-sink.ts';
import { type OutputPaths, outputPathsOf, removeTemporariesQuietly } from './output-paths.ts';
import { writeOwner } from './owner-file.ts';
import { checkPublishLock } from './publish-lock.ts';
import { removeStopped, runsBeside } from './stopped-publication.ts';
import { newRunId, scratchName, temporaryPath } from './temporary-names.ts';

/** Sorted at once without blocking for long; sorted runs of this size are merged at the end. */
const ARENA_BYTES = 4 << 20;

/** How far a {@link writeSnapshot} is. */
export interface WriteProgress {
  /** Rows are taken from their source first, then written. */
  readonly phase: 'collecting' | 'writing';
  /** Rows taken so far. */
  readonly rows: number;
  /** Of the file that the rows make. */
  readonly bytes: number;
}

/** How `writeSnapshot` works; all may be left out. */
export interface WriteSnapshotOptions {
  /** Of all rows: a commit timestamp (milliseconds since 1970 shifted left by 16 bits), or a time. Default: now. */
  readonly lastCommitTs?: bigint | Date | undefined;
  /** What becomes of rows whose key came before: `refuse` is a DuplicateKeyError, `first` leaves them out. Default: `refuse`. */
  readonly duplicates?: 'refuse' | 'first' | undefined;
  /** Ends the work; the promise is rejected with its reason, and nothing is left. */
  readonly signal?: AbortSignal | undefined;
  /** Is told some times a second. Not an async function: nobody waits for it. */
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
  /** Folder for sorted runs, which are unlinked files. Default: the system's. */
  readonly scratchRoot?: string | undefined;
  /** Adapters whose rows these are, for the sidecar; decode takes rows of others for a contradiction. Default: not said. */
  readonly adapters?: readonly string[] | undefined;
  /** Name and version of the program, for the sidecar. */
  readonly writtenBy?: string | undefined;
  /**
   * Removes first what programs that were killed have left beside the path, where it is proven that their process is gone. Default:
   * false, it is told as {@link WrittenFile.leftovers}.
   */
  readonly removeLeftovers?: boolean | undefined;
}

/** A snapshot that stands at its place. */
export interface WrittenFile extends WrittenSnapshot {
  readonly path: string;
  /** Path of its sidecar, `<path>.encode_info.json`. */
  readonly sidecar: string;
  readonly lastCommitTs: bigint;
  /** Whether an older snapshot, or a link, stood there. */
  readonly replaced: boolean;
  /**
   * Paths beside it, sorted, of what programs have left that were killed while they wrote there: to be removed when none works there any
   * more. Those that live are not among them.
   */
  readonly leftovers: readonly string[];
}

/**
 * Writes rows as a snapshot file with a sidecar; both appear complete or not at all, in place of an older pair. The event loop goes on
 * meanwhile. docs/format/08-cli.md, sections 4 and 5.
 *
 * Throws ArgumentError for arguments, UsageError for what stands at the path, DataError for rows (DuplicateKeyError with the key),
 * EnvironmentError when the machine refuses, the signal's reason, and what the source throws. After any of them an older snapshot is
 * as it was.
 *
 * @param path of the snapshot; its folder must exist.
 * @param rows from any number of iterables and async iterables, of rows or of groups of rows.
 */
export async function writeSnapshot(
  path: string,
  rows: RowInput,
  options: WriteSnapshotOptions = {},
): Promise<WrittenFile> {
  if (typeof path !== 'string' || path === '')
    throw new ArgumentError('the path of the snapshot must be a text that names a file');
  givenText(path, 'the path of the snapshot');
  checkOptions(options);
  const lastCommitTs = commitTimestamp(options.lastCommitTs);
  const place = outputPathsOf(path);
  // First, because what a killed program left may be what is in the way.
  const leftovers = isFileName(path) ? leftBeside(place, options) : [];
  checkOutput(place);
  checkPublishLock(path);
  const runId = newRunId();
  const scratch = new ScratchFolder(options.scratchRoot, scratchName(runId));
  try {
    return await write(rows, { place, runId, scratch, lastCommitTs, options, leftovers });
  } finally {
    scratch.remove();
    removeTemporariesQuietly(place, runId);
  }
}

const OPTIONS: ReadonlyArray<keyof WriteSnapshotOptions> = [
  'lastCommitTs',
  'duplicates',
  'signal',
  'onProgress',
  'scratchRoot',
  'adapters',
  'writtenBy',
  'removeLeftovers',
];

/** A wrong one that is not refused would be taken for another: rows would be left out, or nobody could end the work. */
function checkOptions(options: WriteSnapshotOptions): void {
  givenFields(options, OPTIONS, 'writeSnapshot', 'option');
  const { duplicates, signal, onProgress, scratchRoot, adapters, writtenBy, removeLeftovers } = givenObject(
    options,
    'the options of writeSnapshot',
  );
  if (duplicates !== undefined) givenChoice(duplicates, ['refuse', 'first'], 'the option duplicates');
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function')
    throw wrongKind(signal, 'the option signal', 'an AbortSignal');
  givenCallback(onProgress, 'the option onProgress');
  if (scratchRoot !== undefined) givenText(scratchRoot, 'the option scratchRoot');
  if (writtenBy !== undefined) givenText(writtenBy, 'the option writtenBy');
  if (removeLeftovers !== undefined) givenBoolean(removeLeftovers, 'the option removeLeftovers');
  if (adapters === undefined) return;
  if (!Array.isArray(adapters)) throw wrongKind(adapters, 'the option adapters', 'an array of names');
  for (const adapter of adapters) givenText(adapter, 'a name in the option adapters');
}

/** @returns what stays. Throws EnvironmentError. */
function leftBeside(place: OutputPaths, { removeLeftovers, scratchRoot = tmpdir() }: WriteSnapshotOptions): string[] {
  const left = runsBeside(place).filter(({ state }) => state !== 'running');
  try {
    for (const { runId } of left.filter(({ state }) => removeLeftovers && state === 'gone')) {
      removeStopped(place, runId);
      rmSync(join(scratchRoot, scratchName(runId)), { recursive: true, force: true });
    }
  } catch (error) {
    throw environmentError(error, 'remove what was written for', place.output);
  }
  return left
    .flatMap(({ paths }) => paths)
    .filter((path) => existsSync(path))
    .sort();
}

interface Job {
  readonly place: OutputPaths;
  readonly runId: string;
  readonly scratch: ScratchFolder;
  readonly lastCommitTs: bigint;
  readonly options: WriteSnapshotOptions;
  readonly leftovers: readonly string[];
}

async function write(
  rows: RowInput,
  { place, runId, scratch, lastCommitTs, options, leftovers }: Job,
): Promise<WrittenFile> {
  const { signal, onProgress, duplicates } = options;
  const writer = new SnapshotWriter({ lastCommitTs, scratch, arenaBytes: ARENA_BYTES });
  let phase: WriteProgress['phase'] = 'collecting';
  const pace = new Pace(signal, () => onProgress?.({ phase, rows: writer.count, bytes: writer.bytes }));
  writeOwner(place.output, runId);
  try {
    await new RowCollector(writer, pace).addAll(rows);
  } catch (error) {
    writer.close();
    throw error;
  }
  phase = 'writing';
  const file = new FileSink(temporaryPath(place.output, runId), place.output);
  try {
    file.hold();
    const written = await writeOut(file, () => pace.finish(writer.writeInSteps(file, { duplicates })));
    const { output } = place;
    const { sha256 } = written;
    const isTimeGiven = options.lastCommitTs !== undefined;
    const { writtenBy, adapters } = options;
    const info = encodeInfoText(
      encodeInfoWithoutTree({ output, sha256, lastCommitTs, isTimeGiven, writtenBy, adapters }),
    );
    await pace.rest();
    const replaced = acceptSnapshot({ place, runId, file, info }, () => checkOutput(place));
    return { ...written, path: place.output, sidecar: place.sidecar, lastCommitTs, replaced, leftovers };
  } finally {
    writer.close();
    file.release();
  }
}

/** Brings the file to the disk and closes it. */
async function writeOut<T>(file: FileSink, work: () => Promise<T>): Promise<T> {
  try {
    const written = await work();
    await file.flushed();
    file.close();
    return written;
  } catch (error) {
    file.abandon();
    throw error instanceof DuplicateKeyError ? givenTwice(error) : error;
  }
}

/** Rows of a program stand in no files. */
function givenTwice({ key }: DuplicateKeyError): DuplicateKeyError {
  const what = nameOfRow(key) ?? 'what they belong to';
  return new DuplicateKeyError(
    `two rows have the key ${printable(key)}: ${what} was given twice; give it once, or set duplicates: 'first' to keep the first`,
    key,
  );
}
