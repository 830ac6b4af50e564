import { DataError } from '@ekv/snapshot';

/** Blocks of a tar file; POSIX.1-2001 (ustar, pax), and what GNU tar adds. docs/format/07-restore.md, section 7. */
export const BLOCK_BYTES = 512;

/** The fields of a header as they stand in their block. */
export interface RawHeader {
  /** Byte string: prefix and name joined. */
  readonly path: string;
  readonly size: number;
  /** Permission bits and above. */
  readonly mode: number;
  /** One character: `0`, `5`, `x`, `L`, ...; a NUL is `0`. */
  readonly type: string;
  /** Seconds since 1970; `undefined` when it is no number, which harms nothing. */
  readonly mtime: number | undefined;
}

export const CHECKSUM_AT = 148;
export const CHECKSUM_END = 156;
const TYPE_AT = 156;
const MAGIC_AT = 257;
export const BLANK = 0x20;

/** `undefined` for a block of zeros, which ends an archive. Throws DataError for what is no header. */
export function readHeader(block: Buffer, at: number): RawHeader | undefined {
  let sum = 0;
  for (let i = 0; i < BLOCK_BYTES; i++) {
    sum += i >= CHECKSUM_AT && i < CHECKSUM_END ? BLANK : block[at + i]!;
  }
  // Nothing but the blanks that stand for the checksum.
  if (sum === BLANK * 8 && block[at + CHECKSUM_AT] === 0) return undefined;
  if (numberAt(block, at + CHECKSUM_AT, 8, 'checksum') !== sum)
    throw new DataError('the checksum of a header is wrong');
  const name = textAt(block, at, 100);
  const isUstar = block.toString('latin1', at + MAGIC_AT, at + MAGIC_AT + 6) === 'ustar\0';
  const prefix = isUstar ? textAt(block, at + 345, 155) : '';
  const type = block[at + TYPE_AT] === 0 ? '0' : String.fromCharCode(block[at + TYPE_AT]!);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size: numberAt(block, at + 124, 12, 'size'),
    mode: numberAt(block, at + 100, 8, 'mode'),
    type,
    mtime: timeAt(block, at + 136),
  };
}

function timeAt(block: Buffer, start: number): number | undefined {
  const isNegative = (block[start]! & 0xc0) === 0xc0;
  if (isNegative) return undefined;
  const text = block.toString('latin1', start, start + 12);
  return (block[start]! & 0x80) !== 0 || /^ *[0-7]+[ \0]*$/.test(text) ? numberAt(block, start, 12, 'time') : undefined;
}

/** Up to the first NUL, as a byte string. */
function textAt(block: Buffer, start: number, length: number): string {
  const end = block.indexOf(0, start);
  return block.toString('latin1', start, end === -1 || end > start + length ? start + length : end);
}

/** Octal digits, or with the first bit set a number in base 256. */
function numberAt(block: Buffer, start: number, length: number, what: string): number {
  if ((block[start]! & 0x80) !== 0) return base256At(block, start, length, what);
  const end = start + length;
  let at = start;
  while (at < end && block[at] === BLANK) at++;
  let value = 0;
  for (; at < end && block[at]! >= 0x30 && block[at]! <= 0x37; at++) value = value * 8 + block[at]! - 0x30;
  while (at < end && block[at] === BLANK) at++;
  if (at < end && block[at] !== 0) throw new DataError(`the ${what} of a header is no octal number`);
  return value;
}

function base256At(block: Buffer, start: number, length: number, what: string): number {
  let value = block[start]! & 0x7f;
  for (let i = 1; i < length; i++) value = value * 256 + block[start + i]!;
  if (!Number.isSafeInteger(value)) throw new DataError(`the ${what} of a header is negative, or beyond all sizes`);
  return value;
}

/** What a member is made of. */
export interface NewHeader {
  /** Byte string of at most 100 bytes. */
  readonly name: string;
  /** Byte string of at most 155 bytes, before a slash. */
  readonly prefix: string;
  readonly mode: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly type: '0' | '5' | 'x';
}

/** Largest number of eleven octal digits: sizes from 8 GiB on stand in a pax member. */
export const MOST_OCTAL = 8 ** 11 - 1;

/** Owner and group are root without names, so that equal trees give equal archives. */
export function writeHeader({ name, prefix, mode, size, mtime, type }: NewHeader): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0, 'latin1');
  block.write(octal(mode, 7), 100, 'latin1');
  block.write(octal(0, 7), 108, 'latin1');
  block.write(octal(0, 7), 116, 'latin1');
  block.write(octal(Math.min(size, MOST_OCTAL), 11), 124, 'latin1');
  block.write(octal(Math.min(Math.max(mtime, 0), MOST_OCTAL), 11), 136, 'latin1');
  block.fill(BLANK, CHECKSUM_AT, CHECKSUM_END);
  block.write(type, TYPE_AT, 'latin1');
  block.write('ustar\x0000', MAGIC_AT, 'latin1');
  block.write(octal(0, 7), 329, 'latin1');
  block.write(octal(0, 7), 337, 'latin1');
  block.write(prefix, 345, 'latin1');
  let sum = 0;
  for (let i = 0; i < BLOCK_BYTES; i++) sum += block[i]!;
  block.write(`${octal(sum, 6)}\0 `, CHECKSUM_AT, 'latin1');
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** Zeros from the end of a member's bytes to the next block. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

const ZEROS = Buffer.alloc(BLOCK_BYTES);

/** As many zeros. @param size of what stands before them. */
export function padding(size: number): Buffer {
  return ZEROS.subarray(0, paddingOf(size));
}
