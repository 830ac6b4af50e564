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
    place.bytes.write(path, place.at, 'latin1');
    place.bytes.write(sha256, place.at + path.length, 'hex');
    this.#byteLength += lineLength(path);
  }

  /** Writes all lines. To be called once. */
  writeTo(sink: ByteSink): void {
    const rows = this.#sorter.sorted();
    let block = Buffer.allocUnsafeSlow(BLOCK);
    let used = 0;
    while (rows.next()) {
      const { bytes, keyStart, keyEnd } = rows;
      const most = BESIDE_PATH + 2 * (keyEnd - keyStart);
      if (used + most > block.length) {
        if (used > 0) sink.write(block.subarray(0, used));
        block = Buffer.allocUnsafeSlow(Math.max(BLOCK, most));
        used = 0;
      }
      const isEscaped = holdsEscaped(bytes, keyStart, keyEnd);
      if (isEscaped) block[used++] = BACKSLASH;
      used = writeHex(block, used, bytes, rows.payloadStart);
      block[used++] = BLANK;
      block[used++] = BLANK;
      if (isEscaped) used += block.write(escapePath(bytes.toString('latin1', keyStart, keyEnd)), used, 'latin1');
      else for (let i = keyStart; i < keyEnd; i++) block[used++] = bytes[i]!;
      block[used++] = LINE_FEED;
    }
    rows.close();
    if (used > 0) sink.write(block.subarray(0, used));
  }

  /** Lets go of memory and scratch when no lines are wanted; may be called twice, and after {@link writeTo}. */
  close(): void {
    this.#sorter.close();
  }
}

const DIGEST_BYTES = 32;
/** Of a line: a backslash, the digest in hex, two blanks and a line feed. */
const BESIDE_PATH = 1 + 2 * DIGEST_BYTES + 2 + 1;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = 0x20;
const BACKSLASH = 0x5c;
const HEX = Buffer.from('0123456789abcdef');

function lineLength(path: string): number {
  let escapes = 0;
  for (let i = 0; i < path.length; i++) if (isEscapedByte(path.charCodeAt(i))) escapes++;
  return BESIDE_PATH - 1 + path.length + (escapes > 0 ? escapes + 1 : 0);
}

function holdsEscaped(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (isEscapedByte(bytes[i]!)) return true;
  return false;
}

function isEscapedByte(byte: number): boolean {
  return byte === BACKSLASH || byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

/** @returns the end of the digits. */
function writeHex(into: Buffer, at: number, digest: Buffer, start: number): number {
  let end = at;
  for (let i = start; i < start + DIGEST_BYTES; i++) {
    into[end++] = HEX[digest[i]! >> 4]!;
    into[end++] = HEX[digest[i]! & 15]!;
  }
  return end;
}
