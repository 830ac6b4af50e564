import { type JsonFieldContext, skipUnknown, U64_MAX } from '@ekv/adapter';
import type { JsonReader } from '@ekv/dump-tree';
import { printable } from '@ekv/snapshot';
import { parseStreamId, type StreamId } from '../layout/stream-id.ts';
import { readHashField } from './collection-json-reader.ts';
import { readExpiry } from './expiry-json.ts';

/** Reads what `stream-jsonl.ts` writes, and what people make of it; docs/format/03-redis.md, section 10. */

/** One value of a stream's file: an entry, or the closing line. Absent fields are `undefined`. */
export interface StreamLine {
  /** Where it starts, for messages: a mark in the text that the reader has then. */
  readonly start: number;
  readonly textNumber: number;
  /** Number of the line, 1-based; 0 in a file that is held, where the mark stays good. */
  readonly number: number;
  isClosing: boolean;
  id: StreamId | undefined;
  /** Names and values in turn. */
  fields: Buffer[];
  length: bigint;
  lastMs: bigint;
  lastSeq: bigint;
  expireAtMs: bigint | null;
}

/** @param number of the line, 0 in a file that is held. @param path byte string of the file. */
export function readStreamLine(context: JsonFieldContext, path: string, number: number): StreamLine {
  const { reader } = context;
  const line: StreamLine = {
    start: reader.mark(),
    textNumber: reader.textNumber,
    number,
    isClosing: false,
    id: undefined,
    fields: [],
    length: 0n,
    lastMs: 0n,
    lastSeq: 0n,
    expireAtMs: null,
  };
  reader.object((field) => readLineField(context, path, line, field), 'a line of a stream');
  return line;
}

function readLineField(context: JsonFieldContext, path: string, line: StreamLine, field: string): void {
  const { reader } = context;
  switch (field) {
    case '_meta':
      line.isClosing = !reader.takeNull() && reader.boolean('"_meta"');
      return;
    case 'id':
      line.id = readId(reader);
      return;
    case 'fields':
      line.fields = reader.takeNull() ? [] : readFields(context, path);
      return;
    case 'length':
      line.length = readCounter(reader, field);
      return;
    case 'last_ms':
      line.lastMs = readCounter(reader, field);
      return;
    case 'last_seq':
      line.lastSeq = readCounter(reader, field);
      return;
    case 'expire_at_ms':
      line.expireAtMs = readExpiry(reader);
      return;
    default:
      skipUnknown(context, field, path);
  }
}

function readCounter(reader: JsonReader, field: string): bigint {
  return reader.takeNull() ? 0n : reader.integer(`"${field}"`, 0n, U64_MAX);
}

/** Names and values in turn. */
function readFields(context: JsonFieldContext, path: string): Buffer[] {
  const { reader } = context;
  const fields: Buffer[] = [];
  reader.array(() => {
    const { name, value } = readHashField(context, path);
    fields.push(name, value);
  }, '"fields"');
  return fields;
}

function readId(reader: JsonReader): StreamId {
  const text = reader.string('"id"');
  const given = () => printable(Buffer.from(text));
  return (
    parseStreamId(text) ??
    reader.fail(`the id "${given()}" must be two decimal numbers up to ${U64_MAX} without leading zeros, joined by "-"`)
  );
}
