import { closeSync, fstatSync, openSync } from 'node:fs';
import { givenChoice, givenFields, givenObject, wrongKind } from '../arguments.ts';
import type { Damage } from '../damage/damage.ts';
import { ArgumentError, EnvironmentError, environmentError } from '../errors.ts';
import type { ByteSource } from '../format/byte-source.ts';
import { type EntryRange, type Narrowed, narrowed } from '../search/narrowed.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { FileBytes } from './file-bytes.ts';
import { Snapshot } from './snapshot.ts';
import { spoolToScratch } from './spool.ts';
import { type ByteStream, readStream } from './stream-start.ts';
import { digestInSidecar } from './told-digest.ts';

/** What a snapshot is opened with. */
export interface OpenSnapshotOptions {
  /** For input that cannot be read twice, for entries out of order and for rows of SST files. The caller removes it. Default: one that goes with the snapshot. */
  readonly scratch?: ScratchFolder | undefined;
  /** The file, when it is open already: it is read in place of the path, and stays open when the snapshot is closed. */
  readonly fd?: number | undefined;
  /** The bytes, when they come from elsewhere and can be read only once, as when they are unpacked: they are read in place of the path. */
  readonly stream?: ByteStream | undefined;
  /**
   * For a file that is salvaged: takes what is wrong with it, and that is left out. Without it a damaged file is refused.
   * docs/format/01-snapshot.md, section 5.1.
   */
  readonly damage?: Damage | undefined;
  /**
   * `sidecar`: the file must have the SHA-256 that `<path>.encode_info.json` says, as `writeSnapshot` and encode leave it. All of it is
   * read and compared at the first call of `check` or `rowsOf`, which throws a DataError when it has another one. Default: a file whose
   * entries are right is taken, also one that was cut after one of them.
   */
  readonly verify?: 'sidecar' | undefined;
  /**
   * Only the entries of these keys are wanted: they are found by a search, in a file of any size at once, and nothing else is looked at, so
   * damage elsewhere stays unnoticed and the checksum of a node's file is not compared. {@link Snapshot.isNarrowed} says whether it was so: a
   * small file and one whose entries are not in order are read as a whole; these, and one of SST files, have other rows too. The
   * entries must be in order as nodes and encode write them; disorder far from those that are looked for stays unnoticed. Not together with `damage` or
   * `verify`.
   */
  readonly ranges?: readonly EntryRange[] | undefined;
  /** A file of at most so many bytes is read as a whole, whatever the ranges. Default: 16 MiB. */
  readonly wholeUpTo?: number | undefined;
}

const OPTIONS: ReadonlyArray<keyof OpenSnapshotOptions> = [
  'scratch',
  'fd',
  'stream',
  'damage',
  'verify',
  'ranges',
  'wholeUpTo',
];

/**
 * Opens a snapshot of any of the four shapes (docs/format/01-snapshot.md, section 1), or of SST files (section 3.7): a file by its path,
 * `-` for standard input, or bytes from elsewhere. A pipe is spooled to scratch first. A file stays open, so it may be deleted or replaced while
 * it is read. Close it, or declare it with `using`.
 *
 * @throws EnvironmentError when it cannot be read, ArgumentError for what is neither a path nor a source, DataError without the sidecar
 *   that it is to be verified by.
 */
export function openSnapshot(input: string | ByteSource, options: OpenSnapshotOptions = {}): Snapshot {
  checkInput(input);
  checkOptions(input, options);
  const told = options.verify === undefined ? undefined : digestInSidecar(input as string);
  const own = options.scratch === undefined ? new ScratchFolder() : undefined;
  const scratch = options.scratch ?? own!;
  try {
    const bytes = typeof input === 'string' ? openFile(input, scratch, options) : input;
    const part = options.ranges === undefined ? undefined : narrowedOrClosed(bytes, options.ranges, options.wholeUpTo);
    const parts = { scratch, damage: options.damage, told, closed: () => own?.remove() };
    const { bytes: read, stretches } = part ?? { bytes };
    return new Snapshot(read, { ...parts, isNarrowed: part !== undefined, stretches });
  } catch (error) {
    own?.remove();
    throw error;
  }
}

function checkInput(input: string | ByteSource): void {
  const isSource = typeof input === 'object' && input !== null && typeof input.read === 'function';
  if (input === '' || (typeof input !== 'string' && !isSource))
    throw wrongKind(input, 'what openSnapshot reads', 'the path of a file, or a ByteSource');
}

function checkOptions(input: string | ByteSource, options: OpenSnapshotOptions): void {
  const { verify, ranges, damage } = givenFields(
    givenObject(options, 'the options of openSnapshot'),
    OPTIONS,
    'openSnapshot',
    'option',
  );
  if (ranges !== undefined && (damage !== undefined || verify !== undefined))
    throw new ArgumentError(
      'the option ranges reads a part of a file: leave out damage and verify, which are about all of it',
    );
  if (verify === undefined) return;
  givenChoice(verify, ['sidecar'], 'the option verify');
  if (typeof input !== 'string' || input === '-')
    throw new ArgumentError(
      'openSnapshot verifies a file by its path: what is read from elsewhere has no sidecar beside it',
    );
}

function narrowedOrClosed(
  bytes: ByteSource,
  ranges: readonly EntryRange[],
  wholeUpTo: number | undefined,
): Narrowed | undefined {
  try {
    return narrowed(bytes, ranges, { wholeUpTo });
  } catch (error) {
    bytes.close();
    throw error;
  }
}

function openFile(path: string, scratch: ScratchFolder, options: OpenSnapshotOptions): ByteSource {
  if (options.stream !== undefined) return spoolToScratch(options.stream, scratch);
  const name = path === '-' ? 'standard input' : path;
  const fd = options.fd ?? (path === '-' ? 0 : open(path));
  const ownership = options.fd === undefined && fd !== 0 ? 'owned' : 'lent';
  let isKept = ownership === 'lent';
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) {
      throw new EnvironmentError(`cannot read ${name}: it is a folder; name the snapshot file in it`);
    }
    if (!stat.isFile()) return spoolToScratch({ name, read: (into) => readStream(fd, into, name) }, scratch);
    isKept = true;
    return new FileBytes({ fd, ownership, size: stat.size }, name);
  } finally {
    if (!isKept) closeSync(fd);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw environmentError(error, 'read', path);
  }
}
