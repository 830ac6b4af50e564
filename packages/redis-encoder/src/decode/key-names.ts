import { encodeFileName, isHashedFileName, keymapLine, type LineSink, type TreeSink } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES } from '@ekv/snapshot';
import { KEYMAP_PATH } from '../files/paths.ts';
import type { KeyRange } from '../values/rows/key-order.ts';

const KIND = 'sha-fallback';
/**
 * File names of Redis keys, and the key map of the names that had to be hashed: first the records of strings and
 * HyperLogLogs as they come, then those of collections, type by type in order of the key's bytes
 * (docs/format/03-redis.md, section 12).
 */
export class KeyNames {
  readonly #sink: TreeSink;
  readonly #scratch: ScratchFolder;
  #lines: LineSink | undefined;
  #collections: ExternalSorter | undefined;

  constructor(sink: TreeSink, scratch: ScratchFolder) {
    this.#sink = sink;
    this.#scratch = scratch;
  }

  /** The name for a file or sidecar line that is written now; a hashed one is recorded each time. */
  streamed(key: KeyRange): string {
    const original = key.bytes.subarray(key.keyStart, key.keyEnd);
    const encoded = encodeFileName(original);
    if (isHashedFileName(encoded)) this.#write(encoded, original);
    return encoded;
  }

  /** The name for a collection's file. @param type hashes 0, lists 1, sets 2, sorted sets 3, streams 4. */
  collection(type: number, key: KeyRange): string {
    const original = key.bytes.subarray(key.keyStart, key.keyEnd);
    const encoded = encodeFileName(original);
    if (isHashedFileName(encoded)) {
      this.#collections ??= new ExternalSorter({ scratch: this.#scratch, arenaBytes: SIDE_SORT_BYTES });
      this.#collections.add(Buffer.concat([Buffer.from([type]), original]), Buffer.from(encoded, 'latin1'));
    }
    return encoded;
  }

  /** Writes the records of the collections. */
  finish(): void {
    const rows = this.#collections?.sorted();
    while (rows?.next()) {
      const encoded = rows.bytes.toString('latin1', rows.payloadStart, rows.payloadEnd);
      this.#write(encoded, rows.bytes.subarray(rows.keyStart + 1, rows.keyEnd));
    }
    rows?.close();
    this.#lines?.close();
  }

  #write(encoded: string, original: Uint8Array): void {
    this.#lines ??= this.#sink.lines(KEYMAP_PATH);
    this.#lines.write(keymapLine({ encoded, original, kind: KIND }));
  }
}
