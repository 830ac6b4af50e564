import { isValidUtf8, JsonBytes, type LineSink, type TreeSink } from '@ekv/dump-tree';
import {
  DataError,
  type FindingKind,
  Findings,
  printable,
  type RowSource,
  type ScratchFolder,
  type Warn,
} from '@ekv/snapshot';
import { readBucketValue } from '../layout/bucket-value.ts';
import { BLOB_ROWS, GENERATION_ROWS } from '../layout/families.ts';
import type { RowJson, ValueRow } from '../layout/row-json.ts';
import { NUMBER_BYTES } from '../layout/row-keys.ts';
import { hasUploadFolder, partPath, STATE_FILES, UploadFolders } from '../state/state-files.ts';
import {
  newUploadPart,
  partBytesOf,
  readUploadField,
  readUploadPartField,
  UploadFields,
  type UploadPart,
  writeUploadFields,
  writeUploadPart,
} from '../state/upload-values.ts';
import { PartChunks } from './bodies/object-chunks.ts';
import { BucketedRows, BucketRows, ChunkRows, type RowWalks } from './rows.ts';
import { OpenPartRows, OpenUploadRows } from './upload-rows.ts';

const LEFT_OUT: FindingKind = {
  event: 'whole_state_left_out',
  says: 'counters of buckets, open uploads or parts of them are not in the whole state: they have a form that no server writes, or lack their bytes',
  advice: 'a client must send such a part again',
  loss: true,
};

const PIECE_BYTES = 1 << 20;

/** What the whole state is made of. */
interface StateContext {
  readonly source: RowSource;
  readonly sink: TreeSink;
  readonly scratch: ScratchFolder;
  readonly rowJson: RowJson;
  readonly warn: Warn;
}

/**
 * Writes what a tree has no place for elsewhere: generations and creation times of buckets, counters of deleted ones, and uploads that
 * were open, with the bytes of their parts. docs/format/12-whole-state.md, section 5. Throws RowError for a row that breaks a rule.
 */
export function writeS3State(context: StateContext): void {
  const findings = new Findings();
  writeBuckets(context);
  writeCounters(context, findings);
  new UploadWriter(context, findings).write();
  findings.report(context.warn);
}

function writeBuckets({ source, sink, rowJson }: StateContext): void {
  const json = new JsonBytes();
  let lines: LineSink | undefined;
  for (const rows = new BucketRows(source); rows.present; rows.advance()) {
    const { generation, createdAt } = readBucketValue(rowJson, rows);
    beginLine(json, rows.bucket);
    if (generation !== 0n) json.text(`,"generation":${generation}`);
    if (createdAt !== 0n) json.text(`,"created_at_hlc":${createdAt}`);
    json.text('}\n');
    lines ??= sink.lines(STATE_FILES.buckets);
    lines.write(json.view());
  }
  lines?.close();
}

function beginLine(json: JsonBytes, bucket: Buffer): void {
  json.reset();
  json.text('{"bucket":');
  json.lossyString(bucket, 0, bucket.length, 'html');
}

/** Counters of buckets: the key is the bucket alone. */
class CounterRows extends BucketedRows {
  constructor(source: RowWalks) {
    super(source, GENERATION_ROWS);
    this.advance();
  }
}

function writeCounters({ source, sink, rowJson }: StateContext, findings: Findings): void {
  if (!source.knows(GENERATION_ROWS)) return;
  const json = new JsonBytes();
  const buckets = new BucketRows(source);
  let lines: LineSink | undefined;
  for (const rows = new CounterRows(source); rows.present; rows.advance()) {
    const { bytes, valueStart, keyEnd, bucketEnd } = rows;
    if (rows.valueLength !== NUMBER_BYTES || bucketEnd !== keyEnd) {
      findings.add(LEFT_OUT, () => printable(bytes.subarray(rows.keyStart, keyEnd)));
      continue;
    }
    const generation = bytes.readBigUInt64BE(valueStart);
    const active = buckets.activeGeneration(rows.bucketPart, rowJson);
    if (buckets.isOfBucket(rows.bucketPart) && (active || 1n) === generation) continue;
    beginLine(json, rows.bucket);
    json.text(`,"generation":${generation}}\n`);
    lines ??= sink.lines(STATE_FILES.counters);
    lines.write(json.view());
  }
  lines?.close();
}

/** Writes open uploads: a line each, and a file for each of their parts. */
class UploadWriter {
  readonly #context: StateContext;
  readonly #findings: Findings;
  readonly #json = new JsonBytes();
  /** Of the upload at hand. */
  #fields = new UploadFields();
  readonly #block = Buffer.allocUnsafeSlow(PIECE_BYTES);

  constructor(context: StateContext, findings: Findings) {
    this.#context = context;
    this.#findings = findings;
  }

  write(): void {
    const { scratch, sink, source } = this.#context;
    const folders = new UploadFolders(scratch);
    let lines: LineSink | undefined;
    try {
      for (const upload of this.#uploads(() => {})) folders.add(upload.upload);
      folders.settle();
      const parts = new OpenPartRows(source);
      let chunks: ChunkRows | undefined;
      const leaveOut = (what: string) => this.#findings.add(LEFT_OUT, () => what);
      for (const upload of this.#uploads(leaveOut)) {
        chunks ??= new ChunkRows(source, BLOB_ROWS, { bodies: 'passed over' });
        this.#upload(upload, folders.folderOf(upload.upload), parts, chunks);
        lines ??= sink.lines(STATE_FILES.uploads);
        lines.write(this.#json.view());
      }
    } finally {
      lines?.close();
      folders.close();
    }
  }

  /** Those of the active generation of their buckets. The others are what a server has not removed yet. */
  *#uploads(leaveOut: (what: string) => void): Generator<OpenUploadRows> {
    const { source, rowJson } = this.#context;
    const buckets = new BucketRows(source);
    for (const rows = new OpenUploadRows(source); rows.present; rows.advance()) {
      const active = buckets.activeGeneration(rows.bucketPart, rowJson);
      if (!buckets.isOfBucket(rows.bucketPart) || (active || 1n) !== rows.generation) continue;
      const id = rows.upload;
      const isUsable = hasUploadFolder(id) && isValidUtf8(id, 0, id.length) && this.#hasFields(rows);
      if (isUsable) yield rows;
      else leaveOut(`the upload ${printable(id)} of the bucket ${printable(rows.bucket)}`);
    }
  }

  #upload(rows: OpenUploadRows, folder: string, parts: OpenPartRows, chunks: ChunkRows): void {
    const id = Buffer.from(rows.bytes.subarray(rows.idStart, rows.uploadEnd));
    const json = this.#json;
    beginLine(json, rows.bucket);
    const { object, upload } = rows;
    json.text(',"object":');
    json.base64(object, 0, object.length);
    json.text(`,"generation":${rows.generation},"upload_id":`);
    json.string(upload, 0, upload.length, 'html');
    writeUploadFields(json, this.#fields);
    let before = ',"parts":[';
    const shown = () => `a part of the upload ${printable(id)}`;
    for (; parts.present && orderOf(parts, id) <= 0; parts.advance()) {
      if (orderOf(parts, id) < 0) continue;
      const part = this.#part(parts);
      if (part === undefined || !this.#writePart(id, part, folder, chunks)) {
        this.#findings.add(LEFT_OUT, shown);
        continue;
      }
      json.text(before);
      writeUploadPart(json, part, 'written');
      before = ',';
    }
    json.text(before === ',' ? ']}\n' : '}\n');
  }

  /** Reads the value of the row into {@link #fields}. @returns false when it is none of an upload. */
  #hasFields(rows: OpenUploadRows): boolean {
    this.#fields = new UploadFields();
    const { reader } = this.#context.rowJson;
    return this.#hasJson(rows, (field) => {
      if (!readUploadField(reader, field, this.#fields)) reader.skip();
    });
  }

  #hasJson(rows: ValueRow, onField: (field: string) => void): boolean {
    try {
      this.#context.rowJson.read(rows, onField);
      return true;
    } catch (error) {
      if (error instanceof DataError) return false;
      throw error;
    }
  }

  /** `undefined` for one that contradicts itself, or whose bytes lie elsewhere. */
  #part(rows: OpenPartRows): UploadPart | undefined {
    const part = newUploadPart();
    const { reader } = this.#context.rowJson;
    let isOffloaded = false;
    const isRead = this.#hasJson(rows, (field) => {
      if (field === 'offloaded') isOffloaded = reader.boolean('"offloaded"');
      else if (!readUploadPartField(reader, field, part)) reader.skip();
    });
    return !isRead || isOffloaded || part.part_no !== rows.part || partBytesOf(part) === undefined ? undefined : part;
  }

  /** @returns false when its chunks are not all there. */
  #writePart(id: Buffer, part: UploadPart, folder: string, chunks: ChunkRows): boolean {
    const { part_no: number, part_version: version, chunk_count: count, chunk_sizes: sizes, etag } = part;
    const found = new PartChunks({ number, version, isOffloaded: false, count, etag, chunkSizes: sizes });
    let isWhole = true;
    for (; chunks.present; chunks.advance()) {
      const order = orderOf(chunks, id);
      if (order > 0 || (order === 0 && chunks.part > number)) break;
      if (order < 0 || chunks.part < number || chunks.version !== version) continue;
      if (chunks.chunk >= BigInt(sizes.length) || chunks.valueLength !== sizes[Number(chunks.chunk)]) isWhole = false;
      else if (!found.add(chunks.chunk, chunks.valueOffset, chunks.valueLength)) isWhole = false;
    }
    if (!isWhole || found.fault() !== undefined) return false;
    this.#copy(partPath(folder, number), found);
    return true;
  }

  #copy(path: string, chunks: PartChunks): void {
    const { source, sink } = this.#context;
    const file = sink.pieces(path);
    for (let chunk = 0; chunk < chunks.count; chunk++) {
      const length = chunks.length(chunk);
      for (let done = 0; done < length; done += PIECE_BYTES) {
        const piece = this.#block.subarray(0, Math.min(PIECE_BYTES, length - done));
        source.readAt(chunks.offset(chunk) + done, piece);
        file.write(piece);
      }
    }
    file.close();
  }
}

/** How the upload of a row at hand stands to one: both are given by bucket, generation, object and upload id as keys have them. */
function orderOf({ bytes, idStart, uploadEnd }: OpenPartRows | ChunkRows, id: Buffer): number {
  return bytes.compare(id, 0, id.length, idStart, uploadEnd);
}
