import type { ComparedLine, Completed } from '@ekv/adapter';
import {
  ANY_BYTES,
  filesBelow,
  type LineSink,
  type PieceSink,
  type TreeFile,
  TreeReadError,
  type TreeSink,
  type TreeSource,
} from '@ekv/dump-tree';
import { DataError, ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES } from '@ekv/snapshot';
import { ComparedBehind } from './compared-behind.ts';
import { ComparedLines, type LineRules } from './compared-lines.ts';
import { ComparedPieces } from './compared-pieces.ts';
import { DividedLines } from './divided-lines.ts';
import { firstDifference } from './first-difference.ts';
import { sameButForWhiteSpace } from './json-formatting.ts';
import { LineSet } from './line-set.ts';
import { MismatchLines } from './mismatch-lines.ts';

const IN_INPUT = 0;
const DECODED_SAME = 1;
const DECODED_OTHER = 2;
/** The same but for white space in JSON. */
const DECODED_FORMATTED = 3;

export interface ComparisonOptions {
  /** Folder of the adapter below the root. */
  readonly folder?: string;
  /** Its folder of the whole state. */
  readonly stateFolder?: string | undefined;
  /** A file that belongs to no adapter. */
  readonly file?: string;
  /** Files that are not compared; folders with a `/` at the end. */
  readonly passedOver?: ReadonlySet<string> | undefined;
  /** Files in which white space between values means nothing. */
  readonly isJson: (path: string) => boolean;
  /** Takes files that differ in such white space alone for the same. */
  readonly acceptFormatting: boolean;
  /** Files that are compared as sets of lines. */
  readonly isLineSet: (path: string) => boolean;
  /** Of files that are compared line by line: what of a line counts. */
  readonly comparedLine: (path: string) => ComparedLine | undefined;
  /** Of files in which encode may have filled in something. */
  readonly completed: (path: string) => Completed | undefined;
  /** Of files that are parts of one list of lines: a name for the whole. */
  readonly wholeOf: (path: string) => string | undefined;
  readonly scratch: ScratchFolder;
  /** Threads besides this one that compare small files. Default: none. */
  readonly threads?: number | undefined;
}

/**
 * A tree that is compared with another one while it is "written": no byte of it goes to the disk. Holds one file at a
 * time; the paths of both sides are sorted, on disk when they are many. docs/format/08-cli.md, section 6.3.
 */
export class TreeComparison implements TreeSink {
  readonly #tree: TreeSource;
  readonly #options: ComparisonOptions;
  readonly #paths: ExternalSorter;
  readonly #lines = new MismatchLines();
  readonly #behind: ComparedBehind | undefined;
  #whole: DividedLines | undefined;

  constructor(tree: TreeSource, options: ComparisonOptions) {
    this.#tree = tree;
    this.#options = options;
    this.#paths = new ExternalSorter({ scratch: options.scratch, arenaBytes: SIDE_SORT_BYTES });
    const { threads = 0 } = options;
    if (threads === 0 || tree.root === undefined) return;
    this.#behind = new ComparedBehind(tree, tree.root, threads, {
      done: (path) => this.#addPath(path, DECODED_SAME),
      undone: (path, bytes) => this.#compare(path, bytes),
    });
  }

  file(path: string, bytes: Uint8Array): void {
    if (this.#options.completed(path) !== undefined || !this.#behind?.take(path, bytes)) this.#compare(path, bytes);
  }

  #compare(path: string, bytes: Uint8Array): void {
    const wanted = this.#completed(
      path,
      this.#ofInput(() => this.#tree.readOptional(path, ANY_BYTES)),
      bytes,
    );
    if (wanted?.equals(bytes)) return this.#addPath(path, DECODED_SAME);
    if (wanted !== undefined && this.#options.isJson(path) && sameButForWhiteSpace(wanted, bytes)) {
      return this.#addPath(path, DECODED_FORMATTED);
    }
    this.#addPath(path, DECODED_OTHER);
    if (wanted !== undefined) this.#explain(path, firstDifference(wanted, bytes));
  }

  /** The input's file as encode understood it. */
  #completed(path: string, input: Buffer | undefined, decoded: Uint8Array): Buffer | undefined {
    const completed = input === undefined ? undefined : this.#options.completed(path);
    return completed === undefined ? input : completed(input!, asBuffer(decoded));
  }

  lines(path: string): LineSink {
    const whole = this.#options.wholeOf(path);
    if (whole !== undefined) return this.#wholeOf(path, whole).part(path);
    if (this.#options.isLineSet(path)) return this.#lineSet(path);
    const comparedLine = this.#options.comparedLine(path);
    const completed = this.#options.completed(path);
    if (comparedLine === undefined && completed === undefined) return this.pieces(path);
    return this.#lineByLine(path, { isJson: this.#options.isJson(path), comparedLine, completed });
  }

  /** The parts of a whole come one after the other. */
  #wholeOf(path: string, name: string): DividedLines {
    if (this.#whole?.name === name) return this.#whole;
    this.#endWhole();
    const ofInput = <T>(read: () => T) => this.#ofInput(read);
    const { wholeOf } = this.#options;
    this.#whole = new DividedLines(this.#tree, { name, folder: folderOf(path), wholeOf, ofInput });
    return this.#whole;
  }

  #endWhole(): void {
    const whole = this.#whole;
    if (whole === undefined) return;
    this.#whole = undefined;
    const found = this.#ofInput(() => whole.compared()) ?? 'other';
    if (found === 'other') this.#explain(whole.name, 'other lines');
    this.#addPath(whole.name, { same: DECODED_SAME, formatted: DECODED_FORMATTED, other: DECODED_OTHER }[found]);
  }

  /** Empty folders are not compared. */
  folder(): void {}

  /** Waits until all files that were given are compared. */
  settle(): void {
    this.#behind?.settle();
  }

  /** Ends the threads. */
  close(): void {
    this.#behind?.close();
  }

  /** Lists the input's side and gives what differs. To be called once, after the last file. */
  finish(): MismatchLines {
    this.settle();
    this.#endWhole();
    this.#listInput();
    const rows = this.#paths.sorted();
    let current: { path: string; inInput: boolean; decoded: number } | undefined;
    while (rows.next()) {
      const path = rows.bytes.toString('latin1', rows.keyStart, rows.keyEnd);
      const state = rows.bytes[rows.payloadStart]!;
      if (current?.path !== path) {
        this.#settle(current);
        current = { path, inInput: false, decoded: 0 };
      }
      if (state === IN_INPUT) current.inInput = true;
      else current.decoded = state;
    }
    this.#settle(current);
    rows.close();
    return this.#lines;
  }

  #settle(found: { path: string; inInput: boolean; decoded: number } | undefined): void {
    if (found === undefined || this.#isPassedOver(found.path)) return;
    if (found.decoded === 0) this.#lines.add(found.path, 'missing in scratch');
    else if (!found.inInput) this.#lines.add(found.path, 'missing in input');
    else if (found.decoded === DECODED_OTHER) this.#lines.add(found.path, 'bytes differ');
    else if (found.decoded === DECODED_FORMATTED) this.#settleFormatted(found.path);
  }

  /** Files that came before are compared first: so what is explained does not depend on threads. */
  #explain(path: string, how: string): void {
    this.settle();
    this.#lines.explain(path, how);
  }

  #isPassedOver(path: string): boolean {
    const { passedOver } = this.#options;
    if (passedOver === undefined || passedOver.size === 0) return false;
    if (passedOver.has(path)) return true;
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
      if (passedOver.has(path.slice(0, slash + 1))) return true;
    return false;
  }

  #settleFormatted(path: string): void {
    this.#lines.countFormatted(path);
    if (this.#options.acceptFormatting) return;
    this.#lines.add(path, 'bytes differ');
    this.#explain(path, 'only white space differs');
  }

  /** Encode has read this tree: what it cannot list any more is no difference of the snapshot, but a fault of the tree. */
  #listInput(): void {
    const { folder, stateFolder, file } = this.#options;
    try {
      for (const path of [folder, stateFolder])
        if (path !== undefined && this.#tree.isFolder(path)) this.#addFolder(path);
      if (file !== undefined) this.#addFile(file);
    } catch (error) {
      if (!(error instanceof DataError) || error instanceof TreeReadError) throw error;
      throw new TreeReadError(
        `the tree changed while it was compared: ${error.message}; stop what writes to the tree, then run again`,
        { cause: error },
      );
    }
  }

  #addFile(path: string): void {
    const file = this.#tree.openOptional(path, 'left out');
    if (file === undefined) return;
    file.close();
    this.#addPath(path, IN_INPUT);
  }

  #addFolder(folder: string): void {
    for (const { path, kind } of filesBelow(this.#tree, folder)) {
      if (kind === 'file') this.#addPath(this.#options.wholeOf(path) ?? path, IN_INPUT);
    }
  }

  #addPath(path: string, state: number): void {
    const place = this.#paths.reserve(path.length, 1);
    if (place === undefined) throw new RangeError(`a path of ${path.length} bytes is beyond every file system`);
    place.bytes.write(path, place.at, 'latin1');
    place.bytes[place.at + path.length] = state;
  }

  /**
   * What the input has at a path. Whatever is no regular file is not there, as for the listing; an input that changes
   * while it is read is a fault of the tree, as while it is encoded, and no difference.
   */
  #ofInput<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof DataError && !(error instanceof TreeReadError)) return undefined;
      throw error;
    }
  }

  /** Compares the pieces of a file with the same stretch of the input's file as they come. */
  pieces(path: string): PieceSink {
    const file = this.#ofInput(() => this.#tree.openOptional(path));
    const wanted = file === undefined ? undefined : new ComparedPieces(file, this.#options.isJson(path));
    return {
      write: (bytes) => this.#ofInput(() => wanted?.take(bytes)),
      close: () => {
        this.#ofInput(() => wanted?.end());
        this.#close(path, { difference: wanted?.difference, isFormatted: wanted?.isFormattedOtherwise ?? false }, file);
      },
    };
  }

  /** Settles a file whose pieces or lines have all come. */
  #close(
    path: string,
    { difference, isFormatted }: { readonly difference: string | undefined; readonly isFormatted: boolean },
    file: TreeFile | undefined,
  ): void {
    file?.close();
    if (isFormatted) return this.#addPath(path, DECODED_FORMATTED);
    this.#addPath(path, difference === undefined ? DECODED_SAME : DECODED_OTHER);
    if (difference !== undefined) this.#explain(path, difference);
  }

  /** Closes the file. */
  #hasLines(file: TreeFile, decoded: LineSet): boolean {
    try {
      const ofInput = this.#ofInput(() => LineSet.ofFile(file, this.#options.scratch));
      return ofInput !== undefined && decoded.equals(ofInput);
    } finally {
      file.close();
    }
  }

  /** Compares the lines of a file, which are written one by one, with those of the input's file as they come. */
  #lineByLine(path: string, rules: LineRules): LineSink {
    const file = this.#ofInput(() => this.#tree.openOptional(path));
    const wanted = file === undefined ? undefined : new ComparedLines(file, rules);
    return {
      write: (line) => this.#ofInput(() => wanted?.take(line)),
      close: () => {
        this.#ofInput(() => wanted?.end());
        this.#close(path, { difference: wanted?.difference, isFormatted: wanted?.isFormattedOtherwise ?? false }, file);
      },
    };
  }

  #lineSet(path: string): LineSink {
    const decoded = new LineSet(this.#options.scratch);
    return {
      write: (bytes) => decoded.add(bytes),
      close: () => {
        const file = this.#ofInput(() => this.#tree.openOptional(path));
        const same = file !== undefined && this.#hasLines(file, decoded);
        this.#addPath(path, same ? DECODED_SAME : DECODED_OTHER);
        if (!same) this.#explain(path, 'another set of lines');
      },
    };
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
