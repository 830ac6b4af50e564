import { MANIFEST_NAME, type PieceSink, type TreeSink } from '@ekv/dump-tree';
import { type ByteSink, giveBlock, type ScratchFolder } from '@ekv/snapshot';
import { archiveSink, type WrittenKind } from '../compression/archive-sink.ts';
import { padding } from '../tar/tar-header.ts';
import { memberHead } from '../tar/tar-members.ts';
import type { ArchiveTarget } from './archive-target.ts';
import { MemberWriter } from './member-writer.ts';
import { ScratchBytes } from './scratch-bytes.ts';

export interface StagedArchiveOptions {
  readonly kind: WrittenKind;
  /** For the sort of CHECKSUMS, for large files, and for a tree whose manifest comes last. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Time of all members, seconds since 1970. */
  readonly mtime: number;
  /** Threads besides this one that hash, compress and write. Default: none. */
  readonly threads?: number | undefined;
}

/**
 * A dump tree that is written as one archive: MANIFEST.json first, then the files in the order in which they come, and CHECKSUMS last.
 * Equal trees with equal times give equal archives. docs/format/02-dump-tree.md, section 12.
 *
 * Where the manifest is known only in the end, what comes before waits in a scratch file, compressed.
 */
export class StagedArchive implements TreeSink {
  readonly #target: ArchiveTarget;
  readonly #options: StagedArchiveOptions;
  #manifest: Uint8Array | undefined;
  #waiting: ScratchBytes | undefined;
  #members: MemberWriter | undefined;

  constructor(target: ArchiveTarget, options: StagedArchiveOptions) {
    this.#target = target;
    this.#options = options;
  }

  get files(): number {
    return this.#members?.files ?? 0;
  }

  get bytes(): number {
    return this.#members?.bytes ?? 0;
  }

  /** As of a StagedTree: nothing of an archive is left over. */
  readonly leftover: undefined;

  get replacedOther(): boolean {
    return this.#target.replacedOther;
  }

  file(path: string, bytes: Uint8Array): void {
    this.#writer().file(path, bytes);
  }

  lines(path: string): PieceSink {
    return this.pieces(path);
  }

  pieces(path: string): PieceSink {
    return this.#writer().pieces(path);
  }

  folder(path: string): void {
    this.#writer().folder(path);
  }

  /** Writes the manifest, when it is known before the first file. */
  begin(manifest: Uint8Array): void {
    const { kind, mtime } = this.#options;
    // Compressed by itself, so that it can be read without all else, and added to what waits.
    const sink = archiveSink(kind, this.#target.sink);
    sink.write(memberHead({ path: MANIFEST_NAME, kind: 'file', size: manifest.length, mtime }));
    sink.write(manifest);
    sink.write(padding(manifest.length));
    sink.end();
    this.#manifest = manifest;
  }

  /** Waits until what was given is written. Throws the error of the first that could not be. */
  settle(): void {
    this.#members?.settle();
  }

  /** Writes CHECKSUMS and the end, and puts the archive at its place. @param manifest not looked at after {@link begin}. */
  publish(manifest: Uint8Array): void {
    this.#writer().end(this.#manifest ?? manifest);
    if (this.#manifest === undefined) {
      this.begin(manifest);
      copy(this.#waiting!, this.#target.sink);
    }
    this.#target.publish();
  }

  /** Removes what was written. Safe to call after {@link publish}. */
  abandon(): void {
    this.#members?.close();
    this.#waiting?.close();
    this.#target.abandon();
  }

  #writer(): MemberWriter {
    this.#members ??= new MemberWriter(this.#bodySink(), this.#options);
    return this.#members;
  }

  /** Where the files go. */
  #bodySink(): ByteSink {
    if (this.#manifest !== undefined) return this.#target.sink;
    const waiting = new ScratchBytes(this.#options.scratch, 'archive');
    this.#waiting = waiting;
    return { holdsBlocks: 'during the call', write: (bytes) => waiting.append(bytes) };
  }
}

const BLOCK = 1 << 20;

function copy(from: ScratchBytes, to: ByteSink): void {
  const block = Buffer.allocUnsafeSlow(BLOCK);
  for (let at = 0; at < from.size; at += BLOCK) {
    const piece = block.subarray(0, from.read(at, block, BLOCK));
    giveBlock(to, to.holdsBlocks === 'during the call' ? piece : Buffer.from(piece));
  }
}
