import { type DamageKind, printable, type RowSource } from '@ekv/snapshot';
import { STREAM_SUFFIX, STREAMS_FOLDER } from '../files/paths.ts';
import { writeStreamClosingLine, writeStreamEntryLine } from '../files/stream-jsonl.ts';
import { STREAM_ENTRY_ROWS, STREAM_METADATA_ROWS } from '../layout/families.ts';
import type { StreamMetadata } from '../layout/metadata.ts';
import { StreamWalk } from '../values/stream-walk.ts';
import type { DecodeContext } from './decode-context.ts';
import { shifted } from './shifted.ts';

/** Writes every stream as one file; docs/format/03-redis.md, section 10. */
export function decodeStreams(context: DecodeContext): void {
  const { source, sink } = context;
  if (source.count(STREAM_ENTRY_ROWS) + source.count(STREAM_METADATA_ROWS) > 0) sink.folder(STREAMS_FOLDER);
  for (const walk = new StreamWalk(context); walk.next(); ) writeStream(context, walk, walk.metadata!);
}

function writeStream(context: DecodeContext, walk: StreamWalk, metadata: StreamMetadata): void {
  const { source, file, names } = context;
  const { json } = file;
  file.begin(`${STREAMS_FOLDER}/${names.collection(KEYMAP_POSITION, walk.key)}${STREAM_SUFFIX}`);
  while (walk.nextEntry()) {
    writeStreamEntryLine(json, walk.ms, walk.seq, walk.fields);
    file.mayCut();
  }
  writeStreamClosingLine(json, mendedState(source, walk, metadata), shifted(walk.expireAtMs, context));
  file.end();
}

const KEYMAP_POSITION = 4;

const STREAMS: DamageKind = {
  name: 'streams',
  says: 'streams have metadata that does not fit their entries',
  advice: 'they were written with the number of entries that is left, and a last id that is not below them',
};

/** What the closing line says: of a snapshot that is salvaged, what encode takes. */
function mendedState({ damage }: RowSource, walk: StreamWalk, metadata: StreamMetadata): StreamMetadata {
  if (damage === undefined) return metadata;
  const { count, lastMs, lastSeq } = metadata;
  const { entries, key } = walk;
  const isBelow = entries > 0 && (lastMs < walk.ms || (lastMs === walk.ms && lastSeq < walk.seq));
  if (count === BigInt(entries) && !isBelow) return metadata;
  const name = key.bytes.subarray(key.keyStart, key.keyEnd);
  damage.add(
    STREAMS,
    () => `the stream ${printable(name)}, whose metadata tells ${count} entries: there are ${entries}`,
  );
  const id = isBelow ? { lastMs: walk.ms, lastSeq: walk.seq } : { lastMs, lastSeq };
  return { ...metadata, ...id, count: BigInt(entries) };
}
