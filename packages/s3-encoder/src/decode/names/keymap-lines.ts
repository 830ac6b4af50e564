import { keymapLine, type TreeSink } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES } from '@ekv/snapshot';
import type { Rename } from '../../files/object-path.ts';
import { KEYMAP_FILE } from '../../files/paths.ts';
import { renameIn, renamePayload } from './rename-payload.ts';

/** The key map of a bucket, written in the order of the original keys. docs/format/05-s3.md, section 4. */
export class KeymapLines {
  readonly #scratch: ScratchFolder;
  #sorter: ExternalSorter | undefined;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  add(key: Buffer, rename: Rename): void {
    this.#sorter ??= new ExternalSorter({ scratch: this.#scratch, arenaBytes: SIDE_SORT_BYTES });
    this.#sorter.add(key, renamePayload(rename));
  }

  /** Writes the file if there are lines, and starts on the next bucket. */
  writeTo(sink: TreeSink, folder: string): void {
    if (this.#sorter === undefined) return;
    const rows = this.#sorter.sorted();
    this.#sorter = undefined;
    const lines = sink.lines(`${folder}/${KEYMAP_FILE}`);
    while (rows.next()) {
      const { kind, path } = renameIn(rows);
      lines.write(keymapLine({ encoded: path, original: rows.bytes.subarray(rows.keyStart, rows.keyEnd), kind }));
    }
    lines.close();
    rows.close();
  }
}
