import { writeFileSync } from 'node:fs';

/** One entry of a snapshot file, in the terms of docs/format/01-snapshot.md, section 3. */
export interface Entry {
  /** User key; a text is a byte string. */
  readonly key: string | Uint8Array;
  /** Body. Default: empty. */
  readonly value?: Uint8Array;
  /** Default: {@link HEADER_TS}. */
  readonly timestamp?: bigint;
  readonly isDeletion?: boolean;
  /** Says so of its body. */
  readonly isEncrypted?: boolean;
  /** Of the value header. */
  readonly expiry?: bigint;
}

export interface SnapshotFileOptions {
  /** As a node writes it, with a checksum at the end. */
  readonly footer?: boolean;
  /** Default: sorted by encoded key. */
  readonly order?: 'sorted' | 'as given';
  /** Of the header. Default: {@link HEADER_TS}. */
  readonly headerTimestamp?: bigint;
}

/** One entry as its bytes stand in a file, without their lengths. */
export interface EncodedEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

const HEADER_TS = 1000n;

/** The bytes of a snapshot file. */
export function snapshotBytes(entries: readonly Entry[], options: SnapshotFileOptions = {}): Buffer {
  const encoded = entries.map(encodedEntry);
  if (options.order !== 'as given') encoded.sort((a, b) => Buffer.compare(a.key, b.key));
  const bytes = payloadBytes(encoded, options.headerTimestamp);
  return options.footer ? withFooter(bytes) : bytes;
}

/** A payload without a footer: the header, and the entries in the order given, whatever they are. */
export function payloadBytes(entries: readonly EncodedEntry[], headerTimestamp = HEADER_TS): Buffer {
  const rows = entries.flatMap(({ key, value }) => [lengthOf(key), key, lengthOf(value), value]);
  return Buffer.concat([Buffer.from('EKVPBBL1'), u64le(headerTimestamp), ...rows]);
}

export function encodedEntry(entry: Entry): EncodedEntry {
  return { key: encodedKey(entry), value: encodedValue(entry) };
}

/** @returns the path. */
export function writeSnapshot(path: string, entries: readonly Entry[], options: SnapshotFileOptions = {}): string {
  writeFileSync(path, snapshotBytes(entries, options));
  return path;
}

/** The versions in a payload without a footer, in its order; keys are byte strings. */
export function versionsIn(payload: Buffer): (EncodedVersion & { readonly key: string })[] {
  const versions: ReturnType<typeof versionsIn> = [];
  for (let at = 16; at < payload.length; ) {
    const encoded = payload.subarray(at + 8, at + 8 + Number(payload.readBigUInt64LE(at)));
    at += 8 + encoded.length;
    const value = payload.subarray(at + 8, at + 8 + Number(payload.readBigUInt64LE(at)));
    at += 8 + value.length;
    const key = encoded.toString('latin1', 0, encoded.length - 8);
    versions.push({ key, timestamp: BigInt.asUintN(64, ~encoded.readBigUInt64BE(encoded.length - 8)), value });
  }
  return versions;
}

/** One version of a key. */
export interface EncodedVersion {
  readonly timestamp: bigint;
  /** With its header. */
  readonly value: Buffer;
}

/** The checksum at the end of a file. */
export function footerOf(bytes: Uint8Array): Buffer {
  const footer = Buffer.alloc(4);
  footer.writeUInt32BE(crc32c(bytes));
  return footer;
}

function withFooter(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, footerOf(bytes)]);
}

function encodedKey({ key, timestamp = HEADER_TS }: Entry): Buffer {
  const suffix = Buffer.alloc(8);
  suffix.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp));
  return Buffer.concat([typeof key === 'string' ? Buffer.from(key, 'latin1') : key, suffix]);
}

function encodedValue(entry: Entry): Buffer {
  const { value = Buffer.alloc(0), isDeletion = false, isEncrypted = false, expiry = 0n } = entry;
  return Buffer.concat([Buffer.from([(isDeletion ? 1 : 0) | (isEncrypted ? 2 : 0)]), u64le(expiry), value]);
}

function lengthOf(bytes: Uint8Array): Buffer {
  return u64le(BigInt(bytes.length));
}

function u64le(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** CRC-32C, bit by bit: slow, and written apart from the one that is tested. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
