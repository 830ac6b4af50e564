import { writePaxRecords } from './pax-records.ts';
import {
  BLANK,
  BLOCK_BYTES,
  CHECKSUM_AT,
  CHECKSUM_END,
  MOST_OCTAL,
  type NewHeader,
  paddingOf,
  writeHeader,
} from './tar-header.ts';

const LONGEST_NAME = 100;
const LONGEST_PREFIX = 155;

/** A folder or a file of an archive. */
export interface NewMember {
  /** Byte string relative to the root, without a slash at its end. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

/** What the headers of all small files of one time share. */
export interface HeadTemplate {
  /** A header without path and size, and with zeros for the digits of its checksum. */
  readonly bytes: Uint8Array;
  /** Of its bytes, with blanks in the place of the checksum, as the rule for that says. */
  readonly sum: number;
}

/** @param mtime seconds since 1970. */
export function headTemplate(mtime: number): HeadTemplate {
  const bytes = writeHeader({ name: '', prefix: '', mode: FILE_MODE, size: 0, mtime, type: '0' });
  bytes.write('000000', CHECKSUM_AT, 'latin1');
  let sum = 0;
  for (let i = 0; i < BLOCK_BYTES; i++) sum += i >= CHECKSUM_AT && i < CHECKSUM_END ? BLANK : bytes[i]!;
  return { bytes, sum };
}

const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** What stands before the bytes of a member: its header, and a pax member before it when the header has no room for its path or size. */
export function memberHead({ path, kind, size, mtime }: NewMember): Buffer {
  const mode = kind === 'file' ? FILE_MODE : FOLDER_MODE;
  const type = kind === 'file' ? '0' : '5';
  const parts = isAscii(path) ? ustarParts(path) : undefined;
  const values = {
    ...(parts === undefined && { path }),
    ...(size > MOST_OCTAL && { size: String(size) }),
  };
  const short = parts ?? { prefix: '', name: asciiOf(path).slice(0, LONGEST_NAME) };
  const header = writeHeader({ ...short, mode, size, mtime, type });
  return Object.keys(values).length === 0 ? header : Buffer.concat([paxMember(path, values), header]);
}

/** The end of an archive. */
export const ARCHIVE_END: Buffer = Buffer.alloc(2 * BLOCK_BYTES);

function paxMember(path: string, values: Readonly<Record<string, string>>): Buffer {
  const records = writePaxRecords(values);
  const slash = path.lastIndexOf('/');
  const folder = slash === -1 ? '.' : path.slice(0, slash);
  const name = asciiOf(`${folder}/PaxHeaders.0/${path.slice(slash + 1)}`).slice(0, LONGEST_NAME);
  const header: NewHeader = { name, prefix: '', mode: 0, size: records.length, mtime: 0, type: 'x' };
  return Buffer.concat([writeHeader(header), records, Buffer.alloc(paddingOf(records.length))]);
}

/** A path of up to 256 bytes is divided at a slash. */
function ustarParts(path: string): { readonly prefix: string; readonly name: string } | undefined {
  const slash = slashOf(path);
  return slash === undefined ? undefined : { prefix: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}

/**
 * Where a path is divided into prefix and name; -1 when it is all name, `undefined` when a header has no room for it.
 */
export function slashOf(path: string): number | undefined {
  if (path.length <= LONGEST_NAME) return -1;
  if (path.length > LONGEST_NAME + 1 + LONGEST_PREFIX) return undefined;
  const slash = path.indexOf('/', path.length - LONGEST_NAME - 1);
  return slash <= 0 || slash > LONGEST_PREFIX || slash === path.length - 1 ? undefined : slash;
}

/** Whether all is printable. */
export function isAscii(path: string): boolean {
  return !/[^\x20-\x7e]/.test(path);
}

function asciiOf(path: string): string {
  return path.replace(/[^\x20-\x7e]/g, '');
}
