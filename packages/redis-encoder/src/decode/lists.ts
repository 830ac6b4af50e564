import { beginCollection, endCollection, writeElement } from '../files/collection-json.ts';
import { COLLECTION_SUFFIX, LISTS_FOLDER } from '../files/paths.ts';
import { LIST_ITEM_ROWS } from '../layout/families.ts';
import { readListMetadata } from '../layout/metadata.ts';
import { declaredCount, expiryOf, isWritten } from './collections.ts';
import { CountMismatches } from './count-mismatches.ts';
import type { DecodeContext } from './decode-context.ts';
import type { ElementRows } from './rows/element-rows.ts';
import { KeyJoin } from './rows/key-join.ts';
import { type KeyRange, prefixLast } from './rows/key-order.ts';
import { ListItemRows } from './rows/list-item-rows.ts';
import { listCountChanges, listMetadataRows } from './rows/list-metadata-rows.ts';
import { SortedKeyRows, VALUE_THEN_KEY } from './rows/sorted-key-rows.ts';

/** Lists; docs/format/03-redis.md, section 8. */
export function decodeLists(context: DecodeContext): void {
  const { source, scratch } = context;
  const metadata = listMetadataRows(source);
  const items = new ListItemRows(source.rows(LIST_ITEM_ROWS), LIST_ITEM_ROWS, { items: scratch });
  const changes = listCountChanges(source, scratch);
  const expiries = new SortedKeyRows(context.expiries.lists, VALUE_THEN_KEY);
  const mismatches = new CountMismatches(context.warn, 'list', 'observed_items');
  const join = new KeyJoin(prefixLast, [metadata, items]);
  while (join.next()) {
    const known = join.holds(metadata) ? readListMetadata(metadata) : undefined;
    if (known !== undefined) metadata.advance();
    const change = join.skipTo(changes) ? changes.bytes.readBigInt64BE(changes.valueStart) : undefined;
    const owned = join.skipTo(expiries) ? expiries.bytes.readBigUInt64BE(expiries.valueStart) : null;
    const list = join.holds(items) ? items.items : undefined;
    mismatches.compare(join, declaredCount(known?.count, change), list?.count ?? 0);
    if (isWritten(context, 'list', join)) writeList(context, join, list, expiryOf(known, owned, context));
    if (list !== undefined) items.advance();
  }
  // Changes of lists that do not exist are left.
  changes.close();
  expiries.close();
  mismatches.finish();
}

function writeList(
  context: DecodeContext,
  key: KeyRange,
  items: ElementRows | undefined,
  expireAtMs: bigint | null,
): void {
  const { file, names } = context;
  const { json } = file;
  const count = items?.count ?? 0;
  file.begin(`${LISTS_FOLDER}/${names.collection(KEYMAP_POSITION, key)}${COLLECTION_SUFFIX}`);
  beginCollection(json, 'items', count);
  for (let i = 0; items?.next(); i++) {
    writeElement(json, i, items.bytes, items.valueStart, items.valueEnd);
    file.mayCut();
  }
  endCollection(json, count, expireAtMs);
  file.end();
}

const KEYMAP_POSITION = 1;
