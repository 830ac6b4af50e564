import { closeSync, readSync } from 'node:fs';
import { type InputTree, type LineSink, type PieceSink, TreeReadError, type TreeSink } from '@ekv/dump-tree';
import { DataError, EnvironmentError, ExternalSorter, type ScratchFolder } from '@ekv/snapshot';
import { LineSet } from './line-set.ts';
import { MismatchLines } from './mismatch-lines.ts';

const ARENA_BYTES = 8 << 20;
const BLOCK = 1 << 16;

const IN_INPUT = 0;
const DECODED_SAME = 1;
const DECODED_OTHER = 2;

export interface ComparisonOptions {
  /** Folder of the adapter below the root. */
  readonly folder: string;
  /** Files that are compared as sets of lines. */
  readonly isLineSet: (path: string) => boolean;
  readonly scratch: ScratchFolder;
}

/**
 * A tree that is compared with another one while it is "written": no byte of it goes to the disk. Holds one file at a
 * time; the paths of both sides are sorted, on disk when they are many. docs/format/08-cli.md, section 6.3.
 */
export class TreeComparison implements TreeSink {
  readonly #tree: InputTree;
  readonly #options: ComparisonOptions;
  readonly #paths: ExternalSorter;
  readonly #lines = new MismatchLines();

  constructor(tree: InputTree, options: ComparisonOptions) {
    this.#tree = tree;
    this.#options = options;
    this.#paths = new ExternalSorter({ scratch: options.scratch, arenaBytes: ARENA_BYTES });
  }

  file(path: string, bytes: Uint8Array): void {
    const wanted = this.#ofInput(() => this.#tree.readOptional(path));
    const same = wanted?.equals(bytes) ?? false;
    this.#addPath(path, same ? DECODED_SAME : DECODED_OTHER);
    if (wanted !== undefined && !same) this.#lines.explain(path, firstDifference(wanted, bytes));
  }

  lines(path: string): LineSink {
    return this.#options.isLineSet(path) ? this.#lineSet(path) : this.pieces(path);
  }

  /** Empty folders are not compared. */
  folder(): void {}

  /** Lists the input's side and gives what differs. To be called once, behind the last file. */
  finish(): MismatchLines {
    if (this.#tree.isFolder(this.#options.folder)) this.#addFolder(this.#options.folder);
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
    if (found === undefined) return;
    if (found.decoded === 0) this.#lines.add(found.path, 'missing in scratch');
    else if (!found.inInput) this.#lines.add(found.path, 'missing in input');
    else if (found.decoded === DECODED_OTHER) this.#lines.add(found.path, 'bytes differ');
  }

  #addFolder(folder: string): void {
    for (const { name, kind } of this.#tree.entries(folder)) {
      const path = `${folder}/${name}`;
      if (kind === 'folder') this.#addFolder(path);
      else if (kind === 'file') this.#addPath(path, IN_INPUT);
    }
  }

  #addPath(path: string, state: number): void {
    const place = this.#paths.reserve(path.length, 1);
    if (place === undefined) throw new RangeError(`a path of ${path.length} bytes is beyond every file system`);
    place.bytes.write(path, place.at, 'latin1');
    place.bytes[place.at + path.length] = state;
  }

  /**
   * What the input has at a path. Whatever is no regular file is not there, as for the listing; an input that cannot be
   * read any more is the machine's fault, not a difference.
   */
  #ofInput<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof TreeReadError) throw new EnvironmentError(error.message, { cause: error });
      if (error instanceof DataError) return undefined;
      throw error;
    }
  }

  /** Compares the pieces of a file with the same stretch of the input's file as they come. */
  pieces(path: string): PieceSink {
    const file = this.#ofInput(() => this.#tree.openOptional(path));
    const block = Buffer.allocUnsafe(BLOCK);
    let at = 0;
    let difference: string | undefined;
    return {
      write: (bytes) => {
        for (let from = 0; file !== undefined && difference === undefined && from < bytes.length; ) {
          const piece = bytes.subarray(from, from + BLOCK);
          const read = readSync(file.fd, block, 0, piece.length, at + from);
          const wanted = block.subarray(0, read);
          if (!wanted.equals(piece)) difference = firstDifference(wanted, piece, at + from);
          from += piece.length;
        }
        at += bytes.length;
      },
      close: () => {
        if (file !== undefined) closeSync(file.fd);
        if (difference === undefined && file !== undefined && file.size !== at) difference = sizes(file.size, at);
        this.#addPath(path, difference === undefined ? DECODED_SAME : DECODED_OTHER);
        if (difference !== undefined) this.#lines.explain(path, difference);
      },
    };
  }

  #lineSet(path: string): LineSink {
    const decoded = new LineSet(this.#options.scratch);
    return {
      write: (bytes) => decoded.add(bytes),
      close: () => {
        const file = this.#ofInput(() => this.#tree.openOptional(path));
        let same = false;
        if (file !== undefined) {
          try {
            same = decoded.equals(LineSet.ofFile(file.fd, this.#tree.display(path), this.#options.scratch));
          } finally {
            closeSync(file.fd);
          }
        }
        this.#addPath(path, same ? DECODED_SAME : DECODED_OTHER);
        if (!same) this.#lines.explain(path, 'another set of lines');
      },
    };
  }
}

/** How two files differ: sizes, and the first byte. @param base offset of both pieces in their files. */
function firstDifference(wanted: Uint8Array, found: Uint8Array, base = 0): string {
  const shared = Math.min(wanted.length, found.length);
  let at = 0;
  while (at < shared && wanted[at] === found[at]) at++;
  const said =
    at === shared
      ? ''
      : `, first at byte ${base + at}: ${excerpt(wanted, at)} in the input, ${excerpt(found, at)} decoded`;
  return base === 0 ? `${sizes(wanted.length, found.length)}${said}` : said.slice(2);
}

function sizes(wanted: number, found: number): string {
  return wanted === found ? `${wanted} bytes each` : `${wanted} bytes in the input, ${found} decoded`;
}

const EXCERPT_BYTES = 24;

function excerpt(bytes: Uint8Array, at: number): string {
  return JSON.stringify(Buffer.from(bytes.subarray(at, at + EXCERPT_BYTES)).toString('latin1'));
}
