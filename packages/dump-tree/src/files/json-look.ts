/** What cannot be in JSON, seen without reading it value by value. */
export interface NoJson {
  /** Offset in the bytes. */
  readonly at: number;
  readonly rule: string;
}

const BEGINS_VALUE = new Uint8Array(256);
for (const character of Buffer.from('{["-0123456789tfn')) BEGINS_VALUE[character] = 1;

/**
 * A quick look at a block of a file that must be JSON: whether its first value can begin so, and whether a NUL is in it, of
 * which holes in a file are full. `undefined` when nothing is seen.
 *
 * @param bytes the file from its first byte on. @param start, end the block.
 */
export function findNoJson(bytes: Buffer, start: number, end: number): NoJson | undefined {
  const first = start === 0 ? firstOfValue(bytes, end) : end;
  if (first < end && BEGINS_VALUE[bytes[first]!] === 0) {
    const isMark = bytes[first] === 0xef;
    return { at: first, rule: isMark ? 'a byte order mark is not allowed' : 'this is not a JSON value' };
  }
  const nul = bytes.subarray(start, end).indexOf(0);
  return nul === -1 ? undefined : { at: start + nul, rule: NUL_RULE };
}

/**
 * As {@link findNoJson}, for a block by itself.
 *
 * @param offset of the block in its file.
 */
export function canBeJson(block: Buffer, offset: number): boolean {
  return offset === 0 ? findNoJson(block, 0, block.length) === undefined : block.indexOf(0) === -1;
}

export const NUL_RULE = 'a NUL byte is in no JSON text; the file is damaged, restore it';

function firstOfValue(bytes: Buffer, end: number): number {
  for (let at = 0; at < end; at++) {
    const byte = bytes[at]!;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
  }
  return end;
}

/** Line and column of an offset, both from 1. @param start where the first line begins. */
export function placeOf(bytes: Buffer, start: number, at: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = start;
  for (let feed = bytes.indexOf(0x0a, start); feed !== -1 && feed < at; feed = bytes.indexOf(0x0a, feed + 1)) {
    line++;
    lineStart = feed + 1;
  }
  return { line, column: at - lineStart + 1 };
}
