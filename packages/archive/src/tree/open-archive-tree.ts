import { MANIFEST_NAME, type ReadDigests, type TreeSource } from '@ekv/dump-tree';
import { DataError, type ScratchFolder, UsageError } from '@ekv/snapshot';
import { type OpenArchive, openArchive } from '../compression/open-archive.ts';
import { TarReader } from '../tar/tar-reader.ts';
import { ArchiveTree } from './archive-tree.ts';
import { checkStore, type MemberStore } from './member-bytes.ts';
import { memberPath } from './member-path.ts';
import { type PathIndex, PathIndexBuilder } from './path-index.ts';
import { ScratchBytes } from './scratch-bytes.ts';

/** A dump tree in an archive. */
export interface OpenArchiveTree {
  /** For people: its path, or `standard input`. */
  readonly name: string;
  /** Whether there is any member. */
  readonly isEmpty: boolean;
  /** Whether a file of this path is in it. */
  has(path: string): boolean;
  /** A folder in it with a manifest, when the root has none: what was packed is not the dump but the folder around it. */
  readonly innerRoot: string | undefined;
  /** @param verifier is told the digest of every file that is read. */
  tree(verifier?: ReadDigests): TreeSource;
  /** To be called after the last read. Throws TreeReadError when the archive was written to meanwhile. */
  checkUnchanged(): void;
  /** May be called twice. */
  close(): void;
}

export interface OpenArchiveTreeOptions {
  /** For the members' paths, and for the bytes of what is compressed or comes from a pipe. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Is told how many bytes of the unpacked archive have passed. */
  readonly onBytes?: (count: number) => void;
}

/**
 * Reads an archive from end to end, so that all of it is checked, and makes its members known by their paths. The files of a plain
 * archive are then read in place; those of a compressed one, or of a pipe, from one scratch file.
 *
 * Throws as openArchive does; UsageError for what is no archive at all; DataError with name and offset for damage, a member that no dump has, and two members of one path.
 *
 * @param path `-` is standard input.
 */
export function openArchiveTree(path: string, options: OpenArchiveTreeOptions): OpenArchiveTree {
  const archive = openArchive(path);
  const contents = new Contents(archive, options);
  try {
    return contents.read();
  } catch (error) {
    contents.close();
    archive.close();
    throw error;
  }
}

const MAGIC_AT = 257;
/** Bytes of small files are written together. */
const BLOCK = 1 << 18;

/** The members of an archive while it passes. */
class Contents {
  readonly #archive: OpenArchive;
  readonly #onBytes: (count: number) => void;
  readonly #index: PathIndexBuilder;
  /** Where the bytes go; `undefined` when they are read in place. */
  readonly #spool: ScratchBytes | undefined;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK);
  #used = 0;
  #member = { isFile: false, bytes: 0 };
  #members = 0;
  /** Whether it begins as archives do. Those of old programs do not. */
  #hasMagic = false;
  #innerRoot: string | undefined;
  #built: PathIndex | undefined;

  constructor(archive: OpenArchive, { scratch, onBytes = () => {} }: OpenArchiveTreeOptions) {
    this.#archive = archive;
    this.#onBytes = onBytes;
    this.#index = new PathIndexBuilder(scratch);
    const isInPlace = archive.kind === 'tar' && archive.file !== undefined;
    this.#spool = isInPlace ? undefined : new ScratchBytes(scratch, 'archive');
  }

  read(): OpenArchiveTree {
    const archive = this.#archive;
    this.#pass();
    const index = this.#attempt(() => this.#index.build());
    this.#built = index;
    const { name, file } = archive;
    const store: MemberStore =
      this.#spool === undefined
        ? { fd: file!.fd, unchanged: { size: file!.size, modifiedMs: file!.modifiedMs } }
        : { fd: this.#spool.fd, unchanged: undefined };
    checkStore(store, name);
    return {
      name,
      isEmpty: this.#members === 0,
      has: (path) => index.find(path)?.kind === 'file',
      innerRoot: this.#innerRoot,
      tree: (verifier) => new ArchiveTree(name, index, store, verifier),
      checkUnchanged: () => checkStore(store, name),
      close: () => {
        this.close();
        archive.close();
      },
    };
  }

  close(): void {
    this.#index.close();
    this.#built?.close();
    this.#spool?.close();
  }

  #pass(): void {
    const reader = new TarReader({
      begin: (member) => {
        this.#members++;
        const path = memberPath(member);
        const { kind, size } = member;
        const isFile = kind === 'file';
        this.#member = { isFile, bytes: size };
        if (path === '' || kind === 'other') return;
        const offset = this.#spool === undefined ? member.offset : this.#spool.size + this.#used;
        this.#index.add(path, { kind, offset, size: isFile ? size : 0 });
        if (path.endsWith(`/${MANIFEST_NAME}`)) this.#innerRoot ??= path.slice(0, -MANIFEST_NAME.length - 1);
      },
      piece: (bytes) => {
        if (this.#spool !== undefined && this.#member.isFile) this.#keep(bytes, this.#spool);
      },
      end: () => {},
    });
    for (let piece = this.#archive.read(); piece !== undefined; piece = this.#archive.read()) {
      const bytes = piece;
      if (reader.isUntouched) this.#hasMagic = bytes.toString('latin1', MAGIC_AT, MAGIC_AT + 5) === 'ustar';
      this.#attempt(() => reader.push(bytes));
      this.#onBytes(bytes.length);
    }
    this.#spool?.append(this.#block.subarray(0, this.#used));
    this.#used = 0;
    if (reader.isUntouched) return;
    this.#attempt(() => reader.endMarked());
  }

  #keep(bytes: Buffer, spool: ScratchBytes): void {
    if (this.#used + bytes.length > BLOCK) {
      spool.append(this.#block.subarray(0, this.#used));
      this.#used = 0;
    }
    if (bytes.length > BLOCK) return spool.append(bytes);
    this.#used += bytes.copy(this.#block, this.#used);
  }

  /** What is wrong with the archive is said with its name. */
  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const { name } = this.#archive;
      if (this.#members === 0 && !this.#hasMagic)
        throw new UsageError(
          `${name} is not a folder with a MANIFEST.json, and no archive of a dump either: ${error.message}`,
          {
            cause: error,
          },
        );
      throw new DataError(`${name} is damaged, or no archive of a dump: ${error.message}`, { cause: error });
    }
  }
}
