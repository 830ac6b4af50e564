import { DataError } from '@ekv/snapshot';

/** What a pax member says of the one after it, as far as it matters here. */
export interface PaxFields {
  /** Byte string. */
  readonly path?: string;
  readonly size?: number;
  /** Seconds since 1970, with a fraction. */
  readonly mtime?: number;
  /** Whether it speaks of a file with holes, or of a link: nothing that is in a dump. */
  readonly isForeign: boolean;
}

/** `LEN key=value\n`, one after the other; LEN counts itself. Throws DataError. POSIX.1-2001, pax. */
export function readPaxRecords(bytes: Buffer): PaxFields {
  let path: string | undefined;
  let size: number | undefined;
  let mtime: number | undefined;
  let isForeign = false;
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const digits = blank === -1 ? '' : bytes.toString('latin1', at, blank);
    const end = at + Number(digits);
    if (!/^[1-9][0-9]{0,9}$/.test(digits) || end > bytes.length || bytes[end - 1] !== 0x0a)
      throw new DataError('a pax member has a record that is none');
    const equals = bytes.indexOf(0x3d, blank);
    if (equals === -1 || equals >= end) throw new DataError('a pax member has a record without "="');
    const key = bytes.toString('latin1', blank + 1, equals);
    const value = bytes.toString('latin1', equals + 1, end - 1);
    if (key === 'path') path = value;
    else if (key === 'size') size = sizeOf(value);
    else if (key === 'mtime' && /^[0-9]{1,15}(\.[0-9]*)?$/.test(value)) mtime = Number(value);
    else if (key === 'linkpath' || key.startsWith('GNU.sparse.')) isForeign = true;
    at = end;
  }
  const known = { ...(path !== undefined && { path }), ...(size !== undefined && { size }) };
  return { ...known, ...(mtime !== undefined && { mtime }), isForeign };
}

function sizeOf(text: string): number {
  const size = Number(text);
  if (/^[0-9]{1,19}$/.test(text) && Number.isSafeInteger(size)) return size;
  throw new DataError('the size in a pax member is no number of bytes');
}

/** The records of these values, keys sorted. @param values byte strings. */
export function writePaxRecords(values: Readonly<Record<string, string>>): Buffer {
  const records = Object.keys(values)
    .sort()
    .map((key) => record(`${key}=${values[key]}`));
  return Buffer.from(records.join(''), 'latin1');
}

function record(text: string): string {
  // The blank and the line feed.
  const rest = text.length + 2;
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length++;
  return `${length} ${text}\n`;
}
