import { keymapLine, type TreeSink } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder } from '@ekv/snapshot';
import type { Rename, RenameKind } from '../../files/object-path.ts';
import { KEYMAP_FILE } from '../../files/paths.ts';

const ARENA_BYTES = 8 << 20;
const KINDS: readonly RenameKind[] = ['s3-leaf-data', 'meta-suffix-rename', 'sha-fallback'];

/** The key map of a bucket, written in the order of the original keys. docs/format/05-s3.md, section 4. */
export class KeymapLines {
  readonly #scratch: ScratchFolder;
  #sorter: ExternalSorter | undefined;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  add(key: Buffer, { path, kind }: Rename): void {
    this.#sorter ??= new ExternalSorter({ scratch: this.#scratch, arenaBytes: ARENA_BYTES });
    const payload = Buffer.allocUnsafe(1 + path.length);
    payload[0] = KINDS.indexOf(kind);
    payload.write(path, 1, 'latin1');
    this.#sorter.add(key, payload);
  }

  /** Writes the file if there are lines, and starts on the next bucket. */
  writeTo(sink: TreeSink, folder: string): void {
    if (this.#sorter === undefined) return;
    const rows = this.#sorter.sorted();
    this.#sorter = undefined;
    const lines = sink.lines(`${folder}/${KEYMAP_FILE}`);
    while (rows.next()) {
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
      const encoded = bytes.toString('latin1', payloadStart + 1, payloadEnd);
      const original = bytes.subarray(keyStart, keyEnd);
      lines.write(keymapLine({ encoded, original, kind: KINDS[bytes[payloadStart]!]! }));
    }
    lines.close();
    rows.close();
  }
}
