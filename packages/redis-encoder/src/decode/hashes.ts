import { writeHashField } from '../files/collection-json.ts';
import { HASHES_FOLDER } from '../files/paths.ts';
import { HASHES } from '../values/hashes.ts';
import type { CollectionFile } from './collections.ts';

/** Hashes; docs/format/03-redis.md, section 6. */
export const HASH_FILES: CollectionFile = {
  type: HASHES,
  folder: HASHES_FOLDER,
  keymapPosition: 0,
  writeElement: (json, elements, i) => writeHashField(json, i, elements),
};
