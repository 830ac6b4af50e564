import type { AdapterName } from '../tree-facts.ts';

/**
 * Whose a row is: a unit, which is what a user calls one thing (a Redis key, an item, an object, a message), or a scope as a whole (a
 * table, a bucket, a queue; of Redis all keys). docs/format/13-selection.md, section 1.
 */
export interface Owner {
  readonly adapter: AdapterName;
  /** Name of the table, bucket or queue. Redis has none. Absent elsewhere: the owner is the whole adapter. */
  readonly scope?: Buffer | undefined;
  /** Redis key, partition key, object key or message id. Absent: the owner is the scope. A number is its text. */
  readonly key?: Buffer | undefined;
  /** Of an item in a table with a range key. */
  readonly sortKey?: Buffer | undefined;
}

/** What a unit is: of a Redis key its type. */
export type UnitKind =
  | 'string'
  | 'hyperloglog'
  | 'hash'
  | 'list'
  | 'set'
  | 'sorted set'
  | 'stream'
  | 'item'
  | 'object'
  | 'message';

/**
 * What a row is for its owner: `value` is the unit itself; `element` one of many in it, such as a field, an entry, a chunk; `metadata`
 * of a collection, and `change` of its count; `expiry`, `index`, `deduplication`, `lock` are derived from it; `definition` of a scope,
 * and `counter` of its generations or numbers; `upload`: of an object that is not complete; `content` belongs to no single unit, and is named
 * by others; `marker` means nothing for the data; `transaction`: what a transaction over several groups holds of the row that it writes.
 */
export type RowRole =
  | 'value'
  | 'element'
  | 'metadata'
  | 'change'
  | 'expiry'
  | 'index'
  | 'deduplication'
  | 'lock'
  | 'definition'
  | 'counter'
  | 'upload'
  | 'content'
  | 'marker'
  | 'transaction';
