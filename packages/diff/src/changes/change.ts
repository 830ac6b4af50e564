import type { AdapterName } from '@ekv/adapter';
import type { Part } from '../facts/parts.ts';
import type { Value } from '../facts/value.ts';

/** What became of a unit or a scope. */
export type ChangeKind = 'added' | 'removed' | 'changed';

/** One thing in which a unit differs. */
export interface Difference {
  readonly part: Part;
  /** Which of its kind: the name of a field, an attribute, a header, a member. `undefined` where there is one alone. */
  readonly name: Buffer | undefined;
  /** Of an element of a list: its place, from 0 on; where it was when it was removed, where it is when it was added. */
  readonly place: number | undefined;
  /** What was there; `undefined`: nothing. */
  readonly from: Value | undefined;
  /** What is there; `undefined`: nothing. */
  readonly to: Value | undefined;
}

/** A unit (a Redis key, an item, an object, a message) or a scope (a table, a bucket, a queue) that differs. */
export interface Change {
  readonly change: ChangeKind;
  readonly adapter: AdapterName;
  /** Name of the table, bucket or queue. Redis has none. */
  readonly scope: Buffer | undefined;
  /** Address of the table, bucket or queue; of Redis `redis`. */
  readonly scopeAddress: string;
  /** Whether it is a scope as a whole: its settings are what differs. */
  readonly isScope: boolean;
  /** One line of printable text that says which it is. */
  readonly address: string;
  /** Of a Redis key the type that it has, or had. */
  readonly type: string | undefined;
  /**
   * What differs, in a fixed order; all of it in a unit that was added or removed. To be walked over once, and before the next change is
   * asked for.
   */
  readonly differences: Iterable<Difference>;
}
