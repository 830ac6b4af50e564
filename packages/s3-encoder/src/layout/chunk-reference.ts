import { DataError, printable } from '@ekv/snapshot';

const WITHOUT_REPLICAS = 1;
const WITH_REPLICAS = 2;
const DIGEST_BYTES = 32;

/** The value of a reference row: where a chunk lies that was taken out of its object. Encode writes none; docs/format/05-s3.md, section 1.5. */
export interface ChunkReference {
  /** SHA-256 of the payload: a view. */
  readonly digest: Buffer;
  /** Bytes of the payload. */
  readonly length: bigint;
}

/** The nodes that have the payload of a reference that was read without an error: the one that wrote it, and replicas with their addresses. */
export function peersOf(bytes: Buffer, start: number): string[] {
  const source = start + 1 + DIGEST_BYTES + 8;
  let at = afterText(bytes, source);
  const peers = [textAt(bytes, source)];
  if (bytes[start] === WITHOUT_REPLICAS) return peers.filter((peer) => peer !== '');
  let left = bytes.readUInt16BE(at);
  for (at += 2; left > 0; left--) {
    const address = afterText(bytes, at);
    peers.push(`${textAt(bytes, at)} at ${textAt(bytes, address)}`);
    at = afterText(bytes, address);
  }
  return peers.filter((peer) => peer !== '');
}

function afterText(bytes: Buffer, at: number): number {
  return at + 2 + bytes.readUInt16BE(at);
}

function textAt(bytes: Buffer, at: number): string {
  return printable(bytes.subarray(at + 2, afterText(bytes, at)));
}

/** Reads the value `bytes[start, end)` of a reference row. Throws DataError when it is malformed. */
export function readChunkReference(bytes: Buffer, start: number, end: number): ChunkReference {
  const version = start < end ? bytes[start] : undefined;
  if (version !== WITHOUT_REPLICAS && version !== WITH_REPLICAS) {
    throw new DataError(version === undefined ? 'the value is empty' : `the value has the unknown version ${version}`);
  }
  const digest = start + 1;
  const length = digest + DIGEST_BYTES;
  let at = textEnd(bytes, length + 8, end);
  if (version === WITH_REPLICAS) at = replicasEnd(bytes, at, end);
  if (at !== end) throw new DataError(`${end - at} bytes stand behind the end of the value`);
  return { digest: bytes.subarray(digest, length), length: bytes.readBigUInt64BE(length) };
}

function replicasEnd(bytes: Buffer, start: number, end: number): number {
  if (start + 2 > end) throw cut();
  let at = start + 2;
  for (let left = bytes.readUInt16BE(start); left > 0; left--) at = textEnd(bytes, textEnd(bytes, at, end), end);
  return at;
}

/** End of a `u16 length, bytes`. */
function textEnd(bytes: Buffer, start: number, end: number): number {
  if (start + 2 > end) throw cut();
  const at = start + 2 + bytes.readUInt16BE(start);
  if (at > end) throw cut();
  return at;
}

function cut(): DataError {
  return new DataError('the value is cut short');
}
