export { type EncodeRedisOptions, encodeRedis } from './encode/index.ts';
export { hyperLogLogRecords, stringRecord } from './given/given-blobs.ts';
export { type HashField, type HashFields, hashRecords } from './given/given-hash.ts';
export type { Expiry, KeyOptions } from './given/given-key.ts';
export type { Score } from './given/given-score.ts';
export { listRecords, setRecords } from './given/given-sequence.ts';
export { type SortedSetMember, type SortedSetMembers, sortedSetRecords } from './given/given-sorted-set.ts';
export {
  type GivenStreamId,
  type StreamEntry,
  type StreamFields,
  type StreamOptions,
  streamRecords,
} from './given/given-stream.ts';
export * from './snapshot.ts';
