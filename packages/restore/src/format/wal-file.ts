import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { crc32c, DataError } from '@ekv/snapshot';
import { type ConfState, readConfState, writeConfState } from './conf-state.ts';
import { fieldsOf } from './message-fields.ts';

/** The first segment of the write-ahead log, whose records say that the node starts from a snapshot. docs/format/07-restore.md, section 4.4. */
export const WAL_FILE = '0000000000000000-0000000000000000.wal';
/** All of a segment is there from the start; zeros follow its records. */
export const WAL_BYTES = 64_000_000;

/** Where the node starts. */
export interface WalState {
  readonly term: bigint;
  readonly index: bigint;
  /** Node ids. */
  readonly voters: readonly bigint[];
}

const RECORD = { metadata: 1, hardState: 3, crc: 4, snapshot: 5 } as const;
const PAD_FLAG = 0x80;
const NO_DATA = new Uint8Array(0);

/** The records of a prepared node, without the zeros after them. */
export function writeWalHead({ term, index, voters }: WalState): Buffer {
  const chain = { crc: 0 };
  return Buffer.concat([
    frame(chain, RECORD.crc, NO_DATA),
    frame(chain, RECORD.metadata, NO_DATA),
    frame(chain, RECORD.snapshot, fields([1, 0n], [2, 0n])),
    frame(chain, RECORD.snapshot, withConfState(fields([1, index], [2, term]), voters)),
    frame(chain, RECORD.hardState, fields([1, term], [3, index])),
  ]);
}

function fields(...pairs: ReadonlyArray<readonly [field: number, value: bigint]>): Uint8Array {
  const writer = new BinaryWriter();
  for (const [field, value] of pairs) writer.tag(field, WireType.Varint).uint64(value);
  return writer.finish();
}

function withConfState(before: Uint8Array, voters: readonly bigint[]): Uint8Array {
  return new BinaryWriter().raw(before).tag(3, WireType.LengthDelimited).bytes(writeConfState(voters)).finish();
}

/** A record with its length before and its padding after it; each holds the checksum of all data so far. */
function frame(chain: { crc: number }, type: number, data: Uint8Array): Buffer {
  chain.crc = crc32c(data, 0, data.length, chain.crc);
  const writer = new BinaryWriter().tag(1, WireType.Varint).uint32(type).tag(2, WireType.Varint).uint32(chain.crc);
  if (data.length > 0) writer.tag(3, WireType.LengthDelimited).bytes(data);
  const record = writer.finish();
  const pad = (8 - (record.length % 8)) % 8;
  const framed = Buffer.alloc(8 + record.length + pad);
  framed.writeUInt32LE(record.length);
  framed[7] = pad === 0 ? 0 : PAD_FLAG | pad;
  framed.set(record, 8);
  return framed;
}

/** What the records of a segment say. */
export interface WalRead {
  /** Of the newest snapshot that a record names; `undefined` when there is none. */
  readonly snapshot: { readonly index: bigint; readonly term: bigint; readonly confState: ConfState } | undefined;
  /** Of the last hard state. */
  readonly hardState: { readonly term: bigint; readonly commit: bigint } | undefined;
  readonly records: number;
  /** Entries after the snapshot: a prepared node has none. */
  readonly entries: number;
  /** Where the records end. */
  readonly end: number;
}

const ENTRY = 2;

/** Reads the records up to the first zeros. Throws DataError with the offset of a record that is wrong. */
export function readWal(bytes: Buffer): WalRead {
  let snapshot: WalRead['snapshot'];
  let hardState: WalRead['hardState'];
  let records = 0;
  let entries = 0;
  let crc = 0;
  let at = 0;
  while (at + 8 <= bytes.length && bytes.readBigUInt64LE(at) !== 0n) {
    const offset = at;
    const fail = (rule: string): never => {
      throw new DataError(`the record at offset ${offset} ${rule}`);
    };
    const length = bytes.readUIntLE(at, 6) + bytes[at + 6]! * 2 ** 48;
    const flags = bytes[at + 7]!;
    const pad = (flags & PAD_FLAG) === 0 ? 0 : flags & 7;
    const start = at + 8;
    if (start + length + pad > bytes.length) fail('ends after the end of the file');
    const record = fieldsOf(bytes.subarray(start, start + length));
    const type = Number(record.number(1) ?? 0n);
    const data = record.bytes(3) ?? Buffer.alloc(0);
    if (type === RECORD.crc) {
      if (records > 0 && record.number(2) !== BigInt(crc)) fail('begins another chain of checksums');
    } else {
      crc = crc32c(data, 0, data.length, crc);
      if (record.number(2) !== BigInt(crc)) fail('has another checksum than its data and those before it');
    }
    const numbers = type === RECORD.snapshot || type === RECORD.hardState ? fieldsOf(data) : undefined;
    if (type === RECORD.snapshot) {
      const confState = readConfState(numbers!.bytes(3) ?? Buffer.alloc(0));
      snapshot = { index: numbers!.number(1) ?? 0n, term: numbers!.number(2) ?? 0n, confState };
    } else if (type === RECORD.hardState) {
      hardState = { term: numbers!.number(1) ?? 0n, commit: numbers!.number(3) ?? 0n };
    } else if (type === ENTRY) entries++;
    records++;
    at = start + length + pad;
  }
  return { snapshot, hardState, records, entries, end: at };
}
