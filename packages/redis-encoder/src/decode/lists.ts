import { beginCollection, element, endCollection } from '../files/collection-json.ts';
import { COLLECTION_SUFFIX, LISTS_FOLDER } from '../files/paths.ts';
import { LIST_ITEM_ROWS, LIST_METADATA_ROWS } from '../layout/families.ts';
import { declaredCount, expiryOf, isWritten, type Metadata } from './collections.ts';
import { CountMismatches } from './count-mismatches.ts';
import type { DecodeContext } from './decode-context.ts';
import { rowError } from './row-error.ts';
import type { ElementRows } from './rows/element-rows.ts';
import { KeyJoin } from './rows/key-join.ts';
import { type KeyRange, prefixLast } from './rows/key-order.ts';
import { NumberedKeyRows, type PlacedRows } from './rows/keyed-rows.ts';
import { ListItemRows } from './rows/list-item-rows.ts';
import { listCountChanges, listMetadataRows } from './rows/list-metadata-rows.ts';

/** Lists; docs/format/03-redis.md, section 8. */
export function decodeLists(context: DecodeContext): void {
  const { source, scratch } = context;
  const metadata = listMetadataRows(source);
  const items = new ListItemRows(source.rows(LIST_ITEM_ROWS), LIST_ITEM_ROWS, { items: scratch });
  const changes = listCountChanges(source, scratch);
  const expiries = new NumberedKeyRows(context.expiries.lists);
  const mismatches = new CountMismatches(context.warn, 'list', 'observed_items');
  const join = new KeyJoin(prefixLast, [metadata, items]);
  while (join.next()) {
    const known = join.holds(metadata) ? parseListMetadata(metadata) : undefined;
    if (known !== undefined) metadata.advance();
    const change = join.skipTo(changes) ? changes.bytes.readBigInt64BE(changes.valueStart) : undefined;
    const owned = join.skipTo(expiries) ? expiries.bytes.readBigUInt64BE(expiries.valueStart) : null;
    const list = join.holds(items) ? items.items : undefined;
    mismatches.compare(join, declaredCount(known?.count, change), list?.count ?? 0);
    if (isWritten(context, 'list', join)) writeList(context, join, list, expiryOf(known, owned, context));
    if (list !== undefined) items.advance();
  }
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
  file.begin(`${LISTS_FOLDER}/${names.collection(KEYMAP_PLACE, key)}${COLLECTION_SUFFIX}`);
  beginCollection(json, 'items', count);
  for (let i = 0; items?.next(); i++) {
    element(json, i, items.bytes, items.valueStart, items.valueEnd);
    file.mayCut();
  }
  endCollection(json, count, expireAtMs);
  file.end();
}

const KEYMAP_PLACE = 1;
const TOP_BIT = 1n << 63n;

/** `i64 head, i64 tail, u64 count` and in the long form `u64 expiry`. */
export function parseListMetadata(row: PlacedRows): Metadata {
  const { bytes, valueStart, valueEnd } = row;
  const length = valueEnd - valueStart;
  if (length !== 24 && length !== 32)
    throw rowError(row, `the value of a ${LIST_METADATA_ROWS} row must be 24 or 32 bytes`);
  const count = bytes.readBigUInt64BE(valueStart + 16);
  if (count >= TOP_BIT) throw rowError(row, `the count of this ${LIST_METADATA_ROWS} row is negative or too large`);
  return { count, expireAtMs: length === 24 ? undefined : bytes.readBigUInt64BE(valueStart + 24) || null };
}
