import type { TreeSink } from '@ekv/dump-tree';
import type { Progress } from './progress.ts';

/** A sink that counts the files that pass. */
export function countingSink(sink: TreeSink, progress: Progress): TreeSink {
  return {
    file: (path, bytes) => {
      sink.file(path, bytes);
      progress.count(bytes.length);
    },
    lines: (path) => sink.lines(path),
    pieces: (path) => sink.pieces(path),
    folder: (path) => sink.folder(path),
  };
}
