import { CollectionRows, declaredCount } from './collections.ts';
import { CountMismatches } from './count-mismatches.ts';
import { type DecodeContext, KEYMAP_ORDER } from './decode-context.ts';

/** Streams, entries in order of their ids; docs/format/03-redis.md, section 10. */
export function decodeStreams(context: DecodeContext): void {
  const { source, json, names, sink, warn } = context;
  const rows = new CollectionRows(context, {
    elements: '!stream|entry|',
    metadata: '!stream|meta|',
    expiries: 'streams',
  });
  const mismatches = new CountMismatches(warn, 'stream', 'observed_entries');
  const orphans = { streams: 0, entries: 0 };
  if (source.count('!stream|entry|') + source.count('!stream|meta|') > 0) sink.folder(FOLDER);
  while (rows.next()) {
    json.reset();
    let entries = 0;
    for (; rows.join.holds(rows.elements); rows.elements.advance()) {
      writeEntry(json, rows.elements);
      entries++;
    }
    const metadata = rows.takeMetadata(parseStreamMetadata);
    const owned = rows.takeExpiry();
    if (metadata === undefined) {
      orphans.streams++;
      orphans.entries += entries;
      continue;
    }
    streamClosingLine(json, metadata, metadata.expireAtMs === undefined ? owned : metadata.expireAtMs);
    sink.file(`${FOLDER}/${names.collection(KEYMAP_ORDER.streams, rows.join)}.jsonl`, json.view());
    mismatches.compare(rows.join, declaredCount(metadata.count, undefined), entries);
  }
  mismatches.finish();
}

const FOLDER = 'redis/db_0/streams';
