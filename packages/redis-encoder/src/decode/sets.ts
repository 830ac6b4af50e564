import { writeElement } from '../files/collection-json.ts';
import { SETS_FOLDER } from '../files/paths.ts';
import { SETS } from '../values/sets.ts';
import type { CollectionFile } from './collections.ts';

/** Sets; docs/format/03-redis.md, section 7. */
export const SET_FILES: CollectionFile = {
  type: SETS,
  folder: SETS_FOLDER,
  keymapPosition: 2,
  writeElement: (json, elements, i) => writeElement(json, i, elements.bytes, elements.nameStart, elements.nameEnd),
};
