import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { crc32c, DataError } from '@ekv/snapshot';
import { type ConfState, readConfState, writeConfState } from './conf-state.ts';
import { fieldsOf } from './message-fields.ts';

/** `snap/<term>-<index>.snap`: which snapshot the node starts from, and with which members. docs/format/07-restore.md, sections 4.2 and 4.3. */
export interface SnapFile {
  readonly term: bigint;
  readonly index: bigint;
  /** CRC-32C in the footer of the snapshot file. */
  readonly footer: number;
  /** Node ids. */
  readonly voters: readonly bigint[];
}

const TOKEN_BYTES = 17;
const TOKEN_MAGIC = Buffer.from('EKVT\x01', 'latin1');

export function snapFileName({ term, index }: Pick<SnapFile, 'term' | 'index'>): string {
  return `${hex16(term)}-${hex16(index)}.snap`;
}

export function hex16(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}

export function writeSnapFile({ term, index, footer, voters }: SnapFile): Uint8Array {
  const metadata = new BinaryWriter();
  metadata.tag(1, WireType.LengthDelimited).bytes(writeConfState(voters));
  metadata.tag(2, WireType.Varint).uint64(index);
  metadata.tag(3, WireType.Varint).uint64(term);
  const snapshot = new BinaryWriter();
  snapshot.tag(1, WireType.LengthDelimited).bytes(tokenBytes(index, footer));
  snapshot.tag(2, WireType.LengthDelimited).bytes(metadata.finish());
  const message = snapshot.finish();
  const file = new BinaryWriter();
  file.tag(1, WireType.Varint).uint32(crc32c(message));
  return file.tag(2, WireType.LengthDelimited).bytes(message).finish();
}

function tokenBytes(index: bigint, footer: number): Buffer {
  const token = Buffer.alloc(TOKEN_BYTES);
  TOKEN_MAGIC.copy(token);
  token.writeBigUInt64BE(index, TOKEN_MAGIC.length);
  token.writeUInt32BE(footer, TOKEN_MAGIC.length + 8);
  return token;
}

/** What a snap file says. */
export interface SnapFileRead extends SnapFile, Pick<ConfState, 'hasOthers'> {
  /** Index in the token, which should be that of the file. */
  readonly tokenIndex: bigint;
}

/** Throws DataError for what a node would not take. */
export function readSnapFile(bytes: Buffer): SnapFileRead {
  const file = fieldsOf(bytes);
  const message = file.bytes(2);
  if (message === undefined) throw new DataError('it holds no snapshot');
  if (BigInt(crc32c(message)) !== file.number(1)) throw new DataError('its checksum is not that of its content');
  const snapshot = fieldsOf(message);
  const token = snapshot.bytes(1);
  if (token?.length !== TOKEN_BYTES || !token.subarray(0, TOKEN_MAGIC.length).equals(TOKEN_MAGIC))
    throw new DataError('it holds no token of a snapshot file');
  const metadata = fieldsOf(snapshot.bytes(2) ?? Buffer.alloc(0));
  return {
    ...readConfState(metadata.bytes(1) ?? Buffer.alloc(0)),
    index: metadata.number(2) ?? 0n,
    term: metadata.number(3) ?? 0n,
    tokenIndex: token.readBigUInt64BE(TOKEN_MAGIC.length),
    footer: token.readUInt32BE(TOKEN_MAGIC.length + 8),
  };
}
