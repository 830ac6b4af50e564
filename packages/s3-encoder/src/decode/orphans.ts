import { encodeFileName } from '@ekv/dump-tree';
import type { RowSource } from '@ekv/snapshot';
import { ORPHANS_FOLDER } from '../files/paths.ts';
import { sameChunkError } from './bodies/object-chunks.ts';
import type { DecodeContext } from './decode-context.ts';
import type { ChunkRows } from './rows.ts';

const PIECE_BYTES = 1 << 20;

/** Writes chunks of objects that are not written, each as a file. docs/format/05-s3.md, section 5.1. */
export class OrphanChunks {
  readonly #context: DecodeContext;
  #block: Buffer | undefined;
  #lastName = '';

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  /** Writes the chunk at hand. @param folder of the bucket. Throws RowError when two rows stand for it. */
  write(folder: string, rows: ChunkRows): void {
    const name = `${folder}/${ORPHANS_FOLDER}/${encodeFileName(rows.object)}/gen-${rows.generation}/${chunkName(rows)}`;
    // Rows of one chunk with and without a version of zero may have versions between them, but no other chunk.
    if (rows.version === 0n) {
      if (name === this.#lastName) throw sameChunkError(rows);
      this.#lastName = name;
    }
    this.#copy(name, rows.valueOffset, rows.valueLength);
  }

  #copy(path: string, offset: number, length: number): void {
    const { source, sink } = this.#context;
    if (length <= PIECE_BYTES) return sink.file(path, this.#read(source, offset, length));
    const file = sink.pieces(path);
    for (let done = 0; done < length; done += PIECE_BYTES)
      file.write(this.#read(source, offset + done, Math.min(PIECE_BYTES, length - done)));
    file.close();
  }

  #read(source: RowSource, offset: number, length: number): Buffer {
    this.#block ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
    const piece = this.#block.subarray(0, length);
    source.readAt(offset, piece);
    return piece;
  }
}

function chunkName(rows: ChunkRows): string {
  const numbers = [rows.part, rows.chunk, rows.version].map((value) => value.toString(16).padStart(16, '0'));
  return `${encodeFileName(rows.upload)}_${numbers.join('_')}.bin`;
}
