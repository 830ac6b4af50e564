import type { TreeSink } from '@ekv/dump-tree';

/** A sink for files of the whole state: they are no data that a decode may be asked to find, so they are counted apart. */
export function stateSink(sink: TreeSink): TreeSink & { readonly files: number } {
  let files = 0;
  return {
    get files() {
      return files;
    },
    file: (path, bytes) => {
      files++;
      sink.file(path, bytes);
    },
    lines: (path) => {
      files++;
      return sink.lines(path);
    },
    pieces: (path) => {
      files++;
      return sink.pieces(path);
    },
    folder: (path) => sink.folder(path),
  };
}
