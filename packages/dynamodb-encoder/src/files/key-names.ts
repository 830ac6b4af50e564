import { hash } from 'node:crypto';
import {
  encodeBinaryFileName,
  encodeFileName,
  encodeFileNameWithZeros,
  FILE_NAME_MAX,
  isHashedFileName,
} from '@ekv/dump-tree';
import { canonicalParts, isLongWhenWrittenOut } from '../layout/canonical-number.ts';
import type { StoredValue } from '../layout/stored-value.ts';

/** Names of folders and files after keys; docs/format/04-dynamodb.md, sections 6.2 to 6.6. */

/**
 * The folder of items with an empty hash key in a table where the file of one of them would stand in the place of another
 * hash key's folder: what a hashed name of no bytes begins with.
 */
export const EMPTY_HASH_FOLDER = 'e3b0c44298fc1c149afbf4c8996fb924__';

const LETTER_E = 0x65;
const HASH_DIGITS = 32;
const COLLIDING_TAIL = 64;

/** The name of a table's folder, and of a text in a key. Section 6.3. */
export function textName(text: Buffer, start = 0, end: number = text.length): string {
  return withoutDots(encodeFileName(text, start, end));
}

/** The name of a key attribute's value, without a suffix; it can be empty. */
export function keyName(value: StoredValue): string {
  if (value.kind === 'B') return encodeBinaryFileName(value.bytes);
  if (value.kind === 'S') return textName(value.bytes);
  if (value.kind !== 'N') throw new RangeError(`a ${value.kind} is no key`);
  return numberName(value.bytes.toString());
}

/** The names of numbers that are long when they are written out: each is worked out once, as long as there is room. */
const longNames = new Map<string, string>();
const MOST_LONG_NAMES = 1024;
const LONGEST_REMEMBERED = 256;

function numberName(text: string): string {
  const known = longNames.get(text);
  if (known !== undefined) return known;
  const { start, zeros } = canonicalParts(text);
  const bytes = Buffer.from(start);
  const name = withoutDots(zeros === 0 ? encodeFileName(bytes) : encodeFileNameWithZeros(bytes, zeros));
  if (start.length + zeros <= FILE_NAME_MAX || text.length > LONGEST_REMEMBERED) return name;
  if (longNames.size === MOST_LONG_NAMES) longNames.clear();
  longNames.set(text, name);
  return name;
}

/**
 * Whether a folder or file can have been named by decode after a key attribute. A number that is long when it is written out
 * may have any hashed name: the digest is not worth the digits.
 *
 * @param name without a suffix.
 */
export function canBeNamed(value: StoredValue, name: string): boolean {
  if (value.kind === 'N' && hasExponent(value.bytes) && isLongWhenWrittenOut(value.bytes.toString()))
    return isHashedFileName(name);
  return name === keyName(value);
}

function hasExponent(text: Buffer): boolean {
  for (let i = 0; i < text.length; i++) if ((text[i]! | 0x20) === LETTER_E) return true;
  return false;
}

/** No entry of a folder can be named so. */
function withoutDots(name: string): string {
  return name === '.' || name === '..' ? name.replaceAll('.', '%2E') : name;
}

/**
 * The name of an item whose ordinary one another item has: a hash of its key, and the beginning of the ordinary name.
 *
 * @param identity the parts of its key.
 */
export function collidingName(identity: Uint8Array, ordinary: string): string {
  return `${hash('sha256', identity, 'hex').slice(0, HASH_DIGITS)}__${ordinary.slice(0, COLLIDING_TAIL)}`;
}
