import { type CollectionType, CollectionWalk } from '../values/collection-walk.ts';
import { HASHES } from '../values/hashes.ts';
import { ListWalk } from '../values/list-walk.ts';
import type { ElementRows } from '../values/rows/element-rows.ts';
import { SETS } from '../values/sets.ts';
import { SORTED_SETS } from '../values/sorted-sets.ts';
import type { ValueContext } from '../values/value-context.ts';
import { copyOfKey } from './copied-key.ts';
import { CountedElements } from './lent-elements.ts';
import type { StoredHash, StoredList, StoredSet, StoredSortedSet } from './stored-key.ts';

export const hashKeys = (context: ValueContext): Generator<StoredHash> =>
  collectionKeys(context, HASHES, 'hash', (rows) => [nameOf(rows), bodyOf(rows)]);

export const setKeys = (context: ValueContext): Generator<StoredSet> => collectionKeys(context, SETS, 'set', nameOf);

export const sortedSetKeys = (context: ValueContext): Generator<StoredSortedSet> =>
  collectionKeys(context, SORTED_SETS, 'zset', (rows) => ({
    member: nameOf(rows),
    score: rows.bytes.readDoubleBE(rows.valueStart),
  }));

export function* listKeys(context: ValueContext): Generator<StoredList> {
  const walk = new ListWalk(context);
  try {
    while (walk.next()) {
      const { items } = walk;
      const key = copyOfKey(walk.key);
      const value = new CountedElements(context.source, key, items?.count ?? 0, () => elementsOf(items, bodyOf));
      yield { type: 'list', key, expireAt: walk.expireAtMs, value };
      value.takeBack();
    }
  } finally {
    walk.close();
  }
}

function* collectionKeys<Type, Element>(
  context: ValueContext,
  collections: CollectionType,
  type: Type,
  elementOf: (rows: ElementRows) => Element,
) {
  const walk = new CollectionWalk(context, collections);
  try {
    while (walk.next()) {
      const { elements } = walk;
      const key = copyOfKey(walk.key);
      const value = new CountedElements(context.source, key, elements.count, () => elementsOf(elements, elementOf));
      yield { type, key, expireAt: walk.expireAtMs, value };
      value.takeBack();
    }
  } finally {
    walk.close();
  }
}

function* elementsOf<Element>(
  rows: ElementRows | undefined,
  elementOf: (rows: ElementRows) => Element,
): Generator<Element> {
  while (rows?.next()) yield elementOf(rows);
}

function nameOf({ bytes, nameStart, nameEnd }: ElementRows): Buffer {
  return Buffer.from(bytes.subarray(nameStart, nameEnd));
}

function bodyOf({ bytes, valueStart, valueEnd }: ElementRows): Buffer {
  return Buffer.from(bytes.subarray(valueStart, valueEnd));
}
