import { type EncodedEntry, encodedEntry, footerOf, payloadBytes } from '@ekv/test-support/node-file';

/** One entry of a snapshot file: of a row of the node itself the whole key. docs/format/01-snapshot.md, section 3. */
export type Entry = EncodedEntry;

const MAGIC = Buffer.from('EKVPBBL1');
const WRAPPER_BYTES = 16;
const HEADER_BYTES = 16;
const FOOTER_BYTES = 4;
const TIMESTAMP = 117664708566581260n;

/** A live row. */
export function row(userKey: string | Buffer, body: string | Buffer, timestamp = TIMESTAMP): Entry {
  return encodedEntry({ key: Buffer.from(userKey), value: Buffer.from(body), timestamp });
}

/** A plain payload, as encode writes it, with the entries in the order given. */
export function payloadOf(entries: readonly Entry[]): Buffer {
  return payloadBytes(entries, TIMESTAMP);
}

/** The same, sorted. */
export function sortedPayloadOf(entries: readonly Entry[]): Buffer {
  return payloadOf([...entries].sort((a, b) => Buffer.compare(a.key, b.key)));
}

/** As a node writes it: with wrapper and footer. */
export function nodeFileOf(entries: readonly Entry[]): Buffer {
  const bytes = Buffer.concat([Buffer.from('EKVTHLC1'), u64BE(TIMESTAMP >> 16n), payloadOf(entries)]);
  return Buffer.concat([bytes, footerOf(bytes)]);
}

/** The entries of a node's file. */
export function entriesOfNodeFile(file: Buffer): Entry[] {
  return entriesIn(file.subarray(WRAPPER_BYTES + HEADER_BYTES, file.length - FOOTER_BYTES));
}

/** An entry that declares lengths and has the bytes that it has. */
export function declared(keyLength: bigint, key: Buffer, valueLength?: bigint, value = Buffer.alloc(0)): Buffer {
  const head = [MAGIC, u64LE(TIMESTAMP), u64LE(keyLength), key];
  return Buffer.concat(valueLength === undefined ? head : [...head, u64LE(valueLength), value]);
}

function entriesIn(bytes: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const key = bytes.subarray(at + 8, at + 8 + Number(bytes.readBigUInt64LE(at)));
    at += 8 + key.length;
    const value = bytes.subarray(at + 8, at + 8 + Number(bytes.readBigUInt64LE(at)));
    at += 8 + value.length;
    entries.push({ key, value });
  }
  return entries;
}

function u64LE(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function u64BE(value: bigint): Buffer {
  return u64LE(value).reverse();
}
