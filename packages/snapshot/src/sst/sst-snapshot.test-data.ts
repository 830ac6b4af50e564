import { createHash } from 'node:crypto';
import { crc32c } from '../format/crc32c.ts';

/** Encoded key and encoded value. */
export type Row = readonly [key: Buffer, value: Buffer];

/** A row of one version. */
export function row(name: string | Buffer, value: string | Buffer, timestamp = 5n, flags = 0): Row {
  const suffix = Buffer.alloc(8);
  suffix.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp));
  const header = Buffer.alloc(9);
  header[0] = flags;
  return [Buffer.concat([Buffer.from(name), suffix]), Buffer.concat([header, Buffer.from(value)])];
}

/** What a table differs in from those that a node writes. */
interface TableOptions {
  readonly rowsOfABlock?: number;
  /** An index of two levels, whose lower blocks have so many entries. */
  readonly entriesOfAnIndexBlock?: number;
  readonly compression?: number;
  readonly comparator?: string;
  readonly indexType?: number;
  readonly entries?: number;
  readonly parts?: readonly string[];
  /** After each key of a row. */
  readonly trailer?: Buffer;
  /** Before each value of a row. */
  readonly valuePrefix?: number;
  /** Changes the data of each block, before it is packed and sealed. */
  readonly block?: (data: Buffer) => Buffer;
  /** Changes the footer. */
  readonly footer?: (footer: Buffer) => unknown;
  /** Changes the handles of the data blocks, before the index is written. */
  readonly handles?: (handles: Handle[]) => void;
}

interface Handle {
  offset: number;
  length: number;
}

const SET = Buffer.from('0100000000000000', 'hex');

/** An SST file. */
function table(rows: readonly Row[], options: TableOptions = {}): Buffer {
  const { rowsOfABlock = 4, compression = 0, trailer = SET, valuePrefix = 0 } = options;
  const pieces: Buffer[] = [];
  let size = 0;
  const add = (data: Buffer): Handle => {
    const bytes = sealed(options.block?.(data) ?? data, compression);
    pieces.push(bytes);
    size += bytes.length;
    return { offset: size - bytes.length, length: bytes.length - 5 };
  };
  const blocks: Row[][] = [];
  for (let at = 0; at < rows.length; at += rowsOfABlock) blocks.push(rows.slice(at, at + rowsOfABlock));
  const handles = blocks.map((some) =>
    add(
      block(
        some.map(([key, value]) => [Buffer.concat([key, trailer]), Buffer.concat([Buffer.of(valuePrefix), value])]),
      ),
    ),
  );
  options.handles?.(handles);
  const entries = handles.map((handle, i): Row => [Buffer.concat([blocks[i]!.at(-1)![0], SET]), handleBytes(handle)]);
  const index = add(block(upperIndex(entries, options.entriesOfAnIndexBlock, add), 1));
  const properties = add(block(propertiesOf(rows.length, options)));
  const parts = ['rocksdb.properties', ...(options.parts ?? [])].sort();
  const metaindex = add(block(parts.map((name) => [Buffer.from(name), handleBytes(properties)])));
  return Buffer.concat([...pieces, tableFooter(metaindex, index, options)]);
}

function upperIndex(entries: readonly Row[], each: number | undefined, add: (data: Buffer) => Handle): readonly Row[] {
  if (each === undefined) return entries;
  const upper: Row[] = [];
  for (let at = 0; at < entries.length; at += each) {
    const some = entries.slice(at, at + each);
    upper.push([some.at(-1)![0], handleBytes(add(block(some, 1)))]);
  }
  return upper;
}

function propertiesOf(rows: number, options: TableOptions): Row[] {
  const indexType = Buffer.alloc(4);
  indexType.writeUInt32LE(options.indexType ?? (options.entriesOfAnIndexBlock === undefined ? 0 : 2));
  const { comparator = 'leveldb.BytewiseComparator', entries = rows } = options;
  return [
    [Buffer.from('rocksdb.block.based.table.index.type'), indexType],
    [Buffer.from('rocksdb.comparator'), Buffer.from(comparator)],
    [Buffer.from('rocksdb.num.entries'), varint(entries)],
  ];
}

function tableFooter(metaindex: Handle, index: Handle, { footer: change }: TableOptions): Buffer {
  const footer = Buffer.alloc(53);
  Buffer.concat([Buffer.of(1), handleBytes(metaindex), handleBytes(index)]).copy(footer);
  footer.writeUInt32LE(4, 41);
  footer.write('f09faab3f09faab3', 45, 'hex');
  change?.(footer);
  return footer;
}

function handleBytes({ offset, length }: Handle): Buffer {
  return Buffer.concat([varint(offset), varint(length)]);
}

/** Entries of a block, and its restarts. */
function block(entries: readonly Row[], restartEvery = 16): Buffer {
  const pieces: Buffer[] = [];
  const restarts: number[] = [];
  let size = 0;
  let previous = Buffer.alloc(0);
  entries.forEach(([key, value], i) => {
    const restarted = i % restartEvery === 0;
    if (restarted) restarts.push(size);
    let shared = 0;
    while (!restarted && shared < Math.min(key.length, previous.length) && key[shared] === previous[shared]) shared++;
    const head = Buffer.concat([varint(shared), varint(key.length - shared), varint(value.length)]);
    const piece = Buffer.concat([head, key.subarray(shared), value]);
    pieces.push(piece);
    size += piece.length;
    previous = Buffer.from(key);
  });
  if (restarts.length === 0) restarts.push(0);
  const end = Buffer.alloc(4 * restarts.length + 4);
  restarts.forEach((restart, i) => {
    end.writeUInt32LE(restart, 4 * i);
  });
  end.writeUInt32LE(restarts.length, 4 * restarts.length);
  return Buffer.concat([...pieces, end]);
}

/** A block as it stands in a file. */
function sealed(data: Buffer, compression = 0): Buffer {
  const bytes = Buffer.concat([compression === 1 ? packed(data) : data, Buffer.of(compression), Buffer.alloc(4)]);
  const end = bytes.length - 4;
  const crc = crc32c(bytes, 0, end);
  bytes.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, end);
  return bytes;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A raw Snappy block, with copies of what was met before. */
export function packed(data: Uint8Array): Buffer {
  const pieces: Buffer[] = [varint(data.length)];
  const seen = new Map<number, number>();
  let literal = 0;
  let at = 0;
  const flush = () => {
    for (; literal < at; literal = Math.min(at, literal + 0x10000)) {
      const bytes = data.subarray(literal, Math.min(at, literal + 0x10000));
      const length = bytes.length - 1;
      pieces.push(length < 60 ? Buffer.of(length << 2) : Buffer.of(61 << 2, length & 0xff, length >> 8));
      pieces.push(Buffer.from(bytes));
    }
  };
  while (at < data.length) {
    const word = Buffer.from(data.subarray(at, at + 4)).readUIntBE(0, Math.min(4, data.length - at));
    const from = at + 4 <= data.length ? seen.get(word) : undefined;
    seen.set(word, at);
    let length = 0;
    if (from !== undefined) while (length < 64 && data[from + length] === data[at + length]) length++;
    if (from === undefined || length < 4 || at - from > 0xffff) {
      at++;
      continue;
    }
    length = Math.min(length, data.length - at);
    flush();
    pieces.push(copyElement(at - from, length));
    at += length;
    literal = at;
  }
  flush();
  return Buffer.concat(pieces);
}

/** Each of the three forms of a copy comes from some lengths and distances. */
function copyElement(back: number, length: number): Buffer {
  if (length <= 11 && back < 2048) return Buffer.of(((back >> 8) << 5) | ((length - 4) << 2) | 1, back & 0xff);
  if (length % 2 === 0) return Buffer.of(((length - 1) << 2) | 2, back & 0xff, back >> 8);
  return Buffer.of(((length - 1) << 2) | 3, back & 0xff, back >> 8, 0, 0);
}

/** What a snapshot differs in from those that a node writes. */
export interface SnapshotOptions {
  readonly table?: TableOptions;
  /** Changes the SST files, before their digests are taken. */
  readonly tables?: (tables: Buffer[]) => unknown;
  /** Takes the place of fields. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Changes the text of the manifest, before its digest is taken. */
  readonly text?: (text: string) => string;
  readonly footer?: 'none';
}

export const LAST_COMMIT_TS = 117691961398657025n;

/** A snapshot of SST files, one for each list of rows, as a node writes it. */
export function sstSnapshot(lists: ReadonlyArray<readonly Row[]>, options: SnapshotOptions = {}): Buffer {
  const tables = lists.map((rows) => table(rows, options.table));
  options.tables?.(tables);
  const rows = lists.flat();
  const manifest = {
    version: 1,
    last_commit_ts: 'LAST_COMMIT_TS',
    min_retained_ts: 1,
    pending_min_retained_ts: 0,
    applied_index: 71,
    entry_count: rows.length,
    uncompressed_bytes: rows.reduce((sum, [key, value]) => sum + key.length + value.length, 0),
    total_file_bytes: tables.reduce((sum, { length }) => sum + length, 0),
    files: tables.length === 0 ? null : tables.map((bytes, i) => fileOf(bytes, i, lists[i]!)),
    ...options.manifest,
  };
  const written = JSON.stringify(manifest).replace('"LAST_COMMIT_TS"', String(LAST_COMMIT_TS));
  const text = Buffer.from(options.text?.(written) ?? written);
  const payload = [manifestHead(text), text, ...tables];
  const bytes = Buffer.concat([Buffer.from('EKVTHLC1'), Buffer.alloc(8), ...payload]);
  return options.footer === 'none' ? bytes : withFooter(bytes);
}

export function manifestHead(text: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(text.length));
  return Buffer.concat([Buffer.from('EKVSSTI1'), length, createHash('sha256').update(text).digest()]);
}

export function withFooter(bytes: Buffer): Buffer {
  const footer = Buffer.alloc(4);
  footer.writeUInt32BE(crc32c(bytes, 0, bytes.length));
  return Buffer.concat([bytes, footer]);
}

function fileOf(bytes: Buffer, i: number, rows: readonly Row[]) {
  return {
    name: `${String(i).padStart(6, '0')}.sst`,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    smallest: rows[0]![0].toString('base64'),
    largest: rows.at(-1)![0].toString('base64'),
  };
}
