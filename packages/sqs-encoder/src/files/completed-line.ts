import type { Completed } from '@ekv/adapter';
import { isMessagesPath } from './paths.ts';

/** What encode fills in when it is absent; docs/format/06-sqs.md, section 5.6. */
const COMPUTED = new Set(['message_id', 'md5_of_body', 'md5_of_message_attributes', 'sequence_number']);
/** Values that count as absent. */
const NOTHING = ['""', '0', 'null'];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * For a tree that encode has completed: gives the function that fills into a line of the input what was absent, as the decoded
 * line has it, and nothing else. docs/format/08-cli.md, section 6.3.
 *
 * @param path byte string relative to the root. @returns `undefined` for files in which nothing is filled in.
 */
export function completedLine(path: string): Completed | undefined {
  return isMessagesPath(path) ? completed : undefined;
}

/** A member of an object: `line[start, end)` is `"name":value` without comma. */
interface Member {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Walks the members of the decoded line, which is in canonical form; those that the input lacks are put between its own. */
function completed(input: Buffer, decoded: Buffer): Buffer {
  const had = membersOf(input);
  const wanted = membersOf(decoded);
  if (had === undefined || wanted === undefined) return input;
  const parts: Buffer[] = [];
  let at = had.length === 0 ? input.indexOf('{') + 1 : had[0]!.start;
  parts.push(input.subarray(0, at));
  let next = 0;
  for (const member of wanted) {
    const own = had[next];
    const text = decoded.subarray(member.start, member.end);
    if (own?.name === member.name) {
      // What is between members belongs to the input.
      parts.push(input.subarray(at, own.start));
      parts.push(isAbsent(input, own) ? text : input.subarray(own.start, own.end));
      at = own.end;
      next++;
    } else if (COMPUTED.has(member.name)) {
      if (next > 0) parts.push(Buffer.from(','), text);
      else parts.push(text, Buffer.from(had.length > 0 ? ',' : ''));
    } else break;
  }
  parts.push(input.subarray(at));
  return Buffer.concat(parts);
}

function isAbsent(line: Buffer, { name, valueStart, end }: Member): boolean {
  return COMPUTED.has(name) && NOTHING.includes(line.toString('latin1', valueStart, end));
}

/** The members of the object on a line that has no white space between tokens; `undefined` when it is none. */
function membersOf(line: Buffer): Member[] | undefined {
  const members: Member[] = [];
  let depth = 0;
  let inString = false;
  let start = 1;
  let colon = 0;
  for (let i = 0; i < line.length; i++) {
    const byte = line[i]!;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
      continue;
    }
    if (byte === QUOTE) inString = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === COLON && depth === 1 && colon === 0) colon = i;
    const closes = byte === 0x7d || byte === 0x5d;
    if (depth === 1 && (closes || byte === COMMA)) {
      if (i === start && closes && members.length === 0) return members;
      if (colon === 0 || line[start] !== QUOTE || line[colon - 1] !== QUOTE) return undefined;
      members.push({ name: line.toString('utf8', start + 1, colon - 1), start, valueStart: colon + 1, end: i });
      if (closes) return members;
      start = i + 1;
      colon = 0;
    } else if (closes) depth--;
  }
  return undefined;
}
