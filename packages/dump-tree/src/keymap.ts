import { closeSync, readSync } from 'node:fs';
import { crc32c, DataError } from '@ekv/snapshot';
import { encodeSegment, isHashedSegment } from './filename.ts';
import type { InputTree } from './input-tree.ts';
import { JsonReader } from './json-reader.ts';
import { LineReader } from './line-reader.ts';

/** A file name that does not tell the whole original name. docs/format/02-dump-tree.md, section 6. */
export interface KeymapRecord {
  readonly encoded: string;
  readonly original: Uint8Array;
  readonly kind: string;
}

/** One line of KEYMAP.jsonl, line feed included. */
export function keymapLine(record: KeymapRecord): Buffer {
  const original = Buffer.from(record.original.buffer, record.original.byteOffset, record.original.length);
  return Buffer.from(
    `{"encoded":"${record.encoded}","original":"${original.toString('base64url')}","kind":"${record.kind}"}\n`,
    'latin1',
  );
}

const LONGEST_LINE = 4_194_303;
const HASH_CHARACTERS = 34;

/**
 * The records of a KEYMAP.jsonl, found by encoded name. All lines are checked when it is read; the originals stay in
 * the file, so memory is 20 to 40 bytes per record. Of several records for one name the last counts.
 */
export class Keymap {
  readonly #path: string;
  readonly #fd: number;
  readonly #index = new NameIndex();
  readonly #reader = new JsonReader();

  /** Reads the key map at `path` of the tree; without the file there are no records. Throws DataError with line numbers. */
  static read(tree: InputTree, path: string): Keymap | undefined {
    const fd = tree.openOptional(path)?.fd;
    if (fd === undefined) return undefined;
    try {
      return new Keymap(fd, tree.display(path));
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.#path = path;
    const lines = new LineReader(fd, path, LONGEST_LINE);
    while (lines.next()) {
      const record = this.#parse(lines.bytes, lines.start, lines.end, lines.number);
      if (isHashedSegment(record.encoded))
        this.#index.set(record.encoded, lines.offset, lines.end - lines.start, lines.number);
    }
  }

  /**
   * The original of a hashed name, checked against the digest in the name; `undefined` without a record. Throws
   * DataError when the record does not belong to the name.
   */
  find(encoded: string): Uint8Array | undefined {
    const place = this.#index.get(encoded);
    if (place === undefined) return undefined;
    const line = Buffer.allocUnsafe(place.length);
    const read = readSync(this.#fd, line, 0, place.length, place.offset);
    const record = this.#parse(line, 0, read, place.number);
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

  #parse(bytes: Buffer, start: number, end: number, line: number): KeymapRecord {
    const reader = this.#reader;
    reader.reset(this.#path, bytes, start, end, line);
    const found: { encoded?: string; original?: string; kind?: string } = {};
    reader.object((name) => {
      if (name === 'encoded' || name === 'original' || name === 'kind') found[name] = reader.string(name);
      else reader.skip();
    }, 'a key map line');
    reader.end();
    for (const name of ['encoded', 'original', 'kind'] as const) {
      if (found[name] === undefined) reader.fail(`the field "${name}" is missing`);
    }
    if (found.encoded === '' || found.kind === '')
      reader.fail(`"${found.encoded === '' ? 'encoded' : 'kind'}" must not be empty`);
    return { encoded: found.encoded!, original: decodeOriginal(found.original!, reader), kind: found.kind! };
  }
}

/** Base64url without padding and without left-over bits. */
function decodeOriginal(text: string, reader: JsonReader): Buffer {
  const original = Buffer.from(text, 'base64url');
  if (original.toString('base64url') !== text) reader.fail('"original" is not base64url without padding');
  return original;
}

interface Place {
  readonly offset: number;
  readonly length: number;
  readonly number: number;
}

/** A hash table in typed arrays: 96 bits of the name to the place of its line. */
class NameIndex {
  #slots = new Uint32Array(1 << 10);
  #hashes = new Uint32Array(3 << 9);
  #places = new Float64Array(3 << 9);
  #count = 0;

  set(name: string, offset: number, length: number, number: number): void {
    if (this.#count * 2 >= this.#slots.length) this.#widen();
    const [a, b, c] = fingerprint(name);
    const slot = this.#slot(a, b, c);
    let entry = this.#slots[slot]! - 1;
    if (entry === -1) {
      entry = this.#count++;
      this.#slots[slot] = entry + 1;
      this.#hashes.set([a, b, c], entry * 3);
    }
    this.#places.set([offset, length, number], entry * 3);
  }

  get(name: string): Place | undefined {
    const [a, b, c] = fingerprint(name);
    const entry = this.#slots[this.#slot(a, b, c)]! - 1;
    if (entry === -1) return undefined;
    const at = entry * 3;
    return { offset: this.#places[at]!, length: this.#places[at + 1]!, number: this.#places[at + 2]! };
  }

  #slot(a: number, b: number, c: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = (a ^ c) & mask; ; slot = (slot + 1) & mask) {
      const at = (this.#slots[slot]! - 1) * 3;
      if (at < 0 || (this.#hashes[at] === a && this.#hashes[at + 1] === b && this.#hashes[at + 2] === c)) return slot;
    }
  }

  #widen(): void {
    const hashes = new Uint32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const places = new Float64Array(this.#places.length * 2);
    places.set(this.#places);
    this.#places = places;
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let entry = 0; entry < this.#count; entry++) {
      const at = entry * 3;
      this.#slots[this.#slot(hashes[at]!, hashes[at + 1]!, hashes[at + 2]!)] = entry + 1;
    }
  }
}

/** The name begins with 32 hex digits of a SHA-256: 16 of them, and a checksum of the whole. */
function fingerprint(name: string): [number, number, number] {
  return [Number.parseInt(name.slice(0, 8), 16), Number.parseInt(name.slice(8, 16), 16), crc32c(Buffer.from(name))];
}
