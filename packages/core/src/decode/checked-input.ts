import { closeSync, openSync } from 'node:fs';
import type { Filters, LostCounts, SnapshotPart } from '@ekv/manifest';
import {
  type CheckedSnapshot,
  type Damage,
  type EntryRange,
  environmentError,
  type OnRow,
  type OnVersion,
  openSnapshot,
  type ScratchFolder,
  type Snapshot,
} from '@ekv/snapshot';
import { unpackedName } from '../node-folder/snapshot-index.ts';
import type { Run } from '../run/run.ts';
import type { DecodeInput } from './decode-request.ts';
import { lostBefore } from './incomplete-source.ts';
import { type PackedInput, packedInput } from './packed-input.ts';
import { KNOWN_FAMILIES } from './row-classes.ts';
import { filtersBefore, partOf, type ToldDigest, toldDigest } from './told-digest.ts';
import { unchangedInput } from './unchanged-input.ts';
import { warnOfWholeness } from './wholeness.ts';

/** Who looks at a snapshot while it is checked. */
export interface CheckListener {
  /** Once, before. @param keys some that stand throughout the entries of each family, without their versions; none where no search finds them. */
  begin(keys: Iterable<Buffer>): void;
  /** Gets each version, in order. Void when the entries turn out not to be in order, or are those of SST files. */
  readonly onVersion: OnVersion;
}

/** What a snapshot file is opened with. */
interface InputRun {
  readonly run: Run;
  readonly scratch: ScratchFolder;
  readonly damage: Damage | undefined;
  /** Gives entries whose body is encrypted to who walks over all versions, in place of refusing them. */
  readonly encrypted?: 'given' | undefined;
  /** Of an input in which a part is looked for: see the options of `openSnapshot`. */
  readonly ranges?: readonly EntryRange[] | undefined;
  readonly wholeUpTo?: number | undefined;
  readonly listener?: CheckListener | undefined;
}

/** A snapshot file that is open: it is looked at as a whole by {@link check}, and stays open until it is closed. */
export class CheckedInput {
  readonly #input: DecodeInput;
  readonly #run: InputRun;
  readonly #fd: number;
  readonly #told: ToldDigest | undefined;
  readonly #stream: PackedInput | undefined;
  readonly #snapshot: Snapshot;
  /** Throws EnvironmentError when the file was written to since it was opened. */
  readonly refuseChanged: () => void;
  /** What was missing before it was encoded, as its sidecar says. */
  lost: LostCounts | undefined;
  /** The selections by which its data was taken, as its sidecar says. Known after the check. */
  filters: Filters = [];
  /** Which part of a dump it was encoded from, when its sidecar says so. Known after the check. */
  part: SnapshotPart | undefined;

  /** Throws EnvironmentError. */
  constructor(input: DecodeInput, run: InputRun) {
    this.#input = input;
    this.#run = run;
    this.#fd = input.fd ?? openInput(input.path);
    try {
      this.#told = toldDigest(unpackedName(input.path), run.run.warn);
      this.#stream = packedInput(this.#fd, input.path);
      const { scratch, damage, ranges, wholeUpTo } = run;
      const parts = { ranges, wholeUpTo };
      this.#snapshot = openSnapshot(input.path, { scratch, fd: this.#fd, damage, stream: this.#stream, ...parts });
      this.refuseChanged = unchangedInput(this.#fd, this.#snapshot.path);
    } catch (error) {
      this.#closeFile();
      throw error;
    }
  }

  /** As given. */
  get path(): string {
    return this.#input.path;
  }

  /** Bytes of the file; of what is unpacked, or comes from a pipe, those of its copy. */
  get bytes(): number {
    return this.#snapshot.size;
  }

  /** Whether nothing is read of the file but the part that is looked for. */
  get isNarrowed(): boolean {
    return this.#snapshot.isNarrowed;
  }

  /** Reads the whole file once, or the part that is looked for. Throws SnapshotFormatError, and what the caller's examination throws. */
  check(): CheckedSnapshot {
    const { run, damage } = this.#run;
    const { isNarrowed } = this;
    const source = checkSnapshot(this.#snapshot, this.#run, { sha256: this.#told !== undefined && !isNarrowed });
    this.#input.examine?.(source.summary, damage);
    // A part says nothing of the whole.
    if (!isNarrowed) warnOfWholeness(source.summary, this.#told, source.path, run.warn);
    this.part = partOf(source.summary, this.#told);
    this.filters = filtersBefore(source.summary, this.#told);
    this.lost = this.#input.lost ?? lostBefore(source.summary, this.#told, source.path, run.warn);
    return source;
  }

  close(): void {
    this.#snapshot.close();
    this.#stream?.close();
    this.#closeFile();
  }

  #closeFile(): void {
    if (this.#input.fd === undefined && this.#fd !== STANDARD_INPUT) closeSync(this.#fd);
  }
}

const STANDARD_INPUT = 0;

function openInput(path: string): number {
  if (path === '-') return STANDARD_INPUT;
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw environmentError(error, 'read', path);
  }
}

function checkSnapshot(
  snapshot: Snapshot,
  { run: { progress }, encrypted, listener }: InputRun,
  { sha256 }: { sha256: boolean },
): CheckedSnapshot {
  progress.begin('checking the snapshot', snapshot.size);
  listener?.begin(snapshot.keysThroughout(KNOWN_FAMILIES));
  const onRow: OnRow = (_, keyStart, keyEnd, valueStart, valueEnd) => {
    progress.count(keyEnd - keyStart + valueEnd - valueStart);
    progress.reach(snapshot.checkedBytes);
  };
  return snapshot.check({
    families: KNOWN_FAMILIES,
    bodies: 'passed over',
    sha256,
    encrypted,
    onProgress: () => progress.reach(snapshot.checkedBytes),
    onRow,
    onVersion: listener?.onVersion,
  });
}
