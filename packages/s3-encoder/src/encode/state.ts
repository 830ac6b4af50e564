import { escapedPart, readStateLines, type StateReading } from '@ekv/adapter';
import { encodeFileName, JsonBytes, JsonReader, type Problems, type TreeSource } from '@ekv/dump-tree';
import {
  DataError,
  ExternalSorter,
  type FindingKind,
  type Findings,
  MAIN_SORT_BYTES,
  type ScratchFolder,
  type SnapshotRow,
  type SortedRows,
} from '@ekv/snapshot';
import type { BucketState } from '../layout/bucket-value.ts';
import { BLOB_ROWS, GENERATION_ROWS, UPLOAD_GC_ROWS, UPLOAD_PART_ROWS, UPLOAD_ROWS } from '../layout/families.ts';
import { NUMBER_BYTES, rowKey, u64 } from '../layout/row-keys.ts';
import { partPath, STATE_FILES, UPLOADS_FOLDER, UploadFolders } from '../state/state-files.ts';
import { BucketLine, CounterLine, type LineForm, UploadLine } from '../state/state-line-forms.ts';
import { type UploadPart, writeUploadFields, writeUploadPart } from '../state/upload-values.ts';
import { UnnamedParts } from './unnamed-parts.ts';

const UNMATCHED: FindingKind = {
  event: 'whole_state_unmatched',
  says: 'lines of the whole state stand for buckets that the tree does not have',
  advice: 'they were left out, as those of what somebody removed',
};

const NEW: FindingKind = {
  event: 'whole_state_new',
  says: 'buckets of the tree have no line in the whole state',
  advice:
    'they are encoded as new ones, without their generation and time of creation; put the lines back unless somebody added these buckets',
};

/** What the whole state is read with; the context of an encode is one. */
interface StateContext {
  readonly tree: TreeSource;
  readonly scratch: ScratchFolder;
  readonly problems: Problems;
  readonly findings: Findings;
}

/** What meets in the sort by folder of the bucket, a zero byte and the kind. Payload: the line; of an upload its folder and a zero byte before. */
const KIND = { bucket: 0, counter: 1, upload: 2 } as const;

/** Chunks up to this size are read at once. */
const INLINE_BYTES = 1 << 20;
const FIRST_GENERATION = 1n;

/** The whole state of the buckets of a tree, in the order of their folders; docs/format/12-whole-state.md, section 5. */
export class BucketStates {
  readonly #context: StateContext;
  readonly #edited: StateReading['edited'];
  readonly #bucket = new BucketLine();
  readonly #counter = new CounterLine();
  readonly #upload = new UploadLine();
  readonly #reader = new JsonReader();
  readonly #json = new JsonBytes();
  readonly #rows: SortedRows;
  #hasRow: boolean;

  /** Reads all lines. Throws DataError for one that breaks a rule. */
  constructor(context: StateContext, { edited }: StateReading) {
    this.#context = context;
    this.#edited = edited;
    const sorter = new ExternalSorter({ scratch: context.scratch, arenaBytes: MAIN_SORT_BYTES });
    try {
      this.#read(STATE_FILES.buckets, this.#bucket, (line) => sorter.add(sortKey(this.#bucket, KIND.bucket), line));
      this.#read(STATE_FILES.counters, this.#counter, (line) => sorter.add(sortKey(this.#counter, KIND.counter), line));
      this.#readUploads(sorter);
      this.#rows = sorter.sorted();
    } catch (error) {
      sorter.close();
      throw error;
    }
    this.#hasRow = this.#rows.next();
  }

  #readUploads(sorter: ExternalSorter): void {
    const folders = new UploadFolders(this.#context.scratch);
    const unnamed = new UnnamedParts(this.#context);
    const form = this.#upload;
    try {
      this.#read(STATE_FILES.uploads, form, () => folders.add(form.uploadId));
      folders.settle();
      this.#read(STATE_FILES.uploads, form, (line) => {
        const key = Buffer.concat([sortKey(form, KIND.upload), form.order()]);
        const folder = folders.folderOf(form.uploadId);
        for (const { part_no } of form.parts) unnamed.name(partPath(folder, part_no));
        sorter.add(key, Buffer.from(`${folder}\0`, 'latin1'), line);
      });
      unnamed.report();
    } finally {
      unnamed.close();
      folders.close();
    }
  }

  #read(path: string, form: LineForm, add: (line: Buffer) => void): void {
    readStateLines(this.#context.tree, this.#reader, {
      path,
      fields: form.fields,
      begin: () => form.begin(),
      take: (line) => {
        const rule = form.broken();
        if (rule !== undefined) line.fail(rule);
        line.ascend(form.order());
        add(line.text);
      },
    });
  }

  /** Rows that stand before those of a bucket's folder: counters of buckets that are not there. @param folder absent: all that are left. */
  *before(folder?: string): Generator<SnapshotRow> {
    for (; this.#hasRow && (folder === undefined || this.#folder() < folder); this.#advance()) {
      const line = this.#line();
      if (this.#kind() === KIND.counter) {
        const { bucket, generation } = this.#parse(this.#counter, line);
        yield { key: rowKey(GENERATION_ROWS, escapedPart(bucket)), value: u64(generation) };
      } else if (this.#kind() === KIND.bucket) this.#leaveOut(STATE_FILES.buckets, this.#parse(this.#bucket, line));
      else this.#leaveUploadOut(line);
    }
  }

  /** What the lines say of the bucket with that folder, its uploads aside. */
  bucket(folder: string): BucketState {
    const state = { generation: FIRST_GENERATION, createdAt: 0n, counter: undefined as bigint | undefined };
    let isThere = false;
    for (; this.#hasRow && this.#folder() === folder && this.#kind() !== KIND.upload; this.#advance()) {
      if (this.#kind() === KIND.counter) state.counter = this.#parse(this.#counter, this.#line()).generation;
      else {
        const { generation, createdAt } = this.#parse(this.#bucket, this.#line());
        state.generation = generation || FIRST_GENERATION;
        state.createdAt = createdAt;
        isThere = true;
      }
    }
    if (!isThere) {
      this.#edited(STATE_FILES.buckets);
      this.#context.findings.add(NEW, () => folder);
    }
    // A decode has no line of a counter that is as the bucket.
    if (state.counter === state.generation) this.#edited(STATE_FILES.counters);
    return state;
  }

  /** The rows of the open uploads of the bucket with that folder. Problems are collected. */
  *uploads(folder: string, { generation }: BucketState): Generator<SnapshotRow> {
    for (; this.#hasRow && this.#folder() === folder; this.#advance()) {
      const line = this.#line();
      const zero = line.indexOf(0);
      const upload = this.#parse(this.#upload, line.subarray(zero + 1));
      if (upload.generation !== generation) this.#edited(STATE_FILES.uploads);
      yield* this.#uploadRows(upload, line.toString('latin1', 0, zero), generation);
    }
  }

  *#uploadRows(upload: UploadLine, folder: string, generation: bigint): Generator<SnapshotRow> {
    const { bucket, uploadId, parts } = upload;
    const object = upload.object!;
    const rest = Buffer.concat([escapedPart(bucket), u64(generation), escapedPart(object), escapedPart(uploadId)]);
    const json = this.#json;
    json.reset();
    json.text('{"bucket":');
    json.lossyString(bucket, 0, bucket.length, 'html');
    json.text(',"object":');
    json.lossyString(object, 0, object.length, 'html');
    json.text(`,"generation":${generation},"upload_id":`);
    json.string(uploadId, 0, uploadId.length, 'html');
    writeUploadFields(json, upload.upload);
    json.text('}');
    yield { key: rowKey(UPLOAD_ROWS, rest), value: json.view() };
    yield { key: rowKey(UPLOAD_GC_ROWS, rest), value: json.view() };
    for (const part of parts) {
      json.reset();
      writeUploadPart(json, part, 'left out');
      yield { key: rowKey(UPLOAD_PART_ROWS, rest, u64(part.part_no)), value: json.view() };
      yield* this.#context.problems.guard(this.#chunkRows(part, rest, partPath(folder, part.part_no)));
    }
  }

  *#chunkRows(part: UploadPart, rest: Buffer, path: string): Generator<SnapshotRow> {
    const { tree } = this.#context;
    const body = tree.readOrLeave(path, INLINE_BYTES);
    const size = body instanceof Uint8Array ? body.length : body.size;
    if (BigInt(size) !== part.size_bytes)
      throw new DataError(
        `${tree.display(path)} has ${size} bytes, its line in ${STATE_FILES.uploads} says ${part.size_bytes}; put the file back as it was, or remove the part from the line`,
      );
    const version = part.part_version === 0n ? NOTHING : u64(part.part_version);
    const key = rowKey(BLOB_ROWS, rest, u64(part.part_no), u64(0n), version);
    const chunkAt = key.length - version.length - NUMBER_BYTES;
    let at = 0;
    for (const [chunk, length] of part.chunk_sizes.entries()) {
      key.writeBigUInt64BE(BigInt(chunk), chunkAt);
      yield { key, value: body instanceof Uint8Array ? body.subarray(at, at + length) : body.slice(at, length) };
      at += length;
    }
  }

  #leaveUploadOut(line: Buffer): void {
    const zero = line.indexOf(0);
    const upload = this.#parse(this.#upload, line.subarray(zero + 1));
    // Others of its id have other folders without it.
    this.#edited(UPLOADS_FOLDER);
    this.#leaveOut(STATE_FILES.uploads, upload);
  }

  #leaveOut(path: string, { bucket }: LineForm): void {
    this.#edited(path);
    this.#context.findings.add(UNMATCHED, () => `${path}, bucket ${JSON.stringify(bucket.toString())}`);
  }

  #parse<Form extends LineForm>(form: Form, line: Buffer): Form {
    const reader = this.#reader;
    reader.reset('the line', line);
    form.begin();
    reader.object((field) => form.fields[field]!(reader));
    return form;
  }

  #keyEndOfFolder(): number {
    return this.#rows.bytes.indexOf(0, this.#rows.keyStart);
  }

  #folder(): string {
    return this.#rows.bytes.toString('latin1', this.#rows.keyStart, this.#keyEndOfFolder());
  }

  #kind(): number {
    return this.#rows.bytes[this.#keyEndOfFolder() + 1]!;
  }

  #line(): Buffer {
    return this.#rows.bytes.subarray(this.#rows.payloadStart, this.#rows.payloadEnd);
  }

  #advance(): void {
    this.#hasRow = this.#rows.next();
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#rows.close();
  }
}

const NOTHING = Buffer.alloc(0);

function sortKey({ bucket }: LineForm, kind: number): Buffer {
  return Buffer.from(`${encodeFileName(bucket)}\0${String.fromCharCode(kind)}`, 'latin1');
}
