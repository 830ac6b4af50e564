import { DataError } from '@ekv/snapshot';
import { LineReader } from '../files/line-reader.ts';
import type { TreeFile, TreeSource } from '../input/tree-source.ts';
import { JsonReader } from '../json/json-reader.ts';
import { encodeFileName, isHashedFileName } from './filename.ts';
import { type KeymapRecord, readKeymapRecord } from './keymap-record.ts';
import { type LinePlace, NameIndex } from './name-index.ts';

const LONGEST_LINE = 4_194_303;
const HASH_CHARACTERS = 34;

/**
 * The originals of hashed names in a KEYMAP.jsonl. All lines are checked when it is read; the originals stay in the file,
 * so memory is 40 to 80 bytes per record. Of several records for one name the last counts, whatever its kind.
 * docs/format/02-dump-tree.md, section 6.3.
 */
export class Keymap {
  readonly #file: TreeFile;
  readonly #index = new NameIndex();
  readonly #reader = new JsonReader();

  /** Reads the key map at `path` of the tree; without the file there are no records. Throws DataError with line numbers. */
  static read(tree: TreeSource, path: string): Keymap | undefined {
    const file = tree.openOptional(path, 'recorded of JSON');
    if (file === undefined) return undefined;
    try {
      return new Keymap(file);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  private constructor(file: TreeFile) {
    this.#file = file;
    const lines = new LineReader(file, LONGEST_LINE);
    while (lines.next()) {
      const { bytes, start, end, offset, number } = lines;
      const { encoded } = this.#parse(bytes, start, end, number);
      if (isHashedFileName(encoded)) this.#index.set(encoded, { offset, length: end - start, number });
    }
  }

  /**
   * The original of a hashed name, checked against the digest in the name; `undefined` without a record. Throws
   * DataError when the record does not belong to the name.
   */
  find(encoded: string): Uint8Array | undefined {
    const place = this.#index.get(encoded);
    if (place === undefined) return undefined;
    const line = this.#line(place);
    const record = this.#parse(line, 0, line.length, place.number);
    if (record.encoded !== encoded) return undefined;
    if (encodeFileName(record.original).slice(0, HASH_CHARACTERS) !== encoded.slice(0, HASH_CHARACTERS)) {
      throw new DataError(
        `${this.#file.name}:${place.number}: the original of ${encoded} does not belong to this name, its digest differs; restore the line from the dump`,
      );
    }
    return record.original;
  }

  close(): void {
    this.#file.close();
  }

  #line(place: LinePlace): Buffer {
    const line = Buffer.allocUnsafe(place.length);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < line.length; filled += read)
      read = this.#file.read(place.offset + filled, line, filled, line.length - filled);
    return line.subarray(0, filled);
  }

  #parse(bytes: Buffer, start: number, end: number, line: number): KeymapRecord {
    this.#reader.reset(this.#file.name, bytes, start, end, { line });
    return readKeymapRecord(this.#reader);
  }
}
