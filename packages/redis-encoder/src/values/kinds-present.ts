import type { RowSource } from '@ekv/snapshot';
import { KINDS, type Kind } from '../key-kinds.ts';
import {
  HASH_FIELD_ROWS,
  HASH_METADATA_ROWS,
  HYPERLOGLOG_ROWS,
  LIST_ITEM_ROWS,
  LIST_METADATA_ROWS,
  ONE_VALUE_HASH_ROWS,
  ONE_VALUE_SET_ROWS,
  ONE_VALUE_SORTED_SET_ROWS,
  SET_MEMBER_ROWS,
  SET_METADATA_ROWS,
  SORTED_SET_MEMBER_ROWS,
  SORTED_SET_METADATA_ROWS,
  STREAM_METADATA_ROWS,
  STRING_ROWS,
} from '../layout/families.ts';

/** Rows by which a key has a value of that kind. */
const FAMILIES_OF: Readonly<Record<Kind, readonly string[]>> = {
  hash: [HASH_METADATA_ROWS, HASH_FIELD_ROWS, ONE_VALUE_HASH_ROWS],
  list: [LIST_METADATA_ROWS, LIST_ITEM_ROWS],
  HyperLogLog: [HYPERLOGLOG_ROWS],
  string: [STRING_ROWS],
  set: [SET_METADATA_ROWS, SET_MEMBER_ROWS, ONE_VALUE_SET_ROWS],
  'sorted set': [SORTED_SET_METADATA_ROWS, SORTED_SET_MEMBER_ROWS, ONE_VALUE_SORTED_SET_ROWS],
  stream: [STREAM_METADATA_ROWS],
};

/** Whether a snapshot has values of more than one kind, so that keys can have two. */
export function hasSeveralKinds(source: RowSource): boolean {
  const present = KINDS.filter((kind) => FAMILIES_OF[kind].some((family) => source.count(family) > 0));
  return present.length > 1;
}
