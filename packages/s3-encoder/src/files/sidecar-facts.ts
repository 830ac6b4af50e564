import type { ObjectFacts } from '../records/object-records.ts';

/** What a sidecar tells of its object. The texts are valid until the next sidecar is read. */
export interface Sidecar extends ObjectFacts {
  readonly size: bigint;
  /** Whether it tells a time, be it one that means nothing. */
  readonly hasTime: boolean;
}
