import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { EnvironmentError, environmentError, SnapshotFormatError } from '@ekv/snapshot';
import { PAYLOAD_HEADER_BYTES, PAYLOAD_MAGIC } from '@ekv/snapshot/format';
import { type KindInWords, kindInWords } from '@ekv/snapshot/publish';

const OPEN = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_NOFOLLOW;

/** A file that encode wrote, open, with the bytes before its entries. docs/format/07-restore.md, section 2.3. */
export interface PayloadFile {
  readonly fd: number;
  readonly path: string;
  readonly byteLength: number;
  readonly header: Buffer;
  /** Of the header. */
  readonly lastCommitTs: bigint;
}

/** Opens a regular file without following a link to it, and without waiting. Throws EnvironmentError. */
export function openRegular(path: string, what: string): number {
  let fd: number;
  try {
    fd = openSync(path, OPEN);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw irregular(path, what, 'a symlink');
    if (code === 'ENXIO') throw irregular(path, what, 'a socket');
    throw environmentError(error, `read ${what}`, path);
  }
  const stat = fstatSync(fd);
  if (stat.isFile()) return fd;
  closeSync(fd);
  throw irregular(path, what, kindInWords(stat));
}

function irregular(path: string, what: string, kind: KindInWords): EnvironmentError {
  return new EnvironmentError(`cannot read ${what} ${path}: it is ${kind}; name the regular file itself`);
}

/** Opens a payload and reads its header. Throws EnvironmentError, SnapshotFormatError. */
export function openPayload(path: string): PayloadFile {
  const fd = openRegular(path, 'the snapshot');
  try {
    const header = Buffer.alloc(PAYLOAD_HEADER_BYTES);
    const found = readFully(fd, header, 0, path);
    const start = header.toString('latin1', 0, Math.min(found, PAYLOAD_MAGIC.length));
    if (start !== PAYLOAD_MAGIC)
      throw new SnapshotFormatError(`${path}: ${wrongStart(start)}`, { offset: 0, ordinal: 0 });
    if (found < PAYLOAD_HEADER_BYTES)
      throw new SnapshotFormatError(`${path}: it is cut short inside its header`, { offset: 0, ordinal: 0 });
    const { size } = fstatSync(fd);
    return { fd, path, byteLength: size, header, lastCommitTs: header.readBigUInt64LE(PAYLOAD_MAGIC.length) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function wrongStart(start: string): string {
  if (/^EKV(?:THLC[12]|SSTI1)/.test(start))
    return 'it is a snapshot of a node, not one that encode wrote; decode it, then encode the dump';
  return `it does not begin with ${PAYLOAD_MAGIC}, as a snapshot does that encode wrote`;
}

/** Reads up to the end of the buffer or of the file. @returns how many bytes there were. */
export function readFully(fd: number, into: Buffer, position: number, path: string): number {
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < into.length; length += read)
      read = readSync(fd, into, length, into.length - length, position + length);
    return length;
  } catch (error) {
    throw environmentError(error, 'read', path);
  }
}
