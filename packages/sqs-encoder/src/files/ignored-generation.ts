import type { ComparedLine } from '@ekv/adapter';
import { isMessagesPath } from './paths.ts';

const FIELD = Buffer.from('"queue_generation":');

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * When a tree is compared with the decode of its snapshot, the digits of a message's `queue_generation` do not count: encode
 * writes one generation. Gives the function that takes them from a line. docs/format/08-cli.md, section 6.3.
 *
 * @param path byte string relative to the root. @returns `undefined` for files that are compared byte by byte.
 */
export function ignoredGeneration(path: string): ComparedLine | undefined {
  return isMessagesPath(path) ? withoutGeneration : undefined;
}

function withoutGeneration(line: Buffer): Buffer {
  const start = generationStart(line);
  if (start === -1) return line;
  let end = start;
  while (end < line.length && line[end]! >= 0x30 && line[end]! <= 0x39) end++;
  return Buffer.concat([line.subarray(0, start), line.subarray(end)]);
}

/** Where the digits of the field begin, in the object itself, not in a string or an object inside; -1 without the field. */
function generationStart(line: Buffer): number {
  // The text is nearly always there once: then only what is before it must be looked at.
  for (let at = line.indexOf(FIELD); at !== -1; at = line.indexOf(FIELD, at + 1)) {
    if (isField(line, at)) return at + FIELD.length;
  }
  return -1;
}

/** Whether a field of the outermost object begins at `at`. */
function isField(line: Buffer, at: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < at; i++) {
    const byte = line[i]!;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return !inString && depth === 1;
}
