import type { PieceSink, TreeSink } from '@ekv/dump-tree';

const NOTHING: PieceSink = { write: () => {}, close: () => {} };

/** A sink that keeps nothing: for a decode that is made for its checks alone. */
export class DiscardingSink implements TreeSink {
  files = 0;

  file(): void {
    this.files++;
  }

  lines(): PieceSink {
    return this.pieces();
  }

  pieces(): PieceSink {
    this.files++;
    return NOTHING;
  }

  folder(): void {}
}
