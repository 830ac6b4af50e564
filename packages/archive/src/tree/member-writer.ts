import {
  CHECKSUMS_NAME,
  ChecksumsWriter,
  MANIFEST_NAME,
  type PieceSink,
  sha256Of,
  type TreeSink,
} from '@ekv/dump-tree';
import type { ByteSink, ScratchFolder } from '@ekv/snapshot';
import { type ArchiveSink, archiveSink, type WrittenKind } from '../compression/archive-sink.ts';
import { padding } from '../tar/tar-header.ts';
import { ARCHIVE_END, memberHead } from '../tar/tar-members.ts';
import { HeldMembers, type SpooledMember } from './held-members.ts';

export interface MemberWriterOptions {
  readonly kind: WrittenKind;
  /** For the sort of CHECKSUMS and for large files. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Time of all members, seconds since 1970. */
  readonly mtime: number;
  /** Threads besides this one that may work. Default: none. */
  readonly threads?: number | undefined;
}

/** Writes the files of a dump tree as members of a tar archive, in the order in which they come. Each is hashed on the way. */
export class MemberWriter implements TreeSink {
  readonly #sink: ArchiveSink;
  readonly #mtime: number;
  readonly #checksums: ChecksumsWriter;
  readonly #held: HeldMembers;
  #files = 0;
  #bytes = 0;

  constructor(sink: ByteSink, { kind, scratch, mtime, threads }: MemberWriterOptions) {
    this.#mtime = mtime;
    this.#checksums = new ChecksumsWriter(scratch);
    this.#sink = archiveSink(kind, sink, { threads, digests: this.#checksums, mtime });
    this.#held = new HeldMembers(scratch, {
      whole: (path, bytes) => this.file(path, bytes),
      spooled: (member) => this.#addSpooled(member),
    });
  }

  /** Data files written so far. */
  get files(): number {
    return this.#files;
  }

  /** Bytes of data files written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  file(path: string, bytes: Uint8Array): void {
    this.#sink.file(path, bytes);
    this.#count(bytes.length);
  }

  lines(path: string): PieceSink {
    return this.pieces(path);
  }

  pieces(path: string): PieceSink {
    return this.#held.open(path);
  }

  folder(path: string): void {
    this.#head(path, 'folder', 0);
  }

  /** Waits until what was given is written, as far as it fills blocks. Throws the error of the first that could not be. */
  settle(): void {
    this.#sink.settle();
  }

  /** Writes CHECKSUMS and the end of the archive. To be called once. @param manifest that the archive has elsewhere. */
  end(manifest: Uint8Array): void {
    this.#sink.settle();
    this.#checksums.add(MANIFEST_NAME, sha256Of(manifest));
    const { byteLength } = this.#checksums;
    this.#head(CHECKSUMS_NAME, 'file', byteLength);
    this.#checksums.writeTo(this.#sink);
    this.#sink.write(padding(byteLength));
    this.#sink.write(ARCHIVE_END);
    this.#sink.end();
  }

  /** Lets go of memory and scratch; then nothing is written any more. May be called twice, and at any time. */
  close(): void {
    this.#sink.close();
    this.#checksums.close();
    this.#held.close();
  }

  #addSpooled({ path, size, sha256, eachPiece }: SpooledMember): void {
    this.#head(path, 'file', size);
    eachPiece((bytes) => this.#sink.write(bytes));
    this.#sink.write(padding(size));
    this.#checksums.add(path, sha256);
    this.#count(size);
  }

  #head(path: string, kind: 'file' | 'folder', size: number): void {
    this.#sink.write(memberHead({ path, kind, size, mtime: this.#mtime }));
  }

  #count(size: number): void {
    this.#files++;
    this.#bytes += size;
  }
}
