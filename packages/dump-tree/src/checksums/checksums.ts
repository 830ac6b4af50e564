import { type ByteSink, ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES } from '@ekv/snapshot';

/** Names of the two files that make a tree complete; written last. */
export const MANIFEST_NAME = 'MANIFEST.json';
export const CHECKSUMS_NAME = 'CHECKSUMS';

const BLOCK = 1 << 20;

/** One line of CHECKSUMS. @param path byte string. docs/format/02-dump-tree.md, section 4.1. */
export function checksumLine(path: string, sha256: string): string {
  const escaped = escapePath(path);
  return `${escaped === path ? '' : '\\'}${sha256}  ${escaped}\n`;
}

/** A path with line feed, carriage return and backslash escaped as in CHECKSUMS. */
export function escapePath(path: string): string {
  return path.replace(/[\n\r\\]/g, (character) => (character === '\n' ? '\\n' : character === '\r' ? '\\r' : '\\\\'));
}

/** Takes the escapes of {@link escapePath} back; `undefined` when there is any other. */
export function unescapePath(escaped: string): string | undefined {
  if (!/^(?:[^\\]|\\[nr\\])*$/.test(escaped)) return undefined;
  return escaped.replace(/\\[nr\\]/g, (pair) => (pair === '\\n' ? '\n' : pair === '\\r' ? '\r' : '\\'));
}

/** Collects the digests of files as they are written, and gives the lines of CHECKSUMS sorted by path, in bounded memory. */
export class ChecksumsWriter {
  readonly #sorter: ExternalSorter;
  #byteLength = 0;

  constructor(scratch: ScratchFolder, arenaBytes = SIDE_SORT_BYTES) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes });
  }

  /** Of all lines so far. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** @param path byte string relative to the root. @param sha256 64 lower-case hex digits. */
  add(path: string, sha256: string): void {
    const place = this.#sorter.reserve(path.length, DIGEST_BYTES);
    if (place === undefined) throw new RangeError(`a path of ${path.length} bytes is beyond every file system`);
    const { bytes } = place;
    let { at } = place;
    let escapes = 0;
    for (let i = 0; i < path.length; i++) {
      const byte = path.charCodeAt(i);
      bytes[at++] = byte;
      escapes += IS_ESCAPED[byte & 0xff]!;
    }
    for (let i = 0; i < 2 * DIGEST_BYTES; i += 2)
      bytes[at++] = (HEX_VALUES[sha256.charCodeAt(i)]! << 4) | HEX_VALUES[sha256.charCodeAt(i + 1)]!;
    this.#count(path.length, escapes);
  }

  /** As {@link add}, of the path `bytes[start, end)` and the 32 bytes of the digest, which stand behind it. */
  addBytes(bytes: Buffer, start: number, end: number): void {
    const place = this.#sorter.reserve(end - start, DIGEST_BYTES);
    if (place === undefined) throw new RangeError(`a path of ${end - start} bytes is beyond every file system`);
    bytes.copy(place.bytes, place.at, start, end + DIGEST_BYTES);
    let escapes = 0;
    for (let i = start; i < end; i++) escapes += IS_ESCAPED[bytes[i]!]!;
    this.#count(end - start, escapes);
  }

  /** Writes all lines. To be called once. */
  writeTo(sink: ByteSink): void {
    const rows = this.#sorter.sorted();
    let block = Buffer.allocUnsafeSlow(BLOCK);
    let used = 0;
    while (rows.next()) {
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
      const most = BESIDE_PATH + 1 + 2 * (keyEnd - keyStart);
      if (used + most > block.length) {
        if (used > 0) sink.write(block.subarray(0, used));
        block = Buffer.allocUnsafeSlow(Math.max(BLOCK, most));
        used = 0;
      }
      const line = used;
      for (let i = payloadStart; i < payloadEnd; i++) {
        const byte = bytes[i]!;
        block[used++] = HEX_DIGITS[byte >> 4]!;
        block[used++] = HEX_DIGITS[byte & 15]!;
      }
      block[used++] = BLANK;
      block[used++] = BLANK;
      let escapes = 0;
      for (let i = keyStart; i < keyEnd; i++) {
        const byte = bytes[i]!;
        block[used++] = byte;
        escapes += IS_ESCAPED[byte]!;
      }
      block[used++] = LINE_FEED;
      if (escapes === 0) continue;
      const path = bytes.toString('latin1', keyStart, keyEnd);
      used = line + block.write(checksumLine(path, bytes.toString('hex', payloadStart, payloadEnd)), line, 'latin1');
    }
    rows.close();
    if (used > 0) sink.write(block.subarray(0, used));
  }

  #count(pathLength: number, escapes: number): void {
    this.#byteLength += BESIDE_PATH + pathLength + (escapes === 0 ? 0 : escapes + 1);
  }

  /** Lets go of memory and scratch when no lines are wanted; may be called twice, and after {@link writeTo}. */
  close(): void {
    this.#sorter.close();
  }
}

const DIGEST_BYTES = 32;
/** Of a line without escapes: the digest in hex, two blanks and a line feed. */
const BESIDE_PATH = 2 * DIGEST_BYTES + 3;

const LINE_FEED = 0x0a;
const BLANK = 0x20;

/** By byte: whether it takes two bytes of a line. */
const IS_ESCAPED = new Uint8Array(256);
for (const character of '\n\r\\') IS_ESCAPED[character.charCodeAt(0)] = 1;

const HEX_DIGITS = Buffer.from('0123456789abcdef');
const HEX_VALUES = new Uint8Array(256);
HEX_DIGITS.forEach((digit, value) => {
  HEX_VALUES[digit] = value;
});
