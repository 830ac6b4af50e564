import type { TreeSink } from '@ekv/dump-tree';
import type { Progress } from '../run/progress.ts';

/** What a small file costs beside a row: a file takes about as long as that many rows. */
export const ROWS_OF_A_FILE = 20;

/** A sink that counts the files that pass, with the work that they are. */
export function countingSink(sink: TreeSink, progress: Progress): TreeSink {
  return {
    file: (path, bytes) => {
      sink.file(path, bytes);
      progress.count(bytes.length);
      progress.advance(ROWS_OF_A_FILE);
    },
    lines: (path) => {
      progress.advance(ROWS_OF_A_FILE);
      return sink.lines(path);
    },
    pieces: (path) => {
      progress.advance(ROWS_OF_A_FILE);
      return sink.pieces(path);
    },
    folder: (path) => sink.folder(path),
  };
}
