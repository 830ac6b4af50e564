import { type JsonReader, JsonSequence, type LargeFile } from '@ekv/dump-tree';
import { DataError, type SnapshotRow, VALUE_CAP } from '@ekv/snapshot';
import { STREAM_SUFFIX, STREAMS_FOLDER } from '../files/paths.ts';
import { readStreamLine, type StreamLine } from '../files/stream-jsonl-reader.ts';
import { STREAM_METADATA_ROWS } from '../layout/families.ts';
import { isAbove, type StreamId, ZERO_ID } from '../layout/stream-id.ts';
import { type StreamState, streamEntryRecord, streamStateRecords } from '../records/stream-rows.ts';
import { checkEntry, checkLastId } from '../sense/streams.ts';
import type { EncodeContext } from './encode-context.ts';
import { type KeyFile, keyFiles } from './key-files.ts';
import { openLarge } from './large-file.ts';

/** An entry of the longest value, each byte of it written as an escape. */
const LONGEST_LINE = VALUE_CAP * 6;

/** The rows of all streams. docs/format/03-redis.md, section 10. */
export function* encodeStreams(context: EncodeContext): Generator<SnapshotRow> {
  for (const file of keyFiles(context, STREAM_METADATA_ROWS, STREAMS_FOLDER, STREAM_SUFFIX)) {
    yield* context.problems.guard(encodeStream(context, file));
  }
}

/** The rows of a stream's file: entries in any order and one closing line. */
function* encodeStream(context: EncodeContext, { key, path }: KeyFile): Generator<SnapshotRow> {
  const { tree, reader, findings } = context;
  const position = () => tree.display(path);
  const found = tree.readOrLeaveJson(path, context.heldBytes);
  if (context.expired?.drops(expiryIn(context, path, found))) return;
  context.kinds?.add(key, 'stream');
  let closing: StreamLine | undefined;
  let entries = 0n;
  let highest: StreamId = ZERO_ID;
  for (const line of streamLines(context, path, found)) {
    if (line.isClosing) {
      if (closing !== undefined)
        reader.failAtMark(line.start, 'a second line has "_meta": true; a stream has one closing line');
      closing = line;
      continue;
    }
    const id = line.id ?? reader.failAtMark(line.start, '"id" is missing');
    checkEntry(findings, id, line.fields.length, position);
    yield entryRecord(reader, key, line, id);
    entries++;
    if (isAbove(id, highest)) highest = id;
  }
  if (closing === undefined)
    throw new DataError(`${tree.display(path)}: the closing line with "_meta": true is missing`);
  const state = checkedState(reader, closing, entries, highest);
  checkLastId(findings, state.last, position);
  const expireAtMs = context.expiries.take('stream', key, closing.expireAtMs, position);
  yield* streamStateRecords(key, state, expireAtMs);
}

/** Of its closing line, which comes last as a rule. */
function expiryIn(context: EncodeContext, path: string, found: Buffer | LargeFile): bigint | null {
  for (const line of streamLines(context, path, found)) if (line.isClosing) return line.expireAtMs;
  return null;
}

/** The lines of the file one by one; of a large file one alone is held. */
function* streamLines(context: EncodeContext, path: string, found: Buffer | LargeFile): Generator<StreamLine> {
  const { tree, reader } = context;
  if (Buffer.isBuffer(found)) {
    reader.reset(tree.display(path), found);
    while (!reader.atEnd()) yield readStreamLine(context, path, 0);
    return;
  }
  const open = openLarge(tree, path);
  try {
    const values = new JsonSequence(open, reader, LONGEST_LINE);
    while (values.next()) yield readStreamLine(context, path, values.line);
    open.checkUnchanged(found);
  } finally {
    open.close();
  }
}

function entryRecord(reader: JsonReader, key: Buffer, line: StreamLine, id: StreamId): SnapshotRow {
  try {
    return streamEntryRecord(key, id, line.fields);
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
