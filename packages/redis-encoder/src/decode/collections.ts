import type { JsonBytes } from '@ekv/dump-tree';
import { beginCollection, endCollection } from '../files/collection-json.ts';
import { COLLECTION_SUFFIX } from '../files/paths.ts';
import { type CollectionType, CollectionWalk } from '../values/collection-walk.ts';
import type { ElementRows } from '../values/rows/element-rows.ts';
import type { DecodeContext } from './decode-context.ts';
import { shifted } from './shifted.ts';

/** How a hash, set or sorted set becomes a JSON file. */
export interface CollectionFile {
  readonly type: CollectionType;
  readonly folder: string;
  /** Position of the type in the order of the key map. */
  readonly keymapPosition: number;
  /** Writes the row at hand of the elements, number `i` in the file. */
  readonly writeElement: (json: JsonBytes, elements: ElementRows, i: number) => void;
}

/** Writes every collection of a type as one file. */
export function decodeCollections(context: DecodeContext, form: CollectionFile): void {
  for (const walk = new CollectionWalk(context, form.type); walk.next(); ) writeCollection(context, form, walk);
}

function writeCollection(context: DecodeContext, form: CollectionFile, walk: CollectionWalk): void {
  const { file, names } = context;
  const { json } = file;
  const { elements } = walk;
  file.begin(`${form.folder}/${names.collection(form.keymapPosition, walk.key)}${COLLECTION_SUFFIX}`);
  beginCollection(json, form.type.list, elements.count);
  for (let i = 0; elements.next(); i++) {
    form.writeElement(json, elements, i);
    file.mayCut();
  }
  endCollection(json, elements.count, shifted(walk.expireAtMs, context));
  file.end();
}
