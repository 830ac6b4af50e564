import { createHash } from 'node:crypto';
import { crc32c } from '@ekv/snapshot';
import { type EncodedRow, LAST_COMMIT_TS } from './list-rows.ts';
import { packed } from './snappy.ts';
import { WrappedFile } from './wrapped-file.ts';

const TABLE_BYTES = 64 << 20;
const BLOCK_BYTES = 4096;
const RESTART = 16;
const SET = Buffer.from('0100000000000000', 'hex');

interface Block {
  readonly pieces: Buffer[];
  readonly restarts: number[];
  readonly restartEvery: number;
  size: number;
  count: number;
  last: Buffer;
}

interface Table {
  readonly pieces: Buffer[];
  readonly smallest: Buffer;
  readonly index: Block;
  block: Block;
  size: number;
  rowBytes: number;
  rows: number;
}

/** A snapshot in the form `EKVSSTI1`, as a node writes it: tables of 64 MiB, blocks of 4 KiB with Snappy. In memory until it is closed. */
export class SstFile {
  readonly #path: string;
  readonly #tables: { bytes: Buffer; smallest: Buffer; largest: Buffer }[] = [];
  #table: Table | undefined;
  #rows = 0;
  #rowBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  add({ key, value }: EncodedRow): void {
    this.#table ??= {
      pieces: [],
      smallest: key,
      index: newBlock(1),
      block: newBlock(RESTART),
      size: 0,
      rowBytes: 0,
      rows: 0,
    };
    const table = this.#table;
    append(table.block, Buffer.concat([key, SET]), Buffer.concat([Buffer.alloc(1), value]));
    table.rows++;
    table.rowBytes += key.length + value.length;
    if (table.block.size >= BLOCK_BYTES) endBlock(table);
    if (table.rowBytes >= TABLE_BYTES) this.#endTable(key);
    this.#rows++;
    this.#rowBytes += key.length + value.length;
    this.#largest = key;
  }

  #largest: Buffer = Buffer.alloc(0);

  close(): void {
    if (this.#table !== undefined) this.#endTable(this.#largest);
    const manifest = {
      version: 1,
      last_commit_ts: 'TS',
      min_retained_ts: 0,
      pending_min_retained_ts: 0,
      entry_count: this.#rows,
      uncompressed_bytes: this.#rowBytes,
      total_file_bytes: this.#tables.reduce((sum, { bytes }) => sum + bytes.length, 0),
      files: this.#tables.map(({ bytes, smallest, largest }, i) => ({
        name: `${String(i).padStart(6, '0')}.sst`,
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        smallest: smallest.toString('base64'),
        largest: largest.toString('base64'),
      })),
    };
    const text = Buffer.from(JSON.stringify(manifest).replace('"TS"', String(LAST_COMMIT_TS)));
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(text.length));
    const file = new WrappedFile(this.#path);
    file.write(Buffer.from('EKVSSTI1'), length, createHash('sha256').update(text).digest(), text);
    for (const { bytes } of this.#tables) file.write(bytes);
    file.close();
  }

  #endTable(largest: Buffer): void {
    const table = this.#table!;
    this.#table = undefined;
    if (table.block.count > 0) endBlock(table);
    const index = addBlock(table, ended(table.index));
    const indexType = Buffer.alloc(4);
    const properties = newBlock(RESTART);
    append(properties, Buffer.from('rocksdb.block.based.table.index.type'), indexType);
    append(properties, Buffer.from('rocksdb.comparator'), Buffer.from('leveldb.BytewiseComparator'));
    append(properties, Buffer.from('rocksdb.num.entries'), varint(table.rows));
    const metaindex = newBlock(RESTART);
    append(metaindex, Buffer.from('rocksdb.properties'), addBlock(table, ended(properties)));
    const footer = Buffer.alloc(53);
    Buffer.concat([Buffer.of(1), addBlock(table, ended(metaindex)), index]).copy(footer);
    footer.writeUInt32LE(4, 41);
    footer.write('f09faab3f09faab3', 45, 'hex');
    this.#tables.push({ bytes: Buffer.concat([...table.pieces, footer]), smallest: table.smallest, largest });
  }
}

function newBlock(restartEvery: number): Block {
  return { pieces: [], restarts: [], restartEvery, size: 0, count: 0, last: Buffer.alloc(0) };
}

function append(block: Block, key: Buffer, value: Buffer): void {
  let shared = 0;
  if (block.count++ % block.restartEvery === 0) block.restarts.push(block.size);
  else while (shared < key.length && key[shared] === block.last[shared]) shared++;
  const piece = Buffer.concat([
    varint(shared),
    varint(key.length - shared),
    varint(value.length),
    key.subarray(shared),
    value,
  ]);
  block.pieces.push(piece);
  block.size += piece.length;
  block.last = key;
}

function endBlock(table: Table): void {
  const { last } = table.block;
  append(table.index, last, addBlock(table, ended(table.block)));
  table.block = newBlock(RESTART);
}

function ended({ pieces, restarts }: Block): Buffer {
  const end = Buffer.alloc(4 * restarts.length + 4);
  for (const [i, restart] of restarts.entries()) end.writeUInt32LE(restart, 4 * i);
  end.writeUInt32LE(restarts.length, 4 * restarts.length);
  return Buffer.concat([...pieces, end]);
}

/** Gives the handle. */
function addBlock(table: Table, data: Buffer): Buffer {
  const small = data.length < 1 << 16 ? packed(data) : data;
  const isPacked = small.length < data.length * 0.88;
  const bytes = Buffer.concat([isPacked ? small : data, Buffer.of(isPacked ? 1 : 0), Buffer.alloc(4)]);
  const end = bytes.length - 4;
  const crc = crc32c(bytes, 0, end);
  bytes.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, end);
  table.pieces.push(bytes);
  table.size += bytes.length;
  return Buffer.concat([varint(table.size - bytes.length), varint(end - 1)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
