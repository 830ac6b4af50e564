import { hash } from 'node:crypto';
import type { PieceSink, TreeSink } from '@ekv/dump-tree';
import type { RowSource } from '@ekv/snapshot';
import type { HeadValue } from '../../layout/head-value.ts';
import { isMd5 } from '../../md5/md5-etag.ts';
import { Md5Thread } from '../../md5/md5-thread.ts';
import { OwnMd5, type PieceDigest } from '../../md5/piece-digest.ts';
import type { ObjectChunks, PartChunks } from './object-chunks.ts';

/** Bodies up to this size are written in one go; larger ones in pieces of it. */
const BLOCK = 1 << 20;
/** From so many bytes of a part on its MD5 is worth a thread of its own: it takes longer than all else together. */
const THREAD_ABOVE = 64 << 20;

/** Writes bodies straight from their positions in the snapshot to their files, and takes the digests that etags are. */
export class BodyWriter {
  readonly #source: RowSource;
  readonly #sink: TreeSink;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK);
  readonly #workers: number;
  #thread: Md5Thread | undefined;

  /** @param workers threads that may work, the caller's included. */
  constructor(source: RowSource, sink: TreeSink, workers = 2) {
    this.#source = source;
    this.#sink = sink;
    this.#workers = workers;
  }

  /** Writes the body of an object; gives what is wrong with its etags. docs/format/05-s3.md, section 2.5. */
  write(path: string, head: HeadValue, chunks: ObjectChunks): string | undefined {
    const digests =
      chunks.bytes <= BLOCK ? this.#writeWhole(path, head, chunks) : this.#writePieces(path, head, chunks);
    return etagFault(head, digests);
  }

  /** @returns MD5 of each part, where it is needed; of a body without parts that of nothing. */
  #writeWhole(path: string, head: HeadValue, { parts }: ObjectChunks): Array<string | undefined> {
    const block = this.#block;
    let filled = 0;
    const digests = parts.map((part, i) => {
      const start = filled;
      for (let chunk = 0; chunk < part.count; chunk++) {
        const end = filled + part.length(chunk);
        this.#source.readAt(part.offset(chunk), block.subarray(filled, end));
        filled = end;
      }
      return needsDigest(head, i) ? hash('md5', block.subarray(start, filled), 'hex') : undefined;
    });
    this.#sink.file(path, block.subarray(0, filled));
    return digests;
  }

  #writePieces(path: string, head: HeadValue, { parts }: ObjectChunks): Array<string | undefined> {
    const file = this.#sink.pieces(path);
    const digests = parts.map((part, i) =>
      this.#copy(part, file, needsDigest(head, i) ? this.#digestFor(part.bytes) : undefined),
    );
    file.close();
    return digests;
  }

  /** @returns the MD5 of the part when it is to be taken. */
  #copy(part: PartChunks, file: PieceSink, md5: PieceDigest | undefined): string | undefined {
    for (let chunk = 0; chunk < part.count; chunk++) {
      const offset = part.offset(chunk);
      const length = part.length(chunk);
      for (let done = 0; done < length; done += BLOCK) {
        const piece = (md5?.piece() ?? this.#block).subarray(0, Math.min(BLOCK, length - done));
        this.#source.readAt(offset + done, piece);
        md5?.take(piece.length);
        file.write(piece);
      }
    }
    return md5?.digest();
  }

  #digestFor(bytes: number): PieceDigest {
    if (this.#workers === 1 || bytes < THREAD_ABOVE) return new OwnMd5(this.#block);
    this.#thread ??= new Md5Thread(BLOCK);
    return this.#thread;
  }

  /** Ends the thread that took digests, if there was one. */
  close(): void {
    this.#thread?.end();
  }
}

const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

function needsDigest(head: HeadValue, part: number): boolean {
  return isMd5(head.parts[part]!.etag) || (head.parts.length === 1 && isMd5(head.etag));
}

function etagFault({ etag, parts }: HeadValue, digests: ReadonlyArray<string | undefined>): string | undefined {
  const whole = parts.length === 0 ? EMPTY_MD5 : digests[0];
  if (parts.length <= 1 && differs(etag, whole)) return `the etag is ${etag}, the MD5 of the body is ${whole}`;
  const part = parts.findIndex(({ etag }, i) => differs(etag, digests[i]));
  if (part === -1) return undefined;
  return `the etag of part ${parts[part]!.number} is ${parts[part]!.etag}, its MD5 is ${digests[part]}`;
}

function differs(etag: Buffer, md5: string | undefined): boolean {
  return isMd5(etag) && etag.toString('latin1').toLowerCase() !== md5;
}
