import { crc32 } from 'node:zlib';
import { InflateRaw } from 'minizlib';
import type { InputWindow } from './input-window.ts';
import { AT_ONCE, SyncInflater } from './sync-inflater.ts';
import { packedDamage, type UnpackedBytes } from './unpacked-bytes.ts';

const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const DEFLATE = 8;
const HAS_HEADER_CRC = 0x02;
const HAS_EXTRA = 0x04;
const HAS_NAME = 0x08;
const HAS_COMMENT = 0x10;
const RESERVED = 0xe0;

/** Deflate makes up to 1032 bytes of one: so 16 MiB come out at most. */
const PIECE_BYTES = 1 << 14;

/** The content of gzip members, one after the other. RFC 1952. */
export function gzipBytes(input: InputWindow): UnpackedBytes {
  return new GzipBytes(input);
}

class GzipBytes implements UnpackedBytes {
  readonly #input: InputWindow;
  #inflater: SyncInflater | undefined;
  /** Where the member begins. */
  #member = 0;
  #crc = 0;
  #size = 0;
  #isPutEnded = false;
  #isEnded = false;

  constructor(input: InputWindow) {
    this.#input = input;
  }

  read(): Buffer | undefined {
    for (;;) {
      const piece = this.#inflater?.take();
      if (piece !== undefined) return this.#counted(piece);
      if (this.#isEnded) return undefined;
      if (this.#inflater === undefined) this.#header();
      else if (this.#isPutEnded) this.#trailer();
      else this.#put(this.#inflater);
    }
  }

  close(): void {
    this.#inflater?.close();
    this.#inflater = undefined;
  }

  #counted(piece: Buffer): Buffer {
    this.#crc = crc32(piece, this.#crc);
    this.#size = (this.#size + piece.length) % 2 ** 32;
    return piece;
  }

  #header(): void {
    this.#member = this.#input.offset;
    const start = this.#input.look(2);
    if (start.length === 0) {
      this.#isEnded = true;
      return;
    }
    if (start[0] !== 0x1f || (start.length === 2 && start[1] !== 0x8b))
      throw this.#damage('bytes after the end of the gzip data');
    const header = this.#part(HEADER_BYTES);
    const flags = header[3]!;
    if (header[2] !== DEFLATE || (flags & RESERVED) !== 0) throw this.#damage('a gzip member of an unknown version');
    this.#input.pass(HEADER_BYTES);
    if ((flags & HAS_EXTRA) !== 0) {
      const length = this.#part(2).readUInt16LE();
      this.#part(2 + length);
      this.#input.pass(2 + length);
    }
    if ((flags & HAS_NAME) !== 0) this.#passText();
    if ((flags & HAS_COMMENT) !== 0) this.#passText();
    if ((flags & HAS_HEADER_CRC) !== 0) {
      this.#part(2);
      this.#input.pass(2);
    }
    this.#inflater = new SyncInflater(new InflateRaw({ ...AT_ONCE }));
    this.#crc = this.#size = 0;
    this.#isPutEnded = false;
  }

  #passText(): void {
    for (;;) {
      const some = this.#input.lookAtSome(PIECE_BYTES);
      if (some.length === 0) throw this.#damage('a gzip member is cut short');
      const end = some.indexOf(0);
      this.#input.pass(end === -1 ? some.length : end + 1);
      if (end !== -1) return;
    }
  }

  #put(inflater: SyncInflater): void {
    const some = this.#input.lookAtSome(PIECE_BYTES);
    if (some.length === 0) throw this.#damage('a gzip member is cut short');
    const used = inflater.put(some);
    if (inflater.reason !== undefined) throw this.#damage(`a gzip member cannot be unpacked (${inflater.reason})`);
    this.#input.pass(used);
    // Deflate data says itself where it ends: what is left stands after it.
    this.#isPutEnded = used < some.length;
  }

  #trailer(): void {
    const trailer = this.#part(TRAILER_BYTES);
    if (trailer.readUInt32LE(0) !== this.#crc || trailer.readUInt32LE(4) !== this.#size)
      throw this.#damage('the checksum or the size at the end of a gzip member is wrong');
    this.#input.pass(TRAILER_BYTES);
    this.close();
  }

  #part(length: number): Buffer {
    const bytes = this.#input.look(length);
    if (bytes.length < length) throw this.#damage('a gzip member is cut short');
    return bytes;
  }

  #damage(rule: string): Error {
    return packedDamage(this.#input.name, this.#inflater === undefined ? this.#member : this.#input.offset, rule);
  }
}
