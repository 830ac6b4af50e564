import { createHash, hash } from 'node:crypto';
import { DataError } from '@ekv/snapshot';
import { hexDigit } from '../json/characters.ts';

/** Longest file name that is used as it is, in characters. docs/format/02-dump-tree.md, section 5. */
export const FILE_NAME_MAX = 240;

const HASH_DIGITS = 32;
const HASHED_TAIL_BYTES = 64;
const BINARY_PREFIX = 'b64.';
const PERCENT = 0x25;

/** A file name that is not one of the dump tree's. */
export class FilenameError extends DataError {
  static override readonly brand: string = 'FilenameError';
}

/** For each byte its escaped form; the byte itself when it may stand in a name. */
const ESCAPED = Array.from({ length: 256 }, (_, byte) =>
  isUnreserved(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);
const UNRESERVED = Uint8Array.from({ length: 256 }, (_, byte) => (isUnreserved(byte) ? 1 : 0));

function isUnreserved(byte: number): boolean {
  return /[A-Za-z0-9._-]/.test(String.fromCharCode(byte)) && byte < 0x80;
}

/**
 * The file name of a user-supplied name: unreserved bytes as they are, others as `%XX`; names that would be too long or
 * that look like another form become a hash and their beginning. docs/format/02-dump-tree.md, section 5.1.
 *
 * @param start of the name in the bytes, `end` its end. Default: all of them.
 */
export function encodeFileName(name: Uint8Array, start = 0, end: number = name.length): string {
  if (end - start > FILE_NAME_MAX) return hashedFileName(name.subarray(start, end));
  const encoded = escapedPart(name, start, end);
  const plain = encoded.length <= FILE_NAME_MAX && !isHashedFileName(encoded) && !encoded.startsWith(BINARY_PREFIX);
  return plain ? encoded : hashedFileName(name.subarray(start, end));
}

/** Zeros as digits; many go to a digest from here. */
const ZEROS = Buffer.alloc(1 << 16, '0');

/**
 * As {@link encodeFileName} of a name that ends in `count` digits 0. These are not written out: a million of them cost what
 * their digest costs.
 */
export function encodeFileNameWithZeros(start: Uint8Array, count: number): string {
  if (start.length + count <= FILE_NAME_MAX) return encodeFileName(Buffer.concat([start, ZEROS.subarray(0, count)]));
  const digest = createHash('sha256').update(start);
  for (let left = count; left > 0; left -= ZEROS.length)
    digest.update(left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS);
  const head = Buffer.concat([start.subarray(0, HASHED_TAIL_BYTES), ZEROS.subarray(0, HASHED_TAIL_BYTES)]);
  return `${digest.digest('hex').slice(0, HASH_DIGITS)}__${escapedPart(head, 0, HASHED_TAIL_BYTES)}`;
}

/** The file name of a binary name: `b64.` and base64url without padding. Section 5.2. */
export function encodeBinaryFileName(name: Uint8Array): string {
  const encoded = BINARY_PREFIX + asBuffer(name).toString('base64url');
  return encoded.length <= FILE_NAME_MAX ? encoded : hashedFileName(name);
}

/** Whether the original of a file name must come from the key map. Section 5.3. */
export function isHashedFileName(fileName: string): boolean {
  // Decided by two characters in nearly all cases.
  return (
    fileName.length >= HASH_DIGITS + 2 &&
    fileName.charCodeAt(HASH_DIGITS) === 0x5f &&
    fileName.charCodeAt(HASH_DIGITS + 1) === 0x5f &&
    /^[0-9a-fA-F]{32}/.test(fileName)
  );
}

/**
 * The name that a file name stands for. Also accepts forms that {@link encodeFileName} would not choose. Section 5.4.
 * Throws FilenameError for names of no form, and for hashed ones.
 */
export function decodeFileName(fileName: string): Uint8Array {
  if (fileName.length > FILE_NAME_MAX) {
    throw new FilenameError(`file name is ${fileName.length} characters long, the limit is ${FILE_NAME_MAX}`);
  }
  if (isHashedFileName(fileName)) throw new FilenameError('a hashed file name has its original in the key map only');
  if (fileName.startsWith(BINARY_PREFIX)) return decodeBase64(fileName.slice(BINARY_PREFIX.length));
  return unescaped(fileName);
}

/** The first 34 characters of the hashed form of a name: what a key map record can be checked by. */
export function hashedPrefix(name: Uint8Array): string {
  return `${hash('sha256', name, 'hex').slice(0, HASH_DIGITS)}__`;
}

/** The hashed form of a name, whatever its length. @param digested what the digest is taken of, if not the name alone. */
export function hashedFileName(name: Uint8Array, digested: Uint8Array = name): string {
  return hashedPrefix(digested) + escapedPart(name, 0, Math.min(name.length, HASHED_TAIL_BYTES));
}

function escapedPart(name: Uint8Array, start: number, end: number): string {
  for (let i = start; i < end; i++) {
    if (UNRESERVED[name[i]!] === 0) return escaped(name, start, end);
  }
  return asBuffer(name).toString('latin1', start, end);
}

function escaped(name: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += ESCAPED[name[i]!]!;
  return text;
}

function decodeBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    throw new FilenameError('what follows "b64." is not base64url without padding');
  }
  return Buffer.from(text, 'base64url');
}

function unescaped(fileName: string): Uint8Array {
  const bytes = Buffer.allocUnsafe(fileName.length);
  let length = 0;
  for (let i = 0; i < fileName.length; i++) {
    const code = fileName.charCodeAt(i);
    if (code === PERCENT) {
      const byte = (hexDigit(fileName.charCodeAt(i + 1)) << 4) | hexDigit(fileName.charCodeAt(i + 2));
      if (byte < 0) throw new FilenameError(`"%" at character ${i + 1} is not followed by two hex digits`);
      bytes[length++] = byte;
      i += 2;
    } else if (code < 0x80 && UNRESERVED[code] === 1) bytes[length++] = code;
    else throw new FilenameError(`character ${i + 1} (0x${code.toString(16).padStart(2, '0')}) must be written as %XX`);
  }
  return bytes.subarray(0, length);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
