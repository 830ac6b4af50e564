import {
  CHECKSUMS_NAME,
  ChecksumsWriter,
  MANIFEST_NAME,
  type PieceSink,
  sha256Of,
  type TreeSink,
} from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';
import type { ArchiveSink } from '../compression/archive-sink.ts';
import { paddingOf } from '../tar/tar-header.ts';
import { ARCHIVE_END, memberHead } from '../tar/tar-members.ts';
import { type HeldMember, HeldMembers } from './held-members.ts';

const ZEROS = Buffer.alloc(512);

export interface MemberWriterOptions {
  /** For the sort of CHECKSUMS and for large files. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Time of all members, seconds since 1970. */
  readonly mtime: number;
}

/** Writes the files of a dump tree as members of a tar archive, in the order in which they come. Each is hashed on the way. */
export class MemberWriter implements TreeSink {
  readonly #sink: ArchiveSink;
  readonly #mtime: number;
  readonly #checksums: ChecksumsWriter;
  readonly #held: HeldMembers;
  #files = 0;
  #bytes = 0;

  constructor(sink: ArchiveSink, { scratch, mtime }: MemberWriterOptions) {
    this.#sink = sink;
    this.#mtime = mtime;
    this.#checksums = new ChecksumsWriter(scratch);
    this.#held = new HeldMembers(scratch, (member) => this.#addHeld(member));
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
    this.#add(path, bytes);
    this.#count(path, sha256Of(bytes), bytes.length);
  }

  lines(path: string): PieceSink {
    return this.pieces(path);
  }

  pieces(path: string): PieceSink {
    return this.#held.open(path);
  }

  folder(path: string): void {
    this.#sink.write(memberHead({ path, kind: 'folder', size: 0, mtime: this.#mtime }));
  }

  /** Writes CHECKSUMS and the end of the archive. To be called once. @param manifest that the archive has elsewhere. */
  end(manifest: Uint8Array): void {
    this.#checksums.add(MANIFEST_NAME, sha256Of(manifest));
    const list = this.#held.open(CHECKSUMS_NAME);
    this.#checksums.writeTo(list);
    list.close();
    this.#sink.write(ARCHIVE_END);
    this.#sink.end();
  }

  /** Lets go of memory and scratch. May be called twice, and at any time. */
  close(): void {
    this.#checksums.close();
    this.#held.close();
  }

  #add(path: string, bytes: Uint8Array): void {
    this.#sink.write(memberHead({ path, kind: 'file', size: bytes.length, mtime: this.#mtime }));
    this.#sink.write(bytes);
    this.#sink.write(ZEROS.subarray(0, paddingOf(bytes.length)));
  }

  #addHeld(member: HeldMember): void {
    this.#addPieces(member);
    // It lists all others.
    if (member.path !== CHECKSUMS_NAME) this.#count(member.path, member.sha256, member.size);
  }

  #addPieces({ path, size, eachPiece }: HeldMember): void {
    this.#sink.write(memberHead({ path, kind: 'file', size, mtime: this.#mtime }));
    eachPiece((bytes) => this.#sink.write(bytes));
    this.#sink.write(ZEROS.subarray(0, paddingOf(size)));
  }

  #count(path: string, sha256: string, size: number): void {
    this.#checksums.add(path, sha256);
    this.#files++;
    this.#bytes += size;
  }
}
