import type { FindingKind } from '@ekv/snapshot';

/** An empty list is written by decode, too, and means what it says. */
export const NO_LIST: FindingKind = {
  event: 'redis_no_list',
  says: 'files of collections have no list of elements, so the collections become empty ones',
  advice: 'look for a misspelt name; an empty list says that it is meant, and without the file there is no key',
  doubt: true,
};
