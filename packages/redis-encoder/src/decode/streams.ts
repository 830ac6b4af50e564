import { asRowError } from '@ekv/adapter';
import { encodeFileName, type JsonBytes } from '@ekv/dump-tree';
import { type DamageKind, printable, type RowSource } from '@ekv/snapshot';
import { STREAM_SUFFIX, STREAMS_FOLDER } from '../files/paths.ts';
import { writeStreamClosingLine, writeStreamEntryLine } from '../files/stream-jsonl.ts';
import { STREAM_ENTRY_ROWS, STREAM_METADATA_ROWS } from '../layout/families.ts';
import { readStreamMetadata, type StreamMetadata } from '../layout/metadata.ts';
import { checkStreamEntryRowKey } from '../layout/row-keys.ts';
import { readStreamEntry } from '../layout/stream-entry.ts';
import { CollectionRows, expiryOf, isWritten } from './collections.ts';
import { CountMismatches } from './count-mismatches.ts';
import type { DecodeContext } from './decode-context.ts';
import type { KeyRange } from './rows/key-order.ts';
import type { PositionedRows } from './rows/keyed-rows.ts';

/** Streams, entries in order of their ids; docs/format/03-redis.md, section 10. */
export function decodeStreams(context: DecodeContext): void {
  const { source, file, names, sink, warn } = context;
  const { json } = file;
  const rows = new CollectionRows(context, {
    elements: STREAM_ENTRY_ROWS,
    metadata: STREAM_METADATA_ROWS,
    expiries: 'streams',
  });
  const mismatches = new CountMismatches(warn, 'stream', 'observed_entries');
  const orphans = { streams: 0, entries: 0, example: '', length: 0 };
  if (source.count(STREAM_ENTRY_ROWS) + source.count(STREAM_METADATA_ROWS) > 0) sink.folder(STREAMS_FOLDER);
  while (rows.next()) {
    const metadata = rows.takeMetadata(readStreamMetadata);
    const owned = rows.takeExpiry();
    if (metadata === undefined) {
      if (orphans.streams === 0) {
        orphans.example = encodeFileName(rows.join.bytes.subarray(0, rows.join.keyEnd));
        orphans.length = rows.join.keyEnd;
      }
      orphans.streams++;
      orphans.entries += passEntries(rows, json);
      continue;
    }
    if (!isWritten(context, 'stream', rows.join)) {
      passEntries(rows, json);
      continue;
    }
    file.begin(`${STREAMS_FOLDER}/${names.collection(KEYMAP_POSITION, rows.join)}${STREAM_SUFFIX}`);
    let entries = 0;
    let lastId = NO_ID;
    for (; rows.join.holds(rows.elements); rows.elements.advance()) {
      writeEntry(json, rows.elements);
      file.mayCut();
      if (source.damage !== undefined) lastId = idOf(rows.elements);
      entries++;
    }
    const closing = mendedState(source, rows.join, metadata, entries, lastId);
    writeStreamClosingLine(json, closing, expiryOf(metadata, owned, context));
    file.end();
    mismatches.compare(rows.join, metadata.count, entries);
  }
  rows.close();
  mismatches.finish();
  if (orphans.streams === 0) return;
  source.damage?.addOrphans(() => `entries of streams, the first of them ${orphans.example}`, orphans.entries);
  warn({
    event: 'redis_stream_orphan_entries_without_meta',
    message: `stream entries without a metadata row${source.damage === undefined ? '' : ' that can be read'} were left out: for the server such a stream does not exist`,
    fields: {
      streams: orphans.streams,
      observed_entries: orphans.entries,
      key: orphans.example,
      user_key_len: orphans.length,
    },
    loss: true,
  });
}

/** Checks the entries of a stream that is not written. @returns their number. */
function passEntries(rows: CollectionRows, json: JsonBytes): number {
  let entries = 0;
  for (; rows.join.holds(rows.elements); rows.elements.advance()) {
    json.reset();
    writeEntry(json, rows.elements);
    entries++;
  }
  return entries;
}

const STREAMS: DamageKind = {
  name: 'streams',
  says: 'streams have metadata that does not fit their entries',
  advice: 'they were written with the number of entries that is left, and a last id that is not below them',
};

interface StreamId {
  readonly ms: bigint;
  readonly seq: bigint;
}

const NO_ID: StreamId = { ms: 0n, seq: 0n };

function idOf({ bytes, restStart }: PositionedRows): StreamId {
  return { ms: bytes.readBigUInt64BE(restStart), seq: bytes.readBigUInt64BE(restStart + 8) };
}

/** What the closing line says: of a snapshot that is salvaged, what encode takes. */
function mendedState(
  { damage }: RowSource,
  key: KeyRange,
  metadata: StreamMetadata,
  entries: number,
  last: StreamId,
): StreamMetadata {
  if (damage === undefined) return metadata;
  const { count, lastMs, lastSeq } = metadata;
  const isBelow = lastMs < last.ms || (lastMs === last.ms && lastSeq < last.seq);
  if (count === BigInt(entries) && !isBelow) return metadata;
  const name = key.bytes.subarray(key.keyStart, key.keyEnd);
  damage.add(
    STREAMS,
    () => `the stream ${printable(name)}, whose metadata tells ${count} entries: there are ${entries}`,
  );
  const id = isBelow ? { lastMs: last.ms, lastSeq: last.seq } : { lastMs, lastSeq };
  return { ...metadata, ...id, count: BigInt(entries) };
}

const KEYMAP_POSITION = 4;

/** Writes the line of the entry at hand. Throws RowError. */
export function writeEntry(json: JsonBytes, row: PositionedRows): void {
  checkStreamEntryRowKey(row);
  const { bytes, restStart } = row;
  let fields: Buffer[];
  try {
    fields = readStreamEntry(bytes, row.valueStart, row.valueEnd);
  } catch (error) {
    throw asRowError(row, error, `this ${STREAM_ENTRY_ROWS} row is wrong: `);
  }
  writeStreamEntryLine(json, bytes.readBigUInt64BE(restStart), bytes.readBigUInt64BE(restStart + 8), fields);
}
