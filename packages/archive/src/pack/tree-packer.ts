import { createHash } from 'node:crypto';
import { changedWhileRead, type InputTree, type ReadDigests, sha256Of, type TreeFile } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import type { ArchiveSink } from '../compression/archive-sink.ts';
import { padding } from '../tar/tar-header.ts';
import { ARCHIVE_END, memberHead } from '../tar/tar-members.ts';
import type { PackedEntry } from './packed-tree.ts';

/** Files up to this size are read at once. */
const BLOCK_BYTES = 1 << 18;

/** Writes files and folders of a tree as members of an archive. Each file is read once, and hashed on the way. */
export class TreePacker {
  readonly #tree: InputTree;
  readonly #digests: ReadDigests;
  readonly #sink: ArchiveSink;
  readonly #mtime: number;
  /** One byte more than is taken: so a file that grows shows. */
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES + 1);
  #files = 0;
  #bytes = 0;

  /** @param mtime of all members, seconds since 1970. */
  constructor(tree: InputTree, digests: ReadDigests, sink: ArchiveSink, mtime: number) {
    this.#tree = tree;
    this.#digests = digests;
    this.#sink = sink;
    this.#mtime = mtime;
  }

  get files(): number {
    return this.#files;
  }

  /** Of the files. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns bytes of the file, 0 for a folder. Throws DataError for a file that is not what it was, EnvironmentError. */
  add({ path, kind }: PackedEntry): number {
    if (kind === 'folder') {
      this.#sink.write(memberHead({ path, kind, size: 0, mtime: this.#mtime }));
      return 0;
    }
    const file = this.#tree.openOptional(path, 'left out');
    if (file === undefined)
      throw new DataError(
        `${this.#tree.display(path)} is gone since the tree was listed; stop what writes to it, then run again`,
      );
    try {
      this.#sink.write(memberHead({ path, kind, size: file.byteLength, mtime: this.#mtime }));
      this.#digests.add(path, file.byteLength > BLOCK_BYTES ? this.#addLarge(file) : this.#addSmall(file));
      this.#sink.write(padding(file.byteLength));
      this.#files++;
      this.#bytes += file.byteLength;
      return file.byteLength;
    } finally {
      file.close();
    }
  }

  /** The end of the archive. Without it a reader of the archive takes it for cut, as it should after a failure. */
  end(): void {
    this.#sink.write(ARCHIVE_END);
    this.#sink.end();
  }

  /** @returns SHA-256. */
  #addSmall(file: TreeFile): string {
    const { byteLength } = file;
    let filled = file.read(0, this.#block, 0, byteLength + 1);
    for (let read = -1; read !== 0 && filled < byteLength; filled += read)
      read = file.read(filled, this.#block, filled, byteLength + 1 - filled);
    if (filled !== byteLength) throw changedWhileRead(file.name);
    const bytes = this.#block.subarray(0, byteLength);
    this.#sink.write(bytes);
    return sha256Of(bytes);
  }

  /** @returns SHA-256. */
  #addLarge(file: TreeFile): string {
    const { byteLength } = file;
    const hash = createHash('sha256');
    for (let passed = 0; passed < byteLength; ) {
      const read = file.read(passed, this.#block, 0, Math.min(BLOCK_BYTES, byteLength - passed) + 1);
      if (read === 0 || passed + read > byteLength) throw changedWhileRead(file.name);
      const bytes = this.#block.subarray(0, read);
      hash.update(bytes);
      this.#sink.write(bytes);
      passed += read;
    }
    return hash.digest('hex');
  }
}
