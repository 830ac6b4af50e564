import { declaredCount, type Metadata } from './collections.ts';
import { CountMismatches } from './count-mismatches.ts';
import { type DecodeContext, KEYMAP_ORDER } from './decode-context.ts';
import { KeyJoin } from './key-join.ts';
import { prefixLast } from './key-order.ts';
import { type KeyedRows, NumberedKeyRows } from './keyed-rows.ts';
import { ListItemRows } from './list-item-rows.ts';
import { listCountChanges, listMetadataRows } from './list-metadata-rows.ts';
import { rowError } from './row-error.ts';

/** Lists; docs/format/03-redis.md, section 8. */
export function decodeLists(context: DecodeContext): void {
  const { source, scratch, json, names, sink } = context;
  const metadata = listMetadataRows(source);
  const items = new ListItemRows(source.rows('!lst|itm|'), '!lst|itm|', { items: true });
  const changes = listCountChanges(source, scratch);
  const expiries = new NumberedKeyRows(context.expiries.lists);
  const mismatches = new CountMismatches(context.warn, 'list', 'observed_items');
  const join = new KeyJoin(prefixLast, [metadata, items]);
  while (join.next()) {
    const known = join.holds(metadata) ? parseListMetadata(metadata) : undefined;
    if (known !== undefined) metadata.advance();
    const change = join.skipTo(changes) ? changes.bytes.readBigInt64BE(changes.valueStart) : undefined;
    const owned = join.skipTo(expiries) ? expiries.bytes.readBigUInt64BE(expiries.valueStart) : null;
    const hasItems = join.holds(items);
    const list = items.items;
    const count = hasItems ? list.count : 0;
    json.reset();
    beginCollection(json, 'items', count);
    for (let i = 0; i < count; i++) listItem(json, i, list.bytes, list.valueStart(i), list.valueEnd(i));
    endCollection(json, count, known?.expireAtMs === undefined ? owned : known.expireAtMs);
    sink.file(`redis/db_0/lists/${names.collection(KEYMAP_ORDER.lists, join)}.json`, json.view());
    mismatches.compare(join, declaredCount(known?.count, change), count);
    if (hasItems) items.advance();
  }
  mismatches.finish();
}
