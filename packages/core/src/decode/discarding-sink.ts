import type { PieceSink, TreeSink } from '@ekv/dump-tree';

/** A sink that keeps nothing and counts what it is given: for a decode that is made for its checks alone. */
export class DiscardingSink implements TreeSink {
  files = 0;
  bytes = 0;

  file(_path: string, bytes: Uint8Array): void {
    this.files++;
    this.bytes += bytes.length;
  }

  lines(): PieceSink {
    return this.pieces();
  }

  pieces(): PieceSink {
    this.files++;
    return this.#counting;
  }

  folder(): void {}

  readonly #counting: PieceSink = {
    write: (piece: Uint8Array) => {
      this.bytes += piece.length;
    },
    close: () => {},
  };
}
