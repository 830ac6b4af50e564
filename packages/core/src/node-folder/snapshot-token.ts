import { join } from 'node:path';
import { WIRE, WireReader } from '@ekv/adapter';
import { crc32c, DataError } from '@ekv/snapshot';
import { readSmallFile, type SmallFile } from '@ekv/snapshot/publish';
import { listFolder } from '../files/folder-look.ts';

/** What a node keeps of a snapshot file beside it; docs/format/01-snapshot.md, section 8.4. */
export interface SnapshotToken {
  /** Where it lies. */
  readonly path: string;
  readonly index: bigint;
  /** CRC-32C in the footer of the snapshot. */
  readonly footer: number;
}

/**
 * Looks for the token of a snapshot: that of the newest term counts.
 *
 * @param candidate 16 hex digits. @returns what is wrong, for people, when it is missing or cut: a node that is at work may be
 * about to write it. Throws EnvironmentError.
 */
export function lookForToken(folder: string, candidate: string): SnapshotToken | string {
  const name = listFolder(folder)
    .filter((entry) => new RegExp(`^[0-9a-f]{16}-${candidate}\\.snap$`).test(entry))
    .sort()
    .at(-1);
  if (name === undefined) return `${folder} holds no token of this index`;
  const path = join(folder, name);
  const token = parseToken(readToken(path));
  return token === undefined ? `${path} is no snapshot token` : { path, ...token };
}

type TokenBytes = Pick<SnapshotToken, 'index' | 'footer'>;

const TOKEN_BYTES = 17;
const TOKEN_MAGIC = Buffer.from('EKVT\x01', 'latin1');

/** `undefined` for anything else than a token with a right checksum. Section 8.4. */
function parseToken(file: Buffer): TokenBytes | undefined {
  try {
    const reader = new WireReader(file);
    let checksum = -1n;
    let message: Buffer | undefined;
    while (reader.next(file.length)) {
      if (reader.field === 1 && reader.wireType === WIRE.varint) checksum = reader.unsigned(file.length);
      else if (reader.isDelimited(2)) message = reader.take(file.length);
      else reader.skip(file.length);
    }
    return message !== undefined && BigInt(crc32c(message)) === checksum ? tokenIn(message) : undefined;
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

function tokenIn(message: Buffer): TokenBytes | undefined {
  for (const reader = new WireReader(message); reader.next(message.length); reader.skip(message.length))
    if (reader.isDelimited(1)) return tokenOf(reader.take(message.length));
  return undefined;
}

function tokenOf(bytes: Buffer): TokenBytes | undefined {
  if (bytes.length !== TOKEN_BYTES || !bytes.subarray(0, TOKEN_MAGIC.length).equals(TOKEN_MAGIC)) return undefined;
  return { index: bytes.readBigUInt64BE(TOKEN_MAGIC.length), footer: bytes.readUInt32BE(TOKEN_MAGIC.length + 8) };
}

/** A token is a few hundred bytes; old nodes kept whole snapshots in its place. */
const TOKEN_FILE: SmallFile = { what: 'a token', limit: 1 << 16, links: 'followed' };

/** Empty when it has gone since it was listed, and when it can be no token. */
function readToken(path: string): Buffer {
  try {
    return readSmallFile(path, TOKEN_FILE) ?? NO_BYTES;
  } catch (error) {
    if (error instanceof DataError) return NO_BYTES;
    throw error;
  }
}

const NO_BYTES = Buffer.alloc(0);
