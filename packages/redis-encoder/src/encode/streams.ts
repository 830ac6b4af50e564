import { type JsonReader, JsonSequence } from '@ekv/dump-tree';
import { DataError, type FindingKind, printable, type SnapshotRecord, VALUE_CAP } from '@ekv/snapshot';
import {
  isAbove,
  type StreamId,
  type StreamState,
  streamEntryRecord,
  streamStateRecords,
} from '../records/stream-records.ts';
import type { EncodeContext } from './encode-context.ts';
import { readBytes, readExpiry, skipUnknown, U64_MAX } from './json-fields.ts';
import type { KeyFile } from './key-files.ts';
import { openLarge } from './large-file.ts';

/** An entry of the longest value, each byte of it written as an escape. */
const LONGEST_LINE = VALUE_CAP * 6;

/** One value of a stream's file: an entry, or the closing line. Absent fields are `undefined`. */
interface StreamLine {
  /** Where it starts, for complaints: a mark in the text that the reader has then. */
  readonly start: number;
  readonly textNumber: number;
  /** Number of the line, 1-based; 0 in a file that is held, where the mark stays good. */
  readonly number: number;
  isClosing: boolean;
  id: StreamId | undefined;
  fields: Buffer[] | undefined;
  length: bigint;
  lastMs: bigint;
  lastSeq: bigint;
  expireAtMs: bigint | null;
}

const ZERO_ID: FindingKind = {
  event: 'redis_stream_zero_id',
  says: 'streams have an entry 0-0, an id that no server gives out',
  advice: 'XREAD and XRANGE from the beginning leave it out: give the entry another id',
  doubt: true,
};

const NO_FIELDS: FindingKind = {
  event: 'redis_stream_no_fields',
  says: 'entries of streams have no fields, which XADD refuses and clients do not expect',
  advice: 'give them a field, or remove them and lower "length"',
  doubt: true,
};

const EXHAUSTED: FindingKind = {
  event: 'redis_exhausted_stream',
  says: 'streams have the highest id there is as their last one, so no server can add an entry to them',
  advice: 'correct "last_ms" and "last_seq"',
  doubt: true,
};

/** The rows of a stream's file: entries in any order and one closing line. docs/format/03-redis.md, section 10. */
export function* encodeStream(context: EncodeContext, { key, path }: KeyFile): Generator<SnapshotRecord> {
  const { tree, reader } = context;
  let closing: StreamLine | undefined;
  let entries = 0n;
  let highest: StreamId = { ms: 0n, seq: 0n };
  for (const line of streamLines(context, path)) {
    if (line.isClosing) {
      if (closing !== undefined)
        reader.failAtMark(line.start, 'a second line has "_meta": true; a stream has one closing line');
      closing = line;
      continue;
    }
    const id = line.id ?? reader.failAtMark(line.start, '"id" is missing');
    if (id.ms === 0n && id.seq === 0n) context.findings.add(ZERO_ID, () => tree.display(path));
    if (!line.fields?.length) context.findings.add(NO_FIELDS, () => `${id.ms}-${id.seq} in ${tree.display(path)}`);
    yield entryRecord(reader, key, line, id);
    entries++;
    if (isAbove(id, highest)) highest = id;
  }
  if (closing === undefined)
    throw new DataError(`${tree.display(path)}: the closing line with "_meta": true is missing`);
  const state = checkedState(reader, closing, entries, highest);
  if (state.last.ms === U64_MAX && state.last.seq === U64_MAX)
    context.findings.add(EXHAUSTED, () => tree.display(path));
  const expireAtMs = context.expiries.take('stream', key, closing.expireAtMs, () => tree.display(path));
  yield* streamStateRecords(key, state, expireAtMs);
}

/** The lines of the file one by one; of a large file one alone is held. */
function* streamLines(context: EncodeContext, path: string): Generator<StreamLine> {
  const { tree, reader } = context;
  const found = tree.readOrLeaveJson(path, context.heldBytes);
  if (Buffer.isBuffer(found)) {
    reader.reset(tree.display(path), found);
    while (!reader.atEnd()) yield readLine(context, path, 0);
    return;
  }
  const open = openLarge(tree, path);
  try {
    const values = new JsonSequence(open, reader, LONGEST_LINE);
    while (values.next()) yield readLine(context, path, values.line);
    open.checkUnchanged(found);
  } finally {
    open.close();
  }
}

function entryRecord(reader: JsonReader, key: Buffer, line: StreamLine, id: StreamId): SnapshotRecord {
  try {
    return streamEntryRecord(key, { ...id, fields: line.fields ?? [] });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return reader.failAtMark(line.start, `${error.message}; a stream cannot hold it`);
  }
}

function checkedState(reader: JsonReader, closing: StreamLine, entries: bigint, highest: StreamId): StreamState {
  const { length, lastMs, lastSeq } = closing;
  if (length !== entries) {
    failAt(reader, closing, `"length" is ${length}, but there are ${entries} entries; correct it to ${entries}`);
  }
  const last = { ms: lastMs, seq: lastSeq };
  if (isAbove(highest, last)) {
    failAt(
      reader,
      closing,
      `"last_ms" and "last_seq" give ${lastMs}-${lastSeq}, below the entry ${highest.ms}-${highest.seq}; a stream's last id is never below an entry`,
    );
  }
  return { length, last };
}

/** A complaint about a line after which others were read. */
function failAt(reader: JsonReader, line: StreamLine, message: string): never {
  if (reader.textNumber === line.textNumber) reader.failAtMark(line.start, message);
  throw new DataError(`${reader.path}:${line.number}: ${message}`);
}

function readLine(context: EncodeContext, path: string, number: number): StreamLine {
  const { reader } = context;
  const line: StreamLine = {
    start: reader.mark(),
    textNumber: reader.textNumber,
    number,
    isClosing: false,
    id: undefined,
    fields: undefined,
    length: 0n,
    lastMs: 0n,
    lastSeq: 0n,
    expireAtMs: null,
  };
  reader.object((field) => readLineField(context, path, line, field), 'a line of a stream');
  return line;
}

function readLineField(context: EncodeContext, path: string, line: StreamLine, field: string): void {
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
function readFields(context: EncodeContext, path: string): Buffer[] {
  const { reader } = context;
  const fields: Buffer[] = [];
  reader.array(() => {
    const start = reader.mark();
    let name: Buffer | undefined;
    let value: Buffer | undefined;
    reader.object((field) => {
      if (field === 'name') name = readBytes(context, '"name"', path);
      else if (field === 'value') value = readBytes(context, '"value"', path);
      else skipUnknown(context, field, path);
    }, 'a field');
    fields.push(
      name ?? reader.failAtMark(start, '"name" is missing'),
      value ?? reader.failAtMark(start, '"value" is missing'),
    );
  }, '"fields"');
  return fields;
}

/** Two decimal numbers without leading zeros: a server shows an id as it was given. */
function readId(reader: JsonReader): StreamId {
  const text = reader.string('"id"');
  const parts = /^(0|[1-9][0-9]{0,19})-(0|[1-9][0-9]{0,19})$/.exec(text);
  const [ms, seq] = parts === null ? [U64_MAX + 1n, 0n] : [BigInt(parts[1]!), BigInt(parts[2]!)];
  if (ms > U64_MAX || seq > U64_MAX) {
    const given = printable(Buffer.from(text));
    reader.fail(`the id "${given}" must be two decimal numbers up to ${U64_MAX} without leading zeros, joined by "-"`);
  }
  return { ms, seq };
}
