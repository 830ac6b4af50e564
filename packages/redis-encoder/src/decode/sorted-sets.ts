import { writeSortedSetMember } from '../files/collection-json.ts';
import { SORTED_SETS_FOLDER } from '../files/paths.ts';
import { scoreText } from '../files/score-text.ts';
import { SORTED_SETS } from '../values/sorted-sets.ts';
import type { CollectionFile } from './collections.ts';

/** Sorted sets; docs/format/03-redis.md, section 9. */
export const SORTED_SET_FILES: CollectionFile = {
  type: SORTED_SETS,
  folder: SORTED_SETS_FOLDER,
  keymapPosition: 3,
  writeElement: (json, elements, i) => {
    const score = scoreText(elements.bytes.readDoubleBE(elements.valueStart));
    writeSortedSetMember(json, i, elements, score);
  },
};
