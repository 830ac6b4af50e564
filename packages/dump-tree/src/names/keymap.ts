import { closeSync, readSync } from 'node:fs';
import { DataError } from '@ekv/snapshot';
import { LineReader } from '../files/line-reader.ts';
import { treeReadError } from '../files/tree-read-error.ts';
import type { InputTree } from '../input/input-tree.ts';
import { JsonReader } from '../json/json-reader.ts';
import { encodeSegment, isHashedSegment } from './filename.ts';
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
  readonly #path: string;
  readonly #fd: number;
  readonly #index = new NameIndex();
  readonly #reader = new JsonReader();

  /** Reads the key map at `path` of the tree; without the file there are no records. Throws DataError with line numbers. */
  static read(tree: InputTree, path: string): Keymap | undefined {
    const fd = tree.openOptional(path, 'recorded of JSON')?.fd;
    if (fd === undefined) return undefined;
    try {
      return new Keymap(fd, tree.display(path));
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  private constructor(fd: number, path: string) {
    this.#fd = fd;
    this.#path = path;
    const lines = new LineReader(fd, path, LONGEST_LINE);
    while (lines.next()) {
      const { bytes, start, end, offset, number } = lines;
      const { encoded } = this.#parse(bytes, start, end, number);
      if (isHashedSegment(encoded)) this.#index.set(encoded, { offset, length: end - start, number });
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
    if (encodeSegment(record.original).slice(0, HASH_CHARACTERS) !== encoded.slice(0, HASH_CHARACTERS)) {
      throw new DataError(
        `${this.#path}:${place.number}: the original of ${encoded} does not belong to this name, its digest differs; restore the line from the dump`,
      );
    }
    return record.original;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #line(place: LinePlace): Buffer {
    const line = Buffer.allocUnsafe(place.length);
    let filled = 0;
    try {
      for (let read = -1; read !== 0 && filled < line.length; filled += read)
        read = readSync(this.#fd, line, filled, line.length - filled, place.offset + filled);
      return line.subarray(0, filled);
    } catch (error) {
      throw treeReadError(error, 'read', this.#path);
    }
  }

  #parse(bytes: Buffer, start: number, end: number, line: number): KeymapRecord {
    this.#reader.reset(this.#path, bytes, start, end, { line });
    return readKeymapRecord(this.#reader);
  }
}
