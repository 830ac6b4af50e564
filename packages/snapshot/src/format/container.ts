import { SnapshotFormatError } from '../errors.ts';
import type { ByteWindow } from './byte-window.ts';
import {
  FOOTER_BYTES,
  PAYLOAD_HEADER_BYTES,
  PAYLOAD_MAGIC,
  SST_MAGIC,
  WRAPPER_MAGIC,
  WRAPPER_V1_BYTES,
} from './constants.ts';

const WRAPPER_V2_MIN = 16;
const WRAPPER_V2_MAX = 1024;

/** What stands before the entries; docs/format/01-snapshot.md, sections 1 to 3. */
export interface ContainerHeader {
  /** 0 = no wrapper. */
  readonly wrapperVersion: 0 | 1 | 2;
  /** Clock ceiling of the wrapper, Unix milliseconds. */
  readonly clockCeilingMs: bigint | undefined;
  readonly lastCommitTs: bigint;
}

/** How the rows of a snapshot are stored. */
export type SnapshotForm = 'entries' | 'SST files';

interface Wrapper {
  readonly version: 0 | 1 | 2;
  readonly ceiling: bigint | undefined;
}

/** Wrapper and magic. */
export interface ContainerMagics extends Wrapper {
  readonly form: SnapshotForm;
}

/** The beginning of a file, as far as it is asked for. */
export type HeaderBytes = Pick<ByteWindow, 'bytes' | 'at' | 'offset' | 'left' | 'need'>;

/** Reads the header of a payload of entries, and leaves the window at the first one. @param window at the payload. */
export function readPayloadHeader(window: HeaderBytes, path: string, wrapper: ContainerMagics): ContainerHeader {
  if (!window.need(PAYLOAD_HEADER_BYTES)) fail(truncated(path, window), window);
  const lastCommitTs = window.bytes.readBigUInt64LE(window.at + 8);
  window.at += PAYLOAD_HEADER_BYTES;
  return { wrapperVersion: wrapper.version, clockCeilingMs: wrapper.ceiling, lastCommitTs };
}

/**
 * Reads the wrapper, and no more of the payload than its magic: enough to refuse every other format. Leaves the window at
 * the payload.
 */
export function readMagics(window: HeaderBytes, path: string): ContainerMagics {
  const wrapper = readWrapper(window, path);
  if (wrapper.version !== 0 && (window.left === 0 || window.left === FOOTER_BYTES)) {
    refuse(`${path} is an empty state: a wrapper and no payload behind it; there is nothing to decode`, window);
  }
  if (!window.need(8)) fail(truncated(path, window), window);
  const magic = window.bytes.toString('latin1', window.at, window.at + 8);
  if (magic === PAYLOAD_MAGIC) return { ...wrapper, form: 'entries' };
  if (magic === SST_MAGIC) return { ...wrapper, form: 'SST files' };
  return refuseMagic(path, magic, window);
}

function readWrapper(window: HeaderBytes, path: string): Wrapper {
  if (!window.need(8)) fail(truncated(path, window), window);
  if (window.bytes.toString('latin1', window.at, window.at + 7) !== WRAPPER_MAGIC)
    return { version: 0, ceiling: undefined };
  const version = window.bytes.toString('latin1', window.at + 7, window.at + 8);
  if (version === '1') return readWrapperVersion1(window, path);
  if (version === '2') return readWrapperVersion2(window, path);
  return refuse(
    `${path} has the magic ${printableMagic(`${WRAPPER_MAGIC}${version}`)} of a newer elastickv; this version reads wrapper versions 1 and 2, use a newer ekv`,
    window,
  );
}

function readWrapperVersion1(window: HeaderBytes, path: string): Wrapper {
  if (!window.need(WRAPPER_V1_BYTES)) fail(truncated(path, window), window);
  const ceiling = window.bytes.readBigUInt64BE(window.at + 8);
  window.at += WRAPPER_V1_BYTES;
  return { version: 1, ceiling };
}

function readWrapperVersion2(window: HeaderBytes, path: string): Wrapper {
  if (!window.need(10)) fail(truncated(path, window), window);
  const length = window.bytes.readUInt16BE(window.at + 8);
  if (length < WRAPPER_V2_MIN || length > WRAPPER_V2_MAX) {
    fail(
      `${path} has a wrapper length of ${length}, it must be ${WRAPPER_V2_MIN} to ${WRAPPER_V2_MAX}; the file is damaged`,
      window,
    );
  }
  if (!window.need(10 + length)) fail(truncated(path, window), window);
  const ceiling = window.bytes.readBigUInt64BE(window.at + 10);
  window.at += 10 + length;
  return { version: 2, ceiling };
}

function truncated(path: string, window: HeaderBytes): string {
  if (window.offset === 0 && window.left === 0) return `${path} is truncated: the file is empty (0 bytes)`;
  const ends = `${path} is truncated: the file ends inside its header, at ${window.offset + window.left} bytes`;
  return isOtherFile(window) ? `${ends}; it does not begin as a snapshot does, so look whether it is one` : ends;
}

/** Whether the few bytes of a file are the beginning of no magic. */
function isOtherFile({ bytes, at, offset, left }: HeaderBytes): boolean {
  const begun = bytes.toString('latin1', at, at + Math.min(left, 7));
  return offset === 0 && ![WRAPPER_MAGIC, PAYLOAD_MAGIC, SST_MAGIC].some((magic) => magic.startsWith(begun));
}

function refuseMagic(path: string, magic: string, window: HeaderBytes): never {
  const known = FOREIGN_MAGICS.find(([bytes]) => magic.startsWith(bytes));
  if (known !== undefined) refuse(`${path} has the wrong magic ${printableMagic(magic)}: ${known[1]}`, window);
  const size = window.offset + window.left;
  if (size === 12) {
    refuse(`${path} has no magic and 12 bytes: the state of a timestamp-only Raft group, which holds no data`, window);
  }
  fail(
    `${path} has the wrong magic ${printableMagic(magic)}; a snapshot starts with ${PAYLOAD_MAGIC}, ${SST_MAGIC}, ${WRAPPER_MAGIC}1 or ${WRAPPER_MAGIC}2`,
    window,
  );
}

/** Files that people take for snapshots, by their first bytes. docs/format/01-snapshot.md, section 2.4. */
const FOREIGN_MAGICS: ReadonlyArray<readonly [bytes: string, meaning: string]> = [
  ['EKVMVCC2', 'a stream of the in-memory store, not a snapshot of a persistent node'],
  ['MANIFEST', 'an archive of a dump, not a snapshot; ekv-encode makes a snapshot of it, ekv-archive unpack a folder'],
  ['CHECKSUM', 'an archive of a dump, not a snapshot; ekv-encode makes a snapshot of it, ekv-archive unpack a folder'],
  ['{', 'JSON; unpack or convert it first'],
  ['PK', 'a zip archive; unpack it first'],
  ['\x28\xb5\x2f\xfd', 'zstd-compressed data; unpack it first, for example with zstd -d'],
  ['\x1f\x8b', 'gzip-compressed data; unpack it first, for example with gunzip'],
];

function printableMagic(magic: string): string {
  return `"${magic.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
}

function fail(message: string, window: HeaderBytes): never {
  throw new SnapshotFormatError(message, { offset: window.offset, ordinal: 0 });
}

/** For a file that is whole, and none that can be decoded. */
function refuse(message: string, window: HeaderBytes): never {
  throw new SnapshotFormatError(message, { offset: window.offset, ordinal: 0, isDamage: false });
}
