import type { ByteSource } from '@ekv/snapshot';
import { LineReader } from '../files/line-reader.ts';
import { cleanedPath, displayPath } from '../files/tree-path.ts';
import { unescapePath } from './checksums.ts';

/** In bytes. */
export const LONGEST_LINE = 8191;
export const DIGEST_DIGITS = 64;
/** Digits, a blank, and a blank or star. */
export const BEFORE_PATH = DIGEST_DIGITS + 2;

const BACKSLASH = 0x5c;
const BLANK = 0x20;
const STAR = 0x2a;

const IS_DIGIT = new Uint8Array(256);
for (const digit of Buffer.from('0123456789abcdef')) IS_DIGIT[digit] = 1;

/** The rows of a CHECKSUMS, in file order. docs/format/02-dump-tree.md, section 4.2. */
export class ChecksumsRows {
  readonly #lines: LineReader;
  readonly #onMalformed: (line: number, reason: string) => void;
  readonly #isKnown: (line: number) => boolean;
  /** Byte string relative to the root, without `.`, `..` and empty segments. */
  path = '';
  /** 64 lower-case hex digits. */
  sha256 = '';

  /**
   * @param onMalformed is told of each line that is no row; reading goes on after it.
   * @param isKnown whether a line, by its number from 1 on, is a row that is not wanted.
   */
  constructor(
    file: ByteSource,
    onMalformed: (line: number, reason: string) => void,
    isKnown: (line: number) => boolean = () => false,
  ) {
    this.#lines = new LineReader(file, LONGEST_LINE, 'cut');
    this.#onMalformed = onMalformed;
    this.#isKnown = isKnown;
  }

  next(): boolean {
    const lines = this.#lines;
    while (lines.next()) {
      if (this.#isKnown(lines.number)) continue;
      const { bytes, start, end } = lines;
      if (end - start > LONGEST_LINE) this.#onMalformed(lines.number, `longer than ${LONGEST_LINE} bytes`);
      else if (this.#isRow(bytes, start, lines.textEnd)) return true;
    }
    return false;
  }

  #isRow(bytes: Buffer, start: number, end: number): boolean {
    if (start === end) return false;
    const isEscaped = bytes[start] === BACKSLASH;
    const digits = isEscaped ? start + 1 : start;
    if (!hasDigest(bytes, digits, end)) return this.#malformed('not 64 lower-case hex digits, two blanks and a path');
    const text = bytes.toString('latin1', digits + BEFORE_PATH, end);
    const path = isEscaped ? unescapePath(text) : text;
    if (path === undefined) return this.#malformed(`unknown escape in ${displayPath(text)}`);
    const cleaned = cleanedPath(path);
    if (cleaned === undefined) return this.#malformed(`${displayPath(path)} escapes the dump root`);
    if (cleaned === '') return this.#malformed('names no file');
    this.path = cleaned;
    this.sha256 = bytes.toString('latin1', digits, digits + DIGEST_DIGITS);
    return true;
  }

  #malformed(reason: string): false {
    this.#onMalformed(this.#lines.number, reason);
    return false;
  }
}

function hasDigest(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= BEFORE_PATH) return false;
  for (let i = start; i < start + DIGEST_DIGITS; i++) {
    if (IS_DIGIT[bytes[i]!] === 0) return false;
  }
  return isBlankPair(bytes, start + DIGEST_DIGITS);
}

/** Whether there stands what separates a digest from its path. */
export function isBlankPair(bytes: Buffer, at: number): boolean {
  return bytes[at] === BLANK && (bytes[at + 1] === BLANK || bytes[at + 1] === STAR);
}
