import { beginCollection, endCollection, writeElement } from '../files/collection-json.ts';
import { COLLECTION_SUFFIX, LISTS_FOLDER } from '../files/paths.ts';
import { ListWalk } from '../values/list-walk.ts';
import type { DecodeContext } from './decode-context.ts';
import { shifted } from './shifted.ts';

/** Writes every list as one file; docs/format/03-redis.md, section 8. */
export function decodeLists(context: DecodeContext): void {
  for (const walk = new ListWalk(context); walk.next(); ) writeList(context, walk);
}

function writeList(context: DecodeContext, { key, items, expireAtMs }: ListWalk): void {
  const { file, names } = context;
  const { json } = file;
  const count = items?.count ?? 0;
  file.begin(`${LISTS_FOLDER}/${names.collection(KEYMAP_POSITION, key)}${COLLECTION_SUFFIX}`);
  beginCollection(json, 'items', count);
  for (let i = 0; items?.next(); i++) {
    writeElement(json, i, items.bytes, items.valueStart, items.valueEnd);
    file.mayCut();
  }
  endCollection(json, count, shifted(expireAtMs, context));
  file.end();
}

const KEYMAP_POSITION = 1;
