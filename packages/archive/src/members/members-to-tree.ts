import type { PieceSink, TreeSink } from '@ekv/dump-tree';
import { DataError, type ScratchFolder } from '@ekv/snapshot';
import type { ArchiveProgress } from '../run/archive-run.ts';
import type { Member, MemberSink } from '../tar/tar-reader.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { MemberPaths } from './member-paths.ts';
import { MemberRules } from './member-rules.ts';

/** Files up to this size are given as a whole: fewer calls of the system for each. */
const MOST_WHOLE = 1 << 18;

/** Where the files and folders of an archive go. */
export type MembersTree = Pick<TreeSink, 'file' | 'pieces' | 'folder'>;

/** Gives the members of an archive to a tree, and refuses those that do not belong into one. Throws DataError without the archive's name. */
export class MembersToTree implements MemberSink {
  readonly #tree: MembersTree;
  readonly #rules: MemberRules;
  readonly #paths: MemberPaths;
  readonly #progress: ArchiveProgress;
  readonly #whole = Buffer.allocUnsafeSlow(MOST_WHOLE);
  /** Of the member that passes; `undefined` for what goes nowhere. */
  #path: string | undefined;
  #size = 0;
  #filled = 0;
  #pieces: PieceSink | undefined;
  #files = 0;
  #bytes = 0;

  constructor(tree: MembersTree, limits: ArchiveLimits, scratch: ScratchFolder, progress: ArchiveProgress) {
    this.#tree = tree;
    this.#rules = new MemberRules(limits);
    this.#paths = new MemberPaths(scratch);
    this.#progress = progress;
  }

  get members(): number {
    return this.#rules.members;
  }

  /** Files that have passed, and their bytes. */
  get files(): number {
    return this.#files;
  }

  get bytes(): number {
    return this.#bytes;
  }

  begin(member: Member): void {
    const path = this.#rules.accept(member);
    this.#path = undefined;
    if (path === undefined) return;
    this.#paths.add(path, member.kind === 'folder' ? 'folder' : 'file');
    if (member.kind === 'folder') return this.#tree.folder(path);
    this.#path = path;
    this.#size = member.size;
    this.#filled = 0;
    if (member.size > MOST_WHOLE) this.#pieces = this.#tree.pieces(path);
  }

  piece(bytes: Buffer): void {
    if (this.#path === undefined) return;
    if (this.#pieces !== undefined) return this.#pieces.write(bytes);
    // As most small files come: in one piece.
    if (bytes.length === this.#size) return this.#give(bytes);
    this.#filled += bytes.copy(this.#whole, this.#filled);
    if (this.#filled === this.#size) this.#give(this.#whole.subarray(0, this.#size));
  }

  end(): void {
    if (this.#path === undefined) return;
    this.#pieces?.close();
    this.#pieces = undefined;
    if (this.#size === 0) this.#give(this.#whole.subarray(0, 0));
    this.#path = undefined;
    this.#files++;
    this.#bytes += this.#size;
    this.#progress.count(this.#size);
  }

  /** To be called when all have passed. @param name of the archive. Throws DataError for members that cannot stand beside each other. */
  check(name: string): void {
    try {
      this.#paths.check();
    } catch (error) {
      throw error instanceof DataError ? new DataError(`${name}: ${error.message}`, { cause: error }) : error;
    }
  }

  close(): void {
    this.#paths.close();
  }

  #give(bytes: Buffer): void {
    this.#tree.file(this.#path!, bytes);
  }
}
