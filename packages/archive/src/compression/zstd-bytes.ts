import { DataError } from '@ekv/snapshot';
import { ZstdDecompress } from 'minizlib';
import { isSkippableFrame, isZstdFrame } from './archive-kind.ts';
import type { InputWindow } from './input-window.ts';
import { AT_ONCE, SyncInflater } from './sync-inflater.ts';
import { packedDamage, type UnpackedBytes } from './unpacked-bytes.ts';

const MAGIC_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;
/** A block holds at most so much, packed and unpacked: `Block_Maximum_Size`. */
const MOST_BLOCK_BYTES = 1 << 17;
/** What zstd itself takes without `--long`. */
const MOST_WINDOW_BYTES = 1 << 27;

/**
 * The content of zstd frames, one after the other, with skippable frames between them. Node's decoder stops without a word after the
 * first frame of what it is given, and gives out as much as that holds; so it is given one block at a time: 128 KiB come out at most,
 * and the end of each frame is known. RFC 8878, section 3.1.
 */
export function zstdBytes(input: InputWindow): UnpackedBytes {
  return new ZstdBytes(input);
}

class ZstdBytes implements UnpackedBytes {
  readonly #input: InputWindow;
  readonly #inflater = new SyncInflater(new ZstdDecompress({ ...AT_ONCE }));
  #state: 'between frames' | 'in a frame' | 'ended' = 'between frames';
  #hasChecksum = false;
  /** Where the frame begins. */
  #frame = 0;

  constructor(input: InputWindow) {
    this.#input = input;
  }

  read(): Buffer | undefined {
    for (;;) {
      const piece = this.#inflater.take();
      if (piece !== undefined) return piece;
      if (this.#state === 'ended') return undefined;
      if (this.#state === 'in a frame') this.#block();
      else this.#nextFrame();
    }
  }

  close(): void {
    this.#inflater.close();
  }

  #nextFrame(): void {
    const magic = this.#input.look(MAGIC_BYTES);
    this.#frame = this.#input.offset;
    if (isZstdFrame(magic)) this.#frameHeader();
    else if (isSkippableFrame(magic)) this.#skip();
    else if (magic.length === 0) this.#state = 'ended';
    else
      throw this.#damage(
        `${startsFrame(magic) ? 'a zstd frame is cut short' : 'bytes after the end of the zstd data'}`,
      );
  }

  #frameHeader(): void {
    const descriptor = this.#part(MAGIC_BYTES + 1)[MAGIC_BYTES]!;
    const isSingleSegment = (descriptor & 0x20) !== 0;
    if ((descriptor & 0x08) !== 0) throw this.#damage('a zstd frame of an unknown version');
    const windowBytes = isSingleSegment ? 0 : 1;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
    const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
    const header = this.#part(MAGIC_BYTES + 1 + windowBytes + dictionaryBytes + sizeBytes);
    const dictionaryAt = MAGIC_BYTES + 1 + windowBytes;
    if (header.subarray(dictionaryAt, dictionaryAt + dictionaryBytes).some((byte) => byte !== 0))
      throw this.#damage('a zstd frame that needs a dictionary');
    const window = isSingleSegment
      ? contentSize(header.subarray(dictionaryAt + dictionaryBytes))
      : windowSize(header[MAGIC_BYTES + 1]!);
    if (window > MOST_WINDOW_BYTES)
      throw new DataError(
        `${this.#input.name} has a zstd frame that needs a window of ${window} bytes, more than ${MOST_WINDOW_BYTES}; pack it again without "--long"`,
      );
    this.#hasChecksum = (descriptor & 0x04) !== 0;
    this.#put(header);
    this.#state = 'in a frame';
  }

  #block(): void {
    const head = this.#part(BLOCK_HEADER_BYTES);
    const fields = head.readUIntLE(0, BLOCK_HEADER_BYTES);
    const isLast = (fields & 1) !== 0;
    const type = (fields >> 1) & 3;
    const size = fields >> 3;
    if (type === RESERVED_BLOCK || size > MOST_BLOCK_BYTES) throw this.#damage('a zstd block that is none');
    const packed = BLOCK_HEADER_BYTES + (type === RLE_BLOCK ? 1 : size);
    this.#put(this.#part(packed + (isLast && this.#hasChecksum ? CHECKSUM_BYTES : 0)));
    if (isLast) this.#state = 'between frames';
  }

  /** What is in a skippable frame says nothing of the data. */
  #skip(): void {
    let left = MAGIC_BYTES + 4 + this.#part(MAGIC_BYTES + 4).readUInt32LE(MAGIC_BYTES);
    while (left > 0) {
      const some = this.#input.lookAtSome(left);
      if (some.length === 0) throw this.#damage('a skippable zstd frame is cut short');
      this.#input.pass(some.length);
      left -= some.length;
    }
  }

  #part(length: number): Buffer {
    const bytes = this.#input.look(length);
    if (bytes.length < length) throw this.#damage('a zstd frame is cut short');
    return bytes;
  }

  #put(bytes: Buffer): void {
    const used = this.#inflater.put(bytes);
    const { reason } = this.#inflater;
    if (reason !== undefined) throw this.#damage(`a zstd frame cannot be unpacked (${reason})`);
    if (used !== bytes.length) throw this.#damage('a zstd frame ends before its last block');
    this.#input.pass(bytes.length);
  }

  #damage(rule: string): Error {
    return packedDamage(this.#input.name, this.#state === 'in a frame' ? this.#input.offset : this.#frame, rule);
  }
}

/** Whether fewer bytes than a frame's first four could become one. */
function startsFrame(bytes: Buffer): boolean {
  if (bytes.length >= MAGIC_BYTES) return false;
  const whole = (start: readonly number[]) => Buffer.concat([bytes, Buffer.from(start.slice(bytes.length))]);
  return isZstdFrame(whole([0x28, 0xb5, 0x2f, 0xfd])) || isSkippableFrame(whole([0x50, 0x2a, 0x4d, 0x18]));
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(bytes: Buffer): number {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE());
  // Two bytes count from 256 on.
  return bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0);
}
