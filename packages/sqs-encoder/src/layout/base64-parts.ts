import { decodedBase64Url } from '@ekv/adapter';
import type { ByteRange } from '@ekv/dump-tree';

/** Parts of row keys: base64 of a name, URL alphabet, no padding. docs/format/06-sqs.md, sections 1 and 1.4. */

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const IN_ALPHABET = new Uint8Array(256);
for (const byte of ALPHABET) IN_ALPHABET[byte] = 1;

export function base64Part(name: Buffer): string {
  return name.toString('base64url');
}

/** Length of the part of a name of `bytes` bytes. */
export function base64Length(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}

/**
 * Writes the part of the name `name[start, end)` and gives its end. Message ids are short: for them this is faster than a call
 * into the runtime.
 */
export function writeBase64Part(into: Buffer, at: number, name: Buffer, start: number, end: number): number {
  let to = at;
  let from = start;
  for (; from + 2 < end; from += 3) {
    const word = (name[from]! << 16) | (name[from + 1]! << 8) | name[from + 2]!;
    into[to++] = ALPHABET[word >> 18]!;
    into[to++] = ALPHABET[(word >> 12) & 63]!;
    into[to++] = ALPHABET[(word >> 6) & 63]!;
    into[to++] = ALPHABET[word & 63]!;
  }
  if (from === end) return to;
  const isTwo = from + 1 < end;
  const word = (name[from]! << 8) | (isTwo ? name[from + 1]! : 0);
  into[to++] = ALPHABET[word >> 10]!;
  into[to++] = ALPHABET[(word >> 4) & 63]!;
  if (isTwo) into[to++] = ALPHABET[(word << 2) & 63]!;
  return to;
}

/** Where the run of base64 characters that starts at `start` ends. */
export function base64End(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && IN_ALPHABET[bytes[at]!] === 1) at++;
  return at;
}

/** Whether the text decodes: line breaks inside are tolerated, spare bits ignored, padding is not. */
export function isBase64Part(bytes: Buffer, start: number, end: number): boolean {
  const run = base64End(bytes, start, end);
  let characters = run - start;
  for (let i = run; i < end; i++) {
    const byte = bytes[i]!;
    if (IN_ALPHABET[byte] === 1) characters++;
    else if (byte !== CARRIAGE_RETURN && byte !== LINE_FEED) return false;
  }
  return characters % 4 !== 1;
}

/** The name of a part; `undefined` when it does not decode. */
export function nameOfBase64Part({ bytes, start, end }: ByteRange): Buffer | undefined {
  return decodedBase64Url(bytes.subarray(start, end));
}
