import { escapedPart, readStateBytes, U64_MAX } from '@ekv/adapter';
import type { JsonReader } from '@ekv/dump-tree';
import { u64 } from '../layout/row-keys.ts';
import { hasUploadFolder } from './state-files.ts';
import {
  newUploadPart,
  partBytesOf,
  readUploadField,
  readUploadPartField,
  UploadFields,
  type UploadPart,
} from './upload-values.ts';

type Fields = Readonly<Record<string, (reader: JsonReader) => void>>;

/** A line of a file of the whole state, read field by field, all lines into one object. */
export abstract class LineForm {
  bucket: Buffer = Buffer.alloc(0);
  /** 0 when it is not there. */
  generation = 0n;
  abstract readonly fields: Fields;

  begin(): void {
    this.bucket = Buffer.alloc(0);
    this.generation = 0n;
  }

  /** What is missing or wrong once all fields were read. */
  broken(): string | undefined {
    return this.bucket.length === 0 ? '"bucket" is missing or empty' : undefined;
  }

  /** What the lines of the file ascend by. */
  order(): Buffer {
    return escapedPart(this.bucket);
  }

  protected readonly bucketFields: Fields = {
    bucket: (reader) => {
      this.bucket = Buffer.from(reader.stringBytes('"bucket"'));
    },
    generation: (reader) => {
      this.generation = reader.integer('"generation"', 0n, U64_MAX);
    },
  };
}

/** A line of `buckets.jsonl`. */
export class BucketLine extends LineForm {
  createdAt = 0n;
  readonly fields: Fields = {
    ...this.bucketFields,
    created_at_hlc: (reader) => {
      this.createdAt = reader.integer('"created_at_hlc"', 0n, U64_MAX);
    },
  };

  override begin(): void {
    super.begin();
    this.createdAt = 0n;
  }
}

/** A line of `counters.jsonl`. */
export class CounterLine extends LineForm {
  readonly fields: Fields = this.bucketFields;
}

/** A line of `uploads.jsonl`. */
export class UploadLine extends LineForm {
  object: Buffer | undefined;
  uploadId: Buffer = Buffer.alloc(0);
  upload: UploadFields = new UploadFields();
  parts: UploadPart[] = [];
  readonly #uploadFields: Fields = Object.fromEntries(
    ['created_hlc', 'content_type', 'metadata'].map((field) => [
      field,
      (reader: JsonReader) => void readUploadField(reader, field, this.upload),
    ]),
  );
  readonly fields: Fields = {
    ...this.bucketFields,
    object: (reader) => {
      this.object = readStateBytes(reader, 'object');
    },
    upload_id: (reader) => {
      this.uploadId = Buffer.from(reader.stringBytes('"upload_id"'));
    },
    ...this.#uploadFields,
    parts: (reader) => {
      reader.array(() => this.parts.push(readPart(reader)), '"parts"');
    },
  };

  override begin(): void {
    super.begin();
    this.object = undefined;
    this.uploadId = Buffer.alloc(0);
    this.upload = new UploadFields();
    this.parts = [];
  }

  override broken(): string | undefined {
    if (this.object === undefined) return '"object" is missing';
    if (!hasUploadFolder(this.uploadId)) return '"upload_id" is missing, or none that a server gives';
    const wrong = this.parts.find((part, i) => i > 0 && part.part_no <= this.parts[i - 1]!.part_no);
    if (wrong !== undefined) return `part ${wrong.part_no} of "parts" does not follow the one before`;
    const torn = this.parts.find((part) => partBytesOf(part) === undefined);
    if (torn !== undefined) return `part ${torn.part_no}: "chunk_sizes" does not fit "chunk_count" and "size_bytes"`;
    return super.broken();
  }

  override order(): Buffer {
    const object = escapedPart(this.object!);
    return Buffer.concat([super.order(), u64(this.generation), object, escapedPart(this.uploadId)]);
  }
}

function readPart(reader: JsonReader): UploadPart {
  const part = newUploadPart();
  reader.object((field) => {
    const at = reader.mark();
    if (!readUploadPartField(reader, field, part))
      reader.failAtMark(at, `"parts" knows no field ${JSON.stringify(field)}`);
  }, 'an element of "parts"');
  return part;
}
