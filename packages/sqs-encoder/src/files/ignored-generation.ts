import { MESSAGES_FILE, SQS_FOLDER } from './paths.ts';

const FIELD = Buffer.from('"queue_generation":');

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * What of a line of a file counts when a tree is compared with the decode of its snapshot: all of it but the digits of
 * `queue_generation` in a message, which encode sets to 1. docs/format/08-cli.md, section 6.3.
 *
 * @param path byte string relative to the root. @returns `undefined` for files that are compared byte by byte.
 */
export function comparedLine(path: string): ((line: Buffer) => Buffer) | undefined {
  return path.startsWith(`${SQS_FOLDER}/`) && path.endsWith(`/${MESSAGES_FILE}`) ? withoutGeneration : undefined;
}

function withoutGeneration(line: Buffer): Buffer {
  const start = generationStart(line);
  if (start === -1) return line;
  let end = start;
  while (end < line.length && line[end]! >= 0x30 && line[end]! <= 0x39) end++;
  return Buffer.concat([line.subarray(0, start), line.subarray(end)]);
}

/** Where the number of the field stands in the object itself, not in a string or an object inside; -1 when nowhere. */
function generationStart(line: Buffer): number {
  // The text nearly always stands once: then only what is before it must be looked at.
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
