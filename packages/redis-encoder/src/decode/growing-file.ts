import { JsonBytes, type PieceSink, type TreeSink } from '@ekv/dump-tree';

/** A file that grows beyond this is given to the sink in pieces of about this size, in bytes. */
const PIECE_BYTES = 1 << 20;

/** A file of JSON text that is written while it is made: as a whole when it is small, else piece by piece. */
export class GrowingFile {
  readonly json = new JsonBytes();
  readonly #sink: TreeSink;
  readonly #pieceBytes: number;
  #path = '';
  #pieces: PieceSink | undefined;

  /** @param pieceBytes for tests. */
  constructor(sink: TreeSink, pieceBytes: number = PIECE_BYTES) {
    this.#sink = sink;
    this.#pieceBytes = pieceBytes;
  }

  /** Starts on a file. */
  begin(path: string): void {
    this.#path = path;
    this.json.reset();
  }

  /** To be called where the text may be cut: writes what there is when it is enough. */
  mayCut(): void {
    if (this.json.length >= this.#pieceBytes) this.#write();
  }

  end(): void {
    if (this.#pieces === undefined) return this.#sink.file(this.#path, this.json.view());
    this.#write();
    this.#pieces.close();
    this.#pieces = undefined;
  }

  #write(): void {
    this.#pieces ??= this.#sink.pieces(this.#path);
    this.#pieces.write(this.json.view());
    this.json.reset();
  }
}
